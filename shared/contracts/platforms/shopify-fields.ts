import type { Instant } from '../../domain/calendar.ts';
import { divideHalfEven } from '../../domain/money.ts';
import type { Reading, ShopContext } from './platform.ts';
import { type Fields, orderState } from './reading-fields.ts';

/** What Shopify says of a body outside it. */
export interface Delivery {
  readonly shop: ShopContext;
  readonly topic: string;
  /** When the event happened: a retry brings the payload of that moment. */
  readonly triggeredAt?: Instant;
  readonly isTest: boolean;
  readonly orderId?: string;
}

/** The digits of `gid://shopify/Order/...` where it is there: sample ids are beyond 2^53. */
export function idOf(fields: Fields): string | undefined {
  return /\/(\d+)$/.exec(fields.text('admin_graphql_api_id') ?? '')?.[1] ?? fields.id('id');
}

/** Times of Shopify have their offset. */
export function timeOf(fields: Fields, name: string): Instant | undefined {
  return fields.time(name, 'Z');
}

/** Custom items are no products of the shop: their SKU, else the line, stands for one. */
export function productIdOf(line: Fields): string {
  return line.id('product_id') ?? line.text('sku') ?? `line:${idOf(line) ?? ''}`;
}

/** The order's currency, and how much of it the buyer's was worth where the buyer paid in another. */
export interface OrderMoney {
  readonly currency: string;
  readonly buyers?: { readonly currency: string; readonly amount: number; readonly worth: number };
}

/** Money as it stands in a `..._set`: in the shop's currency and in the buyer's. */
export function moneyOf(set: Fields | undefined): OrderMoney | undefined {
  const [shops, buyers] = [set?.object('shop_money'), set?.object('presentment_money')];
  const currency = shops?.currency('currency_code');
  if (!shops || currency === undefined) return undefined;
  const buyersCurrency = buyers?.currency('currency_code');
  const amount = buyersCurrency && buyers?.amount('amount', buyersCurrency);
  const worth = shops.amount('amount', currency);
  if (!buyersCurrency || !amount || worth === undefined) return { currency };
  return { currency, buyers: { currency: buyersCurrency, amount, worth } };
}

/** `subtotal_set` in the shop's currency; `subtotal` beside it can be a number, or missing. */
export function shopMoney(fields: Fields, name: string, currency: string): number | undefined {
  const exact = fields.object(`${name}_set`)?.object('shop_money')?.amount('amount', currency);
  return exact ?? fields.amount(name, currency);
}

/** An amount of `fields` in the order's currency, at the rate the order was paid at. */
export function amountIn({ currency, buyers }: OrderMoney, fields: Fields, name: string): number {
  const stated = fields.currency('currency') ?? currency;
  const amount = fields.needed(name, fields.amount(name, stated), 0);
  if (stated === currency) return amount;
  if (stated !== buyers?.currency) return fields.wrong('currency', `is not ${currency}, and no rate is known`) ?? 0;
  return Number(divideHalfEven(BigInt(amount) * BigInt(buyers.worth), BigInt(buyers.amount)));
}

/** A part of an order that may be known by nothing else yet. */
export function partOf(
  fields: Fields,
  { shop, orderId }: Delivery,
  said: Parameters<typeof orderState>[2],
  at: Instant,
) {
  const id = fields.needed('order_id', fields.id('order_id') ?? orderId, '');
  const part: Reading = { type: 'order', order: orderState(shop.id, id, said, at), buyer: {} };
  return fields.invalid ?? part;
}
