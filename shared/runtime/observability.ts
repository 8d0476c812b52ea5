import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';

/** JSON lines; service and level come from the environment that the stack sets. */
export function createLogger(): Logger {
  return new Logger();
}

/** Metrics as lines of the log (EMF), with the function's name as their dimension. */
export function createMetrics(): Metrics {
  return new Metrics({ namespace: 'Huitou' });
}

/** Writes out what was counted; without anything counted it writes nothing. */
export function flush(metrics: Metrics | undefined): void {
  if (metrics?.hasStoredMetrics()) metrics.publishStoredMetrics();
}
