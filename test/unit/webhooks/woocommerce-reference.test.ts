import { describe, expect, test } from 'vitest';
import type { Reading } from '../../../shared/contracts/platforms/platform.ts';
import type { Order } from '../../../shared/domain/orders/order.ts';
import { purchaseOf } from '../../../shared/domain/orders/purchase.ts';
import { statusOf } from '../../../shared/domain/orders/status.ts';
import { hasReferencePayloads, referencePayload, whereReferencePayloadsAre } from '../../support/reference-payloads.ts';
import { readWoo } from '../../support/woocommerce-payloads.ts';

const at = (text: string) => Date.parse(text);
const read = (file: string, topic?: string) => readWoo(topic, referencePayload(`woocommerce/${file}.json`));

function orderIn(reading: Reading): Order {
  if (reading.type !== 'order') throw new Error(`not an order: ${JSON.stringify(reading)}`);
  return reading.order;
}

/** The same time for each. */
const stamped = (stated: Record<string, unknown>, time: number) =>
  Object.fromEntries(Object.entries(stated).map(([field, value]) => [field, { value, at: time }]));

describe.skipIf(!hasReferencePayloads)(`the published bodies of WooCommerce${whereReferencePayloadsAre}`, () => {
  test('a guest’s order, paid by a transfer that came', () => {
    const [createdAt, paidAt] = [at('2017-03-22T19:28:02Z'), at('2017-03-22T19:28:08Z')];
    expect(read('order_727_processing', 'order.updated')).toEqual({
      type: 'order',
      // (555) 555-5555 is nobody's.
      buyer: { email: 'john.doe@example.com' },
      order: {
        shop: 'north',
        id: '727',
        milestones: { createdAt, paidAt },
        refunds: [],
        tracking: [],
        identities: [],
        statedAt: createdAt,
        description: {
          at: paidAt,
          value: {
            currency: 'USD',
            total: 2935,
            discount: 0,
            shipping: 1000,
            paymentMethod: 'bacs',
            items: [
              { productId: '93', title: 'Woo Single #1', quantity: 2, price: 300 },
              {
                productId: '22',
                sku: 'Bar3',
                title: 'Ship Your Idea &ndash; Color: Black, Size: M Test',
                quantity: 1,
                price: 1200,
              },
            ],
            buyer: { email: 'john.doe@example.com', phone: '(555) 555-5555', name: 'John Doe' },
            address: { country: 'US', province: 'CA', city: 'San Francisco' },
            channel: 'rest-api',
          },
        },
        statements: stamped(
          { name: 'John Doe', email: 'john.doe@example.com', country: 'US', province: 'CA', city: 'San Francisco' },
          paidAt,
        ),
      },
    });
  });

  test('an order completed, partially refunded, with a parcel', () => {
    const reading = read('ios_order_324_partially_refunded', 'order.updated');
    const modifiedAt = at('2019-06-06T17:18:38Z');
    expect(reading).toMatchObject({
      buyer: { id: '1', email: 'buyer324+orders@example.com', phone: '+12022611000' },
    });
    const order = orderIn(reading);
    expect(order.milestones).toEqual({
      createdAt: at('2019-06-06T17:17:55Z'),
      paidAt: at('2019-06-06T17:17:58Z'),
      shippedAt: at('2019-08-20T00:00:00Z'),
      completedAt: modifiedAt,
    });
    expect(order.refunds).toEqual([
      { at: modifiedAt, value: { id: '547', amount: 810, at: modifiedAt, status: 'success' } },
      { at: modifiedAt, value: { id: '549', amount: 1620, at: modifiedAt, status: 'success', reason: 'Sold out' } },
    ]);
    const { items = [], ...rest } = order.description?.value ?? {};
    expect(items.map(({ sku, quantity, price }) => [sku, quantity, price])).toEqual([
      ['POSTER-SHIP-YOUR-IDEA', 1, 1350],
      ['POSTER-WOO-LOGO', 2, 1350],
      // Written as 10.799999999999999.
      ['POSTER-PREMIUM-QUALITY', 3, 1080],
      ['POSTER-WOO-NINJA', 4, 1350],
      ['WOO-ALBUM-1', 5, 810],
      ['WOO-ALBUM-3', 6, 810],
      ['WOO-SINGLE-2', 7, 180],
      ['WOO-SINGLE-1', 8, 270],
    ]);
    expect(rest).toEqual({
      currency: 'USD',
      total: 30_445,
      discount: 0,
      shipping: 5425,
      paymentMethod: 'stripe',
      carrier: { name: 'fedex', number: '117579686762' },
      buyer: { id: '1', email: 'buyer324+orders@example.com', phone: '2022611000', name: 'Pamela Nguyen' },
      address: { country: 'US', province: 'DC', city: 'Washington' },
      channel: 'checkout',
    });
    expect(statusOf(order)).toBe('partially_refunded');
    expect(purchaseOf(order, 'UTC')?.amount).toBe(30_445 - 2430);
  });

  test('an order with a coupon, a fee, goods by weight and UTC times only', () => {
    const order = orderIn(read('ios_order_963_coupon', 'order.updated'));
    expect(order.milestones).toEqual({ createdAt: at('2018-04-03T23:05:12Z'), paidAt: at('2018-04-03T23:05:14Z') });
    expect(order.description?.value).toEqual({
      currency: 'USD',
      total: 3120,
      discount: 3000,
      shipping: 0,
      paymentMethod: 'stripe',
      items: [
        { productId: '52', title: 'Fruits Basket (Mix & Match Product)', quantity: 2, price: 3000 },
        { productId: '234', sku: '5555-A', title: 'Fruits Bundle', quantity: 2, price: 0 },
      ],
      coupons: ['30$off'],
      buyer: { id: '11', email: 'scrambled@scrambled.com', phone: '333-333-3333', name: 'Johnny Appleseed' },
      address: { country: 'US', province: 'NY', city: 'Niagara Falls' },
    });
  });

  test('an order made in a gateway’s test mode, with where the buyer came from', () => {
    const order = orderIn(read('ios_order_459_attribution', 'order.updated'));
    expect(order.milestones).toEqual({ createdAt: at('2023-03-29T03:21:20Z'), paidAt: at('2023-03-29T03:23:02Z') });
    expect(order.description?.value).toMatchObject({
      total: 400,
      test: true,
      paymentMethod: 'woocommerce_payments',
      channel: 'store-api',
      source: 'https://woocommerce.com/',
    });
    expect(purchaseOf(order, 'UTC')).toBeUndefined();
  });

  test('a customer', () => {
    expect(read('customer_25', 'customer.updated')).toEqual({
      type: 'customer',
      buyer: { id: '25', email: 'john.doe@example.com' },
      statements: stamped(
        { name: 'John Doe', email: 'john.doe@example.com', country: 'US', province: 'CA', city: 'San Francisco' },
        at('2017-03-21T19:09:30Z'),
      ),
    });
  });

  test.each([
    ['coupon_719', 'coupon.updated'],
    ['webhook_resource_142', undefined],
  ])('%s is ignored', (file, topic) => {
    expect(read(file, topic).type).toBe('ignored');
  });

  test('a refund alone, which no webhook sends, is parked: it does not name its order', () => {
    const reading = read('refund_726');
    expect(reading.type === 'invalid' && reading.errors.map(({ field }) => field)).toEqual([
      'currency',
      'status',
      'total',
    ]);
  });

  test.each([
    ['order_727_processing', 'order.updated'],
    ['ios_order_963_coupon', 'order.updated'],
    ['customer_25', 'customer.updated'],
    ['coupon_719', 'coupon.updated'],
  ])('%s needs no topic', (file, topic) => {
    expect(read(file)).toEqual(read(file, topic));
  });
});
