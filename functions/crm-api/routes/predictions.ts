import type { predictionRoutes } from '../../../shared/contracts/http/predictions.ts';
import type { RouteHandlers } from '../../../shared/runtime/api-request.ts';
import { json } from '../../../shared/runtime/json-answer.ts';
import { proposeStageLimits } from '../../../shared/usecases/life-cycle/propose-stage-limits.ts';
import type { Clock, DueIndex, NightlyLimitsReader, SettingsReader } from '../../../shared/usecases/ports.ts';
import { predictionsView, stageLimitsView } from '../views/predictions.ts';

export interface PredictionDeps {
  readonly limits: NightlyLimitsReader;
  readonly settings: SettingsReader;
  readonly store: Pick<DueIndex, 'scanFiles'>;
  readonly clock: Clock;
}

export function predictionHandlers(deps: PredictionDeps): RouteHandlers<keyof typeof predictionRoutes> {
  return {
    getPredictions: async () => json(predictionsView((await deps.limits.nightlyLimits())?.predictions)),
    async proposeStageLimits() {
      const now = deps.clock.now();
      return json(stageLimitsView(now, await proposeStageLimits(now, deps)));
    },
  };
}
