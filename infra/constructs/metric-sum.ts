import { type IMetric, MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import { alarmPeriod } from './alarm-topic.ts';

/** Adds metrics up; one without data counts as 0. */
export function metricSum(label: string, metrics: readonly IMetric[]): IMetric {
  return combined(label, metrics, (filled) => filled.join(' + '));
}

/** The greatest of some metrics; one without data counts as 0. */
export function greatest(label: string, metrics: readonly IMetric[]): IMetric {
  return combined(label, metrics, (filled) => `MAX([${filled.join(', ')}])`);
}

function combined(label: string, metrics: readonly IMetric[], expression: (filled: string[]) => string): IMetric {
  // Ids of metrics in expressions are unique per graph, so they carry the label.
  const prefix = label.replaceAll(/[^A-Za-z]/g, '').toLowerCase();
  const named = metrics.map((metric, index) => [`${prefix}${index}`, metric] as const);
  return new MathExpression({
    expression: expression(named.map(([id]) => `FILL(${id}, 0)`)),
    usingMetrics: Object.fromEntries(named),
    label,
    period: alarmPeriod,
  });
}
