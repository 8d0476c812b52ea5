import { formatDay, type Instant, startOfDay } from '../calendar.ts';
import { type CustomerFile, purchasesOf } from '../customers/customer-file.ts';
import { stageAt, stageSince } from '../life-cycle/stage.ts';
import { type Order, orderRef } from '../orders/order.ts';
import { purchaseOf } from '../orders/purchase.ts';
import { paidAtOf } from '../orders/status.ts';
import type { Settings } from '../settings/settings.ts';
import type { Journey } from './definition.ts';

/** That a trigger has come true: named after its cause, so that whoever looks twice finds the same one. */
export interface Occurrence {
  readonly name: string;
  readonly at: Instant;
  readonly order?: string;
  readonly shop?: string;
}

/** What an order as it is now has triggered. Only a purchase counts: a test, or what was paid back, confirms nothing. */
export function occurrencesOfOrder({ trigger }: Journey, order: Order, shopZone: string): Occurrence[] {
  const paidAt = paidAtOf(order);
  if (trigger.on !== 'order.paid' || paidAt === undefined || !purchaseOf(order, shopZone)) return [];
  const ref = orderRef(order.shop, order.id);
  return [{ name: `paid ${ref}`, at: paidAt, order: ref, shop: order.shop }];
}

/** What a customer's file as it stands at `now` has triggered: the stage they are in, since the day they entered it. */
export function occurrencesOfCustomer(
  { trigger }: Journey,
  file: CustomerFile,
  settings: Settings,
  now: Instant,
): Occurrence[] {
  if (trigger.on !== 'stage.entered') return [];
  const { stages: limits, timezone: zone } = settings;
  const purchases = purchasesOf(file);
  if (stageAt(purchases, now, limits, zone) !== trigger.stage) return [];
  const since = stageSince(purchases, now, limits, zone);
  if (since === undefined) return [];
  const shop = lastShop(file, now);
  return [
    {
      name: `${trigger.stage} ${formatDay(since)}`,
      at: startOfDay(since, zone),
      ...(shop !== undefined && { shop }),
    },
  ];
}

/** The shop of the last purchase speaks to the customer. */
export function lastShop(file: CustomerFile, now: Instant): string | undefined {
  const ref = lastPurchase(file, now);
  return ref?.slice(0, ref.indexOf('#'));
}

/** Key of the order that is the last purchase: it decides since when a customer has been away. */
export function lastPurchase(file: CustomerFile, now: Instant): string | undefined {
  let last: { at: Instant; ref: string } | undefined;
  for (const [ref, { purchase }] of file.orders) {
    if (!purchase || purchase.paidAt > now) continue;
    if (!last || purchase.paidAt > last.at || (purchase.paidAt === last.at && ref > last.ref)) {
      last = { at: purchase.paidAt, ref };
    }
  }
  return last?.ref;
}
