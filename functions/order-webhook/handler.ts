import type { Logger } from '@aws-lambda-powertools/logger';
import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Outcome } from '../../shared/contracts/platforms/platform.ts';
import { describeError } from '../../shared/runtime/describe-error.ts';
import {
  createHttpHandler,
  type HttpAnswer,
  type HttpHandler,
  type HttpRequest,
} from '../../shared/runtime/http-handler.ts';
import { isTooLongAnId } from '../../shared/runtime/match-route.ts';
import { notFound, refusedSignature } from '../../shared/runtime/problem.ts';
import { type TakeInDeps, takeInWebhook } from '../../shared/usecases/orders/take-in-webhook.ts';
import type { OrderQueue } from '../../shared/usecases/ports.ts';

export interface Deps extends TakeInDeps {
  readonly queue: OrderQueue;
  readonly logger: Logger;
  readonly metrics?: Metrics;
}

/** POST /webhooks/{shopId}: one signed event in, an answer by its platform's rules out. */
export function createHandler(deps: Deps): HttpHandler {
  return createHttpHandler({ ...deps, respond: (request) => respond(request, deps) });
}

const noShop = { type: 'unknown_shop' } as const;

async function respond(request: HttpRequest, deps: Deps): Promise<HttpAnswer> {
  const shop = request.params.shopId ?? '';
  const result = isTooLongAnId(shop) ? noShop : await takeInWebhook(shop, request, deps);
  if (result.type === 'unknown_shop') throw notFound('There is no such shop; see GET /v1/shops for those there are.');
  if (result.type === 'refused') throw refusedSignature(result.reason);
  if (result.failure !== undefined) {
    deps.logger.error('queued after a failure', { shop, failure: { ...describeError(result.failure) } });
  }
  request.note({ shop, ...toldOf(result.outcome) });
  count(result.outcome, deps.metrics);
  return result.platform.answer(result.outcome);
}

/** An outcome as the log has it. */
function toldOf(outcome: Outcome): Record<string, string> {
  return { outcome: outcome.type, ...(outcome.type === 'parked' && { reason: outcome.reason }) };
}

function count({ type }: Outcome, metrics: Metrics | undefined): void {
  if (type === 'recorded') metrics?.addMetric('OrdersRecorded', MetricUnit.Count, 1);
  if (type === 'queued') metrics?.addMetric('OrdersQueued', MetricUnit.Count, 1);
  if (type === 'parked' || type === 'invalid' || type === 'not_json') {
    metrics?.addMetric('OrdersParked', MetricUnit.Count, 1);
  }
}
