import { describe, expect, it } from 'vitest';
import type { CouponDefinition } from '../../../shared/domain/coupons/coupon.ts';
import { orderMoney } from '../../../shared/domain/effect/order-money.ts';
import type { Order, OrderDescription, Refund } from '../../../shared/domain/orders/order.ts';
import { defaultSettings } from '../../../shared/domain/settings/settings.ts';

const paidAt = Date.parse('2026-03-02T10:00:00+08:00');
const shop = { timezone: 'Asia/Shanghai', currency: 'CNY' };
const settings = {
  ...defaultSettings,
  baseCurrency: 'CNY',
  rates: [
    { currency: 'USD', from: '2026-01-01', rate: '7' },
    { currency: 'EUR', from: '2026-01-01', rate: '8' },
  ],
};

function anOrder(more: Partial<OrderDescription> = {}, refunds: readonly Refund[] = []): Order {
  const items = [{ productId: 'tea', title: 'Tea', quantity: 2, price: 6500 }];
  return {
    shop: 'north',
    id: '1',
    milestones: { createdAt: paidAt, paidAt },
    refunds: refunds.map((value) => ({ value, at: paidAt })),
    description: { value: { currency: 'CNY', total: 10_000, discount: 3000, items, ...more }, at: paidAt },
    tracking: [],
    identities: [],
    statements: {},
    statedAt: paidAt,
  };
}
const costs = (text: string) => () => text;
const moneyOf = (order: Order, cost = '20.00', by = shop, coupon?: CouponDefinition) =>
  orderMoney(order, by, settings, coupon, costs(cost));

describe('the cost of the goods', () => {
  it('is in the currency of the shop, whatever the order was paid in', () => {
    expect(moneyOf(anOrder()).goodsCost).toBe(4000);
    expect(moneyOf(anOrder({ currency: 'USD', total: 1000 })).goodsCost).toBe(4000);
    expect(moneyOf(anOrder(), '20.00', { ...shop, currency: 'EUR' }).goodsCost).toBe(32_000);
  });

  it('counts as given back in the share in which the money was', () => {
    const refund = { id: 'r', amount: 4000, at: paidAt, status: 'success' } as const;
    expect(moneyOf(anOrder({}, [refund])).goodsCost).toBe(2400);
  });

  it('is not known without a rate of the shop’s currency, or without a cost', () => {
    expect(moneyOf(anOrder(), '20.00', { ...shop, currency: 'GBP' })).not.toHaveProperty('goodsCost');
    expect(orderMoney(anOrder(), shop, settings, undefined, () => undefined)).not.toHaveProperty('goodsCost');
  });
});

describe('the discount', () => {
  const coupon: CouponDefinition = {
    id: 'c',
    kind: 'threshold',
    value: '20.00',
    minimum: '90.00',
    perCustomer: 1,
    codes: 'generate',
    lowStock: 0,
  };

  it('is what the coupon took off, as in its own report, not all that the shop did', () => {
    expect(moneyOf(anOrder(), '20.00', shop, coupon).discount).toBe(2000);
    expect(moneyOf(anOrder({ discount: 1500 }), '20.00', shop, coupon).discount).toBe(1500);
  });

  it('is all that the shop took off where nobody knows the coupon', () => {
    expect(moneyOf(anOrder()).discount).toBe(3000);
  });
});
