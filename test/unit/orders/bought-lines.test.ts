import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { boughtLines } from '../../../shared/domain/orders/bought-lines.ts';
import type { Order, OrderItem, Refund } from '../../../shared/domain/orders/order.ts';
import { earningOf, purchaseOf } from '../../../shared/domain/orders/purchase.ts';
import { arbitraryWebhook } from '../../support/arbitrary-orders.ts';

const paidAt = Date.UTC(2026, 0, 2);
const zone = 'Asia/Shanghai';

function item(productId: string, quantity: number, price: number, more: Partial<OrderItem> = {}): OrderItem {
  return { productId, title: productId, quantity, price, ...more };
}

function refund(id: string, amount: number, items?: NonNullable<Refund['items']>): Refund {
  return { id, amount, at: paidAt + 1000, status: 'success', ...(items && { items }) };
}

function orderOf(items: readonly OrderItem[], refunds: readonly Refund[] = [], more: Partial<Order> = {}): Order {
  const total = items.reduce((sum, { price, quantity }) => sum + price * quantity, 0);
  return {
    shop: 'north',
    id: '1',
    milestones: { createdAt: paidAt - 1000, paidAt },
    refunds: refunds.map((value) => ({ value, at: value.at })),
    description: { at: paidAt, value: { currency: 'CNY', total, items } },
    tracking: [],
    identities: [],
    statements: {},
    statedAt: paidAt - 1000,
    ...more,
  };
}

describe('the lines of a purchase', () => {
  test('one for each product, SKU and category', () => {
    const red = { sku: 'tea-red', category: 'Tea' };
    const lines = boughtLines(orderOf([item('tea', 1, 500, red), item('tea', 2, 500, red), item('tea', 1, 700)]));
    expect(lines).toEqual([
      { product: 'tea', ...red, amount: 1500 },
      { product: 'tea', amount: 700 },
    ]);
  });

  test('a refund that names a product comes off its line; one that names none is shared out by line amounts', () => {
    const items = [item('cup', 1, 300), item('tea', 1, 600), item('pot', 1, 100)];
    const refunds = [refund('r1', 100, [{ productId: 'pot', quantity: 1, amount: 100 }]), refund('r2', 90)];
    expect(boughtLines(orderOf(items, refunds))).toEqual([
      { product: 'cup', amount: 270 },
      { product: 'tea', amount: 540 },
    ]);
  });

  test('a line of which all pieces went back is left out, whatever of the money did', () => {
    const refunds = [refund('r1', 400, [{ productId: 'tea', quantity: 2, amount: 400 }])];
    expect(boughtLines(orderOf([item('tea', 2, 300), item('cup', 1, 50)], refunds))).toEqual([
      { product: 'cup', amount: 50 },
    ]);
  });

  test('a refund that was refused takes nothing', () => {
    const refused = { ...refund('r1', 300), status: 'refused' as const };
    expect(boughtLines(orderOf([item('tea', 1, 300)], [refused]))).toEqual([{ product: 'tea', amount: 300 }]);
  });

  test('a gift that cost nothing stays', () => {
    expect(boughtLines(orderOf([item('gift', 1, 0), item('tea', 1, 300)], [refund('r1', 100)]))).toEqual([
      { product: 'gift', amount: 0 },
      { product: 'tea', amount: 200 },
    ]);
  });

  test('never below zero, and what is shared out is the amount of the refund exactly', () => {
    const prices = fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(prices, fc.double({ min: 0, max: 0.99, noNaN: true }), (all, part) => {
        const items = all.map((price, index) => item(`p${index}`, 1, price));
        const total = all.reduce((sum, price) => sum + price, 0);
        const amount = Math.floor(total * part);
        const lines = boughtLines(orderOf(items, [refund('r1', amount)]));
        expect(lines.reduce((sum, line) => sum + line.amount, 0)).toBe(total - amount);
        expect(lines.every((line) => line.amount > 0)).toBe(true);
      }),
    );
  });

  test('whatever comes, lines are worth at least nothing', () => {
    fc.assert(
      fc.property(arbitraryWebhook, (order) => {
        for (const { amount } of purchaseOf(order, zone)?.lines ?? []) expect(amount).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe('what an order earned points by', () => {
  const items = [item('tea', 1, 500)];

  test('is said by the purchase where nothing went back', () => {
    expect(earningOf(orderOf(items), zone)).toBeUndefined();
    expect(earningOf(orderOf(items, [{ ...refund('r1', 100), status: 'requested' }]), zone)).toBeUndefined();
  });

  test('holds what was paid and every refund, also of an order that is no purchase any more', () => {
    const order = orderOf(items, [refund('r1', 200), refund('r2', 300)]);
    expect(purchaseOf(order, zone)).toBeUndefined();
    expect(earningOf(order, zone)).toMatchObject({
      paidAt,
      paid: 500,
      currency: 'CNY',
      refunds: [
        { id: 'r1', at: paidAt + 1000, amount: 200 },
        { id: 'r2', at: paidAt + 1000, amount: 300 },
      ],
    });
  });

  test('a cancellation after payment counts as a refund of everything at that moment', () => {
    const cancelled = orderOf(items, [], { milestones: { paidAt, cancelledAt: paidAt + 5 } });
    expect(earningOf(cancelled, zone)?.refunds).toEqual([{ id: 'cancelled', at: paidAt + 5, amount: 500 }]);
  });

  test('tests earn nothing', () => {
    const order = orderOf(items, [refund('r1', 200)]);
    const value = { currency: 'CNY', total: 500, items, test: true };
    expect(earningOf({ ...order, description: { at: paidAt, value } }, zone)).toBeUndefined();
  });
});
