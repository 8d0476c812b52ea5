import type { RouteDefinition } from './route.ts';

/** Cases that people see to. */
export const caseRoutes = {} as const satisfies Record<string, RouteDefinition>;
