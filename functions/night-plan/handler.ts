import type { Logger } from '@aws-lambda-powertools/logger';
import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { createScheduleHandler, type ScheduleHandler } from '../../shared/runtime/schedule-handler.ts';
import { type PlanAudiencesDeps, planAudiences } from '../../shared/usecases/journeys/plan-audiences.ts';
import { planNight } from '../../shared/usecases/life-cycle/plan-night.ts';

export type Deps = Parameters<typeof planNight>[1] &
  PlanAudiencesDeps & { readonly logger: Logger; readonly metrics?: Metrics };

/** Cuts a night into parts; its as-of moment is the one the schedule fired for, not the one it arrived at. */
export function createHandler(deps: Deps): ScheduleHandler {
  const { logger, metrics } = deps;
  return createScheduleHandler({
    logger,
    ...(metrics && { metrics }),
    handle: async (at) => {
      const planned = await planNight(at, deps);
      const journeys = await planAudiences(at, deps);
      metrics?.addMetric('NightsPlanned', MetricUnit.Count, 1);
      logger.info('night planned', { ...planned, journeys });
    },
  });
}
