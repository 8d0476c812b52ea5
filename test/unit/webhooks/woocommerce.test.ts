import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Outcome, Reading } from '../../../shared/contracts/platforms/platform.ts';
import { macOf } from '../../../shared/contracts/platforms/signed-body.ts';
import { woocommerce } from '../../../shared/contracts/platforms/woocommerce.ts';
import { joinOrders, type Order } from '../../../shared/domain/orders/order.ts';
import { purchaseOf } from '../../../shared/domain/orders/purchase.ts';
import { statusOf } from '../../../shared/domain/orders/status.ts';
import { everyOrderOf } from '../../support/every-order.ts';
import { deliver, intakeInMemory } from '../../support/intake-in-memory.ts';
import {
  type Json,
  readWoo,
  shopOfWoo,
  wooCustomer,
  wooOrder,
  wooRequest,
} from '../../support/woocommerce-payloads.ts';

const at = (text: string) => Date.parse(text);
const madeAt = at('2026-11-20T10:00:00Z');
const paidAt = at('2026-11-20T10:00:05Z');
const changedAt = at('2026-11-20T10:00:06Z');

function orderIn(reading: Reading): Order {
  if (reading.type !== 'order') throw new Error(`not an order: ${JSON.stringify(reading)}`);
  return reading.order;
}

const orderOf = (changes: Json = {}) => orderIn(readWoo('order.updated', wooOrder(changes)));
const errorsOf = (reading: Reading) =>
  reading.type === 'invalid' ? reading.errors.map(({ field }) => field) : [reading.type];

describe('signatures', () => {
  /** woocommerce/woocommerce, plugins/woocommerce/tests/legacy/unit-tests/webhooks/crud.php: an unset secret still signs. */
  const unset = { body: Buffer.from('secret'), mac: 'GBDo00G55h6IiV+6CxqivQPLbI//KzaOZm747971tPs=' };
  const body = Buffer.from('{"id":727}');
  const verify = (signature: string | undefined, secrets: string[], bytes = body) =>
    woocommerce.verify(
      wooRequest(bytes, signature === undefined ? {} : { 'x-wc-webhook-signature': signature }),
      secrets,
      0,
    ).ok;
  const signedBy = (key: string) => createHmac('sha256', key).update(body).digest('base64');

  test('the published vector is of the empty secret, which is refused', () => {
    expect(macOf(unset.body, '')).toBe(unset.mac);
    expect(verify(unset.mac, [''], unset.body)).toBe(false);
    expect(woocommerce.checkSecret('')).toBeDefined();
  });

  test.each([
    ['plain', 'plain'],
    ['a&amp;b', 'a&b'],
    ['a&b', 'a&b'],
    ['&lt;&gt;&quot;&#039;&#39;&#x27;&#034;&#x22;&#60;&#062;&#038;&#X0026;', '<>"\'\'\'""<>&&'],
    // Decoded once, and nothing else is an entity here.
    ['&amp;lt;&euro;&apos;&AMP;', '&lt;&euro;&apos;&AMP;'],
  ])('the secret %s signs as %s', (shown, key) => {
    expect(verify(signedBy(key), [shown])).toBe(true);
  });

  test.each([
    ['another secret', signedBy('other'), ['plain'], body],
    ['another body', signedBy('plain'), ['plain'], Buffer.from('{"id":728}')],
    ['no signature', undefined, ['plain'], body],
    ['no secret', signedBy('plain'), [], body],
    ['hex', createHmac('sha256', 'plain').update(body).digest('hex'), ['plain'], body],
  ])('%s is refused', (_name, signature, secrets, bytes) => {
    expect(verify(signature, secrets, bytes)).toBe(false);
  });

  test('while a secret is changed both sign', () => {
    expect(['old', 'new'].map((key) => verify(signedBy(key), ['new', 'old']))).toEqual([true, true]);
  });
});

describe('the ping of a new webhook', () => {
  const ping = wooRequest('webhook_id=12', { 'content-type': 'application/x-www-form-urlencoded' });

  test('is taken unsigned, says nothing, and is answered with exactly 200', () => {
    expect(woocommerce.verify(ping, [], 0)).toEqual({ ok: true });
    const reading = woocommerce.read(ping, shopOfWoo);
    expect(reading).toEqual({ type: 'ignored', why: 'a ping' });
    expect(woocommerce.answer(reading as Outcome).status).toBe(200);
  });

  test.each(['webhook_id=', 'webhook_id=12&order=1', 'webhook_id=x', '{"webhook_id":12}', ' webhook_id=12', ''])(
    '%j is none',
    (body) => {
      expect(woocommerce.verify(wooRequest(body), ['secret'], 0).ok).toBe(false);
    },
  );

  test('with a signature that does not fit is refused', () => {
    const request = wooRequest('webhook_id=12', { 'x-wc-webhook-signature': 'nonsense' });
    expect(woocommerce.verify(request, ['secret'], 0).ok).toBe(false);
  });
});

test('everything verified is answered with exactly 200', () => {
  const outcomes: Outcome[] = [
    { type: 'unchanged' },
    { type: 'queued' },
    { type: 'parked', reason: 'rate_missing' },
    { type: 'not_json' },
    { type: 'invalid', errors: [{ field: 'total', message: 'is needed' }] },
  ];
  expect(outcomes.map((outcome) => woocommerce.answer(outcome).status)).toEqual(outcomes.map(() => 200));
  // The shop's delivery log shows what was wrong.
  expect(woocommerce.answer(outcomes[4] as Outcome).body).toContain('total');
});

test('a delivery id is no event id', () => {
  const headers = { 'x-wc-webhook-source': 'https://shop.example/', 'x-wc-webhook-topic': 'order.updated' };
  const id = (delivery: string) =>
    woocommerce.eventId(wooRequest('', { ...headers, 'x-wc-webhook-delivery-id': delivery }));
  expect(id('d1')).toBe('https://shop.example/ order.updated');
  expect(id('d2')).toBe(id('d1'));
  expect(woocommerce.eventId(wooRequest(''))).toBeUndefined();
});

describe('an order', () => {
  test('in every field', () => {
    expect(readWoo('order.created', wooOrder())).toEqual({
      type: 'order',
      buyer: { id: '11', phone: '+4915112345678', email: 'ada@example.com' },
      order: {
        shop: 'north',
        id: '727',
        milestones: { createdAt: madeAt, paidAt },
        refunds: [],
        tracking: [],
        identities: [],
        statedAt: madeAt,
        description: {
          at: changedAt,
          value: {
            currency: 'EUR',
            total: 12_050,
            discount: 950,
            shipping: 500,
            paymentMethod: 'stripe',
            items: [
              { productId: '93', sku: 'LAMP', title: 'Lamp', quantity: 2, price: 5500 },
              { productId: '4711', sku: '4711', title: 'Card', quantity: 1, price: 1500 },
            ],
            coupons: ['autumn'],
            buyer: { id: '11', email: 'Ada@Example.com', phone: '0151 12345678', name: 'Ada Weber' },
            address: { country: 'DE', province: 'DE-BE', city: 'Berlin' },
            channel: 'checkout',
            source: 'https://search.example/',
          },
        },
        statements: Object.fromEntries(
          Object.entries({
            name: 'Ada Weber',
            phone: '+4915112345678',
            email: 'ada@example.com',
            country: 'DE',
            province: 'DE-BE',
            city: 'Berlin',
          }).map(([field, value]) => [field, { value, at: changedAt }]),
        ),
      },
    });
  });

  test('reads the same as PHP writes it', () => {
    const php = JSON.stringify(wooOrder()).replaceAll('/', '\\/').replaceAll('Ada', '\\u0041da');
    expect(readWoo('order.created', php)).toEqual(readWoo('order.created', wooOrder()));
  });

  test('with times on the shop’s clock only is read on it', () => {
    const local = Object.fromEntries(Object.entries(wooOrder()).filter(([name]) => !name.endsWith('_gmt')));
    expect(readWoo('order.created', local)).toEqual(readWoo('order.created', wooOrder()));
    const elsewhere = readWoo('order.created', local, { ...shopOfWoo, timezone: 'Asia/Shanghai' });
    expect(orderIn(elsewhere).milestones.createdAt).toBe(at('2026-11-20T03:00:00Z'));
  });

  const completed = { date_completed_gmt: '2026-11-23T09:00:00' };
  const completedAt = at('2026-11-23T09:00:00Z');

  test.each<[name: string, changes: Json, status: string, awaits: string | undefined, milestones: object]>([
    ['processing', {}, 'paid', undefined, { paidAt }],
    ['pending', { status: 'pending', date_paid_gmt: null, date_paid: null }, 'created', undefined, {}],
    ['pending again', { status: 'pending' }, 'created', undefined, {}],
    ['failed', { status: 'failed' }, 'created', undefined, {}],
    ['a transfer', { status: 'on-hold', payment_method: 'bacs', ...unpaid() }, 'created', 'transfer', {}],
    ['a cheque', { status: 'on-hold', payment_method: 'cheque', ...unpaid() }, 'created', 'transfer', {}],
    ['a card to be charged', { status: 'on-hold', ...unpaid() }, 'created', 'capture', {}],
    ['a transfer that came', { payment_method: 'bacs' }, 'paid', undefined, { paidAt }],
    ['cash on delivery', { payment_method: 'cod' }, 'created', 'collection', {}],
    [
      'cash that was collected',
      { payment_method: 'cod', status: 'completed', ...completed },
      'completed',
      undefined,
      { paidAt: completedAt, shippedAt: completedAt, completedAt },
    ],
    [
      'completed',
      { status: 'completed', ...completed },
      'completed',
      undefined,
      { paidAt, shippedAt: completedAt, completedAt },
    ],
    ['cancelled unpaid', { status: 'cancelled', ...unpaid() }, 'cancelled', undefined, { cancelledAt: changedAt }],
    ['cancelled paid', { status: 'cancelled' }, 'refunded', undefined, { paidAt, cancelledAt: changedAt }],
    ['in the trash unpaid', { status: 'trash', ...unpaid() }, 'cancelled', undefined, { cancelledAt: changedAt }],
    ['in the trash paid', { status: 'trash' }, 'paid', undefined, { paidAt }],
    ['a plugin’s, paid', { status: 'packing' }, 'paid', undefined, { paidAt }],
    ['a plugin’s, unpaid', { status: 'wc-packing', ...unpaid() }, 'created', undefined, {}],
    ['one every object has', { status: 'constructor', ...unpaid() }, 'created', undefined, {}],
    ['processing without a date', unpaid(), 'paid', undefined, { paidAt: changedAt }],
  ])('%s', (_name, changes, status, awaits, milestones) => {
    const order = orderOf(changes);
    expect(statusOf(order)).toBe(status);
    expect(order.description?.value.awaits).toBe(awaits);
    expect(order.milestones).toEqual({ createdAt: madeAt, ...milestones });
  });

  test.each(['draft', 'auto-draft', 'checkout-draft'])('%s is none yet', (status) => {
    expect(readWoo('order.updated', wooOrder({ status })).type).toBe('ignored');
  });

  test('lists its refunds below zero', () => {
    const order = orderOf({
      refunds: [
        { id: 802, reason: 'broken', total: '-10.00' },
        { id: 801, refund: 'late', total: -0.5 },
      ],
    });
    expect(order.refunds).toEqual([
      { at: changedAt, value: { id: '801', amount: 50, at: changedAt, status: 'success', reason: 'late' } },
      { at: changedAt, value: { id: '802', amount: 1000, at: changedAt, status: 'success', reason: 'broken' } },
    ]);
    expect(statusOf(order)).toBe('partially_refunded');
    expect(purchaseOf(order, 'UTC')?.amount).toBe(12_050 - 1050);
  });

  test.each([
    ['listed', [{ id: 1, total: '-120.50' }]],
    ['listed in part, after the total was changed', [{ id: 1, total: '-100.00' }]],
    ['not listed', []],
    ['not listed at all', undefined],
  ])('refunded in full, %s, is no purchase', (_name, refunds) => {
    const order = orderOf({ status: 'refunded', refunds });
    expect(statusOf(order)).toBe('refunded');
    expect(purchaseOf(order, 'UTC')).toBeUndefined();
  });

  test('of a guest is known by what the bill says', () => {
    expect(readWoo('order.created', wooOrder({ customer_id: 0 }))).toMatchObject({
      buyer: { phone: '+4915112345678', email: 'ada@example.com' },
      order: { description: { value: { buyer: { email: 'Ada@Example.com', name: 'Ada Weber' } } } },
    });
    const reading = readWoo(
      'order.created',
      wooOrder({ customer_id: 0, billing: { email: '', phone: '', country: '' } }),
    );
    expect(reading.type === 'order' && reading.buyer).toEqual({});
  });

  test('goes where the bill goes when no delivery address is given', () => {
    const shipping = { first_name: '', city: '', state: '', country: '' };
    expect(orderOf({ shipping }).description?.value.address).toEqual({
      country: 'DE',
      province: 'DE-BB',
      city: 'Potsdam',
    });
  });

  test('with the parcel of a plugin', () => {
    const parcel = {
      tracking_provider: '',
      custom_tracking_provider: 'Bike',
      custom_tracking_link: 'https://track.example/1',
      tracking_number: 117_579_686_762,
      date_shipped: '1795500000',
    };
    const tracked = (value: unknown) => orderOf({ meta_data: [{ key: '_wc_shipment_tracking_items', value }] });
    expect(tracked([parcel])).toMatchObject({
      milestones: { shippedAt: 1_795_500_000_000 },
      description: { value: { carrier: { name: 'Bike', number: '117579686762', url: 'https://track.example/1' } } },
    });
    expect(tracked([{ ...parcel, date_shipped: '2026-11-24' }]).milestones.shippedAt).toBe(
      at('2026-11-24T00:00:00+01:00'),
    );
    for (const value of ['a:1:{...}', null, [], [{}], ['x'], 7])
      expect(tracked(value).milestones.shippedAt).toBeUndefined();
  });

  test.each([
    ['_wcpay_mode', 'test'],
    ['_ppcp_paypal_payment_mode', 'sandbox'],
  ])('with the trace %s %s is a test', (key, value) => {
    expect(orderOf({ meta_data: [{ key, value }] }).description?.value.test).toBe(true);
    expect(orderOf({ meta_data: [{ key, value: 'live' }] }).description?.value).not.toHaveProperty('test');
  });

  test('carries no consent', () => {
    const meta_data = [{ key: '_newsletter', value: 'yes' }];
    expect(Object.keys(orderOf({ meta_data }).statements).filter((field) => field.startsWith('consent'))).toEqual([]);
  });

  test('counts what is sold by weight in pieces begun, and rounds what is calculated finer than it is charged', () => {
    const line_items = [{ id: 1, product_id: 5, name: 'Tea', quantity: 1.5, price: 10.799999999999999 }];
    const order = orderOf({ line_items, total: '16.2050' });
    expect(order.description?.value).toMatchObject({ total: 1620, items: [{ quantity: 2, price: 1080 }] });
  });

  test.each([
    ['id', undefined],
    ['status', null],
    ['status', ['processing']],
    ['currency', ''],
    ['currency', 'BTC'],
    ['total', undefined],
    ['total', ''],
    ['total', '1.234,50'],
    ['total', '-1.00'],
    ['date_created_gmt', 'yesterday'],
    ['date_modified_gmt', { date: '2026-11-20' }],
    ['date_paid_gmt', 1_790_000_000],
    ['line_items', 'lamp'],
    ['refunds', [{ id: 1, total: 'much' }]],
    ['billing', 'Ada'],
  ])('with %s %j is invalid', (field, value) => {
    const path = field === 'refunds' ? 'refunds[0].total' : field;
    expect(errorsOf(readWoo('order.updated', wooOrder({ [field]: value })))).toEqual([path]);
  });

  test('without a currency and a total is invalid though all else is there', () => {
    expect(errorsOf(readWoo('order.updated', wooOrder({ currency: null, total: null })))).toEqual([
      'currency',
      'total',
    ]);
  });

  test('whose empty objects and lists PHP wrote the other way round is read all the same', () => {
    const odd = wooOrder({ shipping: [], coupon_lines: {}, meta_data: { 0: { key: 'a', value: [] } }, refunds: {} });
    expect(readWoo('order.updated', odd).type).toBe('order');
  });

  test('comes to the same in whatever order its deliveries do', () => {
    const states = [
      wooOrder({ status: 'pending', ...unpaid(), date_modified_gmt: '2026-11-20T10:00:01' }),
      wooOrder(),
      wooOrder({ status: 'completed', date_modified_gmt: '2026-11-23T09:00:00', ...completed }),
      wooOrder({
        status: 'completed',
        date_modified_gmt: '2026-11-25T09:00:00',
        ...completed,
        refunds: [{ id: 9, total: '-20.50' }],
      }),
    ].map((body) => orderIn(readWoo('order.updated', body)));
    const ends = everyOrderOf(states).map((order) => [...order, ...order.slice(0, 2)].reduce(joinOrders));
    for (const end of ends) expect(end).toEqual(ends[0]);
    expect(ends[0]?.milestones).toEqual({ createdAt: madeAt, paidAt, shippedAt: completedAt, completedAt });
    expect(ends[0] && purchaseOf(ends[0], 'UTC')?.amount).toBe(10_000);
  });
});

function unpaid(): Json {
  return { date_paid: null, date_paid_gmt: null };
}

describe('customers', () => {
  test('say who they are, and nothing of consent', () => {
    const time = at('2026-11-02T08:00:00Z');
    expect(readWoo('customer.updated', wooCustomer())).toEqual({
      type: 'customer',
      buyer: { id: '11', phone: '+4915112345678', email: 'ada@example.com' },
      statements: {
        name: { value: 'Ada Weber', at: time },
        phone: { value: '+4915112345678', at: time },
        email: { value: 'ada@example.com', at: time },
        country: { value: 'DE', at: time },
      },
    });
  });

  test('never changed are as old as they are', () => {
    const reading = readWoo('customer.created', wooCustomer({ date_modified_gmt: null }));
    expect(reading).toMatchObject({ statements: { name: { at: at('2026-11-01T08:00:00Z') } } });
  });

  test('without id or time are invalid', () => {
    const bare = wooCustomer({ id: null, date_modified_gmt: null, date_created_gmt: null });
    expect(errorsOf(readWoo('customer.updated', bare))).toEqual(['id', 'date_modified_gmt']);
  });

  test('whose account was deleted are kept, and it is told how to forget them', () => {
    expect(readWoo('customer.deleted', { id: 11 })).toEqual({
      type: 'ignored',
      why: expect.stringContaining('DELETE /v1/customers/{id}'),
    });
  });
});

describe('other topics', () => {
  test.each([
    ['order.deleted', { id: 727 }],
    ['coupon.updated', { id: 1, code: '10off' }],
    ['product.created', { id: 1, name: 'Lamp' }],
    ['action.woocommerce_add_to_cart', { action: 'woocommerce_add_to_cart', arg: 1 }],
    ['subscription.updated', wooOrder({ billing_period: 'month' })],
  ])('%s is ignored', (topic, body) => {
    expect(readWoo(topic, body).type).toBe('ignored');
  });

  test('a restored order is one', () => {
    expect(readWoo('order.restored', wooOrder())).toEqual(readWoo('order.updated', wooOrder()));
  });

  test.each([
    ['order.updated', wooOrder()],
    ['order.deleted', { id: 727 }],
    ['customer.updated', wooCustomer()],
    ['coupon.updated', { id: 1, code: '10off', discount_type: 'percent' }],
    ['product.updated', { id: 1, name: 'Lamp', regular_price: '5' }],
    ['action.x', { action: 'x', arg: 1 }],
  ])('without its header %s is known by its shape', (topic, body) => {
    expect(readWoo(undefined, body)).toEqual(readWoo(topic, body));
  });

  test('bytes that are no JSON, and JSON that is no object', () => {
    expect(readWoo('order.updated', '<html>')).toEqual({ type: 'not_json' });
    for (const body of ['[]', 'null', '727']) expect(errorsOf(readWoo('order.updated', body))).toEqual(['']);
    expect(errorsOf(readWoo(undefined, { order: wooOrder() }))).toContain('total');
  });
});

describe('through the webhook function', () => {
  const intakeOfShop = () =>
    intakeInMemory({
      shop: { platform: 'woocommerce', currency: 'EUR', timezone: 'Europe/Berlin', secrets: ['a&amp;b'] },
      settings: { baseCurrency: 'EUR' },
    });

  test('a webhook is set up, and its orders and mistakes are all answered with 200', async () => {
    const { handler, store, parked } = intakeOfShop();
    const send = async (body: string, headers: Record<string, string>) =>
      (await deliver(handler, body, { headers })).status;
    const signed = (body: unknown, topic: string) => {
      const text = JSON.stringify(body);
      return send(text, { 'x-wc-webhook-topic': topic, 'x-wc-webhook-signature': macOf(Buffer.from(text), 'a&b') });
    };
    expect(await send('webhook_id=12', { 'content-type': 'application/x-www-form-urlencoded' })).toBe(200);
    expect(await signed(wooOrder(), 'order.created')).toBe(200);
    expect(await signed(wooOrder({ id: 728, total: 'much' }), 'order.created')).toBe(200);
    expect(await signed({ id: 727 }, 'order.deleted')).toBe(200);
    expect(await send(JSON.stringify(wooOrder()), { 'x-wc-webhook-topic': 'order.created' })).toBe(401);
    expect(parked.map(({ cause }) => cause.errors?.map(({ field }) => field))).toEqual([['total']]);
    expect(store.livingFiles().map((file) => file.orders.get('north#727')?.purchase?.amount)).toEqual([12_050]);
  });
});
