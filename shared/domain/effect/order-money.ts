import { amountInBase } from '../customers/summary.ts';
import { divideHalfEven, parseAmount } from '../money.ts';
import type { Order } from '../orders/order.ts';
import { purchaseOf } from '../orders/purchase.ts';
import type { Settings } from '../settings/settings.ts';

/** What an order took off its prices, and what its goods cost the shop; minor units of the base currency. */
export interface OrderMoney {
  readonly discount: number;
  /** Absent where the cost of a product is not known. */
  readonly goodsCost?: number;
}

/**
 * The money of an order beside its total. Goods count as given back in the share in which the money was.
 * @param costOf what one piece of a product costs, as decimal text in the order's currency
 */
export function orderMoney(
  order: Order,
  shopZone: string,
  settings: Settings,
  costOf: (product: string) => string | undefined,
): OrderMoney {
  const description = order.description?.value;
  const purchase = purchaseOf(order, shopZone);
  if (!description || !purchase) return { discount: 0 };
  const discount = amountInBase({ ...purchase, amount: description.discount ?? 0 }, settings) ?? 0;
  const { total, currency } = description;
  let whole = 0;
  for (const { productId, quantity } of description.items) {
    const cost = parseAmount(costOf(productId) ?? '', currency);
    if (cost === undefined) return { discount };
    whole += cost * quantity;
  }
  const kept = total === 0 ? BigInt(whole) : divideHalfEven(BigInt(whole) * BigInt(purchase.amount), BigInt(total));
  const goodsCost = amountInBase({ ...purchase, amount: Number(kept) }, settings);
  return { discount, ...(goodsCost !== undefined && { goodsCost }) };
}
