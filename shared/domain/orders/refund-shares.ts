import { divideHalfEven } from '../money.ts';
import type { Order, Refund } from './order.ts';

/** The part of a refund that one product bears; no product where none is named and none is known. */
export interface RefundShare {
  readonly product: string | undefined;
  readonly amount: number;
}

/**
 * A refund by product (DOMAIN 1): as its own lines say, else shared out by line amounts. What its lines leave over, such as
 * shipping, is no product's. The shares add up to `amount` exactly.
 * @param amount the refund's, in whatever currency it is to be shown in
 */
export function refundShares(order: Order, refund: Refund, amount: number): RefundShare[] {
  const weights = weightsOf(order, refund);
  const shares = shareOut(amount, [...weights.values()]);
  return [...weights.keys()].map((product, index) => ({ product, amount: shares[index] ?? 0 }));
}

function weightsOf(order: Order, { items = [], amount }: Refund): Map<string | undefined, number> {
  const stated = summed(items.map((item) => [item.productId, item.amount]));
  const total = sumOf(stated.values());
  if (total > 0) return amount > total ? new Map([...stated, [undefined, amount - total]]) : stated;
  const goods = (order.description?.value.items ?? []).filter(
    ({ productId }) => items.length === 0 || stated.has(productId),
  );
  const gross = summed(goods.map(({ productId, price, quantity }) => [productId, price * quantity]));
  if (gross.size > 0) return gross;
  return stated.size > 0 ? stated : new Map([[undefined, 1]]);
}

function summed(parts: readonly (readonly [string, number])[]): Map<string | undefined, number> {
  const sums = new Map<string | undefined, number>();
  for (const [product, amount] of parts) sums.set(product, (sums.get(product) ?? 0) + amount);
  return sums;
}

function sumOf(numbers: Iterable<number>): number {
  let sum = 0;
  for (const number of numbers) sum += number;
  return sum;
}

/** Whole numbers in proportion to the weights that add up to `amount`; equal ones where there is no weight at all. */
function shareOut(amount: number, weights: readonly number[]): number[] {
  const isWeighed = sumOf(weights) > 0;
  let left = amount;
  let weightLeft = isWeighed ? sumOf(weights) : weights.length;
  return weights.map((given) => {
    const weight = isWeighed ? given : 1;
    const share = weightLeft > 0 ? Number(divideHalfEven(BigInt(left) * BigInt(weight), BigInt(weightLeft))) : 0;
    left -= share;
    weightLeft -= weight;
    return share;
  });
}
