import { type IMetric, MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import { alarmPeriod } from './alarm-topic.ts';

/** Adds metrics up; one without data counts as 0. */
export function metricSum(label: string, metrics: readonly IMetric[]): IMetric {
  // Ids of metrics in expressions are unique per graph, so they carry the label.
  const prefix = label.replaceAll(/[^A-Za-z]/g, '').toLowerCase();
  const named = metrics.map((metric, index) => [`${prefix}${index}`, metric] as const);
  return new MathExpression({
    expression: named.map(([id]) => `FILL(${id}, 0)`).join(' + '),
    usingMetrics: Object.fromEntries(named),
    label,
    period: alarmPeriod,
  });
}
