import type { RouteDefinition } from './route.ts';

/** Templates of messages: their versions, checks, previews and test sends. */
export const templateRoutes = {} as const satisfies Record<string, RouteDefinition>;
