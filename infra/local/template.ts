import type { Assembly, StackTemplate, TemplateResource } from './assembly.ts';
import { SetupError } from './problem.ts';

/** Where a stack pretends to be. */
export interface Place {
  readonly account: string;
  readonly region: string;
  /** Origin of the proxy, which stands for every service endpoint. */
  readonly endpoint: string;
}

/** A resource with its intrinsics resolved. */
export interface Resource {
  readonly stackName: string;
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
  /** Construct path, e.g. `Data/orders/Resource`, when the CDK wrote it. */
  readonly path: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** `Fn::If` and friends may remove a property: this stands for `AWS::NoValue` until it is dropped. */
const nothing = Symbol('AWS::NoValue');

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Resolves CloudFormation intrinsics over all stacks of an assembly. Physical names are those of the template, else
 * `<stack>-<logical id>`, so that they are the same at every start.
 */
export class TemplateResolver {
  readonly #assembly: Assembly;
  readonly #place: Place;
  readonly #parameters: Readonly<Record<string, string>>;

  constructor(assembly: Assembly, place: Place, parameters: Readonly<Record<string, string>>) {
    this.#assembly = assembly;
    this.#place = place;
    this.#parameters = parameters;
    this.#refuseUnknownParameters();
  }

  resources(): Resource[] {
    return this.#assembly.stacks.flatMap((stack) =>
      Object.entries(stack.template.Resources)
        .filter(([, resource]) => this.#exists(stack, resource))
        .map(([logicalId, resource]) => this.#resource(stack, logicalId, resource)),
    );
  }

  /** What `Ref` (name `Ref`) or `Fn::GetAtt` of a resource answers. */
  attribute(resource: Resource, name: string): string {
    const stack = this.#assembly.stacks.find(({ stackName }) => stackName === resource.stackName);
    if (stack === undefined) throw new SetupError(`There is no stack ${resource.stackName}.`, 'Synthesize anew.');
    return String(this.#attribute(stack, resource.logicalId, name, resource.path));
  }

  #refuseUnknownParameters(): void {
    const known = this.#assembly.stacks.flatMap(({ template }) => Object.keys(template.Parameters ?? {}));
    for (const name of Object.keys(this.#parameters)) {
      if (!known.includes(name)) {
        throw new SetupError(
          `The template has no parameter ${name}.`,
          `Its parameters are: ${known.join(', ') || '(none)'}.`,
        );
      }
    }
  }

  #resource(stack: StackTemplate, logicalId: string, raw: TemplateResource): Resource {
    const resolved = this.#resolve(stack, raw.Properties ?? {}, `${stack.stackName}/${logicalId}`);
    const properties = isObject(resolved) ? resolved : {};
    const path = raw.Metadata?.['aws:cdk:path'];
    return {
      stackName: stack.stackName,
      logicalId,
      type: raw.Type,
      properties,
      path: typeof path === 'string' ? path : `${stack.stackName}/${logicalId}`,
      tags: readTags(properties.Tags),
    };
  }

  #exists(stack: StackTemplate, resource: TemplateResource): boolean {
    return resource.Condition === undefined || this.#condition(stack, resource.Condition);
  }

  #condition(stack: StackTemplate, name: string): boolean {
    const definition = stack.template.Conditions?.[name];
    if (definition === undefined) throw new SetupError(`Condition ${name} is not in the template.`, 'Synthesize anew.');
    return this.#test(stack, definition);
  }

  #test(stack: StackTemplate, expression: unknown): boolean {
    if (!isObject(expression)) return expression === true || expression === 'true';
    const [key, value] = single(expression);
    const list = Array.isArray(value) ? value : [];
    switch (key) {
      case 'Fn::Equals':
        return this.#string(stack, list[0]) === this.#string(stack, list[1]);
      case 'Fn::And':
        return list.every((item) => this.#test(stack, item));
      case 'Fn::Or':
        return list.some((item) => this.#test(stack, item));
      case 'Fn::Not':
        return !this.#test(stack, list[0]);
      case 'Condition':
        return this.#condition(stack, String(value));
      default:
        throw new SetupError(
          `The local stack does not know the condition ${key}.`,
          'Add it to infra/local/template.ts.',
        );
    }
  }

  #string(stack: StackTemplate, value: unknown): string {
    return String(this.#resolve(stack, value, stack.stackName));
  }

  #resolve(stack: StackTemplate, value: unknown, where: string): unknown {
    if (Array.isArray(value)) {
      return value.map((item) => this.#resolve(stack, item, where)).filter((item) => item !== nothing);
    }
    if (!isObject(value)) return value;
    const keys = Object.keys(value);
    const [key] = keys;
    if (keys.length === 1 && key !== undefined && (key === 'Ref' || key.startsWith('Fn::'))) {
      return this.#intrinsic(stack, key, value[key], where);
    }
    const entries = Object.entries(value).map(([name, item]) => [name, this.#resolve(stack, item, where)] as const);
    return Object.fromEntries(entries.filter(([, item]) => item !== nothing));
  }

  #intrinsic(stack: StackTemplate, name: string, argument: unknown, where: string): unknown {
    const items = () => {
      const resolved = this.#resolve(stack, argument, where);
      return Array.isArray(resolved) ? resolved : [resolved];
    };
    switch (name) {
      case 'Ref':
        return this.#ref(stack, String(argument), where);
      case 'Fn::GetAtt': {
        const [logicalId, attribute] = Array.isArray(argument)
          ? [String(argument[0]), String(argument[1])]
          : splitOnce(String(argument), '.');
        return this.#attribute(stack, logicalId, attribute, where);
      }
      case 'Fn::Sub':
        return this.#substitute(stack, argument, where);
      case 'Fn::Join': {
        const [separator, parts] = items();
        return (Array.isArray(parts) ? parts : []).map(String).join(String(separator));
      }
      case 'Fn::Select': {
        const [index, parts] = items();
        return Array.isArray(parts) ? parts[Number(index)] : undefined;
      }
      case 'Fn::Split': {
        const [separator, text] = items();
        return String(text).split(String(separator));
      }
      case 'Fn::If': {
        const [condition, yes, no] = Array.isArray(argument) ? argument : [];
        return this.#resolve(stack, this.#condition(stack, String(condition)) ? yes : no, where);
      }
      case 'Fn::FindInMap': {
        const [map, first, second] = items().map(String);
        return stack.template.Mappings?.[map ?? '']?.[first ?? '']?.[second ?? ''];
      }
      case 'Fn::ImportValue':
        return this.#import(String(this.#resolve(stack, argument, where)), where);
      case 'Fn::Base64':
        return Buffer.from(String(this.#resolve(stack, argument, where))).toString('base64');
      case 'Fn::GetAZs':
        return ['a', 'b'].map((zone) => this.#place.region + zone);
      default:
        throw new SetupError(
          `${where} uses ${name}, which the local stack does not know.`,
          'Add it to infra/local/template.ts.',
        );
    }
  }

  #ref(stack: StackTemplate, name: string, where: string): unknown {
    const { account, region } = this.#place;
    switch (name) {
      case 'AWS::AccountId':
        return account;
      case 'AWS::Region':
        return region;
      case 'AWS::Partition':
        return 'aws';
      case 'AWS::URLSuffix':
        return 'amazonaws.com';
      case 'AWS::StackName':
        return stack.stackName;
      case 'AWS::StackId':
        return `arn:aws:cloudformation:${region}:${account}:stack/${stack.stackName}/local`;
      case 'AWS::NoValue':
        return nothing;
    }
    const parameter = stack.template.Parameters?.[name];
    if (parameter !== undefined) return this.#parameter(name, parameter);
    return this.#attribute(stack, name, 'Ref', where);
  }

  #parameter(name: string, parameter: { Default?: unknown; AllowedPattern?: string }): unknown {
    const value = this.#parameters[name] ?? parameter.Default;
    if (value === undefined) {
      throw new SetupError(`The template's parameter ${name} has no value.`, `Pass it as parameters.${name}.`);
    }
    const pattern = parameter.AllowedPattern;
    if (pattern !== undefined && !new RegExp(`^(?:${pattern})$`).test(String(value))) {
      throw new SetupError(`The value of the template's parameter ${name} does not match ${pattern}.`, 'Correct it.');
    }
    return value;
  }

  #substitute(stack: StackTemplate, argument: unknown, where: string): string {
    const [text, variables] = Array.isArray(argument) ? argument : [argument, {}];
    return String(text).replace(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) => {
      if (literal) return `\${${name}}`;
      if (isObject(variables) && name in variables) return String(this.#resolve(stack, variables[name], where));
      return name.includes('.') && !name.startsWith('AWS::')
        ? String(this.#attribute(stack, ...splitOnce(name, '.'), where))
        : String(this.#ref(stack, name, where));
    });
  }

  #import(name: string, where: string): unknown {
    for (const stack of this.#assembly.stacks) {
      for (const output of Object.values(stack.template.Outputs ?? {})) {
        if (output.Export !== undefined && this.#string(stack, output.Export.Name) === name) {
          return this.#resolve(stack, output.Value, where);
        }
      }
    }
    throw new SetupError(`${where} imports ${name}, which no stack exports.`, 'Synthesize all stacks together.');
  }

  #attribute(stack: StackTemplate, logicalId: string, attribute: string, where: string): unknown {
    const resource = stack.template.Resources[logicalId];
    if (resource === undefined) {
      throw new SetupError(`${where} refers to ${logicalId}, which is not in the template.`, 'Synthesize anew.');
    }
    const given = (property: string): string | undefined => {
      const value = resource.Properties?.[property];
      return value === undefined ? undefined : this.#string(stack, value);
    };
    const value = attributesOf(resource.Type, `${stack.stackName}-${logicalId}`, given, this.#place)[attribute];
    if (value === undefined) {
      throw new SetupError(
        `${where} uses ${attribute} of ${logicalId} (${resource.Type}), which the local stack does not know.`,
        'Add it to attributesOf in infra/local/template.ts.',
      );
    }
    return value;
  }
}

/**
 * What `Ref` and `Fn::GetAtt` answer per resource type. `unique` is the name CloudFormation would make up.
 */
function attributesOf(
  type: string,
  unique: string,
  given: (property: string) => string | undefined,
  { account, region, endpoint }: Place,
): Readonly<Record<string, string>> {
  const arn = (service: string, rest: string) => `arn:aws:${service}:${region}:${account}:${rest}`;
  switch (type) {
    case 'AWS::DynamoDB::Table':
    case 'AWS::DynamoDB::GlobalTable': {
      const name = given('TableName') ?? unique;
      const table = arn('dynamodb', `table/${name}`);
      return { Ref: name, Arn: table, StreamArn: `${table}/stream/local` };
    }
    case 'AWS::SQS::Queue': {
      const name = given('QueueName') ?? unique.slice(0, 70) + (given('FifoQueue') === 'true' ? '.fifo' : '');
      const url = `${endpoint}/${account}/${name}`;
      return { Ref: url, QueueUrl: url, Arn: arn('sqs', name), QueueName: name };
    }
    case 'AWS::SNS::Topic': {
      const name = given('TopicName') ?? unique + (given('FifoTopic') === 'true' ? '.fifo' : '');
      return { Ref: arn('sns', name), TopicArn: arn('sns', name), TopicName: name };
    }
    case 'AWS::S3::Bucket': {
      const name = given('BucketName') ?? unique.toLowerCase().slice(0, 63);
      return { Ref: name, Arn: `arn:aws:s3:::${name}`, DomainName: `${name}.s3.amazonaws.com` };
    }
    case 'AWS::Lambda::Function': {
      const name = given('FunctionName') ?? unique.slice(0, 64);
      return { Ref: name, Arn: arn('lambda', `function:${name}`) };
    }
    case 'AWS::Lambda::Version':
    case 'AWS::Lambda::Alias': {
      const target = given('FunctionName') ?? unique;
      const base = target.startsWith('arn:') ? target : arn('lambda', `function:${target}`);
      const version = type.endsWith('Alias') ? (given('Name') ?? 'live') : '1';
      return {
        Ref: `${base}:${version}`,
        AliasArn: `${base}:${version}`,
        FunctionArn: `${base}:${version}`,
        Version: '1',
      };
    }
    case 'AWS::IAM::Role': {
      const name = given('RoleName') ?? unique.slice(0, 64);
      return { Ref: name, Arn: `arn:aws:iam::${account}:role/${name}`, RoleId: `AROALOCAL${name}` };
    }
    case 'AWS::SecretsManager::Secret': {
      const secret = arn('secretsmanager', `secret:${given('Name') ?? unique}-LocalX`);
      return { Ref: secret, Id: secret, Arn: secret };
    }
    case 'AWS::ApiGatewayV2::Api':
      return { Ref: apiIdOf(unique), ApiId: apiIdOf(unique), ApiEndpoint: endpoint };
    case 'AWS::ApiGatewayV2::Stage':
      return { Ref: given('StageName') ?? '$default' };
    case 'AWS::Events::Rule': {
      const name = given('Name') ?? unique.slice(0, 64);
      return { Ref: name, Arn: arn('events', `rule/${name}`) };
    }
    case 'AWS::Events::EventBus': {
      const name = given('Name') ?? unique;
      return { Ref: name, Name: name, Arn: arn('events', `event-bus/${name}`) };
    }
    case 'AWS::Scheduler::Schedule': {
      const name = given('Name') ?? unique.slice(0, 64);
      return { Ref: name, Arn: arn('scheduler', `schedule/${given('GroupName') ?? 'default'}/${name}`) };
    }
    case 'AWS::Scheduler::ScheduleGroup': {
      const name = given('Name') ?? unique;
      return { Ref: name, Arn: arn('scheduler', `schedule-group/${name}`) };
    }
    case 'AWS::Logs::LogGroup': {
      const name = given('LogGroupName') ?? unique;
      return { Ref: name, Arn: arn('logs', `log-group:${name}:*`) };
    }
    case 'AWS::KMS::Key':
      return { Ref: unique, KeyId: unique, Arn: arn('kms', `key/${unique}`) };
    case 'AWS::CloudWatch::Alarm':
      return { Ref: given('AlarmName') ?? unique, Arn: arn('cloudwatch', `alarm:${given('AlarmName') ?? unique}`) };
    case 'AWS::SES::EmailIdentity':
      return { Ref: given('EmailIdentity') ?? unique };
    default:
      return { Ref: given('Name') ?? unique };
  }
}

/** API ids are ten lower-case characters, derived so that they stay the same. */
function apiIdOf(unique: string): string {
  let hash = 7;
  for (const letter of unique) hash = (hash * 31 + letter.charCodeAt(0)) % 3_656_158_440_062_976;
  return hash.toString(36).padStart(10, 'a').slice(-10);
}

function single(object: Json): [string, unknown] {
  const [entry] = Object.entries(object);
  if (entry === undefined) throw new SetupError('An empty condition is in the template.', 'Synthesize anew.');
  return entry;
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}

function readTags(tags: unknown): Record<string, string> {
  if (Array.isArray(tags)) {
    return Object.fromEntries(tags.filter(isObject).map((tag) => [String(tag.Key), String(tag.Value)] as const));
  }
  return isObject(tags) ? Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, String(value)])) : {};
}
