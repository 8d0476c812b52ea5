import { describe, expect, test } from 'vitest';
import type { Order, Refund } from '../../../shared/domain/orders/order.ts';
import { defaultSettings } from '../../../shared/domain/settings/settings.ts';
import { factsOfOrder } from '../../../shared/usecases/census/facts-of-order.ts';

const at = (text: string) => Date.parse(text);
const asOf = at('2026-11-23T19:00:00Z');
const settings = { ...defaultSettings, rates: [{ currency: 'EUR', from: '2026-01-01', rate: '7.5' }] };
const frame = { asOf, zone: 'Asia/Shanghai', settings };

function order(
  changes: Partial<Order> & { readonly total?: number; readonly currency?: string; readonly test?: boolean },
): Order {
  const { total = 10_000, currency = 'CNY', test: isTest, ...rest } = changes;
  const items = [{ productId: 'tea', title: 'Tea', quantity: 1, price: total }];
  return {
    shop: 'north',
    id: '1',
    milestones: { createdAt: at('2026-11-20T15:30:00Z') },
    refunds: [],
    description: { value: { currency, total, items, ...(isTest && { test: true }) }, at: 0 },
    tracking: [],
    identities: [],
    statements: {},
    statedAt: 0,
    ...rest,
  };
}

const paid = { createdAt: at('2026-11-20T15:30:00Z'), paidAt: at('2026-11-21T16:30:00Z') };
const refund = (changes: Partial<Refund>) => ({
  value: { id: 'r', amount: 4000, at: at('2026-11-22T20:00:00Z'), status: 'success' as const, ...changes },
  at: 0,
});

describe('an order as reports see it', () => {
  test('has days, hour and weekday of its shop, of payment once it is paid', () => {
    const unpaid = factsOfOrder({ order: order({}) }, frame)?.order;
    expect(unpaid).toMatchObject({
      customer: null,
      paid: false,
      paidAt: null,
      status: 'created',
      localHour: 23,
      weekday: 5,
    });
    const row = factsOfOrder({ order: order({ milestones: paid }), customer: 'c' }, frame)?.order;
    expect(row).toMatchObject({ customer: 'c', paid: true, status: 'paid', localHour: 0, weekday: 7 });
    expect((row?.paidDay ?? 0) - (row?.createdDay ?? 0)).toBe(2);
    const west = factsOfOrder({ order: order({ milestones: paid }) }, { ...frame, zone: 'America/New_York' })?.order;
    expect(west).toMatchObject({ localHour: 11, weekday: 6 });
  });

  test('is none before it was made, and not paid before it was', () => {
    const rows = (moment: string) =>
      factsOfOrder({ order: order({ milestones: paid }) }, { ...frame, asOf: at(moment) });
    expect(rows('2026-11-20T15:29:59Z')).toBeUndefined();
    expect(rows('2026-11-21T16:29:59Z')?.order).toMatchObject({ paid: false, paidAt: null, localHour: 23 });
    expect(rows('2026-11-21T16:30:00Z')?.order).toMatchObject({ paid: true });
  });

  test('counts in the base currency at the rate of its day, and without one has no amount', () => {
    const euros = order({ milestones: paid, currency: 'EUR', total: 1001, refunds: [refund({ amount: 500 })] });
    const facts = factsOfOrder({ order: euros }, frame);
    expect([facts?.order.total, facts?.order.refunded, facts?.refunds[0]?.amount]).toEqual([7508, 3750, 3750]);
    const dollars = factsOfOrder(
      { order: { ...euros, description: { value: { currency: 'USD', total: 5, items: [] }, at: 0 } } },
      frame,
    );
    expect([dollars?.order.total, dollars?.refunds[0]?.amount]).toEqual([null, null]);
  });

  test('cancelled after payment counts as refunded in full', () => {
    const milestones = { ...paid, cancelledAt: paid.paidAt + 1 };
    expect(factsOfOrder({ order: order({ milestones }) }, frame)?.order).toMatchObject({
      status: 'refunded',
      refunded: 10_000,
    });
  });

  test('brings its refunds with their state, but for those yet to come and those of tests', () => {
    const refunds = [
      refund({ id: 'a' }),
      refund({ id: 'b', status: 'requested', reason: 'late' }),
      refund({ id: 'c', at: asOf + 1 }),
    ];
    const facts = factsOfOrder({ order: order({ milestones: paid, refunds }) }, frame);
    expect(facts?.refunds.map(({ refund: id, status, reason, product }) => [id, status, reason, product])).toEqual([
      ['a', 'success', null, 'tea'],
      ['b', 'requested', 'late', 'tea'],
    ]);
    expect(facts?.order.refunded).toBe(4000 + 4000);
    expect(factsOfOrder({ order: order({ milestones: paid, refunds, test: true }) }, frame)?.refunds).toEqual([]);
  });

  test('of which only a part has come has what is known', () => {
    const { description: _description, ...part } = order({ milestones: {}, refunds: [refund({})] });
    expect(factsOfOrder({ order: part }, frame)).toMatchObject({
      order: {
        createdAt: null,
        createdDay: null,
        total: null,
        refunded: null,
        localHour: null,
        weekday: null,
        test: false,
      },
      refunds: [{ product: null, amount: null }],
    });
  });
});
