import type { RouteDefinition } from './route.ts';

/** Journeys: presets and own ones, switched on per shop. */
export const journeyRoutes = {} as const satisfies Record<string, RouteDefinition>;
