import { Duration } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  Metric,
  Stats,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { alarmPeriod } from '../constructs/alarm-topic.ts';
import type { ConsumedQueue } from '../constructs/consumed-queue.ts';
import { metricSum } from '../constructs/metric-sum.ts';
import type { PublicHttpApi } from '../constructs/public-http-api.ts';
import { businessMetric, businessMetricNames } from './business-metrics.ts';
import type { Service } from './service.ts';

export interface ObservabilityProps {
  readonly service: Service;
  readonly api: PublicHttpApi;
  /** By folder name. */
  readonly functions: Readonly<Record<string, LambdaFunction>>;
  readonly queues: Readonly<Record<string, ConsumedQueue>>;
}

/** Functions at whose other end somebody or a provider's rate waits. */
const awaited = new Set(['order-webhook', 'crm-api', 'public-pages', 'touch-send']);

/** Called by the HTTP API alone: where they fail it answers 5xx, which has an alarm of its own. One sum takes ten metrics. */
const answeredByApi = new Set(['crm-api', 'marketing-api', 'public-pages', 'report-query']);

/** The alarms no single capability owns, and one page that shows how the business and the machinery are doing. */
export class Observability extends Construct {
  constructor(scope: Construct, id: string, props: ObservabilityProps) {
    super(scope, id);
    const { service, functions } = props;
    service.alarms.watch(this, 'function-errors', {
      metric: errorsOf(
        Object.entries(functions).flatMap(([name, lambda]) => (answeredByApi.has(name) ? [] : [lambda])),
      ),
      atLeast: 5,
      periods: 2,
      failureImpact:
        'Functions fail again and again. Webhooks are repeated by the shop and queued work is retried, so nothing is lost yet. The dashboard shows which function; its log shows why.',
    });
    service.alarms.watch(this, 'throttled', {
      // Without dimensions this counts all functions of the account in the Region: they share one limit.
      metric: new Metric({
        namespace: 'AWS/Lambda',
        metricName: 'Throttles',
        period: alarmPeriod,
        statistic: Stats.SUM,
      }),
      atLeast: 10,
      periods: 3,
      failureImpact:
        'The account runs out of concurrent Lambda executions: webhooks get errors and shops repeat them. Ask AWS for a higher limit, or find the function that takes them all.',
    });
    this.dashboard(props);
  }

  private dashboard({ service, api, functions, queues }: ObservabilityProps): void {
    const lambdas = Object.entries(functions);
    const waiting = Object.entries(queues);
    const { tables } = service.data;
    // Fifty metrics cost nothing: what is written beside an order has the order's graph.
    const written = Object.entries(tables).filter(([name]) => name !== 'identities' && name !== 'migrations');
    new Dashboard(this, 'dashboard', {
      dashboardName: service.stage.prefix,
      defaultInterval: Duration.days(1),
      widgets: [
        [
          new TextWidget({
            markdown: `# ${service.stage.prefix}\nAlarms say what to do first in their text.`,
            width: 6,
          }),
          new AlarmStatusWidget({ title: 'Alarms', alarms: service.alarms.alarms, width: 18 }),
        ],
        [
          graph(
            'Business',
            businessMetricNames.map((name) => businessMetric(name)),
          ),
          graph('Requests and faults', [api.metric('Count'), api.metric('4xx'), api.metric('5xx')]),
          graph('Latency (ms)', [api.metric('Latency', 'p50'), api.metric('Latency', 'p99')]),
        ],
        [
          graph(
            'Errors by function',
            lambdas.map(([name, lambda]) => lambda.metricErrors({ label: name })),
          ),
          graph(
            'Duration p99 where somebody waits (ms)',
            lambdas
              .filter(([name]) => awaited.has(name))
              .map(([name, lambda]) => lambda.metricDuration({ label: name, statistic: 'p99' })),
          ),
          graph('Messages waiting, and dead', [
            ...waiting.map(([name, { queue }]) => queue.metricApproximateNumberOfMessagesVisible({ label: name })),
            ...[...new Set(waiting.map(([, { deadLetters }]) => deadLetters))].map((queue) =>
              queue.metricApproximateNumberOfMessagesVisible({ label: `dead: ${queue.node.path.split('/').at(-2)}` }),
            ),
          ]),
        ],
        [
          graph(
            'Write units by table',
            written.map(([name, table]) =>
              table.metricConsumedWriteCapacityUnits({ label: name, statistic: Stats.SUM }),
            ),
          ),
          graph(
            'Writes throttled',
            [tables.orders, tables.customers, tables.touches].map((table) =>
              table.metric('WriteThrottleEvents', { label: table.node.id, statistic: Stats.SUM }),
            ),
          ),
        ],
      ],
    });
  }
}

function graph(title: string, left: IMetric[]): GraphWidget {
  return new GraphWidget({ title, left, width: 8, height: 6 });
}

function errorsOf(functions: readonly LambdaFunction[]): IMetric {
  return metricSum(
    'Errors of functions',
    functions.map((lambda) => lambda.metricErrors({ period: alarmPeriod, statistic: Stats.SUM })),
  );
}
