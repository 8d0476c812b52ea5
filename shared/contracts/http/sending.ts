import type { RouteDefinition } from './route.ts';

/** One transactional message on request. */
export const sendingRoutes = {} as const satisfies Record<string, RouteDefinition>;
