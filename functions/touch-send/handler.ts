import type { Logger } from '@aws-lambda-powertools/logger';
import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import * as z from 'zod';
import { testCallSchema, touchCallSchema } from '../../shared/contracts/work.ts';
import { describeError } from '../../shared/runtime/describe-error.ts';
import { createQueueHandler, type QueueHandler } from '../../shared/runtime/queue-handler.ts';
import type { SendingRates } from '../../shared/usecases/messages/messaging-ports.ts';
import { type SendTestDeps, sendTest } from '../../shared/usecases/messages/send-test.ts';
import { type SendCounts, type SendDeps, sendTouches } from '../../shared/usecases/messages/send-touches.ts';

export type Deps = Omit<SendDeps, 'onFailure'> &
  SendTestDeps & {
    readonly rates: Pick<SendingRates, 'flush'>;
    readonly logger: Logger;
    readonly metrics?: Metrics;
  };

const callSchema = z.union([testCallSchema, touchCallSchema]);

/** Sends what is due to the customers a batch names, all of them side by side, and templates that are tried. */
export function createHandler(deps: Deps): QueueHandler {
  const { logger, metrics } = deps;
  const onFailure = (touch: string, error: unknown) => {
    logger.error('a touch could not be composed or written', { touch, failure: { ...describeError(error) } });
  };
  let ofBatch = noCounts;
  return createQueueHandler({
    parse: (body) => callSchema.parse(JSON.parse(body)),
    concurrently: true,
    logger,
    ...(metrics && { metrics }),
    handle: async (call, { remainingMs }) => {
      if ('test' in call) {
        const { type, ...reason } = await sendTest(call, remainingMs, deps);
        logger.info('tried a template', { template: call.test.template, outcome: type, ...reason });
        return;
      }
      const counts = await sendTouches(call, remainingMs, { ...deps, onFailure });
      ofBatch = sum(ofBatch, counts);
    },
    afterBatch: async () => {
      // What became of each stands in its touch: a line for every customer would only cost.
      logger.info('called on', { ...ofBatch });
      count(ofBatch, metrics);
      ofBatch = noCounts;
      await deps.rates.flush(deps.clock.now());
    },
  });
}

const noCounts: SendCounts = { sent: 0, deferred: 0, skipped: 0, failed: 0, unconfirmed: 0 };

function sum(one: SendCounts, other: SendCounts): SendCounts {
  return {
    sent: one.sent + other.sent,
    deferred: one.deferred + other.deferred,
    skipped: one.skipped + other.skipped,
    failed: one.failed + other.failed,
    unconfirmed: one.unconfirmed + other.unconfirmed,
  };
}

function count({ sent, unconfirmed, failed }: SendCounts, metrics: Metrics | undefined): void {
  if (sent > 0) metrics?.addMetric('TouchesSent', MetricUnit.Count, sent);
  if (unconfirmed > 0) metrics?.addMetric('TouchesUnconfirmed', MetricUnit.Count, unconfirmed);
  if (failed > 0) metrics?.addMetric('TouchesFailed', MetricUnit.Count, failed);
}
