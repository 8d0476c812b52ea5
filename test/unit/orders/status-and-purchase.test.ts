import { describe, expect, test } from 'vitest';
import type { AwaitedPayment, Milestones, Order, Refund } from '../../../shared/domain/orders/order.ts';
import { purchaseOf } from '../../../shared/domain/orders/purchase.ts';
import { statusOf } from '../../../shared/domain/orders/status.ts';

const noon = Date.UTC(2026, 0, 1, 12);
const hour = 3_600_000;

function anOrder(milestones: Milestones, refunds: Partial<Refund>[] = [], total = 1000, test = false): Order {
  return {
    shop: 'north',
    id: '1',
    milestones: { createdAt: noon, ...milestones },
    refunds: refunds.map((refund, index) => ({
      at: noon,
      value: { id: `r${index}`, amount: 0, at: noon, status: 'success', ...refund },
    })),
    description: {
      at: noon,
      value: { currency: 'CNY', total, test, items: [{ productId: 'p', title: 'P', quantity: 3, price: 300 }] },
    },
    tracking: [],
    identities: [],
    statements: {},
    statedAt: noon,
  };
}

function awaiting(awaits: AwaitedPayment, order: Order): Order {
  const { at, value } = order.description ?? { at: 0, value: { currency: 'CNY', total: 0, items: [] } };
  return { ...order, description: { at, value: { ...value, awaits } } };
}

const paid = { paidAt: noon + hour };
const cancelledAfter = { ...paid, cancelledAt: noon + 2 * hour };

describe('status and purchase of an order (DOMAIN 1)', () => {
  test.each<[string, Order, string, number | undefined]>([
    ['created', anOrder({}), 'created', undefined],
    ['paid', anOrder(paid), 'paid', 1000],
    ['paid nothing', anOrder(paid, [], 0), 'paid', 0],
    ['a test', anOrder(paid, [], 1000, true), 'paid', undefined],
    ['shipped', anOrder({ ...paid, shippedAt: noon + 2 * hour }), 'shipped', 1000],
    ['delivered before shipping was told', anOrder({ ...paid, deliveredAt: noon + 3 * hour }), 'delivered', 1000],
    ['completed', anOrder({ ...paid, completedAt: noon + 4 * hour }), 'completed', 1000],
    ['cash on delivery, on its way', anOrder({ shippedAt: noon + hour }), 'shipped', undefined],
    ['cancelled, never paid', anOrder({ cancelledAt: noon + hour }), 'cancelled', undefined],
    ['reopened: paid after the cancellation', anOrder({ ...paid, cancelledAt: noon }), 'paid', 1000],
    ['cancelled after payment, no refund on record', anOrder(cancelledAfter), 'refunded', undefined],
    ['the same of a zero amount', anOrder(cancelledAfter, [], 0), 'refunded', undefined],
    [
      'cancelled after payment, refund under way',
      anOrder(cancelledAfter, [{ amount: 1000, status: 'requested' }]),
      'paid',
      1000,
    ],
    [
      'cancelled after payment, refund refused',
      anOrder(cancelledAfter, [{ amount: 1000, status: 'refused' }]),
      'refunded',
      undefined,
    ],
    ['cancelled after payment, goods back without money', anOrder(cancelledAfter, [{}]), 'refunded', undefined],
    ['goods back without money', anOrder(paid, [{}]), 'paid', 1000],
    ['a deposit, its balance to come', awaiting('balance', anOrder(paid)), 'created', undefined],
    ['refunded in part', anOrder(paid, [{ amount: 400 }]), 'partially_refunded', 600],
    ['refunded in two parts', anOrder(paid, [{ amount: 400 }, { amount: 600 }]), 'refunded', undefined],
    ['refunded more than paid', anOrder(paid, [{ amount: 1400 }]), 'refunded', undefined],
    ['a refund asked for', anOrder(paid, [{ amount: 1000, status: 'requested' }]), 'paid', 1000],
  ])('%s', (_name, order, status, amount) => {
    expect(statusOf(order)).toBe(status);
    expect(purchaseOf(order, 'Asia/Shanghai')?.amount).toBe(amount);
  });

  test('pieces are net of refunded ones', () => {
    const items = [{ productId: 'p', quantity: 2, amount: 400 }];
    expect(purchaseOf(anOrder(paid, [{ amount: 400, items }]), 'UTC')?.items).toBe(1);
  });

  test('the day is the one on the shop’s calendar', () => {
    const late = anOrder({ paidAt: Date.UTC(2026, 0, 1, 17) });
    const days = ['UTC', 'Asia/Shanghai'].map((zone) => purchaseOf(late, zone)?.day);
    expect(days).toEqual([20_454, 20_455]);
  });

  test('of which only parts are known is no purchase yet', () => {
    const { description: _unknown, ...part } = anOrder(paid);
    expect(purchaseOf(part, 'UTC')).toBeUndefined();
  });
});
