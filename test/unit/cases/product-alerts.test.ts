import { describe, expect, test } from 'vitest';
import { ProductTally, productAlerts } from '../../../shared/domain/cases/product-alerts.ts';
import type { Order, Refund } from '../../../shared/domain/orders/order.ts';
import { defaultServiceSettings } from '../../../shared/domain/settings/case-settings.ts';
import { aCase } from '../../support/case-store-suite.ts';
import { day, noon } from '../../support/touches.ts';

const settings = { ...defaultServiceSettings.cases, alertRate: 0.1, alertOrders: 20 };

function anOrder(products: string[], paidAt: number, refunds: Partial<Refund>[] = [], shop = 'north'): Order {
  const items = products.map((productId) => ({ productId, title: productId, quantity: 1, price: 100 }));
  return {
    shop,
    id: '1',
    milestones: { createdAt: paidAt, paidAt },
    refunds: refunds.map((refund, index) => ({
      value: { id: `${index}`, amount: 100, at: paidAt, status: 'success', ...refund },
      at: paidAt,
    })),
    description: { value: { currency: 'CNY', total: 100, items }, at: paidAt },
    tracking: [],
    identities: [],
    statements: {},
    statedAt: paidAt,
  };
}

function tallied(...orders: Order[]) {
  const tally = new ProductTally();
  for (const order of orders) tally.add(order, noon);
  return tally.notes();
}

describe('what is counted of a product', () => {
  test('orders paid within 30 days, each once', () => {
    const oldest = anOrder(['tea', 'tea', 'cup'], noon - 30 * day + 1);
    expect(tallied(oldest, anOrder(['tea'], noon))).toEqual([
      ['north', 'tea', 2, 0],
      ['north', 'cup', 1, 0],
    ]);
    const unpaid = { ...anOrder(['tea'], noon), milestones: { createdAt: noon } };
    expect(tallied(anOrder(['tea'], noon - 30 * day), anOrder(['tea'], noon + 1), unpaid)).toEqual([]);
  });

  test('refunds that went through, of the lines they name or else of all', () => {
    const named = [{ items: [{ productId: 'cup', quantity: 1, amount: 100 }] }];
    expect(tallied(anOrder(['tea', 'cup'], noon, named))).toEqual([
      ['north', 'tea', 1, 0],
      ['north', 'cup', 1, 1],
    ]);
    expect(tallied(anOrder(['tea', 'cup'], noon, [{}, {}]))).toEqual([
      ['north', 'tea', 1, 1],
      ['north', 'cup', 1, 1],
    ]);
    expect(tallied(anOrder(['tea'], noon, [{ status: 'refused' }]))).toEqual([['north', 'tea', 1, 0]]);
  });

  test('in parts it is the same as at once', () => {
    const orders = [anOrder(['tea', 'cup'], noon, [{}]), anOrder(['cup'], noon), anOrder(['tea'], noon, [], 'east')];
    const joined = new ProductTally();
    for (const order of orders) joined.join(tallied(order));
    expect(joined.notes()).toEqual(tallied(...orders));
  });
});

describe('a product alerts', () => {
  const cases = (number: number, changes: Parameters<typeof aCase>[0] = {}) =>
    Array.from({ length: number }, (_, index) => aCase({ id: `k${index}`, product: 'cup', ...changes }));

  test('above the limit, and not at it', () => {
    expect(productAlerts([['north', 'cup', 20, 2]], cases(2), settings, noon)).toEqual([]);
    expect(productAlerts([['north', 'cup', 20, 3]], [], settings, noon)).toEqual([
      { shop: 'north', product: 'cup', orders: 20, refunded: 3, cases: 0 },
    ]);
    expect(productAlerts([['north', 'cup', 20, 0]], cases(3), settings, noon)).toHaveLength(1);
  });

  test('not with too few orders', () => {
    expect(productAlerts([['north', 'cup', 19, 19]], cases(19), settings, noon)).toEqual([]);
  });

  test('by cases of the last 30 days, of its own shop', () => {
    const counts = [['north', 'cup', 20, 0] as [string, string, number, number]];
    const alerts = (changes: Parameters<typeof aCase>[0]) =>
      productAlerts(counts, cases(3, changes), settings, noon).length;
    expect(alerts({ openedAt: noon - 30 * day + 1 })).toBe(1);
    expect(alerts({ openedAt: noon - 30 * day })).toBe(0);
    expect(alerts({ order: 'north#9' })).toBe(1);
    expect(alerts({ order: 'east#9' })).toBe(0);
    expect(alerts({ product: 'tea' })).toBe(0);
  });

  test('the worst comes first', () => {
    const counts: [string, string, number, number][] = [
      ['north', 'cup', 100, 20],
      ['north', 'pot', 20, 10],
    ];
    expect(productAlerts(counts, [], settings, noon).map(({ product }) => product)).toEqual(['pot', 'cup']);
  });
});
