import type { couponRoutes } from '../../../shared/contracts/http/coupons.ts';
import type { RouteHandlers } from '../../../shared/runtime/api-request.ts';

export type CouponApiDeps = object;

export function couponHandlers(_deps: CouponApiDeps): RouteHandlers<keyof typeof couponRoutes> {
  return {};
}
