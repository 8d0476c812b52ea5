import type { Instant } from '../calendar.ts';
import { amountInBase } from '../customers/summary.ts';
import { compareText, type Order, orderRef } from '../orders/order.ts';
import { purchaseOf } from '../orders/purchase.ts';
import type { Settings } from '../settings/settings.ts';
import type { CouponDefinition, CouponUse } from './coupon.ts';
import { comparableCode } from './coupon-code.ts';
import { couponDiscount } from './coupon-discount.ts';

/** What an order says of coupons. */
export interface CodedOrder {
  readonly ref: string;
  /** Comparable codes, each once, sorted. */
  readonly codes: readonly string[];
  /** Absent while it is no purchase: unpaid, refunded in full, a test (DOMAIN 1). */
  readonly purchase?: {
    readonly at: Instant;
    /** Minor units of the base currency: what it brought less refunds, and what it would have cost without a discount. */
    readonly revenue: number;
    readonly amount: number;
    readonly shipping: number;
    /** All discounts the shop tells of, if it does. */
    readonly discount?: number;
  };
}

/** Reads an order's codes and what they are worth, in the base currency at the rate of its day. */
export function codedOrder(order: Order, shopZone: string, settings: Settings): CodedOrder {
  const { total = 0, discount, shipping = 0, coupons = [] } = order.description?.value ?? {};
  const codes = [...new Set(coupons.map(comparableCode))].filter((code) => code !== '').sort(compareText);
  const ref = orderRef(order.shop, order.id);
  const purchase = purchaseOf(order, shopZone);
  if (!purchase) return { ref, codes };
  const inBase = (amount: number) => amountInBase({ ...purchase, amount }, settings) ?? 0;
  return {
    ref,
    codes,
    purchase: {
      at: purchase.paidAt,
      revenue: inBase(purchase.amount),
      amount: inBase(total + (discount ?? 0)),
      shipping: inBase(shipping),
      ...(discount !== undefined && { discount: inBase(discount) }),
    },
  };
}

/**
 * The one code that an order redeems if no earlier one has (DOMAIN 9, "one per order"): the first, in the order of
 * letters, of those that had been given to somebody when it was paid. So it depends on nothing but the order and the codes.
 * @param issuedAt when each code was given to somebody
 */
export function codeUsedBy({ codes, purchase }: CodedOrder, issuedAt: (code: string) => Instant | undefined) {
  if (!purchase) return undefined;
  return codes.find((code) => (issuedAt(code) ?? Number.POSITIVE_INFINITY) <= purchase.at);
}

/**
 * What a purchase means for its coupon. The discount is the coupon's by its definition, and no more than all discounts
 * that the shop tells of; of a definition that is gone, those.
 */
export function couponUse(
  { ref, purchase }: CodedOrder,
  definition: CouponDefinition | undefined,
  currency: string,
): CouponUse | undefined {
  if (!purchase) return undefined;
  const { at, revenue, discount: told } = purchase;
  const own = definition ? couponDiscount(definition, purchase, currency) : (told ?? 0);
  return { order: ref, at, revenue, discount: Math.min(own, told ?? own) };
}

/** Of the purchases that used a code, the one that redeems it: the first that was paid. */
export function redemptionAmong(uses: readonly CouponUse[]): CouponUse | undefined {
  return [...uses].sort((a, b) => a.at - b.at || compareText(a.order, b.order))[0];
}

/** The uses of a code after another look at one order: in place of what was known of it. */
export function withUse(uses: readonly CouponUse[], order: string, use: CouponUse | undefined): CouponUse[] {
  const others = uses.filter((one) => one.order !== order);
  return [...others, ...(use ? [use] : [])].sort((a, b) => compareText(a.order, b.order));
}
