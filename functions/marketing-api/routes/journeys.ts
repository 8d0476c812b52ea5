import type { journeyRoutes } from '../../../shared/contracts/http/journeys.ts';
import type { RouteHandlers } from '../../../shared/runtime/api-request.ts';

export type JourneyApiDeps = object;

export function journeyHandlers(_deps: JourneyApiDeps): RouteHandlers<keyof typeof journeyRoutes> {
  return {};
}
