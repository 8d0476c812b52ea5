import { dayAfter, instantIn } from '../support/naive-stages.ts';
import type { ShopEvent } from '../support/shop-sender.ts';

/** The clock on the wall of the shop: nights and quiet hours go by it. */
export const zone = 'Asia/Shanghai';
/** Day on which the test begins; the nights of the two days after it turn customers silent. */
export const today = '2026-03-02';
export const nights = [dayAfter(today, 1), dayAfter(today, 2)] as const;

/** A wall-clock time of the shop as an instant. */
export function shopTime(day: string, time: string): Date {
  return new Date(instantIn(zone, `${day}T${time}`));
}

interface Buyer {
  readonly id: string;
  readonly email?: string;
  readonly phone?: string;
  readonly consent?: { readonly email?: boolean; readonly sms?: boolean };
}

/** Email, phone, both, or neither: those are told over the webhook channel. */
export function newBuyer(number: number): Buyer {
  const kind = number % 20;
  const hasEmail = kind < 10 || kind === 17;
  const hasPhone = kind >= 10 && kind < 18;
  return {
    id: `new-${number}`,
    ...(hasEmail && { email: `new-${number}@example.com` }),
    ...(hasPhone && { phone: phone(number) }),
  };
}

/** A number no operator has given out. */
function phone(number: number): string {
  return `+86199${String(number).padStart(8, '0')}`;
}

/**
 * What a shop tells of one order that was paid a minute ago: the payment, now and then once more, often a later milestone.
 */
export function paidOrder(number: number, now: number, random: () => number): ShopEvent[] {
  const buyer = newBuyer(number);
  const paid = orderEvent(`o-${number}`, buyer, now - 60_000);
  const shipped = orderEvent(`o-${number}`, buyer, now - 60_000, { shippedAt: new Date(now).toISOString() });
  return [paid, ...(random() < 0.2 ? [paid] : []), ...(random() < 0.3 ? [shipped] : [])];
}

function orderEvent(id: string, customer: Buyer, paidAt: number, later: { shippedAt?: string } = {}): ShopEvent {
  const at = new Date(paidAt).toISOString();
  const items = [{ productId: 'tea', title: 'Tea', quantity: 1, price: '10.00' }];
  const times = { createdAt: at, paidAt: at, updatedAt: later.shippedAt ?? at, ...later };
  const data = { id, currency: 'CNY', total: '10.00', ...times, items, customer };
  const type = later.shippedAt === undefined ? 'order.paid' : 'order.updated';
  return { id: `${id}-${type}`, body: JSON.stringify({ type, timestamp: at, data }) };
}

/** Whom a night turns silent, and what is to be shown on them. */
export interface SilentBase {
  readonly events: readonly ShopEvent[];
  readonly customers: number;
  /** Buyers to be merged, one of the first night with one of the second: two messages, one place. */
  readonly pairs: readonly (readonly [string, string])[];
}

/** The last day of the limit of 90 days ends on the eve of the night. */
const lastBought = nights.map((night) => dayAfter(night, -91));

/**
 * Customers whose only purchase lies so far back that one of the two nights makes them silent: with consent, denied, or
 * never asked; pairs that are one person; four who share one phone, which is too many to link them.
 */
export function silentBase(count: number): SilentBase {
  const pairs = Math.floor(count / 8);
  const buyers: { buyer: Buyer; night: number }[] = [];
  for (let number = 0; number < pairs; number++) {
    for (const night of [0, 1]) buyers.push({ buyer: silentBuyer(`pair-${number}-${night}`, number, true), night });
  }
  const shared = { phone: phone(99_999_999), consent: { sms: true } };
  for (let number = 0; number < 4; number++) {
    buyers.push({ buyer: { id: `shared-${number}`, ...shared }, night: 0 });
  }
  for (let number = 0; buyers.length < count; number++) {
    const consent = number % 10 < 7 ? true : number % 10 === 7 ? false : undefined;
    buyers.push({ buyer: silentBuyer(`silent-${number}`, number, consent), night: number % 2 });
  }
  return {
    customers: buyers.length,
    events: buyers.map(({ buyer, night }, number) =>
      orderEvent(`old-${number}`, buyer, shopTime(lastBought[night] ?? '', '12:00:00').getTime()),
    ),
    pairs: Array.from({ length: pairs }, (_, number) => [`pair-${number}-0`, `pair-${number}-1`] as const),
  };
}

function silentBuyer(id: string, number: number, consent: boolean | undefined): Buyer {
  const said = consent === undefined ? {} : { consent: { email: consent, sms: consent } };
  return number % 3 === 2
    ? { id, phone: phone(50_000_000 + hashOf(id)), ...said }
    : { id, email: `${id}@example.com`, ...said };
}

function hashOf(text: string): number {
  let hash = 0;
  for (const character of text) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 40_000_000;
  return hash;
}
