import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type CreditableOrder,
  type CreditableTouch,
  creditedTouch,
  effectsOf,
} from '../../../shared/domain/effect/attribution.ts';

const day = 86_400_000;
const start = Date.UTC(2026, 10, 1, 2);
const days = 7;

const touch = (over: Partial<CreditableTouch> = {}): CreditableTouch => ({
  customer: 'c1',
  id: 't1',
  origin: { type: 'campaign', id: 'double-11', version: 1, step: 'send' },
  state: 'sent',
  class: 'promotional',
  purpose: 'other',
  occurredAt: start,
  sentAt: start,
  reactions: { delivered: start },
  ...over,
});

const order = (over: Partial<CreditableOrder> = {}): CreditableOrder => ({
  ref: 'north#1',
  placedAt: start + day,
  paidAt: start + day,
  amount: 10_000,
  codes: [],
  discount: 0,
  ...over,
});

const nameOf = (one: CreditableTouch | undefined) => one?.id;

describe('the touch an order is credited to', () => {
  test('is the one whose coupon was used, before one clicked later, before one delivered last', () => {
    const coupon = touch({ id: 'coupon', code: 'back20' });
    const clicked = touch({ id: 'clicked', reactions: { delivered: start, clicked: start + 3_600_000 } });
    const last = touch({ id: 'last', reactions: { delivered: start + 7_200_000 } });
    const all = [last, clicked, coupon];
    expect(nameOf(creditedTouch(order({ codes: [' BACK20 '] }), all, days))).toBe('coupon');
    expect(nameOf(creditedTouch(order(), all, days))).toBe('clicked');
    expect(nameOf(creditedTouch(order(), [last, touch({ id: 'first' })], days))).toBe('last');
  });

  test.each([
    ['placed before it', { placedAt: start - 1 }, {}, undefined],
    ['placed as it arrived', { placedAt: start }, {}, 't1'],
    ['on the last moment of its days', { placedAt: start + days * day }, {}, 't1'],
    ['a moment later', { placedAt: start + days * day + 1 }, {}, undefined],
    ['a click after the order is none', {}, { reactions: { delivered: start, clicked: start + 2 * day } }, 't1'],
    ['it came back', {}, { reactions: { bounced: start } }, undefined],
    ['it came back at first and arrived then', {}, { reactions: { softBounced: start, delivered: start + 9 } }, 't1'],
    ['nobody told that it arrived', {}, { reactions: {} }, 't1'],
    ['nobody knows whether it went out', {}, unconfirmed(), 't1'],
    ['it was skipped', {}, { state: 'skipped' as const }, undefined],
    ['its customer was held out', {}, { state: 'heldout' as const }, undefined],
    ['order notices earn nothing', {}, { class: 'transactional' as const, purpose: 'order' as const }, undefined],
  ])('%s', (_what, overOrder, overTouch, expected) => {
    expect(nameOf(creditedTouch(order(overOrder), [touch(overTouch)], days))).toBe(expected);
  });

  test('a payment reminder earns the order it is about, where that was paid after it', () => {
    const reminder = touch({ class: 'transactional', purpose: 'payment', order: 'north#1' });
    const placedBefore = order({ placedAt: start - day, paidAt: start + 60_000 });
    expect(nameOf(creditedTouch(placedBefore, [reminder], days))).toBe('t1');
    expect(creditedTouch({ ...placedBefore, ref: 'north#2' }, [reminder], days)).toBeUndefined();
    expect(creditedTouch({ ...placedBefore, paidAt: start - 1 }, [reminder], days)).toBeUndefined();
  });
});

function unconfirmed(): Partial<CreditableTouch> {
  const { sentAt: _unknown, ...rest } = touch();
  const claim = { at: start, until: start + 1, address: 'a', customer: 'c1' };
  return {
    ...rest,
    state: 'unconfirmed',
    claim,
    reactions: {},
    sentAt: undefined,
  } as unknown as Partial<CreditableTouch>;
}

describe('what an arm of a journey bought', () => {
  const origin = { ...touch().origin, type: 'journey' as const };
  const drawn = { at: start, lastAt: start + 8 * day };
  const bought = (over: Partial<CreditableTouch>, placed: Partial<CreditableOrder>) =>
    effectsOf([touch({ origin, state: 'heldout', drawn, ...over })], [order(placed)], days).get('c1 t1')?.bought
      ?.orders ?? 0;

  test.each([
    ['until the last message has had its days', {}, { placedAt: start + 15 * day }, 1],
    ['not a moment later', {}, { placedAt: start + 15 * day + 1 }, 0],
    ['not what made them enter', {}, { placedAt: start }, 0],
    ['of a reminder: its order, by the payment', reminder(), { placedAt: start - day, paidAt: start + day }, 1],
    ['of a reminder: no other order', reminder(), { ref: 'north#2', placedAt: start + day }, 0],
  ])('%s', (_name, over, placed, orders) => expect(bought(over, placed)).toBe(orders));

  function reminder(): Partial<CreditableTouch> {
    return { class: 'transactional', purpose: 'payment', order: 'north#1' };
  }
});

const hour = 3_600_000;
const someTouch = fc.record({
  hours: fc.integer({ min: 0, max: 400 }),
  state: fc.constantFrom('sent' as const, 'unconfirmed' as const, 'skipped' as const, 'heldout' as const),
  delivered: fc.boolean(),
  bounced: fc.boolean(),
  clickedAfter: fc.option(fc.integer({ min: 0, max: 200 }), { nil: undefined }),
  code: fc.option(fc.constantFrom('A', 'B'), { nil: undefined }),
  kind: fc.constantFrom('promotional' as const, 'care' as const, 'transactional' as const),
  isReminder: fc.boolean(),
  about: fc.integer({ min: 0, max: 5 }),
  origin: fc.constantFrom('campaign' as const, 'journey' as const),
});
const someOrder = fc.record({
  hours: fc.integer({ min: 0, max: 600 }),
  paidAfter: fc.integer({ min: 0, max: 100 }),
  amount: fc.integer({ min: 0, max: 100_000 }),
  codes: fc.subarray(['a', 'B ', 'C']),
});

describe('effects of all touches', () => {
  test('are those of a naive count, whatever the order of rows', () => {
    fc.assert(
      fc.property(fc.array(someTouch, { maxLength: 8 }), fc.array(someOrder, { maxLength: 6 }), (wanted, bought) => {
        const touches = wanted.map((one, index) => touchFrom(one, index));
        const orders = bought.map((one, index) => orderFrom(one, index));
        const effects = effectsOf(touches, orders, days);
        expect(Object.fromEntries(effects)).toEqual(naiveEffects(touches, orders));
        expect(effectsOf(touches.toReversed(), orders.toReversed(), days)).toEqual(effects);
      }),
      { numRuns: 300 },
    );
  });
});

function touchFrom(one: typeof someTouch extends fc.Arbitrary<infer T> ? T : never, index: number): CreditableTouch {
  const at = start + one.hours * hour;
  return {
    ...touch(),
    id: `t${index}`,
    origin: { ...touch().origin, type: one.origin },
    state: one.state,
    class: one.kind,
    purpose: one.isReminder ? 'payment' : 'other',
    order: `north#${one.about}`,
    occurredAt: at,
    sentAt: at,
    ...(one.code !== undefined && { code: one.code }),
    reactions: {
      ...(one.delivered && { delivered: at + 60_000 }),
      ...(one.bounced && { bounced: at + 30_000 }),
      ...(one.clickedAfter !== undefined && { clicked: at + one.clickedAfter * hour }),
    },
  };
}

function orderFrom(one: typeof someOrder extends fc.Arbitrary<infer T> ? T : never, index: number): CreditableOrder {
  const placedAt = start + one.hours * hour;
  return {
    ref: `north#${index}`,
    placedAt,
    paidAt: placedAt + one.paidAfter * hour,
    amount: one.amount,
    codes: one.codes,
    discount: 0,
  };
}

/** As one would do it by hand: each order, each touch, all conditions in words. */
function naiveEffects(touches: readonly CreditableTouch[], orders: readonly CreditableOrder[]) {
  const sums: Record<
    string,
    { credited?: { orders: number; amount: number }; bought?: { orders: number; amount: number } }
  > = {};
  const count = (id: string, kind: 'credited' | 'bought', amount: number) => {
    sums[`c1 ${id}`] ??= {};
    const entry = sums[`c1 ${id}`] ?? {};
    const none = kind === 'credited' ? { orders: 0, amount: 0, discount: 0 } : { orders: 0, amount: 0 };
    const sum = entry[kind] ?? none;
    entry[kind] = { ...sum, orders: sum.orders + 1, amount: sum.amount + amount };
  };
  for (const one of orders) {
    const candidates = touches.filter((each) => {
      if (each.state !== 'sent' && each.state !== 'unconfirmed') return false;
      if (each.reactions.delivered === undefined && each.reactions.bounced !== undefined) return false;
      if (each.purpose === 'payment' ? each.order !== one.ref : each.class === 'transactional') return false;
      const moment = each.purpose === 'payment' ? one.paidAt : one.placedAt;
      const arrived = each.reactions.delivered ?? each.sentAt ?? 0;
      return arrived <= moment && moment <= arrived + days * day;
    });
    const codes = one.codes.map((code) => code.trim().toUpperCase());
    const ranked = candidates.toSorted((a, b) => {
      const rank = (each: CreditableTouch): [number, number] => {
        const arrived = each.reactions.delivered ?? each.sentAt ?? 0;
        const moment = each.purpose === 'payment' ? one.paidAt : one.placedAt;
        if (each.code !== undefined && codes.includes(each.code.toUpperCase())) return [2, arrived];
        const { clicked } = each.reactions;
        if (clicked !== undefined && clicked <= moment) return [1, clicked];
        return [0, arrived];
      };
      const [rankA, atA] = rank(a);
      const [rankB, atB] = rank(b);
      return rankB - rankA || atB - atA || (a.id < b.id ? -1 : 1);
    });
    const [best] = ranked;
    if (best) count(best.id, 'credited', one.amount);
    for (const each of touches) {
      const since = one.placedAt - each.occurredAt;
      if (each.origin.type === 'campaign' && since > 0 && since <= days * day) count(each.id, 'bought', one.amount);
    }
  }
  return sums;
}
