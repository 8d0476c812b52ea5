import fc from 'fast-check';
import { dayOf, formatDay, parseDay, startOfDay } from '../../shared/domain/calendar.ts';
import type { ValuedPurchase } from '../../shared/domain/value/valued-purchase.ts';

const HOUR = 3_600_000;
export const zone = 'Asia/Shanghai';
export const day0 = parseDay('2026-01-01') ?? 0;

/** Noon, so many days after 1 January 2026, in the workspace's zone. */
export function noonOf(day: number): number {
  return startOfDay(day0 + day, zone) + 12 * HOUR;
}

/** The midnight with which that day begins. */
export function midnightOf(day: number): number {
  return startOfDay(day0 + day, zone);
}

/** A purchase at noon of a day; the amount in major units. */
export function bought(day: number, amount = 0, ref = `shop#${day}-${amount}`): ValuedPurchase {
  return { ref, paidAt: noonOf(day), day: day0 + day, amount: Math.round(amount * 100) };
}

export function dateOf(instant: number): string {
  return formatDay(dayOf(instant, zone));
}

/** Summer time, none, and either side of the date line. */
export const someZone = fc.constantFrom('Asia/Shanghai', 'America/New_York', 'Pacific/Kiritimati', 'Pacific/Pago_Pago');

/** Many of them whole fives, so that what ends and what begins often meet. */
function someDay(days: number): fc.Arbitrary<number> {
  return fc.oneof(
    fc.integer({ min: 0, max: days }),
    fc.integer({ min: 0, max: Math.floor(days / 5) }).map((fives) => fives * 5),
  );
}

/** Instants of some hundred days, many at the midnights of a zone or a millisecond beside. */
export function someInstant(zoneOfMidnights: string, days: number): fc.Arbitrary<number> {
  return fc
    .tuple(someDay(days), fc.constantFrom(0, 0, 0, 7 * HOUR, 13 * HOUR), fc.constantFrom(-1, 0, 0, 0, 1))
    .map(([day, hours, beside]) => startOfDay(day0 + day, zoneOfMidnights) + hours + beside);
}

/** Purchases in several shops, in any order; the amounts are small, so that thresholds are met exactly. */
export function somePurchases(workspaceZone: string, days: number): fc.Arbitrary<ValuedPurchase[]> {
  const one = fc.record({
    paidAt: someInstant(workspaceZone, days),
    shopZone: someZone,
    amount: fc.constantFrom(0, 1, 100, 250, 500, 1000),
  });
  return fc.array(one, { maxLength: 9 }).map((all) =>
    all.map(({ paidAt, shopZone, amount }, index) => ({
      ref: `shop#${index}`,
      paidAt,
      day: dayOf(paidAt, shopZone),
      amount,
    })),
  );
}
