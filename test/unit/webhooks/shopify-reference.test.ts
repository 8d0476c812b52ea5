import { describe, expect, test } from 'vitest';
import type { Reading } from '../../../shared/contracts/platforms/platform.ts';
import { joinOrders, type Order } from '../../../shared/domain/orders/order.ts';
import { purchaseOf } from '../../../shared/domain/orders/purchase.ts';
import { statusOf } from '../../../shared/domain/orders/status.ts';
import { hasReferencePayloads, referencePayload, whereReferencePayloadsAre } from '../../support/reference-payloads.ts';
import { readShopify } from '../../support/shopify-payloads.ts';

const at = (text: string) => Date.parse(text);
const read = (file: string, topic?: string) => readShopify(topic, referencePayload(`shopify/${file}.json`));

function orderIn(reading: Reading): Order {
  if (reading.type !== 'order') throw new Error(`not an order: ${JSON.stringify(reading)}`);
  return reading.order;
}

/** The same time for each. */
const stamped = (stated: Record<string, unknown>, time: number) =>
  Object.fromEntries(Object.entries(stated).map(([field, value]) => [field, { value, at: time }]));

const bob = {
  name: 'Bob Norman',
  phone: '+16136120707',
  email: 'bob.norman@mail.example.com',
  country: 'US',
  province: 'Kentucky',
  city: 'Louisville',
};
const bobsIdentities = { id: '207119551', phone: bob.phone, email: bob.email };

describe.skipIf(!hasReferencePayloads)(`the published bodies of Shopify${whereReferencePayloadsAre}`, () => {
  test('an order partially refunded', () => {
    const reading = read('order_450789469_partially_refunded', 'orders/updated');
    const madeAt = at('2008-01-10T11:00:00-05:00');
    expect(reading).toEqual({
      type: 'order',
      buyer: bobsIdentities,
      order: {
        shop: 'north',
        id: '450789469',
        // Its one fulfilment failed.
        milestones: { createdAt: madeAt },
        payment: { guess: madeAt },
        refunds: [
          {
            at: madeAt,
            value: {
              id: '509562969',
              amount: 20_900,
              at: at('2025-07-02T11:29:59-05:00'),
              status: 'success',
              reason: 'it broke during shipping',
              items: [
                { productId: '632910392', quantity: 1, amount: 19_566 },
                { productId: '632910392', quantity: 1, amount: 19_567 },
              ],
            },
          },
        ],
        tracking: [],
        identities: [],
        statedAt: madeAt,
        description: {
          at: madeAt,
          value: {
            currency: 'USD',
            total: 59_894,
            discount: 1000,
            shipping: 0,
            paymentMethod: 'bogus',
            items: ['GREEN', 'RED', 'BLACK'].map((colour) => ({
              productId: '632910392',
              sku: `IPOD2008${colour}`,
              title: 'IPod Nano - 8gb',
              quantity: 1,
              price: 19_900,
            })),
            coupons: ['TENOFF'],
            buyer: { ...bobsIdentities, name: 'Bob Norman' },
            address: { country: 'US', province: 'Kentucky', city: 'Louisville' },
            channel: 'web',
            source: 'http://www.otherexample.com',
          },
        },
        statements: stamped(bob, madeAt),
      },
    });
    const order = orderIn(reading);
    expect(statusOf(order)).toBe('partially_refunded');
    expect(purchaseOf(order, 'America/New_York')).toMatchObject({ amount: 38_994, currency: 'USD', items: 1 });
  });

  test('its refund alone is the same refund, later', () => {
    const order = orderIn(read('order_450789469_partially_refunded', 'orders/updated'));
    const part = orderIn(read('refund_509562969', 'refunds/create'));
    const refundedAt = at('2025-07-02T11:38:15-05:00');
    expect(part).toMatchObject({ id: '450789469', milestones: {}, statedAt: 0 });
    expect(part.description).toBeUndefined();
    expect(part.refunds).toEqual([{ at: refundedAt, value: { ...order.refunds[0]?.value, at: refundedAt } }]);
    const joined = joinOrders(order, part);
    expect(joined).toEqual(joinOrders(part, order));
    expect(purchaseOf(joined, 'UTC')?.amount).toBe(38_994);
  });

  test('a shipment', () => {
    expect(read('fulfillment_success_1069019877', 'fulfillments/create')).toEqual({
      type: 'order',
      buyer: {},
      order: {
        shop: 'north',
        id: '450789469',
        milestones: { shippedAt: at('2025-07-02T11:38:43-05:00') },
        refunds: [],
        tracking: [],
        identities: [],
        statements: {},
        statedAt: 0,
      },
    });
  });

  test('an order paid and fulfilled, whose customer has no name', () => {
    const reading = read('order_1073459972_paid_fulfilled', 'orders/fulfilled');
    const time = at('2025-07-02T11:31:05-05:00');
    expect(reading).toMatchObject({ buyer: { id: '1073339470', email: 'foo@example.com' } });
    expect(orderIn(reading)).toEqual({
      shop: 'north',
      id: '1073459972',
      milestones: { createdAt: time, shippedAt: time },
      payment: { guess: time },
      refunds: [],
      tracking: [],
      identities: [],
      statedAt: time,
      description: {
        at: time,
        value: {
          currency: 'USD',
          total: 19_900,
          discount: 0,
          shipping: 0,
          items: [ipodTouch],
          buyer: { id: '1073339470', email: 'foo@example.com' },
          channel: '755357713',
        },
      },
      statements: stamped({ email: 'foo@example.com' }, time),
    });
  });

  test('an order with a percentage off', () => {
    const reading = read('order_1073459981_paid_percentage_code', 'orders/create');
    const time = at('2025-07-02T11:31:38-05:00');
    expect(reading).toMatchObject({
      buyer: { id: '1073339475', email: 'jane@example.com', phone: '+18885551234' },
    });
    const order = orderIn(reading);
    expect(order.milestones).toEqual({ createdAt: time });
    expect(order.payment).toEqual({ guess: time });
    expect(order.description?.value).toEqual({
      currency: 'USD',
      total: 18_109,
      discount: 1791,
      shipping: 0,
      items: [ipodTouch],
      coupons: ['FAKE30'],
      buyer: { id: '1073339475', email: 'jane@example.com', phone: '+18885551234', name: 'John Smith' },
      address: { country: 'CA', province: 'Ontario', city: 'Fakecity' },
      channel: '755357713',
    });
  });

  test('a pending order, which is not paid although its customer is known', () => {
    const reading = read('order_1073459983_pending', 'orders/paid');
    const time = at('2025-07-02T11:31:40-05:00');
    expect(reading).toMatchObject({ buyer: bobsIdentities });
    const order = orderIn(reading);
    expect(order.milestones).toEqual({ createdAt: time });
    expect(order.description?.value).toMatchObject({ total: 19_900, address: { city: 'Louisville' } });
    expect(order.description?.value).not.toHaveProperty('awaits');
    expect(order.statements).toEqual(stamped(bob, time));
  });

  test('the test notification', () => {
    const reading = read('order_9999_test_notification_cancelled', 'orders/cancelled');
    expect(reading).toMatchObject({ buyer: { email: 'john@test.com' } });
    const order = orderIn(reading);
    const [createdAt, cancelledAt] = [at('2016-05-17T04:14:36Z'), at('2016-05-17T08:14:36Z')];
    expect(order).toMatchObject({ id: '123456', milestones: { createdAt, cancelledAt } });
    expect(order.milestones.paidAt).toBeUndefined();
    expect(order.description).toEqual({
      at: cancelledAt,
      value: {
        currency: 'USD',
        total: 1000,
        discount: 500,
        test: true,
        paymentMethod: 'visa, bogus',
        items: [
          { productId: '111475476', title: 'Soda', quantity: 1, price: 0 },
          { productId: '5410685889', title: 'Another Beer For Good Times', quantity: 1, price: 500 },
        ],
        buyer: { email: 'john@test.com', name: 'John Smith' },
        address: { country: 'US', province: 'Kentucky', city: 'Shippington' },
        channel: 'web',
      },
    });
    expect(order.statements['consent.email:john@test.com']).toEqual({ value: true, at: createdAt });
    expect(purchaseOf(order, 'UTC')).toBeUndefined();
  });

  test('a customer, who has said nothing of marketing', () => {
    expect(read('customer_207119551', 'customers/update')).toEqual({
      type: 'customer',
      buyer: bobsIdentities,
      statements: stamped(bob, at('2025-07-02T11:25:58-05:00')),
    });
  });

  test('privacy topics say what is asked, and of whom', () => {
    const what = 'customers/data_request';
    const buyer = { id: '191167', email: 'john@example.com' };
    expect(read('customers_data_request', what)).toMatchObject({ type: 'privacy_request', what, buyer });
    expect(read('shop_redact', 'shop/redact')).toEqual({ type: 'shop_erasure' });
  });

  test.each([
    ['order_450789469_partially_refunded', 'orders/updated'],
    ['order_9999_test_notification_cancelled', 'orders/updated'],
    ['refund_509562969', 'refunds/create'],
    ['fulfillment_success_1069019877', 'fulfillments/update'],
    ['customer_207119551', 'customers/update'],
    ['customers_data_request', 'customers/data_request'],
  ])('%s needs no topic', (file, topic) => {
    expect(read(file)).toEqual(read(file, topic));
  });
});

const ipodTouch = {
  productId: '921728736',
  sku: 'IPOD2009BLACK',
  title: 'IPod Touch 8GB',
  quantity: 1,
  price: 19_900,
};
