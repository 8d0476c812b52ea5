import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Order, OrderItem, Refund } from '../../../shared/domain/orders/order.ts';
import { refundShares } from '../../../shared/domain/orders/refund-shares.ts';

const goods: readonly OrderItem[] = [
  { productId: 'tea', title: 'Tea', quantity: 2, price: 3000 },
  { productId: 'cup', title: 'Cup', quantity: 1, price: 3000 },
];

function orderOf(items: readonly OrderItem[]): Order {
  return {
    shop: 'north',
    id: '1',
    milestones: {},
    refunds: [],
    description: { value: { currency: 'CNY', total: 10_000, items }, at: 0 },
    tracking: [],
    identities: [],
    statements: {},
    statedAt: 0,
  };
}

function refundOf(amount: number, items?: Refund['items']): Refund {
  return { id: 'r', amount, at: 0, status: 'success', ...(items && { items }) };
}

const line = (productId: string, amount: number) => ({ productId, quantity: 1, amount });

describe('a refund by product', () => {
  test.each([
    ['as its own lines say', goods, refundOf(4000, [line('tea', 1000), line('cup', 3000)]), { tea: 1000, cup: 3000 }],
    ['what lines leave over is no product’s', goods, refundOf(1500, [line('tea', 1000)]), { tea: 1000, none: 500 }],
    [
      'lines that say more than went back share it',
      goods,
      refundOf(1000, [line('tea', 1500), line('cup', 500)]),
      { tea: 750, cup: 250 },
    ],
    [
      'lines without amounts share by price',
      goods,
      refundOf(900, [line('tea', 0), line('cup', 0)]),
      { tea: 600, cup: 300 },
    ],
    ['no lines: shared out by line amounts', goods, refundOf(3000), { tea: 2000, cup: 1000 }],
    [
      'goods that cost nothing share evenly',
      goods.map((one) => ({ ...one, price: 0 })),
      refundOf(5),
      { tea: 2, cup: 3 },
    ],
    ['an order of which no goods are known', [], refundOf(700), { none: 700 }],
    ['goods that nobody knows', [], refundOf(700, [line('hat', 0)]), { hat: 700 }],
    ['goods back without money', goods, refundOf(0, [line('cup', 0)]), { cup: 0 }],
  ])('%s', (_, items, refund, expected) => {
    const shares = refundShares(orderOf(items), refund, refund.amount);
    expect(Object.fromEntries(shares.map(({ product, amount }) => [product ?? 'none', amount]))).toEqual(expected);
  });

  test('adds up in every currency, and takes from nobody', () => {
    const products = fc.constantFrom('tea', 'cup', 'pot');
    const amounts = fc.nat({ max: 100_000 });
    const items = fc.array(fc.record({ productId: products, quantity: fc.nat({ max: 9 }), amount: amounts }));
    const known = fc.array(
      fc.record({ productId: products, title: products, quantity: fc.nat({ max: 9 }), price: amounts }),
    );
    fc.assert(
      fc.property(known, items, amounts, amounts, (order, refunded, amount, shown) => {
        const shares = refundShares(orderOf(order), refundOf(amount, refunded), shown);
        expect(shares.reduce((sum, share) => sum + share.amount, 0)).toBe(shown);
        expect(shares.filter((share) => share.amount < 0)).toEqual([]);
        expect(new Set(shares.map(({ product }) => product)).size).toBe(shares.length);
      }),
    );
  });
});
