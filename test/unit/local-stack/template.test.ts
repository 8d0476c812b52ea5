import { describe, expect, it } from 'vitest';
import type { Assembly, Template } from '../../../infra/local/assembly.ts';
import { readModel } from '../../../infra/local/model.ts';
import { TemplateResolver } from '../../../infra/local/template.ts';

const place = { account: '000000000000', region: 'eu-central-1', endpoint: 'http://127.0.0.1:1' };

function resolverOf(stacks: Record<string, Template>, parameters: Record<string, string> = {}): TemplateResolver {
  return new TemplateResolver(assemblyOf(stacks), place, parameters);
}

function assemblyOf(stacks: Record<string, Template>): Assembly {
  const named = Object.entries(stacks).map(([stackName, template]) => ({ stackName, template }));
  return { stacks: named, assets: new Map() };
}

/** The properties of the one resource `Subject` in the stack `app`. */
function propertiesOf(properties: Record<string, unknown>, more: Partial<Template> = {}, parameters = {}) {
  const queue = { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'jobs' } };
  const subject = { Type: 'AWS::CloudWatch::Alarm', Properties: properties };
  const template = { ...more, Resources: { Jobs: queue, Subject: subject } };
  const data: Template = {
    Resources: { Orders: { Type: 'AWS::DynamoDB::Table', Properties: {} } },
    Outputs: { Out: { Value: { 'Fn::GetAtt': ['Orders', 'Arn'] }, Export: { Name: 'data:orders' } } },
  };
  const resources = resolverOf({ app: template, data }, parameters).resources();
  return resources.find(({ logicalId }) => logicalId === 'Subject')?.properties;
}

/** Placeholders as CloudFormation writes them. */
const filled = (text: string) => text.replaceAll('<', '${').replaceAll('>', '}');

describe('template intrinsics', () => {
  it.each([
    [{ Ref: 'AWS::Region' }, 'eu-central-1'],
    [{ Ref: 'Jobs' }, 'http://127.0.0.1:1/000000000000/jobs'],
    [{ 'Fn::GetAtt': ['Jobs', 'Arn'] }, 'arn:aws:sqs:eu-central-1:000000000000:jobs'],
    [{ 'Fn::Sub': filled('<AWS::StackName>/<Jobs.QueueName>/<!Literal>') }, filled('app/jobs/<Literal>')],
    [{ 'Fn::Sub': [filled('<x>-<AWS::AccountId>'), { x: { Ref: 'AWS::Partition' } }] }, 'aws-000000000000'],
    [{ 'Fn::Join': ['/', ['a', { Ref: 'AWS::Region' }]] }, 'a/eu-central-1'],
    [{ 'Fn::Select': [2, { 'Fn::Split': [':', { 'Fn::GetAtt': ['Jobs', 'Arn'] }] }] }, 'sqs'],
    [{ 'Fn::ImportValue': 'data:orders' }, 'arn:aws:dynamodb:eu-central-1:000000000000:table/data-Orders'],
  ])('%j', (value, expected) => {
    expect(propertiesOf({ value })).toEqual({ value: expected });
  });

  it('takes parameters, conditions and properties that are left out', () => {
    const more = {
      Parameters: { Stage: { Type: 'String', Default: 'dev' } },
      Conditions: {
        IsProd: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] },
        IsNot: { 'Fn::Not': [{ Condition: 'IsProd' }] },
      },
    };
    const value = { 'Fn::If': ['IsProd', 'yes', { Ref: 'AWS::NoValue' }] };
    expect(propertiesOf({ value, other: { 'Fn::If': ['IsNot', 1, 2] } }, more)).toEqual({ other: 1 });
    expect(propertiesOf({ value }, more, { Stage: 'prod' })).toEqual({ value: 'yes' });
  });

  it('refuses what it does not know, by name', () => {
    expect(() => propertiesOf({ value: { 'Fn::Cidr': [] } })).toThrow('Fn::Cidr');
    expect(() => propertiesOf({ value: { Ref: 'Nobody' } })).toThrow('Nobody');
    expect(() => propertiesOf({ value: { 'Fn::ImportValue': 'gone' } })).toThrow('gone');
    expect(() => propertiesOf({}, {}, { Unknown: '1' })).toThrow('Unknown');
    expect(() => propertiesOf({ value: { Ref: 'P' } }, { Parameters: { P: { Type: 'String' } } })).toThrow(
      'P has no value',
    );
  });
});

describe('the model of a template', () => {
  const modelOf = (Type: string, Properties: Record<string, unknown> = {}) => {
    const stacks = { app: { Resources: { Subject: { Type, Properties } } } };
    const resolver = resolverOf(stacks);
    return readModel(resolver.resources(), assemblyOf(stacks), (one, name) => resolver.attribute(one, name));
  };

  it('reads a queue', () => {
    const [queue] = modelOf('AWS::SQS::Queue', { FifoQueue: true, VisibilityTimeout: 120 }).queues;
    expect(queue).toMatchObject({ name: 'app-Subject.fifo', fifo: true, visibilitySeconds: 120 });
  });

  it('refuses a resource it can neither run nor leave out, and one it cannot read', () => {
    expect(() => modelOf('AWS::Kinesis::Stream')).toThrow('AWS::Kinesis::Stream');
    expect(() => modelOf('AWS::DynamoDB::Table', { KeySchema: 'id' })).toThrow('app/Subject');
    expect(modelOf('AWS::CloudWatch::Dashboard').queues).toEqual([]);
  });

  const withDestination = (EventDestination: Record<string, unknown>) => {
    const set = { Type: 'AWS::SES::ConfigurationSet', Properties: { Name: 'mails' } };
    const destination = {
      Type: 'AWS::SES::ConfigurationSetEventDestination',
      Properties: { ConfigurationSetName: { Ref: 'Set' }, EventDestination },
    };
    const stacks = { app: { Resources: { Set: set, Destination: destination } } };
    const resolver = resolverOf(stacks);
    return readModel(resolver.resources(), assemblyOf(stacks), (one, name) => resolver.attribute(one, name));
  };
  const topicArn = 'arn:aws:sns:eu-central-1:000000000000:told';

  it('reads where the events of mails go, whichever way their kinds are written', () => {
    const { configurationSets } = withDestination({
      Enabled: false,
      MatchingEventTypes: ['send', 'BOUNCE', 'renderingFailure'],
      SnsDestination: { TopicARN: topicArn },
    });
    const destinations = [{ topicArn, enabled: false, events: ['send', 'bounce'] }];
    expect(configurationSets).toEqual([{ name: 'mails', destinations }]);
  });

  it('leaves out metrics of mails, and refuses a destination it cannot play', () => {
    const { configurationSets } = withDestination({ MatchingEventTypes: ['send'], CloudWatchDestination: {} });
    expect(configurationSets).toEqual([{ name: 'mails', destinations: [] }]);
    const bus = { MatchingEventTypes: ['send'], EventBridgeDestination: { EventBusArn: 'x' } };
    expect(() => withDestination(bus)).toThrow('app/Destination');
  });
});
