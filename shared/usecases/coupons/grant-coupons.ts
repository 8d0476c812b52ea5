import { newsGate } from '../../domain/contact-policy/gates.ts';
import { amountInBase } from '../../domain/customers/summary.ts';
import { parseAmount } from '../../domain/money.ts';
import { type Order, orderRef } from '../../domain/orders/order.ts';
import { type Purchase, purchaseOf } from '../../domain/orders/purchase.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import { resolveFiles } from '../customers/resolve-files.ts';
import type { Clock, CustomerStore, StoredOrder, Versioned } from '../ports.ts';
import type { StoredCoupon } from './coupon-ports.ts';
import { type IssueDeps, issueCoupon } from './issue-coupon.ts';

export interface GrantDeps extends IssueDeps {
  readonly store: CustomerStore;
  readonly clock: Clock;
}

/**
 * Gives the coupons that are granted for an order of their size (DOMAIN 9, "when an order passes a threshold"), once for
 * each order. Old news and what was imported grant nothing (DOMAIN 1).
 * @returns how many were given
 */
export async function grantCoupons(orders: readonly Versioned<StoredOrder>[], deps: GrantDeps): Promise<number> {
  if (orders.length === 0) return 0;
  const offers = (await deps.couponStore.coupons()).filter(({ definition, endedAt }) => definition.grant && !endedAt);
  if (offers.length === 0) return 0;
  const settings = await deps.settings.settings(deps.clock.now());
  let granted = 0;
  for (const { value } of orders) granted += await grantFor(value, offers, settings, deps);
  return granted;
}

async function grantFor(
  { order, customer, silent }: StoredOrder,
  offers: readonly StoredCoupon[],
  settings: Settings,
  deps: GrantDeps,
): Promise<number> {
  if (customer === undefined || silent?.milestones.includes('paidAt')) return 0;
  const purchase = purchaseOf(order, (await deps.shops.shop(order.shop))?.timezone ?? settings.timezone);
  if (!purchase || !newsGate(purchase.paidAt, settings, deps.clock.now()).passed) return 0;
  const earned = offers.filter(({ definition }) => passes(definition.grant?.orderAtLeast, order, purchase, settings));
  if (earned.length === 0) return 0;
  const { files, idOf } = await resolveFiles([customer], deps.store);
  const file = files.get(idOf(customer) ?? '')?.value;
  if (!file) return 0;
  const cause = `order ${orderRef(order.shop, order.id)}`;
  let granted = 0;
  for (const { definition } of earned) {
    const wanted = { coupon: definition.id, customer: file.id, aliases: file.aliases, cause, at: purchase.paidAt };
    if ((await issueCoupon({ ...wanted, shop: order.shop }, deps)).type === 'issued') granted++;
  }
  return granted;
}

/** What was paid counts, whatever went back since: a grant is not taken away again. */
function passes(least: string | undefined, order: Order, purchase: Purchase, settings: Settings): boolean {
  const paid = amountInBase({ ...purchase, amount: order.description?.value.total ?? 0 }, settings);
  const limit = least === undefined ? undefined : parseAmount(least, settings.baseCurrency);
  return paid !== undefined && limit !== undefined && paid >= limit;
}
