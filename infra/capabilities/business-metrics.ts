import { type IMetric, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { alarmPeriod } from '../constructs/alarm-topic.ts';
import { metricSum } from '../constructs/metric-sum.ts';

/** What the business counts: metric name -> the functions that write it, in the namespace of the product. */
const businessMetrics = {
  OrdersRecorded: ['order-webhook', 'order-record'],
  OrdersQueued: ['order-webhook'],
  OrdersParked: ['order-webhook', 'order-record'],
  StageChanges: ['work-run'],
  NightsPlanned: ['night-plan'],
  TouchesPlanned: ['work-run'],
  TouchesSent: ['touch-send'],
  TouchesUnconfirmed: ['touch-send'],
  Bounces: ['touch-feedback'],
  Complaints: ['touch-feedback'],
} as const satisfies Record<string, readonly [string, ...string[]]>;

export type BusinessMetric = keyof typeof businessMetrics;

/** One of the business's metrics, summed per period over the functions that write it. */
export function businessMetric(name: BusinessMetric, period = alarmPeriod): IMetric {
  const [first, ...rest] = businessMetrics[name].map(
    (service) =>
      new Metric({
        namespace: 'Huitou',
        metricName: name,
        dimensionsMap: { service },
        period,
        statistic: Stats.SUM,
      }),
  );
  if (!first) throw new Error(`Nobody writes the metric ${name}.`);
  return rest.length === 0 ? first : metricSum(name, [first, ...rest]);
}

export const businessMetricNames = Object.keys(businessMetrics) as BusinessMetric[];
