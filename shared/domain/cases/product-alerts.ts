import * as z from 'zod';
import type { Instant } from '../calendar.ts';
import { dayMs } from '../durations.ts';
import { type Order, partsOfRef } from '../orders/order.ts';
import { paidAtOf, successfulRefunds } from '../orders/status.ts';
import type { CaseSettings } from '../settings/case-settings.ts';
import type { ServiceCase } from './case.ts';

/** Products that trouble more of their buyers than they should (DOMAIN 13). */

const windowMs = 30 * dayMs;
const count = z.int().min(0);

/** `[shop, product, orders, orders with a refund]` */
export const productNotesSchema = z.array(z.tuple([z.string(), z.string(), count, count]));
export type ProductNotes = z.output<typeof productNotesSchema>;

export const productAlertSchema = z.object({
  shop: z.string(),
  product: z.string(),
  /** Of the 30 days up to the night. */
  orders: count,
  refunded: count,
  cases: count,
});
export type ProductAlert = z.output<typeof productAlertSchema>;

/** How many orders of the last 30 days a product is in, and how many of them had it refunded. */
export class ProductTally {
  readonly #counts = new Map<string, { shop: string; product: string; orders: number; refunded: number }>();

  add(order: Order, asOf: Instant): void {
    const paidAt = paidAtOf(order);
    const description = order.description?.value;
    if (!description || description.test || paidAt === undefined || !isWithin(paidAt, asOf)) return;
    const refunded = refundedProducts(order);
    for (const product of new Set(description.items.map(({ productId }) => productId))) {
      this.#count(order.shop, product, 1, refunded === 'all' || refunded.has(product) ? 1 : 0);
    }
  }

  join(notes: ProductNotes): void {
    for (const [shop, product, orders, refunded] of notes) this.#count(shop, product, orders, refunded);
  }

  notes(): ProductNotes {
    return [...this.#counts.values()].map(({ shop, product, orders, refunded }) => [shop, product, orders, refunded]);
  }

  #count(shop: string, product: string, orders: number, refunded: number): void {
    const key = JSON.stringify([shop, product]);
    const known = this.#counts.get(key) ?? { shop, product, orders: 0, refunded: 0 };
    this.#counts.set(key, { ...known, orders: known.orders + orders, refunded: known.refunded + refunded });
  }
}

/**
 * The products of which more than the allowed share of 30 days' orders has a case or a refund, the worst first. A case names
 * its product, and by its order the shop; without an order it counts wherever the product is sold.
 */
export function productAlerts(
  counts: ProductNotes,
  cases: readonly ServiceCase[],
  { alertRate, alertOrders }: CaseSettings,
  asOf: Instant,
): ProductAlert[] {
  const lately = cases.filter(({ openedAt }) => isWithin(openedAt, asOf));
  const alerts = counts.flatMap(([shop, product, orders, refunded]): ProductAlert[] => {
    if (orders < alertOrders) return [];
    const about = lately.filter((one) => one.product === product && (shopOf(one) ?? shop) === shop).length;
    return Math.max(about, refunded) > alertRate * orders ? [{ shop, product, orders, refunded, cases: about }] : [];
  });
  const worst = ({ cases, refunded, orders }: ProductAlert) => Math.max(cases, refunded) / orders;
  return alerts.sort((a, b) => worst(b) - worst(a));
}

function isWithin(at: Instant, asOf: Instant): boolean {
  return at <= asOf && at > asOf - windowMs;
}

function shopOf({ order }: ServiceCase): string | undefined {
  return order === undefined ? undefined : partsOfRef(order).shop;
}

/** A refund that names no lines is of all of them. */
function refundedProducts(order: Order): 'all' | ReadonlySet<string> {
  const refunds = successfulRefunds(order);
  if (refunds.some(({ items }) => items === undefined)) return 'all';
  return new Set(refunds.flatMap(({ items = [] }) => items.map(({ productId }) => productId)));
}
