import { describe, expect, test } from 'vitest';
import { joinOrders, type Order } from '../../../shared/domain/orders/order.ts';
import { purchaseOf } from '../../../shared/domain/orders/purchase.ts';
import { paidAtOf, statusOf } from '../../../shared/domain/orders/status.ts';
import { everyOrderOf } from '../../support/every-order.ts';
import {
  type Json,
  readShopify,
  shopifyFulfillment,
  shopifyOrder,
  shopifyRefund,
  shopifyTransaction,
} from '../../support/shopify-payloads.ts';

type Delivery = readonly [topic: string, body: Json, headers?: Record<string, string>];

/** Joined in every order, the first of each order delivered twice: all the same state. */
function joined(deliveries: readonly Delivery[]): Order {
  const states = deliveries.map(([topic, body, headers]) => {
    const reading = readShopify(topic, body, headers);
    if (reading.type !== 'order') throw new Error(`${topic} is ${JSON.stringify(reading)}`);
    return reading.order;
  });
  const ends = everyOrderOf(states).map((order) => [...order, ...order.slice(0, 1)].reduce(joinOrders));
  for (const end of ends) expect(end).toEqual(ends[0]);
  return ends[0] as Order;
}

const at = (text: string) => Date.parse(text);
const transferred = { payment_gateway_names: ['Bank Deposit'] };

describe('in whatever order they come', () => {
  test('an unpaid order, its payment, shipment, scan and refund', () => {
    const order = joined([
      ['orders/create', shopifyOrder({ financial_status: 'pending', ...transferred })],
      ['order_transactions/create', shopifyTransaction()],
      ['fulfillments/update', shopifyFulfillment()],
      [
        'fulfillment_events/create',
        { order_id: 5001, status: 'delivered', happened_at: '2026-11-24T16:00:00+01:00', id: 9 },
      ],
      ['refunds/create', shopifyRefund()],
    ]);
    expect(order.milestones).toEqual({
      createdAt: at('2026-11-20T10:00:00+01:00'),
      paidAt: at('2026-11-21T09:00:00+01:00'),
      shippedAt: at('2026-11-22T12:00:00+01:00'),
      deliveredAt: at('2026-11-24T16:00:00+01:00'),
    });
    expect(order.tracking).toEqual([{ code: 'signed', at: at('2026-11-24T16:00:00+01:00') }]);
    expect(statusOf(order)).toBe('partially_refunded');
    expect(purchaseOf(order, 'Europe/Berlin')).toMatchObject({ amount: 12_050 - 5500, currency: 'EUR', items: 2 });
  });

  test('a transfer is paid when its transaction says so, not when a later update does', () => {
    const later = { ...transferred, financial_status: 'paid', updated_at: '2026-11-23T00:00:00Z' };
    const order = joined([
      ['orders/create', shopifyOrder({ financial_status: 'pending', ...transferred })],
      ['orders/paid', shopifyOrder(later), { 'x-shopify-triggered-at': '2026-11-21T08:00:07Z' }],
      ['order_transactions/create', shopifyTransaction()],
      ['orders/updated', shopifyOrder({ ...later, updated_at: '2026-11-24T00:00:00Z' })],
    ]);
    expect(order.milestones.paidAt).toBe(at('2026-11-21T09:00:00+01:00'));
    expect(order.description?.value.awaits).toBeUndefined();
  });

  test('a refund told of twice, first pending, is one', () => {
    const pending = shopifyRefund({
      transactions: [shopifyTransaction({ kind: 'refund', status: 'pending', amount: '55.00' })],
    });
    const order = joined([
      ['orders/create', shopifyOrder()],
      ['refunds/create', pending],
      [
        'orders/updated',
        shopifyOrder({
          financial_status: 'partially_refunded',
          refunds: [shopifyRefund()],
          updated_at: '2026-11-26T00:00:00Z',
        }),
      ],
    ]);
    expect(order.refunds).toMatchObject([{ value: { id: '601', status: 'success', amount: 5500 } }]);
    expect(purchaseOf(order, 'UTC')?.amount).toBe(12_050 - 5500);
  });

  test('a cancelled order with its money back is no purchase', () => {
    const refund = shopifyRefund({
      transactions: [shopifyTransaction({ kind: 'refund', amount: '120.50' })],
      order_adjustments: [],
    });
    const cancelled = {
      financial_status: 'refunded',
      cancelled_at: '2026-11-25T09:00:00+01:00',
      cancel_reason: 'customer',
      updated_at: '2026-11-25T09:00:03+01:00',
    };
    const order = joined([
      ['orders/create', shopifyOrder()],
      ['orders/cancelled', shopifyOrder({ ...cancelled, refunds: [refund] })],
      ['refunds/create', refund],
      ['orders/edited', { order_edit: { id: 1, order_id: 5001 } }],
    ]);
    expect(statusOf(order)).toBe('refunded');
    expect(purchaseOf(order, 'UTC')).toBeUndefined();
  });
});

describe('when only the status tells of a payment', () => {
  const snapshot = (financial_status: string, updated_at: string): Delivery => [
    'orders/updated',
    shopifyOrder({ financial_status, updated_at }),
  ];
  const captured: Delivery = [
    'orders/paid',
    shopifyOrder({ updated_at: '2026-11-23T09:00:00Z' }),
    { 'x-shopify-triggered-at': '2026-11-23T09:00:01Z' },
  ];

  test('an order authorised first was paid when it was charged', () => {
    const order = joined([
      snapshot('authorized', '2026-11-20T10:00:00+01:00'),
      captured,
      snapshot('paid', '2026-11-24T00:00:00Z'),
    ]);
    expect(paidAtOf(order)).toBe(at('2026-11-23T09:00:01Z'));
  });

  test('without the moment it was charged at, not before it was last seen unpaid', () => {
    const order = joined([
      snapshot('authorized', '2026-11-22T10:00:00+01:00'),
      snapshot('paid', '2026-11-24T00:00:00Z'),
    ]);
    expect(paidAtOf(order)).toBe(at('2026-11-22T10:00:00+01:00'));
  });

  test('one given up and paid after all is a purchase', () => {
    const order = joined([snapshot('voided', '2026-11-21T00:00:00Z'), snapshot('paid', '2026-11-23T00:00:00Z')]);
    expect(statusOf(order)).toBe('paid');
    expect(purchaseOf(order, 'Europe/Berlin')).toBeDefined();
  });
});
