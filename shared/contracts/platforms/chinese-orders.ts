import type { Instant } from '../../domain/calendar.ts';
import {
  compareText,
  type Milestones,
  type Order,
  type OrderDescription,
  type Refund,
} from '../../domain/orders/order.ts';
import { currency } from './chinese-fields.ts';
import type { BuyerIdentities, Reading, ShopContext } from './platform.ts';
import { defined, type Fields, orderState, stampAll } from './reading-fields.ts';

/** Where an order stands: what has happened, what is still to be paid, and whether all of the money has gone back. */
export interface Course {
  readonly milestones: { readonly [Name in keyof Milestones]: Instant | undefined };
  readonly awaits: OrderDescription['awaits'] | undefined;
  readonly isVoid: boolean;
}

/** What Youzan and Taobao tell of an order, by one set of names. */
export interface Told extends Course {
  readonly id: string;
  readonly at: Instant;
  /** Fen, all of it; of the goods alone, before discounts; of sending them. */
  readonly total: number;
  readonly goods: number | undefined;
  readonly shipping: number | undefined;
  readonly buyer: BuyerIdentities;
  readonly nick: string | undefined;
  /** Where it goes. Neither phone nor street of who receives it identifies the buyer. */
  readonly region: { readonly [Name in 'country' | 'province' | 'city']?: string | undefined };
  readonly refunds: readonly Refund[];
  readonly more: { readonly [Name in keyof OrderDescription]?: OrderDescription[Name] | undefined } & {
    readonly items: OrderDescription['items'];
  };
}

/** The reading of a whole order, or of what is wrong with it. */
export function wholeOf(fields: Fields, shop: ShopContext, told: Told): Reading {
  const { at, total, goods, shipping, buyer, refunds, isVoid } = told;
  const region = defined(told.region);
  const description = defined({
    ...told.more,
    currency,
    total,
    discount: goods === undefined ? undefined : Math.max(0, goods + (shipping ?? 0) - total),
    shipping,
    awaits: told.awaits,
    buyer: unlessEmpty(defined({ ...buyer, name: told.nick })),
    address: unlessEmpty(region),
  });
  const statements = stampAll({ ...region, phone: buyer.phone, email: buyer.email }, at);
  const order = orderState(shop.id, told.id, { milestones: told.milestones, description, statements }, at);
  const listed = isVoid ? withRemainder(refunds, total, at) : refunds;
  return ordered(fields, { ...order, refunds: stamped(listed, isVoid ? at * 1000 : secondsOf(at)) }, buyer);
}

function unlessEmpty<T extends object>(value: T): T | undefined {
  return Object.keys(value).length > 0 ? value : undefined;
}

/** The reading of a part of an order: milestones, or a refund's own message. */
export function partOf(
  fields: Fields,
  shop: ShopContext,
  id: string,
  { milestones = {}, refund, buyer = {} }: { milestones?: Milestones; refund?: Refund; buyer?: BuyerIdentities },
): Reading {
  const part = orderState(shop.id, id, { milestones }, 0);
  if (!refund) return ordered(fields, part, buyer);
  const stamp = refund.status === 'success' ? refund.at : secondsOf(refund.at);
  return ordered(fields, { ...part, refunds: stamped([refund], stamp) }, buyer);
}

function ordered(fields: Fields, order: Order, buyer: BuyerIdentities): Reading {
  return fields.invalid ?? { type: 'order', order, buyer };
}

/**
 * Of a refund up to three sources tell, and its stamp ranks them, whatever arrives first. Lowest, in seconds, what an
 * order's snapshot or a message short of success implies; then, in milliseconds, the message of its success, which has the
 * exact amount; and highest, in microseconds, that the order was closed after payment, by which all has gone back.
 */
function stamped(refunds: readonly Refund[], stamp: number): Order['refunds'] {
  const byId = new Map(refunds.map((value) => [value.id, { value, at: stamp }]));
  return [...byId.values()].sort((a, b) => compareText(a.value.id, b.value.id));
}

function secondsOf(at: Instant): number {
  return Math.floor(at / 1000);
}

/**
 * What the successful ones leave of the total (postage, or all where none is listed) is a refund `closed`. Of nothing
 * nothing goes back: there the closing alone tells.
 */
function withRemainder(listed: readonly Refund[], total: number, at: Instant): readonly Refund[] {
  if (total === 0) return [];
  const gone = listed.reduce((sum, { amount, status }) => sum + (status === 'success' ? amount : 0), 0);
  return gone < total ? [...listed, { id: 'closed', amount: total - gone, at, status: 'success' }] : listed;
}

/** Price of one where a line's amount is for all its pieces. */
export function priceOfOne(lineAmount: number, quantity: number): number {
  return quantity > 1 ? Math.round(lineAmount / quantity) : lineAmount;
}
