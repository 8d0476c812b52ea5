import { dayOf, formatDay, type Instant, parseDay, startOfDay } from '../calendar.ts';
import type { WrongField } from '../errors.ts';
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

/** What is wrong with a last day that is over by then: everybody would be refused such a coupon; empty when nothing. */
export function wrongLastDay(
  { validUntil }: Pick<CouponDefinition, 'validUntil'>,
  at: Instant,
  zone: string,
): WrongField[] {
  const last = validUntil === undefined ? undefined : parseDay(validUntil);
  const today = dayOf(at, zone);
  if (last === undefined || last >= today) return [];
  return [{ field: 'validUntil', message: `is over: give ${formatDay(today)} or a later day` }];
}
