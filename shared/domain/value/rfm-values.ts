import { dayOf, type Instant } from '../calendar.ts';
import type { ValuedPurchase } from './valued-purchase.ts';

/** Days since the last purchase, number of purchases and their net amount (base currency, minor units) in the window. */
export interface RfmValues {
  readonly r: number;
  readonly f: number;
  readonly m: number;
}

/**
 * R, F and M at a moment over the purchases paid by then and at most `windowDays` ago (DOMAIN 4).
 * @param zone the workspace's, whose calendar gives the as-of day
 * @returns undefined without a purchase in the window: such a customer is not of the population
 */
export function rfmValuesAt(
  purchases: readonly ValuedPurchase[],
  asOf: Instant,
  windowDays: number,
  zone: string,
): RfmValues | undefined {
  const today = dayOf(asOf, zone);
  let last = Number.NEGATIVE_INFINITY;
  let [f, m] = [0, 0];
  for (const { paidAt, day, amount } of purchases) {
    if (paidAt > asOf || today - day > windowDays) continue;
    f += 1;
    m += amount;
    if (day > last) last = day;
  }
  // A shop east of the workspace may be a day ahead.
  return f === 0 ? undefined : { r: Math.max(0, today - last), f, m };
}
