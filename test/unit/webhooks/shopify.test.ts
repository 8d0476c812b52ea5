import { describe, expect, test } from 'vitest';
import type { Outcome, Reading } from '../../../shared/contracts/platforms/platform.ts';
import { shopify } from '../../../shared/contracts/platforms/shopify.ts';
import { macOf } from '../../../shared/contracts/platforms/signed-body.ts';
import type { Order } from '../../../shared/domain/orders/order.ts';
import { purchaseOf } from '../../../shared/domain/orders/purchase.ts';
import { paidAtOf, statusOf } from '../../../shared/domain/orders/status.ts';
import { deliver, intakeInMemory } from '../../support/intake-in-memory.ts';
import {
  type Json,
  money,
  readShopify,
  shopifyCheckout,
  shopifyCustomer,
  shopifyFulfillment,
  shopifyOrder,
  shopifyRefund,
  shopifyRequest,
  shopifyTransaction,
} from '../../support/shopify-payloads.ts';

const at = (text: string) => Date.parse(text);
const madeAt = at('2026-11-20T10:00:00+01:00');

function orderIn(reading: Reading): Order {
  if (reading.type !== 'order') throw new Error(`not an order: ${JSON.stringify(reading)}`);
  return reading.order;
}

const orderOf = (changes: Json = {}, topic = 'orders/updated', headers: Record<string, string> = {}) =>
  orderIn(readShopify(topic, shopifyOrder(changes), headers));
const errorsOf = (reading: Reading) =>
  reading.type === 'invalid' ? reading.errors.map(({ field }) => field) : [reading.type];

describe('signatures', () => {
  /** Shopify/shopify-app-js, packages/apps/shopify-api, lib/webhooks/__tests__/validate.test.ts. */
  const vector = { body: Buffer.from('{"foo": "bar"}'), mac: 'B23tXN681gZ0qIWNRrgtzBE9XSDo5yaUu6wfmhu3a7g=' };
  const verify = (headers: Record<string, string>, secrets: string[], body = vector.body) =>
    shopify.verify(shopifyRequest(body, headers), secrets, 0).ok;
  const signed = { 'x-shopify-hmac-sha256': vector.mac };

  test('the published vector', () => {
    expect(macOf(vector.body, 'test_secret_key')).toBe(vector.mac);
    expect(verify(signed, ['test_secret_key'])).toBe(true);
  });

  test.each([
    ['another body', signed, ['test_secret_key'], Buffer.from('{"foo": "baz"}')],
    ['the body written otherwise', signed, ['test_secret_key'], Buffer.from('{"foo":"bar"}')],
    ['another secret', signed, ['test_secret_key2'], vector.body],
    ['no secret', signed, [], vector.body],
    ['no signature', {}, ['test_secret_key'], vector.body],
    ['an empty signature', { 'x-shopify-hmac-sha256': '' }, ['test_secret_key'], vector.body],
    ['half a signature', { 'x-shopify-hmac-sha256': vector.mac.slice(0, 20) }, ['test_secret_key'], vector.body],
    ['an empty secret', { 'x-shopify-hmac-sha256': macOf(vector.body, '') }, [''], vector.body],
  ])('%s is refused', (_name, headers, secrets, body) => {
    expect(verify(headers, secrets, body)).toBe(false);
  });

  test('while a secret is changed both sign', () => {
    const secrets = ['new_secret', 'test_secret_key'];
    expect(verify(signed, secrets)).toBe(true);
    expect(verify({ 'x-shopify-hmac-sha256': macOf(vector.body, 'new_secret') }, secrets)).toBe(true);
  });

  test('the headers of event subscriptions do too', () => {
    expect(verify({ 'shopify-hmac-sha256': vector.mac }, ['test_secret_key'])).toBe(true);
  });

  test.each(['', '   ', ' secret', 'secret\n'])('%j is no secret', (secret) => {
    expect(shopify.checkSecret(secret)).toBeDefined();
  });

  test('a client secret is one', () => {
    expect(shopify.checkSecret('shpss_0123456789abcdef')).toBeUndefined();
  });
});

test('deliveries are told apart by topic and webhook id', () => {
  const id = (headers: Record<string, string>) => shopify.eventId(shopifyRequest('', headers));
  const both = { 'x-shopify-webhook-id': 'w1', 'x-shopify-event-id': 'e1' };
  expect(id({ ...both, 'x-shopify-topic': 'orders/paid' })).toBe('orders/paid.w1');
  expect(id({ 'x-shopify-event-id': 'e1', 'x-shopify-topic': 'orders/create' })).toBe('orders/create.e1');
  expect(id({ 'shopify-webhook-id': 'w2', 'shopify-topic': 'Order' })).toBe('Order.w2');
  expect(id({})).toBeUndefined();
});

test('everything verified is answered with 200', () => {
  const outcomes: Outcome[] = [
    { type: 'recorded', orderId: '1' },
    { type: 'queued' },
    { type: 'parked', reason: 'rate_missing' },
    { type: 'ignored', why: 'no' },
    { type: 'not_json' },
    { type: 'invalid', errors: [{ field: 'id', message: 'is needed' }] },
  ];
  expect(outcomes.map((outcome) => shopify.answer(outcome).status)).toEqual(outcomes.map(() => 200));
});

test('every header that reading needs is kept', () => {
  const headers = {
    'x-shopify-topic': 'orders/paid',
    'x-shopify-triggered-at': '2026-11-20T11:00:00Z',
    'x-shopify-test': 'true',
    'x-shopify-order-id': '77',
    'x-shopify-hmac-sha256': 'x',
  };
  const kept = Object.fromEntries(Object.entries(headers).filter(([name]) => shopify.kept.headers.includes(name)));
  expect(Object.keys(kept)).toHaveLength(4);
  expect(readShopify(undefined, shopifyOrder(), kept)).toEqual(readShopify(undefined, shopifyOrder(), headers));
});

describe('an order', () => {
  test('in every field', () => {
    expect(readShopify('orders/create', shopifyOrder())).toEqual({
      type: 'order',
      buyer: { id: '9001', phone: '+4915112345678', email: 'ada@example.com' },
      order: {
        shop: 'north',
        id: '5001',
        milestones: { createdAt: madeAt },
        payment: { guess: madeAt },
        refunds: [],
        tracking: [],
        identities: [],
        statedAt: madeAt,
        description: {
          at: madeAt + 5000,
          value: {
            currency: 'EUR',
            total: 12_050,
            discount: 950,
            shipping: 500,
            paymentMethod: 'shopify_payments',
            items: [
              { productId: '801', sku: 'LAMP', title: 'Lamp', quantity: 2, price: 5500 },
              { productId: 'line:72', title: 'Card', quantity: 1, price: 1500 },
            ],
            coupons: ['AUTUMN'],
            promotions: ['Three for two'],
            buyer: { id: '9001', email: 'ada@example.com', phone: '+4915112345678', name: 'Ada Weber' },
            address: { country: 'DE', province: 'Berlin', city: 'Berlin' },
            channel: 'web',
            source: 'https://search.example/',
          },
        },
        statements: Object.fromEntries(
          Object.entries({
            name: 'Ada Weber',
            phone: '+4915112345678',
            email: 'ada@example.com',
            locale: 'de-DE',
            country: 'DE',
            province: 'Berlin',
            city: 'Berlin',
          }).map(([field, value]) => [field, { value, at: madeAt + 5000 }]),
        ),
      },
    });
  });

  test('keeps an id beyond 2^53', () => {
    const body = '{"id": 820982911946154508, "order_id": 820982911946154508, "kind": "sale", "status": "success"';
    expect(orderIn(readShopify('order_transactions/create', `${body}, "created_at": "2026-11-20T10:00:00Z"}`)).id).toBe(
      '820982911946154508',
    );
    expect(orderOf({ id: 8.2e17, admin_graphql_api_id: 'gid://shopify/Order/820982911946154508' }).id).toBe(
      '820982911946154508',
    );
  });

  test.each([
    ['paid', 'paid', undefined],
    ['partially_refunded', 'partially_refunded', undefined],
    ['pending', 'created', undefined],
    ['authorized', 'created', 'capture'],
    ['partially_paid', 'created', 'balance'],
    ['expired', 'created', undefined],
    ['something_new', 'created', undefined],
    ['voided', 'cancelled', undefined],
  ])('%s is %s, whatever the topic says', (financial_status, status, awaits) => {
    const refunds = financial_status === 'partially_refunded' ? [shopifyRefund()] : [];
    const order = orderOf({ financial_status, refunds }, 'orders/paid', {
      'x-shopify-triggered-at': '2026-11-20T09:01:00Z',
    });
    expect(statusOf(order)).toBe(status);
    expect(order.description?.value.awaits).toBe(awaits);
  });

  test.each([
    ['Cash on Delivery (COD)', 'collection'],
    ['cash_on_delivery', 'collection'],
    ['Bank Deposit', 'transfer'],
    ['shopify_payments', undefined],
  ])('pending by %s waits for %s', (gateway, awaits) => {
    const order = orderOf({ financial_status: 'pending', payment_gateway_names: [gateway] });
    expect(order.milestones.paidAt).toBeUndefined();
    expect(order.description?.value.awaits).toBe(awaits);
  });

  test('on an invoice waits for the transfer', () => {
    const order = orderOf({ financial_status: 'pending', payment_terms: { payment_terms_name: 'Net 30' } });
    expect(order.description?.value.awaits).toBe('transfer');
  });

  test('what is cancelled waits for nothing', () => {
    const changes = { financial_status: 'authorized', cancelled_at: '2026-11-20T12:00:00+01:00' };
    expect(orderOf(changes).description?.value.awaits).toBeUndefined();
  });

  test('is known to be paid by the hour it was charged in, or was told to be', () => {
    const paidAt = (changes: Json, topic?: string, headers?: Record<string, string>) =>
      paidAtOf(orderOf({ updated_at: '2026-11-24T10:00:00+01:00', ...changes }, topic, headers));
    const triggered = { 'x-shopify-triggered-at': '2026-11-20T13:30:00.5Z' };
    expect(paidAt({})).toBe(madeAt);
    expect(paidAt({ payment_gateway_names: ['Bank Deposit'] })).toBe(at('2026-11-24T10:00:00+01:00'));
    expect(paidAt({}, 'orders/paid', triggered)).toBe(at('2026-11-20T13:30:00.5Z'));
    expect(paidAt({}, 'orders/updated', triggered)).toBe(madeAt);
    // A header is not signed: it cannot date a payment back before its order.
    expect(paidAt({}, 'orders/paid', { 'x-shopify-triggered-at': '2001-01-01T00:00:00Z' })).toBe(madeAt);
    expect(paidAt({}, 'orders/paid', { 'x-shopify-triggered-at': 'yesterday' })).toBe(madeAt);
  });

  test('imported was made when it was processed', () => {
    const { milestones, payment } = orderOf({ processed_at: '2024-01-05T09:00:00Z' });
    expect(milestones).toEqual({ createdAt: at('2024-01-05T09:00:00Z') });
    expect(payment).toEqual({ guess: at('2024-01-05T09:00:00Z') });
  });

  test('cancelled after payment is no purchase, even within the second', () => {
    const order = orderOf({ cancelled_at: '2026-11-20T10:00:00+01:00', cancel_reason: 'inventory' });
    expect(statusOf(order)).toBe('refunded');
    expect(purchaseOf(order, 'UTC')).toBeUndefined();
  });

  test('refunded in full by no refund it lists is no purchase', () => {
    const order = orderOf({ financial_status: 'refunded', refunds: [] });
    expect(purchaseOf(order, 'UTC')).toBeUndefined();
  });

  test('refunded in full after an edit made it smaller is no purchase', () => {
    const order = orderOf({ financial_status: 'refunded', refunds: [shopifyRefund()] });
    expect(statusOf(order)).toBe('refunded');
    expect(order.description?.value.total).toBe(5500);
  });

  test('partially refunded has to say how much', () => {
    expect(errorsOf(readShopify('orders/updated', shopifyOrder({ financial_status: 'partially_refunded' })))).toEqual([
      'refunds',
    ]);
  });

  test('shipped and delivered are those fulfilments that succeeded', () => {
    const { milestones, tracking, description } = orderOf({
      fulfillment_status: 'fulfilled',
      closed_at: '2026-11-26T00:00:00Z',
      fulfillments: [
        shopifyFulfillment({ status: 'failure', created_at: '2026-11-20T12:00:00Z' }),
        shopifyFulfillment({ status: 'cancelled', created_at: '2026-11-20T12:00:00Z' }),
        shopifyFulfillment({
          created_at: '2026-11-22T10:00:00Z',
          updated_at: '2026-11-24T10:00:00Z',
          shipment_status: 'delivered',
        }),
        shopifyFulfillment({ created_at: '2026-11-21T10:00:00Z', shipment_status: 'in_transit', tracking_number: '2' }),
      ],
    });
    expect(milestones).toEqual({
      createdAt: madeAt,
      shippedAt: at('2026-11-21T10:00:00Z'),
      deliveredAt: at('2026-11-24T10:00:00Z'),
      completedAt: at('2026-11-26T00:00:00Z'),
    });
    expect(tracking).toEqual([
      { code: 'in_transit', at: at('2026-11-22T12:00:00+01:00') },
      { code: 'signed', at: at('2026-11-24T10:00:00Z') },
    ]);
    expect(description?.value.carrier).toEqual({
      name: 'DHL',
      number: '00340434161094042557',
      url: 'https://track.example/1',
    });
  });

  test('without a customer is known by the mail and phone of the order', () => {
    const reading = readShopify('orders/create', shopifyOrder({ customer: null, phone: '0151 12345678' }));
    expect(reading).toMatchObject({ buyer: { email: 'ada@example.com', phone: '+4915112345678' } });
    expect(orderIn(reading).description?.value.buyer).toEqual({
      email: 'Ada@Example.com',
      phone: '0151 12345678',
      name: 'Ada Weber',
    });
  });

  test('of nobody the app may know is known by nothing; the recipient’s phone is nobody’s', () => {
    const nobody = { customer: { id: null, email: '', phone: null }, email: '', contact_email: null, phone: null };
    expect(readShopify('orders/create', shopifyOrder(nobody))).toMatchObject({ type: 'order', buyer: {} });
    const masked = { ...nobody, email: 'a***@example.com', customer: { id: null, phone: '+49151*****78' } };
    const reading = readShopify('orders/create', shopifyOrder(masked));
    expect(reading.type === 'order' && reading.buyer).toEqual({});
  });

  test('digital has no delivery address', () => {
    expect(orderOf({ shipping_address: undefined }).description?.value.address).toEqual({
      country: 'DE',
      city: 'Potsdam',
    });
    const bare = { shipping_address: null, billing_address: null, customer: null };
    expect(orderOf(bare).description?.value.address).toBeUndefined();
  });

  test.each([
    ['its own word', { test: true }, {}],
    ['the header', {}, { 'x-shopify-test': 'true' }],
    ['the notification an admin sends', { test: undefined, name: '#9999', confirmed: false }, {}],
    ['the bogus gateway, where it says nothing', { test: null, payment_gateway_names: ['bogus'] }, {}],
  ])('is a test by %s', (_name, changes, headers) => {
    const order = orderOf(changes, 'orders/create', headers);
    expect(order.description?.value.test).toBe(true);
    expect(purchaseOf(order, 'UTC')).toBeUndefined();
  });

  test('with amounts as numbers reads the same', () => {
    expect(orderOf({ total_price: 120.5, total_discounts: 9.5 })).toEqual(orderOf());
  });

  test('in yen has no decimals', () => {
    const yen = { currency: 'JPY', total_price: '12050', total_price_set: null, total_discounts: '0' };
    const order = orderOf({ ...yen, total_shipping_price_set: null, line_items: [] });
    expect(order.description?.value).toMatchObject({ currency: 'JPY', total: 12_050 });
  });

  test('says nothing of fields that a subscription left out', () => {
    const needed = ['id', 'currency', 'total_price', 'financial_status', 'created_at'];
    const cut = Object.fromEntries(Object.entries(shopifyOrder()).filter(([name]) => needed.includes(name)));
    expect(orderIn(readShopify('orders/create', cut)).description).toEqual({
      at: madeAt,
      value: { currency: 'EUR', total: 12_050, items: [] },
    });
    const later = { 'x-shopify-triggered-at': '2026-11-20T12:00:00Z' };
    expect(orderIn(readShopify('orders/create', cut, later)).description?.at).toBe(at('2026-11-20T12:00:00Z'));
  });

  test.each([
    ['id', undefined],
    ['currency', null],
    ['currency', 'GOLD'],
    ['total_price', undefined],
    ['total_price', '-5.00'],
    ['total_price', 'free'],
    ['total_price', 1e300],
    ['total_price', { amount: '5.00' }],
    ['financial_status', undefined],
    ['financial_status', ['paid']],
    ['created_at', 1_790_000_000],
    ['updated_at', 'now'],
    ['cancelled_at', 'never'],
    ['test', 'yes'],
    ['line_items', 'lamp'],
    ['refunds', 'none'],
    ['customer', 'Ada'],
  ])('with %s %j is invalid', (field, value) => {
    const changes = field === 'id' ? { id: value, admin_graphql_api_id: undefined } : { [field]: value };
    const both = field === 'created_at' ? { ...changes, processed_at: null } : changes;
    expect(errorsOf(readShopify('orders/updated', shopifyOrder(both)))).toEqual([field]);
  });

  test('names wrong fields by their path', () => {
    const line = { product_id: {}, quantity: -1, price: 'x' };
    expect(errorsOf(readShopify('orders/updated', shopifyOrder({ line_items: [line, 5] })))).toEqual([
      'line_items[1]',
      'line_items[0].product_id',
      'line_items[0].quantity',
      'line_items[0].price',
    ]);
  });
});

describe('refunds', () => {
  const refundIn = (changes: Json) => orderIn(readShopify('refunds/create', shopifyRefund(changes))).refunds;
  const payment = (changes: Json) => shopifyTransaction({ id: 303, kind: 'refund', ...changes });

  test('alone are a part of their order', () => {
    const refundedAt = at('2026-11-25T09:00:00+01:00');
    expect(readShopify('refunds/create', shopifyRefund())).toEqual({
      type: 'order',
      buyer: {},
      order: {
        shop: 'north',
        id: '5001',
        milestones: {},
        refunds: [
          {
            at: refundedAt,
            value: {
              id: '601',
              amount: 5500,
              at: refundedAt,
              status: 'success',
              reason: 'too bright',
              items: [{ productId: '801', quantity: 1, amount: 5500 }],
            },
          },
        ],
        tracking: [],
        identities: [],
        statements: {},
        statedAt: 0,
      },
    });
  });

  test.each([
    ['the sum of what succeeded', [payment({ amount: '5.00' }), payment({ amount: 0.5 })], 550, 'success'],
    ['not what failed', [payment({ amount: '5.00' }), payment({ amount: '9.00', status: 'error' })], 500, 'success'],
    ['asked for while pending', [payment({ amount: '5.00', status: 'pending' })], 500, 'requested'],
    ['refused when it failed', [payment({ amount: '5.00', status: 'failure' })], 500, 'refused'],
    ['no money when only goods came back', [], 0, 'success'],
    ['not a payment', [payment({ kind: 'sale' }), payment({ amount: '1.00' })], 100, 'success'],
  ])('are %s', (_name, transactions, amount, status) => {
    expect(refundIn({ transactions })).toMatchObject([{ value: { amount, status } }]);
  });

  test('can be money without lines', () => {
    expect(refundIn({ refund_line_items: [] })[0]?.value).not.toHaveProperty('items');
  });

  test('paid back in the buyer’s currency are counted in the order’s', () => {
    const transactions = [payment({ amount: '27.00', currency: 'USD' })];
    const line = { line_item_id: 71, quantity: 1, subtotal: 25, subtotal_set: { ...money('25.00'), ...usd('27.00') } };
    const refund = shopifyRefund({ transactions, refund_line_items: [line] });
    expect(orderIn(readShopify('refunds/create', refund)).refunds).toMatchObject([
      { value: { amount: 2500, items: [{ productId: 'line:71', quantity: 1, amount: 2500 }] } },
    ]);
    const order = shopifyOrder({
      financial_status: 'partially_refunded',
      total_price_set: { ...money('120.50'), ...usd('130.14') },
      refunds: [refund],
    });
    expect(orderIn(readShopify('orders/updated', order)).refunds).toMatchObject([{ value: { amount: 2500 } }]);
    const unknown = shopifyRefund({ transactions, refund_line_items: [] });
    expect(errorsOf(readShopify('refunds/create', unknown))).toEqual(['transactions[0].currency']);
  });

  test.each([
    ['order_id', { order_id: null }],
    ['id', { id: null, admin_graphql_api_id: null }],
    ['transactions', { transactions: undefined }],
    ['created_at', { created_at: null, processed_at: null }],
    ['transactions[0].status', { transactions: [payment({ status: null })] }],
  ])('without %s are invalid', (field, changes) => {
    expect(errorsOf(readShopify('refunds/create', shopifyRefund(changes)))).toEqual([field]);
  });

  test('without their order’s id take the header’s', () => {
    const reading = readShopify('refunds/create', shopifyRefund({ order_id: undefined }), {
      'x-shopify-order-id': '7',
    });
    expect(orderIn(reading).id).toBe('7');
  });
});

const usd = (amount: string) => ({ presentment_money: { amount, currency_code: 'USD' } });

describe('transactions', () => {
  const read = (changes: Json) => readShopify('order_transactions/create', shopifyTransaction(changes));

  test.each(['sale', 'capture'])('a %s is a payment', (kind) => {
    const order = orderIn(read({ kind }));
    expect(order.milestones).toEqual({ paidAt: at('2026-11-21T09:00:00+01:00') });
    expect(order.description).toBeUndefined();
  });

  test.each([
    { kind: 'authorization' },
    { kind: 'void' },
    { kind: 'refund' },
    { status: 'pending' },
    { status: 'failure' },
    { status: 'error' },
  ])('%j is none', (changes) => {
    expect(read(changes).type).toBe('ignored');
  });

  test.each(['order_id', 'kind', 'status'])('without %s is invalid', (field) => {
    expect(errorsOf(read({ [field]: null }))).toEqual([field]);
  });
});

describe('fulfilments', () => {
  const read = (changes: Json) => readShopify('fulfillments/update', shopifyFulfillment(changes));

  test('ship', () => {
    expect(orderIn(read({}))).toMatchObject({
      id: '5001',
      milestones: { shippedAt: at('2026-11-22T12:00:00+01:00') },
      tracking: [],
      statedAt: 0,
    });
  });

  test.each(['failure', 'cancelled', 'error', 'pending', 'open'])('%s ships nothing', (status) => {
    expect(read({ status }).type).toBe('ignored');
  });

  test('that are delivered say when', () => {
    const updated_at = '2026-11-24T17:00:00+01:00';
    expect(orderIn(read({ shipment_status: 'delivered', updated_at }))).toMatchObject({
      milestones: { shippedAt: at('2026-11-22T12:00:00+01:00'), deliveredAt: at(updated_at) },
      tracking: [{ code: 'signed', at: at(updated_at) }],
    });
  });

  test.each(['order_id', 'status', 'created_at'])('without %s are invalid', (field) => {
    expect(errorsOf(read({ [field]: undefined }))).toEqual([field]);
  });

  const event = (status: string, changes: Json = {}) =>
    readShopify('fulfillment_events/create', {
      id: 1,
      order_id: 5001,
      fulfillment_id: 401,
      status,
      happened_at: '2026-11-24T16:00:00+01:00',
      created_at: '2026-11-24T16:20:00+01:00',
      ...changes,
    });
  const happenedAt = at('2026-11-24T16:00:00+01:00');

  test.each([
    ['carrier_picked_up', 'collected'],
    ['in_transit', 'in_transit'],
    ['out_for_delivery', 'out_for_delivery'],
    ['attempted_delivery', 'exception'],
    ['delayed', 'exception'],
    ['failure', 'exception'],
    ['delivered', 'signed'],
  ])('the scan %s is %s', (status, code) => {
    const order = orderIn(event(status));
    expect(order.tracking).toEqual([{ code, at: happenedAt }]);
    expect(order.milestones).toEqual(code === 'signed' ? { deliveredAt: happenedAt } : {});
  });

  test.each(['label_printed', 'label_purchased', 'confirmed', 'ready_for_pickup', 'toString'])(
    '%s is no place',
    (status) => {
      expect(event(status).type).toBe('ignored');
    },
  );

  test('a scan of no order is invalid', () => {
    expect(errorsOf(event('delivered', { order_id: undefined }))).toEqual(['order_id']);
  });
});

describe('consent', () => {
  const consent = (state: string, consent_updated_at: string | null = '2026-11-01T08:00:00Z') => ({
    state,
    opt_in_level: 'confirmed_opt_in',
    consent_updated_at,
  });
  const statementsOf = (changes: Json, order: Json = {}) =>
    orderOf({ ...order, customer: shopifyCustomer(changes) }).statements;
  const mail = 'consent.email:ada@example.com';
  const then = at('2026-11-01T08:00:00Z');

  test.each([
    ['subscribed', true],
    ['SUBSCRIBED', true],
    ['unsubscribed', false],
    ['redacted', false],
  ])('%s is %s, at its own time', (state, value) => {
    const statements = statementsOf({ email_marketing_consent: consent(state), sms_marketing_consent: consent(state) });
    expect(statements[mail]).toEqual({ value, at: then });
    expect(statements['consent.sms:+4915112345678']).toEqual({ value, at: then });
    expect(statements['attr.emailOptInLevel']).toEqual(value ? { value: 'confirmed_opt_in', at: then } : undefined);
  });

  test.each(['pending', 'not_subscribed', 'invalid', ''])('%j is no statement', (state) => {
    expect(Object.keys(statementsOf({ email_marketing_consent: consent(state) }))).not.toContain(mail);
  });

  test('the tick at the checkout is one, and no tick is none', () => {
    expect(statementsOf({}, { buyer_accepts_marketing: true })[mail]).toEqual({ value: true, at: madeAt });
    expect(statementsOf({}, { buyer_accepts_marketing: false })[mail]).toBeUndefined();
  });

  test.each([
    ['waits for confirmation', consent('pending'), undefined],
    ['comes after an earlier no', consent('unsubscribed'), { value: true, at: madeAt }],
    [
      'gives way to a later no',
      consent('unsubscribed', '2026-11-21T00:00:00Z'),
      { value: false, at: at('2026-11-21') },
    ],
    ['gives way to a no at the same time', consent('redacted', '2026-11-20T09:00:00Z'), { value: false, at: madeAt }],
    ['stands beside no subscription', consent('not_subscribed'), { value: true, at: madeAt }],
  ])('the tick %s', (_name, email_marketing_consent, expected) => {
    expect(statementsOf({ email_marketing_consent }, { buyer_accepts_marketing: true })[mail]).toEqual(expected);
  });

  test('has topics of its own', () => {
    expect(
      readShopify('customers_email_marketing_consent/update', {
        customer_id: 9001,
        email_address: 'Ada@example.com',
        email_marketing_consent: consent('unsubscribed'),
      }),
    ).toEqual({
      type: 'customer',
      buyer: { id: '9001', email: 'ada@example.com' },
      statements: { [mail]: { value: false, at: then } },
    });
    expect(
      readShopify('customers_marketing_consent/update', {
        id: 9001,
        phone: '+49 151 12345678',
        sms_marketing_consent: { ...consent('subscribed'), opt_in_level: null, consent_collected_from: 'OTHER' },
      }),
    ).toEqual({
      type: 'customer',
      buyer: { id: '9001', phone: '+4915112345678' },
      statements: { 'consent.sms:+4915112345678': { value: true, at: then } },
    });
  });

  test('without a time takes the delivery’s, and is invalid without one', () => {
    const body = {
      customer_id: 9001,
      email_address: 'ada@example.com',
      email_marketing_consent: consent('subscribed', null),
    };
    const topic = 'customers_email_marketing_consent/update';
    const headers = { 'x-shopify-triggered-at': '2026-11-02T00:00:00Z' };
    expect(readShopify(topic, body, headers)).toMatchObject({ statements: { [mail]: { at: at('2026-11-02') } } });
    expect(errorsOf(readShopify(topic, body))).toEqual(['email_marketing_consent.consent_updated_at']);
  });
});

describe('customers', () => {
  test('say who they are', () => {
    const updatedAt = at('2026-11-20T10:00:02+01:00');
    const reading = readShopify('customers/update', shopifyCustomer({ accepts_marketing: true }));
    expect(reading).toMatchObject({
      type: 'customer',
      buyer: { id: '9001', phone: '+4915112345678', email: 'ada@example.com' },
      statements: { name: { value: 'Ada Weber', at: updatedAt }, city: { value: 'Berlin', at: updatedAt } },
    });
    expect(JSON.stringify(reading)).not.toContain('consent');
  });

  test('without a time are invalid', () => {
    expect(errorsOf(readShopify('customers/create', shopifyCustomer({ updated_at: null })))).toEqual(['updated_at']);
  });
});

describe('other topics', () => {
  const asking = {
    shop_id: 1,
    shop_domain: 'x',
    customer: { id: 9001, email: ' Ada@Example.com', phone: '+49 151 12345678' },
  };
  const ada = { id: '9001', email: 'ada@example.com', phone: '+4915112345678' };

  test('a request for data names who asks', () => {
    const topic = 'customers/data_request';
    expect(readShopify(topic, asking)).toEqual({ type: 'privacy_request', what: topic, buyer: ada });
  });

  test('a redaction names whom to forget, by whichever of their identities, and which orders', () => {
    const redact = (more: object) => readShopify('customers/redact', { ...asking, ...more });
    expect(redact({ orders_to_redact: [299938, '280263'] })).toEqual({
      type: 'erasure',
      buyer: ada,
      orders: ['299938', '280263'],
    });
    expect(redact({ customer: { email: 'ada@example.com' } })).toMatchObject({ buyer: { email: 'ada@example.com' } });
    expect(redact({ customer: null, orders_to_redact: [1] })).toEqual({ type: 'erasure', buyer: {}, orders: ['1'] });
    for (const nobody of [{ customer: null }, { customer: 'Ada' }, { orders_to_redact: [{}] }]) {
      expect(redact(nobody)).toEqual({ type: 'privacy_request', what: 'customers/redact' });
    }
  });

  test('a whole shop is forgotten by its topic only, never for what a body looks like', () => {
    const body = { shop_id: 1, shop_domain: 'x' };
    expect(readShopify('shop/redact', body)).toEqual({ type: 'shop_erasure' });
    expect(readShopify('Shop', body).type).toBe('privacy_request');
  });

  test('a deleted account is no request to be forgotten, and it is told where those come', () => {
    const why = expect.stringMatching(/DELETE \/v1\/customers\/\{id\}.*customers\/redact/);
    expect(readShopify('customers/delete', { id: 9001, email: 'ada@example.com' })).toEqual({ type: 'ignored', why });
  });

  test.each(['orders/delete', 'app/uninstalled', 'products/update', 'customers/purchasing_summary', 'inventory/x'])(
    '%s is ignored',
    (topic) => {
      expect(readShopify(topic, { id: 1 }).type).toBe('ignored');
    },
  );

  test('an edit names its order and says nothing else', () => {
    const edit = {
      order_edit: { id: 1, order_id: 5001, line_items: { additions: [{ id: 9, delta: 1 }], removals: [] } },
    };
    expect(orderIn(readShopify('orders/edited', edit))).toMatchObject({ id: '5001', milestones: {}, statedAt: 0 });
    expect(errorsOf(readShopify('orders/edited', { order_edit: { id: 1 } }))).toEqual(['order_edit.order_id']);
    expect(errorsOf(readShopify('orders/edited', { id: 1 }))).toContain('order_edit');
  });

  test('bytes that are no JSON, and JSON that is no object', () => {
    expect(readShopify('orders/create', '{"id": 5001')).toEqual({ type: 'not_json' });
    expect(readShopify('orders/create', '')).toEqual({ type: 'not_json' });
    for (const body of ['[]', 'null', '"order"', '7'])
      expect(errorsOf(readShopify('orders/create', body))).toEqual(['']);
  });
});

describe('a body without a topic is known by its shape:', () => {
  test.each([
    ['orders/updated', shopifyOrder()],
    ['refunds/create', shopifyRefund()],
    ['fulfillments/update', shopifyFulfillment()],
    ['order_transactions/create', shopifyTransaction()],
    ['fulfillment_events/create', { order_id: 1, status: 'delivered', happened_at: '2026-11-24T16:00:00Z' }],
    ['customers/update', shopifyCustomer()],
    ['customers_email_marketing_consent/update', { customer_id: 1, email_marketing_consent: { state: 'pending' } }],
    ['customers_marketing_consent/update', { id: 1, phone: '', sms_marketing_consent: { state: 'pending' } }],
    ['orders/edited', { order_edit: { order_id: 1 } }],
    ['checkouts/update', shopifyCheckout()],
    ['orders/delete', { id: 820_982 }],
    ['customers/data_request', { shop_domain: 'x', orders_requested: [], customer: {} }],
    ['customers/redact', { shop_domain: 'x', orders_to_redact: [], customer: {} }],
  ])('%s', (topic, body) => {
    expect(readShopify(undefined, body)).toEqual(readShopify(topic, body));
    expect(readShopify('', body)).toEqual(readShopify(topic, body));
  });

  test('what it cannot be known by is told what an order needs', () => {
    expect(errorsOf(readShopify(undefined, { order: shopifyOrder() }))).toEqual([
      'currency',
      'created_at',
      'financial_status',
      'total_price',
      'id',
    ]);
  });

  test('so is the body of an event subscription, whose topic is a resource', () => {
    const headers = { 'shopify-topic': 'Order', 'shopify-triggered-at': '2026-11-20T09:00:00Z' };
    expect(readShopify(undefined, shopifyOrder(), headers).type).toBe('order');
    expect(readShopify(undefined, { product: { id: 'gid://shopify/Product/1' } }, headers).type).toBe('ignored');
  });
});

describe('through the webhook function', () => {
  const secret = 'shpss_0123';
  const shopOfThem = () =>
    intakeInMemory({
      shop: { platform: 'shopify', currency: 'EUR', timezone: 'Europe/Berlin', secrets: ['shpss_old', secret] },
      settings: { baseCurrency: 'EUR' },
    });
  const send = async ({ handler }: ReturnType<typeof shopOfThem>, topic: string, body: unknown, key = secret) => {
    const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
    const headers = { 'x-shopify-topic': topic, 'x-shopify-hmac-sha256': macOf(bytes, key) };
    return (await deliver(handler, bytes, { headers })).status;
  };

  test('parts before their order, twice, come to one purchase in one file', async () => {
    const intake = shopOfThem();
    const sent = [
      await send(intake, 'refunds/create', shopifyRefund()),
      await send(intake, 'fulfillments/create', shopifyFulfillment()),
      await send(intake, 'orders/create', shopifyOrder(), 'shpss_old'),
      await send(intake, 'refunds/create', shopifyRefund()),
      await send(intake, 'customers/update', shopifyCustomer()),
    ];
    expect(sent).toEqual([200, 200, 200, 200, 200]);
    expect(intake.parked).toEqual([]);
    const [file, ...others] = intake.store.livingFiles();
    expect(others).toEqual([]);
    expect(file?.orders.get('north#5001')?.purchase?.amount).toBe(12_050 - 5500);
  });

  test('what cannot be recorded is parked with its topic and answered with 200; unsigned it is refused', async () => {
    const intake = shopOfThem();
    expect(await send(intake, 'orders/create', shopifyOrder({ total_price: 'free' }))).toBe(200);
    expect(await send(intake, 'orders/create', '{"id":')).toBe(200);
    expect(await send(intake, 'customers/redact', { shop_domain: 'x', customer: { id: 9001 } })).toBe(200);
    expect(await send(intake, 'orders/create', shopifyOrder(), 'shpss_wrong')).toBe(401);
    expect(intake.parked.map(({ cause, event }) => [cause.reason, event.headers])).toEqual([
      ['invalid', { 'x-shopify-topic': 'orders/create' }],
      ['not_json', { 'x-shopify-topic': 'orders/create' }],
    ]);
    expect(intake.queued.map(({ event }) => event.headers)).toEqual([{ 'x-shopify-topic': 'customers/redact' }]);
    expect(JSON.stringify(intake.parked[0]?.cause)).toContain('total_price');
  });
});
