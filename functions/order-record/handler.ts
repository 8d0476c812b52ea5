import type { Logger } from '@aws-lambda-powertools/logger';
import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { unpackEvent } from '../../shared/adapters/sqs/order-queue.ts';
import { createQueueHandler, type QueueHandler } from '../../shared/runtime/queue-handler.ts';
import { type TakeInDeps, takeInEvent } from '../../shared/usecases/orders/take-in-webhook.ts';
import type { WorkQueue } from '../../shared/usecases/ports.ts';

export interface Deps extends TakeInDeps {
  readonly work: WorkQueue;
  readonly logger: Logger;
  readonly metrics?: Metrics;
}

/** Records events the webhook could not record at once, in order per customer. */
export function createHandler(deps: Deps): QueueHandler {
  const { logger, metrics } = deps;
  return createQueueHandler({
    parse: unpackEvent,
    fifo: true,
    logger,
    ...(metrics && { metrics }),
    handle: async (event) => {
      const outcome = await takeInEvent(event, deps);
      const { type } = outcome;
      if (type === 'recorded') metrics?.addMetric('OrdersRecorded', MetricUnit.Count, 1);
      if (type === 'parked' || type === 'invalid' || type === 'not_json') {
        metrics?.addMetric('OrdersParked', MetricUnit.Count, 1);
      }
      const reason = type === 'parked' && { reason: outcome.reason };
      logger.info('queued event taken', { shop: event.shop, outcome: type, ...reason });
    },
  });
}
