import { dayOf, type Instant, parseDay, startOfDay } from '../calendar.ts';
import type { CouponDefinition } from './coupon.ts';

/**
 * The first instant at which a coupon given at `at` is worth nothing any more (DOMAIN 9): it holds to the end of the
 * n-th day after the one it was given on, or to the end of a day, on the shop's calendar.
 * @returns undefined for one that never ends
 */
export function couponExpiry(
  { validDays, validUntil }: Pick<CouponDefinition, 'validDays' | 'validUntil'>,
  at: Instant,
  zone: string,
): Instant | undefined {
  if (validDays !== undefined) return startOfDay(dayOf(at, zone) + validDays + 1, zone);
  const last = validUntil === undefined ? undefined : parseDay(validUntil);
  return last === undefined ? undefined : startOfDay(last + 1, zone);
}
