import { Duration } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpMethod, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { type IMetric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type * as z from 'zod';
import type { StageSettings } from '../stages.ts';
import { acknowledge } from './acknowledge.ts';
import { type AlarmTopic, alarmPeriod } from './alarm-topic.ts';
import type { ServiceFunction } from './service-function.ts';

export interface PublicHttpApiProps {
  readonly stage: StageSettings;
  readonly alarms: AlarmTopic;
  readonly description: string;
  /** Requests per second over all routes; more get 429. Guards the account's Lambda concurrency and the bill. */
  readonly rateLimit: number;
  readonly burstLimit: number;
  readonly failureImpact: string;
}

export interface Route {
  readonly method: 'ANY' | 'GET' | 'HEAD' | 'POST';
  readonly path: string;
}

/** No address, path or query: they can hold personal data. The route and the request id lead to the function's log. */
const accessLogLine = {
  requestId: '$context.requestId',
  time: '$context.requestTime',
  route: '$context.routeKey',
  status: '$context.status',
  responseBytes: '$context.responseLength',
  latencyMs: '$context.responseLatency',
  integrationStatus: '$context.integrationStatus',
  integrationError: '$context.integrationErrorMessage',
};

/** An HTTP API whose functions guard themselves, with an access log free of personal data and a limit on the rate. */
export class PublicHttpApi extends Construct {
  readonly api: HttpApi;
  readonly url: string;

  constructor(scope: Construct, id: string, props: PublicHttpApiProps) {
    super(scope, id);
    this.api = new HttpApi(this, 'api', {
      apiName: props.stage.prefix,
      description: props.description,
      createDefaultStage: false,
    });
    this.url = this.api.apiEndpoint;
    const log = new LogGroup(this, 'access-log', {
      retention: props.stage.logRetention,
      removalPolicy: props.stage.removalPolicy,
    });
    new HttpStage(this, 'stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: props.rateLimit, burstLimit: props.burstLimit },
      accessLogSettings: {
        destination: new LogGroupLogDestination(log),
        format: AccessLogFormat.custom(JSON.stringify(accessLogLine)),
      },
    });
    props.alarms.watch(this, 'api-faults', {
      metric: this.metric('5xx'),
      atLeast: 5,
      failureImpact: props.failureImpact,
    });
  }

  /** Sends routes to a function. `guardedBy` says what stands in for an authorizer on them. */
  route<Schema extends z.ZodObject>(
    target: ServiceFunction<Schema>,
    routes: readonly Route[],
    guardedBy: string,
  ): void {
    const integration = new HttpLambdaIntegration(target.node.id, target.lambda, { timeout: Duration.seconds(29) });
    for (const { method, path } of routes) {
      const added = this.api.addRoutes({ path, methods: [HttpMethod[method]], integration });
      for (const route of added) acknowledge(route, 'AwsSolutions-APIG4', guardedBy);
    }
  }

  /** A metric of the API, counted over five minutes unless told otherwise. */
  metric(name: '4xx' | '5xx' | 'Count' | 'Latency', statistic: string = Stats.SUM): IMetric {
    return this.api.metric(name, { period: alarmPeriod, statistic });
  }
}
