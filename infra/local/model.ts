import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Assembly } from './assembly.ts';
import { type MailEventType, mailEventTypes } from './mail/provider-events.ts';
import { SetupError } from './problem.ts';
import type { Resource } from './template.ts';

/** What every part of the template has in common. */
interface Named {
  readonly logicalId: string;
  readonly path: string;
  readonly name: string;
  readonly arn: string;
}

export interface TableModel extends Named {
  readonly keySchema: readonly KeyElement[];
  readonly attributes: readonly { AttributeName: string; AttributeType: 'S' | 'N' | 'B' }[];
  readonly indexes: readonly IndexModel[];
  readonly streamView: StreamView | undefined;
}

export interface IndexModel {
  readonly name: string;
  readonly local: boolean;
  readonly keySchema: readonly KeyElement[];
  readonly projection: 'ALL' | 'KEYS_ONLY' | 'INCLUDE';
  readonly included: readonly string[];
}

export interface KeyElement {
  readonly AttributeName: string;
  readonly KeyType: 'HASH' | 'RANGE';
}

type StreamView = 'NEW_IMAGE' | 'OLD_IMAGE' | 'NEW_AND_OLD_IMAGES' | 'KEYS_ONLY';

export interface QueueModel extends Named {
  readonly url: string;
  readonly fifo: boolean;
  readonly visibilitySeconds: number;
  readonly deadLetterArn: string | undefined;
  /** Attributes in the words of the SQS API. */
  readonly attributes: Readonly<Record<string, string>>;
}

export interface TopicModel extends Named {
  /** The tag `local:takes` says what a provider would publish here, such as `sms-replies`. */
  readonly takes: string | undefined;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface SubscriptionModel {
  readonly topicArn: string;
  readonly protocol: string;
  readonly endpoint: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface BucketModel extends Named {}

export interface FunctionModel extends Named {
  /** Short name for people: the construct's id. */
  readonly label: string;
  readonly directory: string;
  readonly handler: string;
  readonly memoryMegabytes: number;
  readonly timeoutSeconds: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly roleArn: string;
  readonly concurrency: number | undefined;
  /** Runs in a process of its own instead of a thread (tag `local:isolation` = `process`). */
  readonly ownProcess: boolean;
  readonly logGroup: string;
  /** The tag `local:takes` says what AWS would hand to it from outside, such as `sms-delivery-logs`. */
  readonly takes: string | undefined;
  /** How often an asynchronous call is tried again when the function fails, and where its event goes then. */
  readonly asyncRetries: number;
  readonly failureDestination: string | undefined;
}

export interface MappingModel {
  readonly id: string;
  /** What AWS would call it by, the same at every start. */
  readonly uuid: string;
  readonly sourceArn: string;
  readonly functionArn: string;
  readonly enabled: boolean;
  readonly batchSize: number;
  readonly windowSeconds: number;
  readonly partialFailures: boolean;
  readonly maxConcurrency: number | undefined;
  readonly startingPosition: 'TRIM_HORIZON' | 'LATEST';
  readonly maxRetries: number;
  readonly maxAgeSeconds: number;
  readonly bisect: boolean;
  readonly parallelization: number;
  readonly failureDestination: string | undefined;
  readonly filters: readonly unknown[];
}

export interface ScheduleModel extends Named {
  readonly kind: 'rule' | 'schedule';
  /** `cron(...)`, `rate(...)` or `at(...)`; absent for a rule that only matches a pattern. */
  readonly expression: string | undefined;
  readonly timezone: string;
  readonly enabled: boolean;
  readonly pattern: unknown;
  readonly busName: string;
  readonly targets: readonly TargetModel[];
}

/** Retry policy and dead letters of a target are for calls that AWS cannot make; here every call can be made. */
export interface TargetModel {
  readonly arn: string;
  readonly input: string | undefined;
  readonly inputPath: string | undefined;
  readonly transformer: { paths: Readonly<Record<string, string>>; template: string } | undefined;
  readonly messageGroupId: string | undefined;
}

export interface SecretModel extends Named {
  readonly value: string | undefined;
  readonly generate: { length: number; template: string | undefined; key: string | undefined } | undefined;
}

/** Where the provider publishes what becomes of the mails that name this set. */
export interface ConfigurationSetModel {
  readonly name: string;
  readonly destinations: readonly MailEventDestination[];
}

export interface MailEventDestination {
  readonly topicArn: string;
  readonly enabled: boolean;
  readonly events: readonly MailEventType[];
}

export interface ApiModel {
  readonly id: string;
  readonly logicalId: string;
  readonly stage: string;
  readonly cors: CorsModel | undefined;
  readonly routes: readonly RouteModel[];
}

export interface CorsModel {
  readonly origins: readonly string[];
  readonly methods: readonly string[];
  readonly headers: readonly string[];
  readonly exposed: readonly string[];
  readonly credentials: boolean;
  readonly maxAge: number | undefined;
}

export interface RouteModel {
  /** `POST /webhooks/{shopId}`, `ANY /v1/{proxy+}` or `$default`. */
  readonly key: string;
  readonly functionArn: string;
  readonly timeoutMs: number;
}

export interface RoleModel {
  readonly arn: string;
  readonly name: string;
  readonly statements: readonly Statement[];
}

export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly resources: readonly string[];
  readonly notResources: readonly string[];
}

/** Everything of the template that has a life of its own on one machine. */
export interface Model {
  readonly tables: readonly TableModel[];
  readonly queues: readonly QueueModel[];
  readonly topics: readonly TopicModel[];
  readonly subscriptions: readonly SubscriptionModel[];
  readonly buckets: readonly BucketModel[];
  readonly functions: readonly FunctionModel[];
  readonly mappings: readonly MappingModel[];
  readonly schedules: readonly ScheduleModel[];
  readonly buses: readonly Named[];
  readonly secrets: readonly SecretModel[];
  readonly configurationSets: readonly ConfigurationSetModel[];
  readonly apis: readonly ApiModel[];
  readonly roles: readonly RoleModel[];
}

/** Types that need no counterpart here, and why. Anything neither here nor read below is an error, never ignored. */
export const inertTypes: Readonly<Record<string, string>> = {
  'AWS::CDK::Metadata': 'says which CDK wrote the template',
  'AWS::ApiGatewayV2::Integration': 'read together with its route',
  'AWS::ApiGatewayV2::Route': 'read together with its API',
  'AWS::ApiGatewayV2::Stage': 'read together with its API',
  'AWS::CloudWatch::Alarm': 'nobody is on call for one machine; metric sums are in the answers of the controls',
  'AWS::CloudWatch::CompositeAlarm': 'as an alarm',
  'AWS::CloudWatch::Dashboard': 'shown by the console only',
  'AWS::IAM::ManagedPolicy': 'read together with its roles',
  'AWS::IAM::Policy': 'read together with its roles',
  'AWS::KMS::Alias': 'nothing is encrypted at rest here',
  'AWS::KMS::Key': 'nothing is encrypted at rest here',
  'AWS::Lambda::Alias': 'calls through it reach the function itself',
  'AWS::Lambda::EventInvokeConfig': 'read together with its function',
  'AWS::Lambda::Permission': 'who may call a function; the callers here are all of the template',
  'AWS::Lambda::Version': 'there is one version on one machine',
  'AWS::Logs::LogGroup': 'log lines are kept in memory',
  'AWS::Logs::MetricFilter': 'works on stored logs',
  'AWS::Logs::QueryDefinition': 'shown by the console only',
  'AWS::Logs::SubscriptionFilter': 'log lines are kept in memory; a function is fed by its tag local:takes',
  'AWS::Budgets::Budget': 'one machine costs nothing',
  'AWS::S3::BucketPolicy': 'governs other accounts and transport; roles are checked',
  'AWS::SQS::QueuePolicy': 'governs other accounts and transport; roles are checked',
  'AWS::SNS::TopicPolicy': 'governs other accounts and transport; roles are checked',
  'AWS::SecretsManager::ResourcePolicy': 'governs other accounts; roles are checked',
  'AWS::Scheduler::ScheduleGroup': 'a name for schedules',
  'AWS::SES::ConfigurationSetEventDestination': 'read together with its configuration set',
  'AWS::SES::EmailIdentity': 'any sender is verified here',
};

const text = z.coerce.string();
const number = z.coerce.number();
const flag = z.union([z.boolean(), z.enum(['true', 'false']).transform((value) => value === 'true')]);
const keySchema = z.array(z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }));
const indexSchema = z.object({
  IndexName: z.string(),
  KeySchema: keySchema,
  Projection: z.object({
    ProjectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']),
    NonKeyAttributes: z.array(z.string()).default([]),
  }),
});

/** Reads properties with a schema; a mismatch names the resource. */
function read<T extends z.ZodType>(resource: Resource, schema: T): z.infer<T> {
  const result = schema.safeParse(resource.properties);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new SetupError(
    `${resource.path} (${resource.type}): ${issue?.path.join('.') ?? ''} ${issue?.message ?? 'is not understood'}.`,
    'The local stack reads this in infra/local/model.ts.',
  );
}

type Reader<T> = (resource: Resource, world: World) => T;

/** What a reader may need besides its own resource. */
interface World {
  readonly all: readonly Resource[];
  readonly assembly: Assembly;
  readonly attribute: (resource: Resource, name: string) => string;
}

const base = (resource: Resource, world: World, name: string): Named => ({
  logicalId: resource.logicalId,
  path: resource.path,
  name,
  arn: world.attribute(resource, 'Arn'),
});

const readTable: Reader<TableModel> = (resource, world) => {
  const table = read(
    resource,
    z.object({
      KeySchema: keySchema,
      AttributeDefinitions: z.array(z.object({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) })),
      GlobalSecondaryIndexes: z.array(indexSchema).default([]),
      LocalSecondaryIndexes: z.array(indexSchema).default([]),
      StreamSpecification: z
        .object({ StreamViewType: z.enum(['NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES', 'KEYS_ONLY']) })
        .optional(),
    }),
  );
  const index =
    (local: boolean) =>
    (raw: z.infer<typeof indexSchema>): IndexModel => ({
      name: raw.IndexName,
      local,
      keySchema: raw.KeySchema,
      projection: raw.Projection.ProjectionType,
      included: raw.Projection.NonKeyAttributes,
    });
  return {
    ...base(resource, world, world.attribute(resource, 'Ref')),
    keySchema: table.KeySchema,
    attributes: table.AttributeDefinitions,
    indexes: [...table.GlobalSecondaryIndexes.map(index(false)), ...table.LocalSecondaryIndexes.map(index(true))],
    streamView: table.StreamSpecification?.StreamViewType,
  };
};

const queueAttributes = [
  'ContentBasedDeduplication',
  'DeduplicationScope',
  'DelaySeconds',
  'FifoQueue',
  'FifoThroughputLimit',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'ReceiveMessageWaitTimeSeconds',
  'VisibilityTimeout',
] as const;

const readQueue: Reader<QueueModel> = (resource, world) => {
  const redrive = read(
    resource,
    z.object({
      RedrivePolicy: z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: number }).optional(),
    }),
  ).RedrivePolicy;
  const attributes: Record<string, string> = {};
  for (const name of queueAttributes) {
    const value = resource.properties[name];
    if (value !== undefined) attributes[name] = String(value);
  }
  if (redrive !== undefined) attributes.RedrivePolicy = JSON.stringify(redrive);
  return {
    ...base(resource, world, world.attribute(resource, 'QueueName')),
    url: world.attribute(resource, 'Ref'),
    fifo: attributes.FifoQueue === 'true',
    visibilitySeconds: Number(attributes.VisibilityTimeout ?? 30),
    deadLetterArn: redrive?.deadLetterTargetArn,
    attributes,
  };
};

const readTopic: Reader<TopicModel> = (resource, world) => {
  const topic = read(resource, z.object({ FifoTopic: text.optional(), ContentBasedDeduplication: text.optional() }));
  const arn = world.attribute(resource, 'Ref');
  return {
    logicalId: resource.logicalId,
    path: resource.path,
    name: world.attribute(resource, 'TopicName'),
    arn,
    takes: resource.tags['local:takes'],
    attributes: {
      ...(topic.FifoTopic === 'true' ? { FifoTopic: 'true' } : {}),
      ...(topic.ContentBasedDeduplication === 'true' ? { ContentBasedDeduplication: 'true' } : {}),
    },
  };
};

const readSubscription: Reader<SubscriptionModel> = (resource) => {
  const subscription = read(
    resource,
    z.object({
      TopicArn: z.string(),
      Protocol: z.string(),
      Endpoint: z.string(),
      RawMessageDelivery: text.optional(),
      FilterPolicy: z.unknown().optional(),
      FilterPolicyScope: z.string().optional(),
    }),
  );
  const { RawMessageDelivery: raw, FilterPolicy: filter, FilterPolicyScope: scope } = subscription;
  return {
    topicArn: subscription.TopicArn,
    protocol: subscription.Protocol,
    endpoint: subscription.Endpoint,
    attributes: {
      ...(raw === undefined ? {} : { RawMessageDelivery: raw }),
      ...(filter === undefined ? {} : { FilterPolicy: JSON.stringify(filter) }),
      ...(scope === undefined ? {} : { FilterPolicyScope: scope }),
    },
  };
};

const destination = z.object({ Destination: z.string().optional() }).optional();

const readFunction: Reader<FunctionModel> = (resource, world) => {
  const raw = read(
    resource,
    z.object({
      Code: z.object({ S3Key: z.string() }),
      Handler: z.string(),
      Role: z.string(),
      MemorySize: number.default(128),
      Timeout: number.default(3),
      ReservedConcurrentExecutions: number.optional(),
      Environment: z.object({ Variables: z.record(z.string(), text) }).optional(),
      LoggingConfig: z.object({ LogGroup: z.string().optional() }).optional(),
      DeadLetterConfig: z.object({ TargetArn: z.string() }).optional(),
    }),
  );
  const directory = world.assembly.assets.get(raw.Code.S3Key);
  if (directory === undefined) {
    throw new SetupError(`${resource.path}: the assembly has no asset ${raw.Code.S3Key}.`, 'Synthesize anew.');
  }
  const named = base(resource, world, world.attribute(resource, 'Ref'));
  const config = invokeConfig(named.name, world);
  return {
    ...named,
    label: labelOf(named),
    directory,
    handler: raw.Handler,
    memoryMegabytes: raw.MemorySize,
    timeoutSeconds: raw.Timeout,
    environment: raw.Environment?.Variables ?? {},
    roleArn: raw.Role,
    concurrency: raw.ReservedConcurrentExecutions,
    ownProcess: resource.tags['local:isolation'] === 'process',
    takes: resource.tags['local:takes'],
    logGroup: raw.LoggingConfig?.LogGroup ?? `/aws/lambda/${named.name}`,
    asyncRetries: config?.MaximumRetryAttempts ?? 2,
    failureDestination: raw.DeadLetterConfig?.TargetArn ?? config?.DestinationConfig?.OnFailure?.Destination,
  };
};

/** The construct id that the name ends in; else the last one of the path. */
function labelOf({ name, path }: Named): string {
  const ids = path.split('/').filter((id) => id !== 'Resource');
  return ids.find((id) => name === id || name.endsWith(`-${id}`)) ?? ids.at(-1) ?? name;
}

const invokeConfigSchema = z.object({
  FunctionName: z.string(),
  MaximumRetryAttempts: number.optional(),
  DestinationConfig: z.object({ OnFailure: destination }).optional(),
});

/** How asynchronous calls of a function are configured. */
function invokeConfig(functionName: string, { all }: World): z.infer<typeof invokeConfigSchema> | undefined {
  return all
    .filter(({ type }) => type === 'AWS::Lambda::EventInvokeConfig')
    .map((resource) => read(resource, invokeConfigSchema))
    .find(({ FunctionName }) => FunctionName === functionName);
}

const readMapping: Reader<MappingModel> = (resource) => {
  const mapping = read(
    resource,
    z.object({
      EventSourceArn: z.string(),
      FunctionName: z.string(),
      Enabled: flag.default(true),
      BatchSize: number.optional(),
      MaximumBatchingWindowInSeconds: number.default(0),
      FunctionResponseTypes: z.array(z.string()).default([]),
      ScalingConfig: z.object({ MaximumConcurrency: number.optional() }).optional(),
      StartingPosition: z.enum(['TRIM_HORIZON', 'LATEST']).default('LATEST'),
      MaximumRetryAttempts: number.default(-1),
      MaximumRecordAgeInSeconds: number.default(-1),
      BisectBatchOnFunctionError: flag.default(false),
      ParallelizationFactor: number.default(1),
      DestinationConfig: z.object({ OnFailure: destination }).optional(),
      FilterCriteria: z.object({ Filters: z.array(z.object({ Pattern: z.string() })) }).optional(),
    }),
  );
  return {
    id: resource.logicalId,
    uuid: uuidOf(resource.path),
    sourceArn: mapping.EventSourceArn,
    functionArn: mapping.FunctionName,
    enabled: mapping.Enabled,
    batchSize: mapping.BatchSize ?? (mapping.EventSourceArn.includes(':dynamodb:') ? 100 : 10),
    windowSeconds: mapping.MaximumBatchingWindowInSeconds,
    partialFailures: mapping.FunctionResponseTypes.includes('ReportBatchItemFailures'),
    maxConcurrency: mapping.ScalingConfig?.MaximumConcurrency,
    startingPosition: mapping.StartingPosition,
    maxRetries: mapping.MaximumRetryAttempts,
    maxAgeSeconds: mapping.MaximumRecordAgeInSeconds,
    bisect: mapping.BisectBatchOnFunctionError,
    parallelization: mapping.ParallelizationFactor,
    failureDestination: mapping.DestinationConfig?.OnFailure?.Destination,
    filters: (mapping.FilterCriteria?.Filters ?? []).map((filter): unknown => JSON.parse(filter.Pattern)),
  };
};

function uuidOf(name: string): string {
  const hash = createHash('sha256').update(name).digest('hex');
  return [hash.slice(0, 8), hash.slice(8, 12), hash.slice(12, 16), hash.slice(16, 20), hash.slice(20, 32)].join('-');
}

const targetSchema = z.object({
  Arn: z.string(),
  Input: z.string().optional(),
  InputPath: z.string().optional(),
  InputTransformer: z
    .object({ InputPathsMap: z.record(z.string(), z.string()).default({}), InputTemplate: z.string() })
    .optional(),
  SqsParameters: z.object({ MessageGroupId: z.string().optional() }).optional(),
});

const readTarget = (target: z.infer<typeof targetSchema>): TargetModel => ({
  arn: target.Arn,
  input: target.Input,
  inputPath: target.InputPath,
  transformer: target.InputTransformer && {
    paths: target.InputTransformer.InputPathsMap,
    template: target.InputTransformer.InputTemplate,
  },
  messageGroupId: target.SqsParameters?.MessageGroupId,
});

const readRule: Reader<ScheduleModel> = (resource, world) => {
  const rule = read(
    resource,
    z.object({
      ScheduleExpression: z.string().optional(),
      EventPattern: z.unknown().optional(),
      EventBusName: z.string().default('default'),
      State: z.string().default('ENABLED'),
      Targets: z.array(targetSchema).default([]),
    }),
  );
  return {
    ...base(resource, world, world.attribute(resource, 'Ref')),
    kind: 'rule',
    expression: rule.ScheduleExpression,
    timezone: 'UTC',
    enabled: rule.State !== 'DISABLED',
    pattern: rule.EventPattern,
    busName: rule.EventBusName.split('/').at(-1) ?? 'default',
    targets: rule.Targets.map(readTarget),
  };
};

const readSchedule: Reader<ScheduleModel> = (resource, world) => {
  const schedule = read(
    resource,
    z.object({
      ScheduleExpression: z.string(),
      ScheduleExpressionTimezone: z.string().default('UTC'),
      State: z.string().default('ENABLED'),
      Target: targetSchema,
    }),
  );
  return {
    ...base(resource, world, world.attribute(resource, 'Ref')),
    kind: 'schedule',
    expression: schedule.ScheduleExpression,
    timezone: schedule.ScheduleExpressionTimezone,
    enabled: schedule.State !== 'DISABLED',
    pattern: undefined,
    busName: 'default',
    targets: [readTarget(schedule.Target)],
  };
};

const readSecret: Reader<SecretModel> = (resource, world) => {
  const secret = read(
    resource,
    z.object({
      Name: z.string().optional(),
      SecretString: z.string().optional(),
      GenerateSecretString: z
        .object({
          PasswordLength: number.default(32),
          SecretStringTemplate: z.string().optional(),
          GenerateStringKey: z.string().optional(),
        })
        .optional(),
    }),
  );
  const arn = world.attribute(resource, 'Ref');
  return {
    logicalId: resource.logicalId,
    path: resource.path,
    name: arn.split(':secret:')[1]?.replace(/-LocalX$/, '') ?? resource.logicalId,
    arn,
    value: secret.SecretString,
    generate: secret.GenerateSecretString && {
      length: secret.GenerateSecretString.PasswordLength,
      template: secret.GenerateSecretString.SecretStringTemplate,
      key: secret.GenerateSecretString.GenerateStringKey,
    },
  };
};

const readConfigurationSet: Reader<ConfigurationSetModel> = (resource, world) => {
  const name = world.attribute(resource, 'Ref');
  const destinations = world.all
    .filter(({ type }) => type === 'AWS::SES::ConfigurationSetEventDestination')
    .filter(({ properties }) => properties.ConfigurationSetName === name);
  return { name, destinations: destinations.flatMap(readMailEventDestination) };
};

/** `bounce`, or `BOUNCE` as the newer API writes it; kinds that never happen here are left out. */
const mailEventNames = z
  .array(z.string())
  .transform((names) => mailEventTypes.filter((type) => names.some((name) => name.toLowerCase() === type)));

/** Metrics of CloudWatch are nobody's here; of what takes events only topics are known. */
function readMailEventDestination(resource: Resource): MailEventDestination[] {
  const unknown = z.undefined('takes events; the local stack knows topics only').optional();
  const { EventDestination: destination } = read(
    resource,
    z.object({
      EventDestination: z.object({
        Enabled: flag.default(true),
        MatchingEventTypes: mailEventNames,
        SnsDestination: z.object({ TopicARN: z.string() }).optional(),
        EventBridgeDestination: unknown,
        KinesisFirehoseDestination: unknown,
      }),
    }),
  );
  if (destination.SnsDestination === undefined) return [];
  const { Enabled: enabled, MatchingEventTypes: events, SnsDestination } = destination;
  return [{ topicArn: SnsDestination.TopicARN, enabled, events }];
}

const list = z.array(z.string()).default([]);

const readApi: Reader<ApiModel> = (resource, world) => {
  const api = read(
    resource,
    z.object({
      ProtocolType: z.literal('HTTP'),
      CorsConfiguration: z
        .object({
          AllowOrigins: list,
          AllowMethods: list,
          AllowHeaders: list,
          ExposeHeaders: list,
          AllowCredentials: flag.default(false),
          MaxAge: number.optional(),
        })
        .optional(),
    }),
  );
  const id = world.attribute(resource, 'Ref');
  const ofThisApi = (type: string) => world.all.filter((other) => other.type === type && other.properties.ApiId === id);
  const integrations = new Map(
    ofThisApi('AWS::ApiGatewayV2::Integration').map((one) => [world.attribute(one, 'Ref'), readIntegration(one)]),
  );
  const stage = ofThisApi('AWS::ApiGatewayV2::Stage')[0]?.properties.StageName;
  const cors = api.CorsConfiguration;
  return {
    id,
    logicalId: resource.logicalId,
    stage: typeof stage === 'string' ? stage : '$default',
    cors: cors && {
      origins: cors.AllowOrigins,
      methods: cors.AllowMethods,
      headers: cors.AllowHeaders,
      exposed: cors.ExposeHeaders,
      credentials: cors.AllowCredentials,
      maxAge: cors.MaxAge,
    },
    routes: ofThisApi('AWS::ApiGatewayV2::Route').map((route) => readRoute(route, integrations)),
  };
};

function readIntegration(resource: Resource): { functionArn: string; timeoutMs: number } {
  const integration = read(
    resource,
    z.object({
      IntegrationType: z.literal('AWS_PROXY'),
      PayloadFormatVersion: z.literal('2.0'),
      IntegrationUri: z.string(),
      TimeoutInMillis: number.default(30_000),
    }),
  );
  const functionArn = /arn:aws:lambda:[^/]*:function:[^/]+/.exec(integration.IntegrationUri)?.[0];
  return { functionArn: functionArn ?? integration.IntegrationUri, timeoutMs: integration.TimeoutInMillis };
}

function readRoute(
  resource: Resource,
  integrations: ReadonlyMap<string, { functionArn: string; timeoutMs: number }>,
): RouteModel {
  const route = read(
    resource,
    z.object({
      RouteKey: z.string(),
      Target: z.string(),
      AuthorizationType: z.literal('NONE', 'has an authorizer, which the local stack does not run').default('NONE'),
    }),
  );
  const integration = integrations.get(route.Target.replace(/^integrations\//, ''));
  if (integration === undefined) {
    throw new SetupError(`${resource.path}: its target ${route.Target} is not in the template.`, 'Synthesize anew.');
  }
  return { key: route.RouteKey, ...integration };
}

const oneOrMore = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => (Array.isArray(value) ? value : [value]))
  .default([]);
const documentSchema = z.object({
  Statement: z.array(
    z.object({
      Effect: z.enum(['Allow', 'Deny']),
      Action: oneOrMore,
      NotAction: oneOrMore,
      Resource: oneOrMore,
      NotResource: oneOrMore,
    }),
  ),
});

const statementsOf = (document: z.infer<typeof documentSchema>): Statement[] =>
  document.Statement.map((statement) => ({
    effect: statement.Effect,
    actions: statement.Action,
    notActions: statement.NotAction,
    resources: statement.Resource,
    notResources: statement.NotResource,
  }));

/** What the AWS managed policies that functions commonly carry allow, as far as it can be used here. */
const managedPolicies: Readonly<Record<string, readonly string[]>> = {
  AWSLambdaBasicExecutionRole: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
  AWSXRayDaemonWriteAccess: [],
  CloudWatchLambdaInsightsExecutionRolePolicy: [],
};

const readRole: Reader<RoleModel> = (resource, world) => {
  const role = read(
    resource,
    z.object({
      Policies: z.array(z.object({ PolicyDocument: documentSchema })).default([]),
      ManagedPolicyArns: z.array(z.string()).default([]),
    }),
  );
  const name = world.attribute(resource, 'Ref');
  const managed = role.ManagedPolicyArns.flatMap((arn) => managedStatements(resource, arn));
  const attached = world.all
    .filter((other) => other.type === 'AWS::IAM::Policy' || other.type === 'AWS::IAM::ManagedPolicy')
    .map((other) => read(other, z.object({ PolicyDocument: documentSchema, Roles: z.array(z.string()).default([]) })))
    .filter((policy) => policy.Roles.includes(name));
  return {
    arn: world.attribute(resource, 'Arn'),
    name,
    statements: [
      ...role.Policies.flatMap((policy) => statementsOf(policy.PolicyDocument)),
      ...managed,
      ...attached.flatMap((policy) => statementsOf(policy.PolicyDocument)),
    ],
  };
};

function managedStatements(role: Resource, arn: string): Statement[] {
  const name = arn.split('/').at(-1) ?? arn;
  const actions = managedPolicies[name];
  if (actions === undefined) {
    throw new SetupError(
      `${role.path} carries the managed policy ${name}, which the local stack does not know.`,
      'Give the role its own statements, or add the policy to infra/local/model.ts.',
    );
  }
  if (actions.length === 0) return [];
  return [{ effect: 'Allow', actions, notActions: [], resources: ['*'], notResources: [] }];
}

/** Sorts resolved resources into the model; a type that is neither read nor inert is refused by name. */
export function readModel(
  resources: readonly Resource[],
  assembly: Assembly,
  attribute: (resource: Resource, name: string) => string,
): Model {
  const world: World = { all: resources, assembly, attribute };
  const model = {
    tables: [] as TableModel[],
    queues: [] as QueueModel[],
    topics: [] as TopicModel[],
    subscriptions: [] as SubscriptionModel[],
    buckets: [] as BucketModel[],
    functions: [] as FunctionModel[],
    mappings: [] as MappingModel[],
    schedules: [] as ScheduleModel[],
    buses: [] as Named[],
    secrets: [] as SecretModel[],
    configurationSets: [] as ConfigurationSetModel[],
    apis: [] as ApiModel[],
    roles: [] as RoleModel[],
  };
  const readers: Readonly<Record<string, (resource: Resource) => void>> = {
    'AWS::DynamoDB::Table': (one) => model.tables.push(readTable(one, world)),
    'AWS::DynamoDB::GlobalTable': (one) => model.tables.push(readTable(one, world)),
    'AWS::SQS::Queue': (one) => model.queues.push(readQueue(one, world)),
    'AWS::SNS::Topic': (one) => model.topics.push(readTopic(one, world)),
    'AWS::SNS::Subscription': (one) => model.subscriptions.push(readSubscription(one, world)),
    'AWS::S3::Bucket': (one) => model.buckets.push(base(one, world, attribute(one, 'Ref'))),
    'AWS::Lambda::Function': (one) => model.functions.push(readFunction(one, world)),
    'AWS::Lambda::EventSourceMapping': (one) => model.mappings.push(readMapping(one, world)),
    'AWS::Events::Rule': (one) => model.schedules.push(readRule(one, world)),
    'AWS::Events::EventBus': (one) => model.buses.push(base(one, world, attribute(one, 'Name'))),
    'AWS::Scheduler::Schedule': (one) => model.schedules.push(readSchedule(one, world)),
    'AWS::SecretsManager::Secret': (one) => model.secrets.push(readSecret(one, world)),
    'AWS::SES::ConfigurationSet': (one) => model.configurationSets.push(readConfigurationSet(one, world)),
    'AWS::ApiGatewayV2::Api': (one) => model.apis.push(readApi(one, world)),
    'AWS::IAM::Role': (one) => model.roles.push(readRole(one, world)),
  };
  for (const resource of resources) {
    const reader = readers[resource.type];
    if (reader !== undefined) reader(resource);
    else if (!(resource.type in inertTypes)) refuse(resource);
  }
  return model;
}

function refuse(resource: Resource): never {
  throw new SetupError(
    `The local stack cannot run ${resource.path}: it knows no ${resource.type}.`,
    'Read it in infra/local/model.ts, or list it as inert there with the reason.',
  );
}
