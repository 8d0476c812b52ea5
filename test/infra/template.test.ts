import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { crmStackSources } from '../../infra/stacks/crm-stack.ts';
import { stageSettings } from '../../infra/stages.ts';
import { marketingPaths } from '../../shared/contracts/http/routes.ts';
import { tables } from '../../shared/contracts/tables.ts';
import { functionFolders, type Resource, synthesize } from './synthesized.ts';

const dev = synthesize();
const prod = synthesize({ stage: 'prod', alarmEmail: 'ops@example.com' });

const ofType = (type: string, of = dev) => of.resources.filter(({ Type }) => Type === type);
const mentions = (value: unknown, id: string) => JSON.stringify(value).includes(`"${id}"`);

const functionShape = z.object({
  FunctionName: z.string(),
  Runtime: z.string(),
  Architectures: z.array(z.string()),
  Timeout: z.number(),
  Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }),
  LoggingConfig: z.object({ LogGroup: z.object({ Ref: z.string() }) }),
  Role: z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('Arn')]) }),
});
const functions = ofType('AWS::Lambda::Function').map(({ id, Properties }) => ({
  id,
  ...functionShape.parse(Properties),
}));

const statementShape = z.object({
  Effect: z.enum(['Allow', 'Deny']),
  Action: z.union([z.string(), z.array(z.string())]).transform((action) => [action].flat()),
  Resource: z.unknown().transform((resource) => [resource].flat()),
});
const policyShape = z.object({
  PolicyDocument: z.object({ Statement: z.array(statementShape) }),
  Roles: z.array(z.object({ Ref: z.string() })),
});
const policies = ofType('AWS::IAM::Policy').map(({ Properties }) => policyShape.parse(Properties));

describe('every function', () => {
  it('has a folder, and every folder is deployed', () => {
    const deployed = functions.map(({ FunctionName }) => FunctionName.replace('huitou-dev-', ''));
    expect(deployed.toSorted()).toEqual(functionFolders.toSorted());
    expect(crmStackSources.map(({ name }) => name).toSorted()).toEqual(functionFolders.toSorted());
  });

  it.each(functions.map((each) => [each.FunctionName, each] as const))('%s runs on arm64 and Node 24', (name, each) => {
    // Native code runs on what its binding was installed for.
    const processor = name === 'huitou-dev-report-query' && process.arch === 'x64' ? 'x86_64' : 'arm64';
    expect(each).toMatchObject({ Runtime: 'nodejs24.x', Architectures: [processor] });
  });

  it.each(functions.map((each) => [each.FunctionName, each] as const))(
    '%s logs to a group of its own that forgets',
    (_, { LoggingConfig }) => {
      const group = dev.crm.Resources[LoggingConfig.LogGroup.Ref];
      expect(group?.Type).toBe('AWS::Logs::LogGroup');
      expect(group?.Properties.RetentionInDays).toBe(14);
      const users = functions.filter((other) => other.LoggingConfig.LogGroup.Ref === LoggingConfig.LogGroup.Ref);
      expect(users).toHaveLength(1);
    },
  );

  it.each(functionFolders)('%s gets an environment its schema accepts', async (name) => {
    const { envSchema } = await import(`../../functions/${name}/env.ts`);
    const variables = functions.find(({ FunctionName }) => FunctionName === `huitou-dev-${name}`)?.Environment
      .Variables;
    const deployed = Object.entries(variables ?? {}).map(([key, value]) => [key, atDeployment(value)]);
    const parsed = envSchema.safeParse(Object.fromEntries(deployed));
    expect(parsed.error?.issues).toBeUndefined();
  });

  it('has a role nobody else has', () => {
    const roles = functions.map(({ Role }) => Role['Fn::GetAtt'][0]);
    expect(new Set(roles).size).toBe(functions.length);
  });

  /** What CloudFormation will put in place of a reference; some have to look like what they stand for. */
  function atDeployment(value: unknown): string {
    if (typeof value === 'string') return value;
    if (mentions(value, 'PlainHttpWebhooks')) return 'false';
    if (JSON.stringify(value).includes('ApiEndpoint')) return 'https://api.example.com';
    return mentions(value, 'AdminKeyHash') ? 'a'.repeat(64) : JSON.stringify(value);
  }
});

describe('every role', () => {
  it('holds explicit actions on explicit resources only', () => {
    const statements = policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
    expect(statements.length).toBeGreaterThan(functions.length);
    const broad: string[] = [];
    for (const { Effect, Action, Resource } of statements) {
      expect(Action.filter((action) => action.includes('*'))).toEqual([]);
      const wide = Resource.map((resource) => JSON.stringify(resource)).filter((text) => text.includes('*'));
      if (wide.length > 0) broad.push(`${Effect} ${Action.join(' ')}`);
      else expect(Effect).toBe('Allow');
    }
    // Phones have no ARN and topics are denied; identities are the merchant's choice; the rest is of the account.
    expect(broad.toSorted()).toEqual([
      'Allow dynamodb:ListStreams',
      'Allow s3:GetObject',
      'Allow s3:GetObject',
      'Allow s3:GetObject',
      'Allow s3:GetObject',
      'Allow s3:GetObject s3:PutObject',
      'Allow s3:GetObject s3:PutObject',
      'Allow s3:PutObject',
      'Allow ses:GetSendQuota sns:Publish',
      'Allow ses:SendRawEmail',
      'Deny sns:Publish',
    ]);
  });

  it('has no managed policy', () => {
    for (const { Properties } of ofType('AWS::IAM::Role')) {
      expect(Properties).not.toHaveProperty('ManagedPolicyArns');
    }
  });
});

describe('every queue', () => {
  const queues = ofType('AWS::SQS::Queue');
  const deadLetterIds = new Set(
    [...queues, ...ofType('AWS::Lambda::Function')].flatMap(({ Properties }) => deadLettersOf(Properties)),
  );
  const working = queues.filter(({ id }) => !deadLetterIds.has(id));
  const alarms = ofType('AWS::CloudWatch::Alarm');

  it('is one of the few we pay for', () => {
    expect(working).toHaveLength(5);
    expect(deadLetterIds.size).toBe(6);
  });

  it.each(working.map((queue) => [queue.id, queue] as const))(
    '%s has a dead-letter queue that keeps longer',
    (_, q) => {
      const [dead] = deadLettersOf(q.Properties).map((id) => dev.crm.Resources[id]);
      expect(dead?.Properties.MessageRetentionPeriod).toBe(14 * 86_400);
      expect(dead?.Properties.MessageRetentionPeriod).toBeGreaterThan(Number(q.Properties.MessageRetentionPeriod));
      expect(dead?.Properties.FifoQueue).toBe(q.Properties.FifoQueue);
    },
  );

  it.each([...deadLetterIds])('%s raises an alarm at its first message', (id) => {
    const alarm = alarms.find(
      ({ Properties }) =>
        Properties.MetricName === 'ApproximateNumberOfMessagesVisible' && mentions(Properties.Dimensions, id),
    );
    expect(alarm?.Properties).toMatchObject({ Threshold: 1, ComparisonOperator: 'GreaterThanOrEqualToThreshold' });
  });

  it('is hidden for six times as long as its consumer may run, and gets partial failures back', () => {
    const mappings = ofType('AWS::Lambda::EventSourceMapping').filter(
      ({ Properties }) => Properties.StartingPosition === undefined,
    );
    expect(mappings).toHaveLength(working.length);
    for (const { Properties } of mappings) {
      const queue = working.find(({ id }) => mentions(Properties.EventSourceArn, id));
      const consumer = functions.find(({ id }) => mentions(Properties.FunctionName, id));
      expect(Number(queue?.Properties.VisibilityTimeout)).toBeGreaterThanOrEqual(6 * Number(consumer?.Timeout));
      expect(Properties.FunctionResponseTypes).toEqual(['ReportBatchItemFailures']);
      expect(Properties.ScalingConfig).toHaveProperty('MaximumConcurrency');
    }
  });

  function deadLettersOf(properties: Resource['Properties']): string[] {
    const shape = z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('Arn')]) });
    const redrive = z.object({ deadLetterTargetArn: shape }).safeParse(properties.RedrivePolicy);
    const asynchronous = z.object({ TargetArn: shape }).safeParse(properties.DeadLetterConfig);
    if (redrive.success) return [redrive.data.deadLetterTargetArn['Fn::GetAtt'][0]];
    if (asynchronous.success) return [asynchronous.data.TargetArn['Fn::GetAtt'][0]];
    return [];
  }
});

describe('the tables', () => {
  const deployed = ofType('AWS::DynamoDB::Table');

  it.each(Object.entries(tables))('%s is as the contract describes it', (name, contract) => {
    const table = deployed.find(({ id }) => id.startsWith(name));
    const keys = (partition: string, sort?: string) => [
      { AttributeName: partition, KeyType: 'HASH' },
      ...(sort ? [{ AttributeName: sort, KeyType: 'RANGE' }] : []),
    ];
    const { partitionKey, sortKey, expiry, indexes } = {
      sortKey: undefined,
      expiry: undefined,
      indexes: {},
      ...contract,
    };
    expect(table?.Properties.KeySchema).toEqual(keys(partitionKey, sortKey));
    expect(table?.Properties.BillingMode).toBe('PAY_PER_REQUEST');
    expect(table?.Properties.TimeToLiveSpecification).toEqual(
      expiry ? { AttributeName: expiry, Enabled: true } : undefined,
    );
    const expectedIndexes = Object.entries(indexes).map(([IndexName, index]) => ({
      IndexName,
      KeySchema: keys(index.partitionKey, index.sortKey),
      Projection:
        index.projection === 'KEYS_ONLY'
          ? { ProjectionType: 'KEYS_ONLY' }
          : { ProjectionType: 'INCLUDE', NonKeyAttributes: [...index.projection.include] },
    }));
    expect(table?.Properties.GlobalSecondaryIndexes ?? []).toEqual(expectedIndexes);
  });

  it('are all in the contract', () => {
    expect(deployed).toHaveLength(Object.keys(tables).length);
  });
});

describe('the stages', () => {
  const stateful = ['AWS::DynamoDB::Table', 'AWS::SecretsManager::Secret'];
  const policiesOf = (of: typeof dev) =>
    new Set(stateful.flatMap((type) => ofType(type, of)).map(({ DeletionPolicy }) => DeletionPolicy));

  it('prod keeps what is stored, and can restore it', () => {
    expect([...policiesOf(prod)]).toEqual(['Retain']);
    for (const { Properties } of ofType('AWS::DynamoDB::Table', prod)) {
      expect(Properties.DeletionProtectionEnabled).toBe(true);
      expect(Properties.PointInTimeRecoverySpecification).toEqual({ PointInTimeRecoveryEnabled: true });
    }
  });

  it('dev leaves nothing behind', () => {
    expect([...policiesOf(dev)]).toEqual(['Delete']);
    expect(ofType('AWS::DynamoDB::Table').map(({ Properties }) => Properties.DeletionProtectionEnabled)).not.toContain(
      true,
    );
  });

  it('keep stored things apart from the rest', () => {
    const inCrm = Object.values(dev.crm.Resources).filter(({ Type }) => stateful.includes(Type));
    expect(inCrm).toEqual([]);
  });

  it('mail alarms to the address they are given', () => {
    const mailed = (of: typeof dev) =>
      ofType('AWS::SNS::Subscription', of).filter(({ Properties }) => Properties.Protocol === 'email');
    expect(mailed(dev)).toEqual([]);
    expect(mailed(prod).map(({ Properties }) => Properties.Endpoint)).toEqual(['ops@example.com']);
  });

  it('refuse a name nobody knows', () => {
    expect(() => stageSettings({ stage: 'production' })).toThrow('Unknown stage "production". Choose dev or prod');
  });
});

describe('the alarms', () => {
  const alarms = ofType('AWS::CloudWatch::Alarm').map(({ Properties }) => Properties);

  it('are about ten, each telling the topic and saying whom it hurts', () => {
    expect(alarms.length).toBeLessThanOrEqual(14);
    for (const { AlarmActions, AlarmDescription } of alarms) {
      expect(AlarmActions).toHaveLength(1);
      expect(String(AlarmDescription).length).toBeGreaterThan(60);
    }
  });

  it('stand on a dashboard of at most 50 metrics, which costs nothing', () => {
    const [dashboard] = ofType('AWS::CloudWatch::Dashboard');
    const metrics = JSON.stringify(dashboard?.Properties.DashboardBody).match(/\\"(?:Huitou|AWS\/\w+)\\"/g) ?? [];
    expect(metrics.length).toBeGreaterThan(20);
    expect(metrics.length).toBeLessThanOrEqual(50);
  });

  it('may publish: the policy that demands TLS would shut them out otherwise', () => {
    const [policy] = ofType('AWS::SNS::TopicPolicy');
    expect(JSON.stringify(policy?.Properties)).toContain('cloudwatch.amazonaws.com');
  });

  it('notice a night that did not happen', () => {
    const missing = alarms.find(({ MetricName }) => MetricName === 'NightsPlanned');
    expect(missing).toMatchObject({
      Namespace: 'Huitou',
      Dimensions: [{ Name: 'service', Value: 'night-plan' }],
      Period: 3600,
      EvaluationPeriods: 26,
      TreatMissingData: 'breaching',
      ComparisonOperator: 'LessThanThreshold',
    });
  });
});

describe('the template', () => {
  it('has no custom resource, so that it runs on one machine as it is', () => {
    const types = dev.resources.map(({ Type }) => Type);
    expect(types.filter((type) => type.startsWith('Custom::') || type.includes('CustomResource'))).toEqual([]);
    expect(functions).toHaveLength(functionFolders.length);
  });

  it('routes what the contract lists, and nothing else', () => {
    expect(ofType('AWS::ApiGatewayV2::Route').map(({ Properties }) => Properties.RouteKey)).toEqual([
      'POST /webhooks/{shopId}',
      // Clicks and openings; the pages that ask and take an answer.
      ...['u', 'p', 'q', 'c'].flatMap((letter) => [`GET /${letter}/{token}`, `POST /${letter}/{token}`]),
      ...['t', 'o'].flatMap((letter) => [`GET /${letter}/{token}`, `HEAD /${letter}/{token}`]),
      'GET /health',
      'GET /openapi.json',
      'GET /docs',
      'GET /docs/{file+}',
      'ANY /v1/{proxy+}',
      'GET /v1/reports/lifecycle',
      'GET /v1/reports/migrations',
      ...marketingPaths.flatMap((path) => [`ANY /v1/${path}`, `ANY /v1/${path}/{proxy+}`]),
      'GET /v1/reports/{name}',
      'POST /v1/segments/preview',
    ]);
  });

  it('logs requests without address, path, query or agent', () => {
    const [stage] = ofType('AWS::ApiGatewayV2::Stage');
    const { AccessLogSettings, DefaultRouteSettings } = z
      .object({ AccessLogSettings: z.object({ Format: z.string() }), DefaultRouteSettings: z.unknown() })
      .parse(stage?.Properties);
    expect(AccessLogSettings.Format).toContain('$context.routeKey');
    expect(AccessLogSettings.Format).not.toMatch(/sourceIp|\.path|querystring|userAgent|authorizer|identity/i);
    expect(DefaultRouteSettings).toMatchObject({ ThrottlingBurstLimit: 1000, ThrottlingRateLimit: 500 });
  });

  it('never holds the admin key: its hash is a parameter that is not shown', () => {
    expect(dev.crm.Parameters?.AdminKeyHash).toMatchObject({ NoEcho: true, AllowedPattern: '^[0-9a-f]{64}$' });
    expect(dev.crm.Parameters?.AdminKeyHash).not.toHaveProperty('Default');
  });

  it('calls the night by its name, with the planned instant', () => {
    const [schedule] = ofType('AWS::Scheduler::Schedule');
    expect(schedule?.Properties).toMatchObject({
      Name: 'nightly',
      ScheduleExpression: 'cron(0 19 * * ? *)',
      Target: { Input: '{"time":"<aws.scheduler.scheduled-time>"}' },
    });
    const later = ofType('AWS::Scheduler::Schedule', synthesize({ nightly: 'cron(30 2 * * ? *)' }));
    expect(later[0]?.Properties.ScheduleExpression).toBe('cron(30 2 * * ? *)');
  });

  it('says where the API is', () => {
    expect(dev.crm.Outputs).toHaveProperty('ApiUrl');
  });
});
