import type { RouteDefinition } from './route.ts';

/** Coupons: definitions, pools, what was issued and used. */
export const couponRoutes = {} as const satisfies Record<string, RouteDefinition>;
