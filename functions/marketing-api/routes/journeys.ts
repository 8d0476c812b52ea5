import type { journeyRoutes } from '../../../shared/contracts/http/journeys.ts';
import type { RouteHandlers } from '../../../shared/runtime/api-request.ts';
import { json, noContent } from '../../../shared/runtime/json-answer.ts';
import { reportOfOrigin } from '../../../shared/usecases/effect/report-of-origin.ts';
import {
  changeJourney,
  createJourney,
  existingJourney,
  pauseJourney,
  removeJourney,
  resumeJourney,
  type SaveJourneyDeps,
} from '../../../shared/usecases/journeys/save-journey.ts';
import type { OriginIndex } from '../../../shared/usecases/marketing-ports.ts';
import { effectView } from '../views/effect.ts';
import { journeyView } from '../views/journey.ts';

export type JourneyApiDeps = SaveJourneyDeps & { readonly originIndex: OriginIndex };

export function journeyHandlers(deps: JourneyApiDeps): RouteHandlers<keyof typeof journeyRoutes> {
  return {
    async listJourneys() {
      const journeys = await deps.journeys.listJourneys();
      return json({ items: journeys.map(({ value }) => journeyView(value)), next: null });
    },
    createJourney: async ({ body, actor }) => json(journeyView(await createJourney(body, actor, deps)), 201),
    getJourney: async ({ params }) => json(journeyView((await existingJourney(params.id, deps)).value)),
    changeJourney: async ({ params, body, actor }) =>
      json(journeyView(await changeJourney(params.id, body, actor, deps))),
    async removeJourney({ params, actor }) {
      await removeJourney(params.id, actor, deps);
      return noContent;
    },
    pauseJourney: async ({ params, actor }) => json(journeyView(await pauseJourney(params.id, actor, deps))),
    resumeJourney: async ({ params, actor }) => json(journeyView(await resumeJourney(params.id, actor, deps))),
    async reportJourney({ params: { id } }) {
      await existingJourney(id, deps);
      const report = await reportOfOrigin({ type: 'journey', id }, deps, ({ step }) => [`step:${step}`]);
      return json(effectView(report, await deps.settings.settings(deps.clock.now())));
    },
  };
}
