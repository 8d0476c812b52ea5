import type { Logger } from '@aws-lambda-powertools/logger';
import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { type Work, workSchema } from '../../shared/contracts/work.ts';
import { assertUnreachable } from '../../shared/domain/assert-unreachable.ts';
import { describeError } from '../../shared/runtime/describe-error.ts';
import { createQueueHandler, type QueueHandler } from '../../shared/runtime/queue-handler.ts';
import {
  type PlanCounts,
  type PlanTouchesDeps,
  planForCustomers,
  planForOrders,
} from '../../shared/usecases/plan-touches.ts';
import type { ParkedStore } from '../../shared/usecases/ports.ts';
import { type RelinkDeps, relinkPart } from '../../shared/usecases/relink-identities.ts';
import { replayAllParked } from '../../shared/usecases/replay-parked.ts';
import { type RecomputeDeps, type RecomputePart, runRecomputePart } from '../../shared/usecases/run-recompute-part.ts';
import { type SweepDeps, sweepRest } from '../../shared/usecases/sweep-touches.ts';
import type { TakeInDeps } from '../../shared/usecases/take-in-webhook.ts';

type WorkDeps = RecomputeDeps &
  RelinkDeps &
  TakeInDeps &
  PlanTouchesDeps &
  Omit<SweepDeps, 'marks'> & { readonly parked: ParkedStore; readonly logger: Logger; readonly metrics?: Metrics };

export type Deps = Omit<WorkDeps, 'onFailure'>;

/** Does one part of a night, of a recompute, of a replay or of planning; short of time it hands on the rest. */
export function createHandler(deps: Deps): QueueHandler {
  const { logger, metrics } = deps;
  const onFailure = (item: string, error: unknown) => {
    metrics?.addMetric('WorkItemsFailed', MetricUnit.Count, 1);
    logger.error('one item failed, the others go on', { item, failure: { ...describeError(error) } });
  };
  return createQueueHandler({
    parse: (body): Work => workSchema.parse(JSON.parse(body)),
    logger,
    ...(metrics && { metrics }),
    handle: (work, { remainingMs }) => run(work, remainingMs, { ...deps, onFailure }),
  });
}

async function run(work: Work, remainingMs: () => number, deps: WorkDeps): Promise<void> {
  switch (work.type) {
    case 'night.due':
    case 'recompute.all':
      return runPart(work, remainingMs, deps);
    case 'identities.relink': {
      const counts = await relinkPart(work, remainingMs, deps);
      deps.logger.info('identities looked at again', { run: work.run, ...counts });
      return;
    }
    case 'parked.replay': {
      const counts = await replayAllParked(work.reason, work.after, remainingMs, deps);
      deps.logger.info('parked events replayed', { reason: work.reason, ...counts });
      return;
    }
    case 'orders.changed':
      return plan(await planForOrders(work.orders, deps), deps);
    case 'customers.changed':
      return plan(await planForCustomers(work.customers, deps), deps);
    case 'touches.due': {
      const counts = await sweepRest(work, remainingMs, deps);
      deps.logger.info('called for touches', { shard: work.shard, ...counts });
      return;
    }
    default:
      return assertUnreachable(work);
  }
}

function plan(counts: PlanCounts, { metrics, logger }: WorkDeps): void {
  if (counts.planned > 0) metrics?.addMetric('TouchesPlanned', MetricUnit.Count, counts.planned);
  if (counts.planned + counts.stale + counts.unreachable > 0) logger.info('touches planned', { ...counts });
}

async function runPart(part: RecomputePart, remainingMs: () => number, deps: WorkDeps): Promise<void> {
  const counts = await runRecomputePart(part, remainingMs, deps);
  deps.metrics?.addMetric('CustomersRead', MetricUnit.Count, counts.read);
  deps.metrics?.addMetric('StageChanges', MetricUnit.Count, counts.changed);
  deps.logger.info('part done', { run: part.run, ...counts });
}
