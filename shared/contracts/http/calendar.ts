import type { RouteDefinition } from './route.ts';

/** The marketing calendar, and the rehearsal of the next 30 days. */
export const calendarRoutes = {} as const satisfies Record<string, RouteDefinition>;
