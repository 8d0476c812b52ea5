import type { AsyncEvent } from '../async-delivery.ts';
import type { Clock } from '../clock.ts';
import type { Faults } from '../faults.ts';
import type { FunctionLog } from '../function-log.ts';
import { type Permission, RoleLedger } from '../iam/policy.ts';
import type { FunctionModel, Model } from '../model.ts';
import { SetupError } from '../problem.ts';
import type { Caller } from '../proxy.ts';
import { FunctionPool, type Outcome } from './pool.ts';

export interface IamReport {
  readonly allowed: readonly Permission[];
  readonly used: readonly Permission[];
  readonly denied: readonly Permission[];
  /** Allowed and never used. */
  readonly unused: readonly Permission[];
}

export interface FunctionCounts {
  readonly invocations: Readonly<Record<string, number>>;
  readonly failures: Readonly<Record<string, number>>;
}

export interface FunctionsOptions {
  readonly model: Model;
  readonly clock: Clock;
  readonly faults: Faults;
  readonly log: FunctionLog;
  readonly endpoint: string;
  readonly account: string;
  readonly region: string;
}

export interface Deployed {
  readonly model: FunctionModel;
  readonly pool: FunctionPool;
  readonly ledger: RoleLedger;
  readonly caller: Caller;
  invocations: number;
  failures: number;
}

/** In an access key, between the function's part and the number of the environment. */
const environmentMark = 'E';

const endpointVariables = [
  'DYNAMODB',
  'DYNAMODB_STREAMS',
  'SQS',
  'SNS',
  'SES',
  'SESV2',
  'S3',
  'SECRETS_MANAGER',
  'EVENTBRIDGE',
  'LAMBDA',
];

/** The functions of the template, each with its own environment, access key and record of what it used of its role. */
export class Functions {
  readonly #byArn = new Map<string, Deployed>();
  readonly #byKey = new Map<string, Deployed>();
  readonly #options: FunctionsOptions;

  constructor(options: FunctionsOptions) {
    this.#options = options;
    for (const [at, model] of options.model.functions.entries()) {
      const accessKeyId = `LOCAL${String(at + 1).padStart(4, '0')}`;
      const deployed = this.#deploy(model, accessKeyId);
      this.#byArn.set(model.arn, deployed);
      this.#byKey.set(accessKeyId, deployed);
    }
  }

  #deploy(model: FunctionModel, accessKeyId: string): Deployed {
    const { model: whole, clock, log, account } = this.#options;
    const role = whole.roles.find(({ arn }) => arn === model.roleArn);
    if (role === undefined) throw new SetupError(`${model.path}: its role is not in the template.`, 'Synthesize anew.');
    const ledger = new RoleLedger(role.statements);
    const roleArn = `arn:aws:sts::${account}:assumed-role/${role.name}/${model.name}`;
    const variables = { ...model.environment, ...this.#variables(model) };
    const pool = new FunctionPool(model, {
      clock,
      variables: (environment) => ({
        ...variables,
        AWS_ACCESS_KEY_ID: accessKeyId + environmentMark + environment,
      }),
      onLog: (_, text, requestId) => log.add(model.label, text, requestId),
      onInvoke: () => this.#faultsOf(model),
    });
    const caller = { functionName: model.label, roleArn, ledger, environment: undefined };
    return { model, pool, ledger, caller, invocations: 0, failures: 0 };
  }

  #variables(model: FunctionModel): Record<string, string> {
    const { endpoint, region, account } = this.#options;
    return {
      ...Object.fromEntries(endpointVariables.map((service) => [`AWS_ENDPOINT_URL_${service}`, endpoint])),
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_ACCOUNT_ID: account,
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_SESSION_TOKEN: 'local',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_LAMBDA_FUNCTION_NAME: model.name,
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(model.memoryMegabytes),
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_LAMBDA_LOG_GROUP_NAME: model.logGroup,
      AWS_LAMBDA_LOG_STREAM_NAME: 'local/[$LATEST]',
      LAMBDA_TASK_ROOT: model.directory,
      _HANDLER: model.handler,
      TZ: ':UTC',
      LANG: 'en_US.UTF-8',
    };
  }

  #faultsOf({ label }: FunctionModel): { killAfterMs?: number; timeoutNow?: boolean } {
    const { faults } = this.#options;
    if (faults.none) return {};
    const crash = faults.draw('lambda.crash', { function: label });
    const timeout = faults.draw('lambda.timeout', { function: label });
    return {
      ...(crash === undefined ? {} : { killAfterMs: crash.ms ?? 20 }),
      ...(timeout === undefined ? {} : { timeoutNow: true }),
    };
  }

  /** The function of an ARN, with or without a version or alias at its end; or of a name. */
  find(arnOrName: string): Deployed {
    const plain = arnOrName.split(':').slice(0, 7).join(':');
    const found = this.#byArn.get(plain) ?? [...this.#byArn.values()].find(({ model }) => model.name === arnOrName);
    if (found !== undefined) return found;
    throw new SetupError(`The template has no function ${arnOrName}.`, 'Synthesize anew.');
  }

  /** The function behind an access key, and which of its environments. */
  callerOf(accessKeyId: string): Caller | undefined {
    const [key = '', environment = ''] = accessKeyId.split(environmentMark);
    const deployed = this.#byKey.get(key);
    return deployed && { ...deployed.caller, environment: deployed.pool.environment(Number(environment)) };
  }

  /** Runs a function and counts it. Never rejects for what the function does. */
  async invoke(arn: string, event: string): Promise<Outcome> {
    const deployed = this.find(arn);
    deployed.invocations += 1;
    this.#useLogs(deployed);
    const outcome = await deployed.pool.invoke(event);
    if (!outcome.ok) deployed.failures += 1;
    return outcome;
  }

  /** The runtime writes the logs under the function's role. */
  #useLogs({ model, ledger, invocations }: Deployed): void {
    if (invocations > 1) return;
    const { region, account } = this.#options;
    const group = `arn:aws:logs:${region}:${account}:log-group:${model.logGroup}`;
    for (const action of ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents']) {
      ledger.use({ action, resource: `${group}:log-stream:local`, orResources: [`${group}:*`, group] });
    }
  }

  /** An event for an asynchronous call, with what the template says of its failures. */
  asyncEvent(arn: string, event: string): AsyncEvent {
    const { model } = this.find(arn);
    return { functionArn: model.arn, event, retries: model.asyncRetries, failureDestination: model.failureDestination };
  }

  get running(): string[] {
    return [...this.#byArn.values()].filter(({ pool }) => pool.running > 0).map(({ model }) => model.label);
  }

  /** Goes up with every invocation begun. */
  get begun(): number {
    let total = 0;
    for (const { invocations } of this.#byArn.values()) total += invocations;
    return total;
  }

  counts(): FunctionCounts {
    const all = [...this.#byArn.values()];
    const called = all.filter(({ invocations }) => invocations > 0);
    const failed = all.filter(({ failures }) => failures > 0);
    return {
      invocations: Object.fromEntries(called.map(({ model, invocations }) => [model.label, invocations])),
      failures: Object.fromEntries(failed.map(({ model, failures }) => [model.label, failures])),
    };
  }

  iam(): Record<string, IamReport> {
    return Object.fromEntries([...this.#byArn.values()].map(({ model, ledger }) => [model.label, ledger.report()]));
  }

  async close(): Promise<void> {
    await Promise.all([...this.#byArn.values()].map(({ pool }) => pool.close()));
  }

  /** Ends all environments; the next invocations get fresh ones. */
  async recycle(): Promise<void> {
    await Promise.all([...this.#byArn.values()].map(({ pool }) => pool.recycle()));
  }
}
