import type { RouteDefinition } from './route.ts';

/** Events for other systems: subscriptions and their deliveries. */
export const outboundRoutes = {} as const satisfies Record<string, RouteDefinition>;
