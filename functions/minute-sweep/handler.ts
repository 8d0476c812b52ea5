import type { Logger } from '@aws-lambda-powertools/logger';
import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { createScheduleHandler, type ScheduleHandler } from '../../shared/runtime/schedule-handler.ts';
import { type SweepDeps, sweepTouches } from '../../shared/usecases/messages/sweep-touches.ts';

export type Deps = SweepDeps & { readonly logger: Logger; readonly metrics?: Metrics };

/** Every minute: calls for the touches that have come due. */
export function createHandler(deps: Deps): ScheduleHandler {
  const { logger, metrics } = deps;
  return createScheduleHandler({
    logger,
    ...(metrics && { metrics }),
    handle: async (at) => {
      const { called } = await sweepTouches(at, deps);
      if (called === 0) return;
      metrics?.addMetric('TouchesCalled', MetricUnit.Count, called);
      logger.info('called for touches', { called });
    },
  });
}
