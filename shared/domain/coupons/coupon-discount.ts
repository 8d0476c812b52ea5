import { divideHalfEven, parseAmount } from '../money.ts';
import type { CouponDefinition } from './coupon.ts';

/** What a coupon is used on, in minor units of the base currency. */
export interface Discountable {
  /** Goods and shipping, before the discount. */
  readonly amount: number;
  /** The shipping in it. */
  readonly shipping: number;
}

type Offer = Pick<CouponDefinition, 'kind' | 'value' | 'minimum' | 'floor'>;

/**
 * What a coupon takes off, in minor units of the base currency: nothing below its minimum, never more than there is,
 * and never so much that the price falls below its floor (DOMAIN 9). Percents are rounded half to even.
 */
export function couponDiscount(offer: Offer, order: Discountable, currency: string): number {
  const minimum = offer.minimum === undefined ? 0 : parseAmount(offer.minimum, currency);
  if (minimum === undefined || order.amount < minimum) return 0;
  const most = order.amount - floorPrice(order.amount, offer.floor ?? 0);
  return Math.max(0, Math.min(offered(offer, order, currency), most));
}

function offered({ kind, value = '0' }: Offer, { amount, shipping }: Discountable, currency: string): number {
  switch (kind) {
    case 'percent':
      return share(amount, value, 100n);
    case 'freeShipping':
      return shipping;
    default:
      return parseAmount(value, currency) ?? 0;
  }
}

/** The lowest price allowed, rounded up to a minor unit. */
function floorPrice(amount: number, floor: number): number {
  const { digits, scale } = decimal(floor.toFixed(6));
  return Number((BigInt(amount) * digits + scale - 1n) / scale);
}

/** `amount` times a decimal over `whole`, half to even. */
function share(amount: number, text: string, whole: bigint): number {
  const { digits, scale } = decimal(text);
  return Number(divideHalfEven(BigInt(amount) * digits, scale * whole));
}

function decimal(text: string): { digits: bigint; scale: bigint } {
  const [integer = '0', fraction = ''] = text.split('.');
  return { digits: BigInt(integer + fraction), scale: 10n ** BigInt(fraction.length) };
}
