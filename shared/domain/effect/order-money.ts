import type { CouponDefinition } from '../coupons/coupon.ts';
import { codedOrder, couponUse } from '../coupons/redemption.ts';
import { amountInBase } from '../customers/summary.ts';
import { divideHalfEven, parseAmount } from '../money.ts';
import type { Order } from '../orders/order.ts';
import { purchaseOf } from '../orders/purchase.ts';
import type { Settings } from '../settings/settings.ts';

/** What a coupon took off an order's prices, and what its goods cost the shop; minor units of the base currency. */
export interface OrderMoney {
  readonly discount: number;
  /** Absent where the cost of a product is not known. */
  readonly goodsCost?: number;
}

/**
 * The money of an order beside its total. Goods count as given back in the share in which the money was.
 * @param coupon that may have been used in it; without its definition all discounts the shop tells of count as its own
 * @param costOf what one piece of a product costs, as decimal text in the shop's currency, whatever the order was paid in
 */
export function orderMoney(
  order: Order,
  shop: { readonly timezone: string; readonly currency: string },
  settings: Settings,
  coupon: CouponDefinition | undefined,
  costOf: (product: string) => string | undefined,
): OrderMoney {
  const description = order.description?.value;
  const purchase = purchaseOf(order, shop.timezone);
  if (!description || !purchase) return { discount: 0 };
  const coded = codedOrder(order, shop.timezone, settings);
  const discount = couponUse(coded, coupon, settings.baseCurrency)?.discount ?? 0;
  const { total } = description;
  const { currency } = shop;
  let whole = 0;
  for (const { productId, quantity } of description.items) {
    const cost = parseAmount(costOf(productId) ?? '', currency);
    if (cost === undefined) return { discount };
    whole += cost * quantity;
  }
  const kept = total === 0 ? BigInt(whole) : divideHalfEven(BigInt(whole) * BigInt(purchase.amount), BigInt(total));
  const goodsCost = amountInBase({ ...purchase, currency, amount: Number(kept) }, settings);
  return { discount, ...(goodsCost !== undefined && { goodsCost }) };
}
