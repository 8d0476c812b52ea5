import type { Instant } from '../calendar.ts';
import type { CustomerFile } from '../customers/customer-file.ts';
import { shopOfRef } from '../orders/order.ts';
import type { Purchase } from '../orders/purchase.ts';

/** A purchase with the key of its order. */
export interface KeyedPurchase {
  readonly ref: string;
  readonly purchase: Purchase;
}

/** The last purchase by `now`; of two at one instant the one with the greater key. */
export function lastPurchase(file: Pick<CustomerFile, 'orders'>, now: Instant): KeyedPurchase | undefined {
  let last: KeyedPurchase | undefined;
  for (const [ref, { purchase }] of file.orders) {
    if (purchase && purchase.paidAt <= now && (!last || isAfter(ref, purchase, last))) last = { ref, purchase };
  }
  return last;
}

/** The first purchase by `now` that is one still (DOMAIN 1); of two at one instant the one with the smaller key. */
export function firstPurchase(file: Pick<CustomerFile, 'orders'>, now: Instant): KeyedPurchase | undefined {
  let first: KeyedPurchase | undefined;
  for (const [ref, { purchase }] of file.orders) {
    if (purchase && purchase.paidAt <= now && (!first || !isAfter(ref, purchase, first))) first = { ref, purchase };
  }
  return first;
}

function isAfter(ref: string, { paidAt }: Purchase, other: KeyedPurchase): boolean {
  return paidAt > other.purchase.paidAt || (paidAt === other.purchase.paidAt && ref > other.ref);
}

/** The shop of the last purchase speaks to the customer. */
export function lastShop(file: Pick<CustomerFile, 'orders'>, now: Instant): string | undefined {
  const last = lastPurchase(file, now);
  return last && shopOfRef(last.ref);
}
