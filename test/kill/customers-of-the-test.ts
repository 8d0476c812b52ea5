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
function newBuyer(number: number): Buyer {
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

/** Two buyers who turn out to be one person. */
export interface Pair {
  readonly buyers: readonly [string, string];
  /** Index of the night after which it turns out. */
  readonly after: number;
}

/** Whom the nights turn silent. */
export interface SilentBase {
  readonly events: readonly ShopEvent[];
  readonly customers: number;
  readonly pairs: readonly Pair[];
}

/** The last day of the limit of 90 days ends on the eve of the night. */
const lastBought = nights.map((night) => dayAfter(night, -91));

/**
 * Customers whose only purchase lies so far back that one of the two nights makes them silent: with consent, denied, or
 * never asked; four who share one phone, which is too many to link them; and pairs. Of one kind of pair, one is written to
 * after the first night, so that no place is left for the other after the second; of the other kind both are due at once
 * over two channels, whose senders meet at one row of caps.
 */
export function silentBase(count: number): SilentBase {
  const pairs = Array.from({ length: Math.floor(count / 8) }, (_, number): Pair => {
    return { buyers: [`pair-${number}-a`, `pair-${number}-b`], after: number % 2 };
  });
  const shared = { phone: phone(99_999_999), consent: { sms: true } };
  const buyers: { buyer: Buyer; night: number }[] = [
    ...pairs.flatMap(({ buyers: [one, other], after }, number) => [
      { buyer: after === 0 ? byMail(one, true) : silentBuyer(one, number, true), night: 0 },
      { buyer: after === 0 ? byText(other, true) : silentBuyer(other, number, true), night: after },
    ]),
    ...[1, 2, 3, 4].map((number) => ({ buyer: { id: `shared-${number}`, ...shared }, night: 0 })),
  ];
  for (let number = 0; buyers.length < count; number++) {
    const consent = number % 10 < 7 ? true : number % 10 === 7 ? false : undefined;
    buyers.push({ buyer: silentBuyer(`silent-${number}`, number, consent), night: number % 2 });
  }
  return {
    customers: buyers.length,
    events: buyers.map(({ buyer, night }, number) =>
      orderEvent(`old-${number}`, buyer, shopTime(lastBought[night] ?? '', '12:00:00').getTime()),
    ),
    pairs,
  };
}

function silentBuyer(id: string, number: number, consent: boolean | undefined): Buyer {
  return number % 3 === 2 ? byText(id, consent) : byMail(id, consent);
}

function byMail(id: string, consent: boolean | undefined): Buyer {
  return { id, email: `${id}@example.com`, ...said(consent) };
}

function byText(id: string, consent: boolean | undefined): Buyer {
  return { id, phone: phone(50_000_000 + hashOf(id)), ...said(consent) };
}

function said(consent: boolean | undefined): Pick<Buyer, 'consent'> {
  return consent === undefined ? {} : { consent: { email: consent, sms: consent } };
}

function hashOf(text: string): number {
  let hash = 0;
  for (const character of text) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 40_000_000;
  return hash;
}
