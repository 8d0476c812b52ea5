import type { RouteDefinition } from './route.ts';

/** Campaigns: review, launch, pause, effect. */
export const campaignRoutes = {} as const satisfies Record<string, RouteDefinition>;
