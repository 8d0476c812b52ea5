import type { Day, Instant } from '../calendar.ts';
import type { OrderEntry } from '../customers/customer-file.ts';
import { amountInBase } from '../customers/summary.ts';
import type { Settings } from '../settings/settings.ts';

/** A purchase as value rules see it: what it is worth by what is known today, in one currency. */
export interface ValuedPurchase {
  /** `shop#order` */
  readonly ref: string;
  readonly paidAt: Instant;
  /** Calendar day of `paidAt` in the shop's zone. */
  readonly day: Day;
  /** Net of refunds, in minor units of the base currency; never negative. */
  readonly amount: number;
}

/** Purchases of a file's orders in the base currency, oldest first. Without a rate (a parked order) the amount is 0. */
export function valuedPurchases(
  orders: Iterable<readonly [ref: string, entry: Pick<OrderEntry, 'purchase'>]>,
  settings: Settings,
): ValuedPurchase[] {
  const valued: ValuedPurchase[] = [];
  for (const [ref, { purchase }] of orders) {
    if (!purchase) continue;
    valued.push({ ref, paidAt: purchase.paidAt, day: purchase.day, amount: amountInBase(purchase, settings) ?? 0 });
  }
  return valued.sort((a, b) => a.paidAt - b.paidAt);
}

/** Purchases paid at one instant. They count together: neither is before the other. */
export interface PaidTogether {
  readonly at: Instant;
  readonly purchases: readonly ValuedPurchase[];
}

/** Purchases in the order they were paid, however they came. */
export function byPaymentTime(purchases: readonly ValuedPurchase[]): PaidTogether[] {
  const sorted = [...purchases].sort((a, b) => a.paidAt - b.paidAt);
  const groups: { at: Instant; purchases: ValuedPurchase[] }[] = [];
  for (const purchase of sorted) {
    const last = groups.at(-1);
    if (last?.at === purchase.paidAt) last.purchases.push(purchase);
    else groups.push({ at: purchase.paidAt, purchases: [purchase] });
  }
  return groups;
}
