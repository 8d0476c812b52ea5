import { seededRandom } from '../../infra/local/seeded-random.ts';
import { parseDay } from '../../shared/domain/calendar.ts';
import { naiveStage } from './naive-stages.ts';
import type { FactRow, FactRows } from './write-facts.ts';

/** An order as a shop would tell it, before anything is made of it. */
export interface RawOrder {
  readonly shop: string;
  readonly id: string;
  readonly customer: string | null;
  readonly createdAt: number;
  readonly paidAt: number | null;
  /** Minor units of `currency`. */
  readonly total: number;
  readonly currency: 'CNY' | 'USD' | 'JPY';
  readonly refunds: readonly RawRefund[];
  readonly test: boolean;
  readonly province: string | null;
}

export interface RawRefund {
  readonly id: string;
  readonly product: string | null;
  readonly at: number;
  readonly amount: number;
  readonly reason: string | null;
  readonly status: string;
}

export interface RawCustomer {
  readonly id: string;
  readonly knownSince: number;
  readonly tier: string | null;
  readonly province: string | null;
}

/** A message that went out. */
export interface RawTouch {
  readonly customer: string;
  readonly campaign: string;
  readonly sentAt: number;
  readonly deliveredAt: number | null;
  readonly isBounced: boolean;
  readonly coupon?: string;
  readonly openedAt?: number;
  readonly parts?: number;
  readonly credited?: { readonly orders: number; readonly amount: number };
}

/** Something that had to be seen to. */
export interface RawCase {
  readonly customer: string;
  /** Place of the order it is about among the orders. */
  readonly about: number | null;
  readonly product: string | null;
  readonly reason: string;
  readonly openedAt: number;
}

/** Orders of some shops up to a moment, in the calendar of each shop. */
export interface RawBase {
  readonly asOf: number;
  readonly zone: string;
  readonly zones: Readonly<Record<string, string>>;
  readonly customers: readonly RawCustomer[];
  readonly orders: readonly RawOrder[];
  readonly touches?: readonly RawTouch[];
  readonly cases?: readonly RawCase[];
}

const hour = 3_600_000;
/** Minor units of CNY for one minor unit of the currency, as a fraction. */
const rates = { CNY: [1n, 1n], USD: [71_234n, 10_000n], JPY: [48n, 10n] } as const;

/** In minor units of CNY, rounded half to even. */
export function inYuan(amount: number, currency: RawOrder['currency']): number {
  const [times, by] = rates[currency];
  return halfEven(BigInt(amount) * times, by);
}

export function halfEven(dividend: bigint, divisor: bigint): number {
  const [down, rest] = [dividend / divisor, (dividend % divisor) * 2n];
  const isUp = rest > divisor || (rest === divisor && down % 2n === 1n);
  return Number(isUp ? down + 1n : down);
}

const dayFormats = new Map<string, Intl.DateTimeFormat>();

/** `2026-11-23T19` on the wall clock of a zone. */
export function wallClock(at: number, zone: string): string {
  const format =
    dayFormats.get(zone) ??
    new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' });
  dayFormats.set(zone, format);
  return format.format(at).replace(' ', 'T').slice(0, 13);
}

export function dayText(at: number, zone: string): string {
  return wallClock(at, zone).slice(0, 10);
}

function refundedOf({ refunds }: RawOrder): number {
  return refunds.filter(({ status }) => status === 'success').reduce((sum, { amount }) => sum + amount, 0);
}

/** Net amount in CNY of an order that is a purchase at a moment; undefined for one that is none. */
export function purchaseAmount(order: RawOrder, asOf: number): number | undefined {
  const refunded = refundedOf(order);
  if (order.test || order.paidAt === null || order.paidAt > asOf) return undefined;
  if (order.total > 0 && refunded >= order.total) return undefined;
  return inYuan(order.total - refunded, order.currency);
}

/** About two years of a few shops, the same for the same seed. */
export function randomBase(seed: number, customers: number): RawBase {
  const random = seededRandom(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const oneOf = <T>(values: readonly T[]) => values[below(values.length)] as T;
  const asOf = Date.parse('2026-11-23T15:59:59.999Z');
  const zones = { north: 'Asia/Shanghai', east: 'Pacific/Auckland', west: 'America/New_York' };
  const base: RawOrder[] = [];
  const people = Array.from({ length: customers }, (_, index) => ({
    id: `c${index}`,
    knownSince: asOf - below(800 * 24) * hour,
    tier: oneOf(['regular', 'senior', null]),
    province: oneOf(['Shanghai', 'Hunan', null]),
  }));
  const refundOf = (index: number, at: number, total: number): RawRefund => ({
    id: `r${index}`,
    product: oneOf(['tea', 'cup', null]),
    at: Math.min(asOf, at + below(20 * 24) * hour),
    amount: oneOf([total, Math.floor(total / 2), Math.floor(total / 3)]),
    reason: oneOf(['size', 'late', null]),
    status: oneOf(['success', 'success', 'requested', 'refused']),
  });
  const place = (customer: string | null) => {
    const createdAt = asOf - below(oneOf([60, 200, 700]) * 24) * hour - below(hour);
    const paidAt = oneOf([createdAt + below(2 * hour), createdAt + below(90 * hour), null]);
    const total = oneOf([0, 1, 999, 12_345, below(60_000), below(6_000_000)]);
    const isPaid = paidAt !== null && paidAt <= asOf;
    base.push({
      shop: oneOf(Object.keys(zones)),
      id: `o${base.length}`,
      customer,
      createdAt,
      paidAt,
      total,
      currency: oneOf(['CNY', 'CNY', 'USD', 'JPY']),
      refunds: isPaid ? Array.from({ length: oneOf([0, 0, 0, 1, 2]) }, (_, each) => refundOf(each, paidAt, total)) : [],
      test: below(25) === 0,
      province: oneOf(['Shanghai', 'Hunan', null]),
    });
  };
  for (const { id } of people) for (let left = oneOf([0, 1, 1, 2, 3, 8]); left > 0; left--) place(id);
  for (let left = customers / 10; left > 0; left--) place(null);
  const cases = Array.from({ length: customers / 4 }, () => ({
    customer: oneOf(people).id,
    about: oneOf([null, below(base.length)]),
    product: oneOf(['tea', 'cup', null]),
    reason: oneOf(['size', 'rude']),
    openedAt: asOf - below(500 * 24) * hour,
  }));
  return { asOf, zone: 'Asia/Shanghai', zones, customers: people, orders: base, cases };
}

const dayNumber = (at: number, zone: string) => parseDay(dayText(at, zone)) ?? Number.NaN;

/** The base as the census writes it. */
export function factsOfOrders({ asOf, zone, zones, customers, orders, cases = [] }: RawBase): FactRows {
  const zoneOf = (shop: string) => zones[shop] ?? zone;
  const purchases = orders.flatMap((order): FactRow[] => {
    const { customer, shop, id, paidAt } = order;
    const amount = purchaseAmount(order, asOf);
    if (customer === null || paidAt === null || amount === undefined) return [];
    return [{ customer, shop, order: id, paidAt, day: dayNumber(paidAt, zoneOf(shop)), amount, items: 1 }];
  });
  return {
    customers: customers.map(({ id, knownSince, tier, province }) => {
      const days = orders.flatMap((order) =>
        order.customer === id && order.paidAt !== null && purchaseAmount(order, asOf) !== undefined
          ? [dayText(order.paidAt, zoneOf(order.shop))]
          : [],
      );
      return { customer: id, knownSince, tier, province, stage: naiveStage(days, dayText(asOf, zone)), tags: '[]' };
    }),
    purchases,
    orders: orders.map((order) => orderRow(order, zoneOf(order.shop), asOf)),
    refunds: orders.flatMap((order) =>
      order.refunds.map(({ id, product, at, amount, reason, status }) => {
        const { customer, shop, id: ref, currency } = order;
        const day = dayNumber(at, zoneOf(shop));
        const inBase = inYuan(amount, currency);
        return { customer, shop, order: ref, refund: id, product, at, day, amount: inBase, reason, status };
      }),
    ),
    cases: cases.map(({ customer, about, product, reason, openedAt }, index) => {
      const order = about === null ? undefined : orders[about];
      const day = dayNumber(openedAt, zone);
      const of = { shop: order?.shop ?? null, order: order?.id ?? null };
      return { customer, case: `k${index}`, ...of, product, kind: 'complaint', reason, openedAt, day };
    }),
  };
}

function orderRow(order: RawOrder, zone: string, asOf: number): FactRow {
  const { shop, id, customer, createdAt, total, currency, test, province } = order;
  const refunded = refundedOf(order);
  const paidAt = order.paidAt !== null && order.paidAt <= asOf ? order.paidAt : null;
  const clock = wallClock(paidAt ?? createdAt, zone);
  const inBase = inYuan(total, currency);
  return {
    customer,
    shop,
    order: id,
    createdAt,
    createdDay: dayNumber(createdAt, zone),
    paidAt,
    paidDay: paidAt === null ? null : dayNumber(paidAt, zone),
    paid: paidAt !== null,
    status: total > 0 && refunded >= total ? 'refunded' : paidAt === null ? 'created' : 'paid',
    total: inBase,
    refunded: inBase - inYuan(Math.max(0, total - refunded), currency),
    test,
    province,
    localHour: Number(clock.slice(11)),
    weekday: new Date(`${clock.slice(0, 10)}T00:00:00Z`).getUTCDay() || 7,
  };
}
