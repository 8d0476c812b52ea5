import { Annotations, type Duration, type Size, Tags } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type * as z from 'zod';
import type { Bundles } from '../bundling/bundle-functions.ts';
import type { NativePackages } from '../bundling/native-packages.ts';
import type { StageSettings } from '../stages.ts';
import type { Use } from './uses.ts';

/** A value for every variable of the function's env schema: one that is missing, or unknown, does not compile. */
export type EnvironmentOf<Schema extends z.ZodObject> = {
  readonly [Variable in keyof z.input<Schema>]-?: string | Use;
};

export interface ServiceFunctionProps<Schema extends z.ZodObject> {
  readonly stage: StageSettings;
  readonly bundles: Bundles;
  /** One sentence for whoever finds the function in the console. */
  readonly description: string;
  readonly environment: EnvironmentOf<Schema>;
  readonly timeout: Duration;
  /** Also the share of a CPU: 1,769 MB is a whole one. */
  readonly memoryMb: number;
  /** Room in `/tmp`; 512 MB unless told otherwise. */
  readonly temporaryStorage?: Size;
  /** Native code runs on the processor it is built for, and on one machine in a process of its own. */
  readonly native?: NativePackages;
  /** Where events of asynchronous calls go after the service's own two retries. */
  readonly deadLetterQueue?: Queue;
}

/**
 * A Lambda function whose construct id, folder in `functions/`, log service and metric dimension are one name. It has a
 * role of its own that may write its log and do what `environment` says, and nothing else.
 */
export class ServiceFunction<Schema extends z.ZodObject> extends Construct {
  readonly lambda: LambdaFunction;
  readonly timeout: Duration;
  private readonly role: Role;

  constructor(scope: Construct, name: string, props: ServiceFunctionProps<Schema>) {
    super(scope, name);
    this.timeout = props.timeout;
    const logGroup = new LogGroup(this, 'log', {
      retention: props.stage.logRetention,
      removalPolicy: props.stage.removalPolicy,
    });
    this.role = new Role(this, 'role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    this.allow(
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    );
    this.lambda = new LambdaFunction(this, 'function', {
      functionName: `${props.stage.prefix}-${name}`,
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: props.native?.processor === 'x64' ? Architecture.X86_64 : Architecture.ARM_64,
      handler: 'index.handler',
      code: Code.fromAsset(directoryOf(props.bundles, name)),
      role: this.role,
      logGroup,
      timeout: props.timeout,
      memorySize: props.memoryMb,
      environment: { ...plumbing(name), ...this.variables(props.environment) },
      ...(props.temporaryStorage && { ephemeralStorageSize: props.temporaryStorage }),
      ...(props.deadLetterQueue && { deadLetterQueue: props.deadLetterQueue }),
    });
    if (props.native?.missing) Annotations.of(this).addWarningV2('huitou:native-code', props.native.missing);
    if (props.native) Tags.of(this.lambda).add('local:isolation', 'process');
  }

  /** Adds to what the function's role may do. Most rights come with `environment`; this is for triggers. */
  allow(...statements: readonly PolicyStatement[]): void {
    for (const statement of statements) this.role.addToPrincipalPolicy(statement);
  }

  private variables(environment: EnvironmentOf<Schema>): Record<string, string> {
    const entries = Object.entries<string | Use>(environment).map(([variable, given]) => {
      if (typeof given === 'string') return [variable, given] as const;
      this.allow(...given.statements);
      return [variable, given.value] as const;
    });
    return Object.fromEntries(entries);
  }
}

/** What the logger, the metrics and the runtime read. */
function plumbing(name: string): Record<string, string> {
  return {
    NODE_OPTIONS: '--enable-source-maps',
    POWERTOOLS_SERVICE_NAME: name,
    POWERTOOLS_LOG_LEVEL: 'INFO',
  };
}

function directoryOf(bundles: Bundles, name: string): string {
  const bundle = bundles.get(name);
  if (!bundle) throw new Error(`The function ${name} was not bundled: name it in the sources of its capability.`);
  return bundle.directory;
}
