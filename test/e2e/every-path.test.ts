import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { routes } from '../../shared/contracts/http/routes.ts';
import { type Reply, type ShopAddress, type ShopEvent, sendAll, sendOnce } from '../support/shop-sender.ts';
import { startWholeStack, type WholeStack } from '../support/whole-stack.ts';

/**
 * Every way an event, a night or a request can take, in one workspace; then what is true of them all: each role held
 * what its function needed and nothing else, and nothing personal is in any log.
 */
let whole: WholeStack;
let shop: ShopAddress;
const secrets: string[] = [];

/** What the people in this workspace would not want to find in a log. */
const personal = {
  names: ['Zoë Quillfeather', '王小明', 'Ferdinand Hollyhock'],
  phones: ['+8613912345678', '13912345678', '+8613887654321', '13887654321', '+8615500001111', '15500001111'],
  emails: ['zoe.quillfeather@example.com', 'hollyhock@example.org', 'not an address@nowhere'],
  rest: ['allergic to hazelnuts', 'SF1029384756', '1987-06-05'],
};
const zoe = { name: 'Zoë Quillfeather', phone: '13912345678', email: 'Zoe.Quillfeather@example.com' };
const ming = { name: '王小明', phone: '+86 138 8765 4321' };
const reseller = { name: 'Ferdinand Hollyhock', phone: '+8615500001111', email: 'hollyhock@example.org' };

let events = 0;
function event(type: string, data: unknown): ShopEvent {
  const timestamp = new Date(shop.now()).toISOString();
  return { id: `evt-${++events}`, body: JSON.stringify({ type, timestamp, data }) };
}

function order(id: string, customer: object, more: object = {}): ShopEvent {
  const at = new Date(shop.now() - 40 * 86_400_000).toISOString();
  const times = { createdAt: at, paidAt: at, updatedAt: at };
  return event('order.updated', { id, currency: 'CNY', total: '88.00', ...times, items: [], customer, ...more });
}

async function send(...sent: ShopEvent[]): Promise<Reply[]> {
  const replies: Reply[] = [];
  await sendAll(shop, sent, { lanes: 1, patienceMs: 10_000, onReply: (reply) => void replies.push(reply) });
  return replies;
}

const statusesOf = async (...sent: ShopEvent[]) => (await send(...sent)).map(({ status }) => status);

beforeAll(async () => {
  whole = await startWholeStack();
  shop = await whole.connectShop({ id: 'tea', currency: 'CNY', timezone: 'Asia/Shanghai' });
  secrets.push(whole.adminKey, shop.secret);
  await webhooks();
  await webhooksThroughTheQueue();
  await nightsAndRecomputes();
  await theApi();
  await whole.stack.idle();
});
afterAll(() => whole?.stop());

/** All that can come of a webhook at once. */
async function webhooks(): Promise<void> {
  const tracking = { carrier: 'SF', number: 'SF1029384756', events: [] };
  const attributes = { note: 'allergic to hazelnuts' };
  const first = { ...zoe, id: 'z-1', birthday: '1987-06-05', consent: { sms: true, email: false }, attributes };
  const later = new Date(shop.now() + 1000).toISOString();
  expect(
    await statusesOf(
      order('o-1', first, { tracking, address: { country: 'CN', province: 'Shanghai', city: 'Shanghai' } }),
      // A milestone; then the same once more.
      order('o-1', first, { tracking, shippedAt: later, updatedAt: later }),
      order('o-2', { id: 'm-1', ...ming }),
      // Two files become one; then one by the phone alone.
      order('o-3', { id: 'm-1', email: zoe.email }),
      order('o-4', { phone: ming.phone }),
      order('o-5', {}),
      // The phone of a reseller joins, until it has met too many.
      ...[1, 2, 3, 4, 5].map((buyer) => order(`r-${buyer}`, { ...reseller, id: `resold-${buyer}` })),
      event('customer.updated', { ...zoe, attributes }),
      event('customer.created', { ...zoe, id: 'z-prospect', email: 'hollyhock@example.org', phone: undefined }),
      event('cart.painted', {}),
    ),
  ).toEqual(Array.from({ length: 14 }, () => 200));
  const waiting = event('checkout.started', { customer: zoe });
  const noRate = order('usd-1', { ...zoe, id: 'z-1' }, { currency: 'USD' });
  expect(await statusesOf(waiting, waiting, noRate)).toEqual([202, 202, 202]);
  const broken = { id: 'evt-broken', body: `{"phone":"${zoe.phone}","name":"${zoe.name}"` };
  const wrong = order(
    'o-9',
    { ...zoe, email: 12, birthday: 'not an address@nowhere' },
    { total: zoe.phone + zoe.name },
  );
  expect(await statusesOf(broken, wrong)).toEqual([400, 422]);
  expect((await sendOnce({ ...shop, secret: `whsec_${Buffer.alloc(32).toString('base64')}` }, wrong)).status).toBe(401);
  expect((await sendOnce({ ...shop, shop: 'nobody' }, wrong)).status).toBe(404);
}

/** The same ways, for events that storage was too busy for. */
async function webhooksThroughTheQueue(): Promise<void> {
  const throttled = { name: 'dynamodb.throttle', function: 'order-webhook' } as const;
  for (const table of ['orders', 'identities'] as const) {
    whole.stack.setFault({ ...throttled, table: whole.stack.tableName(table) });
  }
  const later = new Date(shop.now() + 2000).toISOString();
  const queued = [
    order('q-1', { ...zoe, id: 'q-1' }),
    order('o-1', { id: 'z-1' }, { deliveredAt: later, updatedAt: later }),
    order('q-2', { id: 'q-3', phone: '+8613800000001' }),
    order('q-3', { id: 'q-4', email: 'q@example.com' }),
    order('q-4', { id: 'q-4', phone: '+8613800000001' }),
    ...[1, 2, 3, 4].map((buyer) => order(`qr-${buyer}`, { id: `q-resold-${buyer}`, phone: '+8615500002222' })),
    event('customer.updated', { ...ming, attributes: { size: 'XL' } }),
    order('usd-2', { id: 'q-1' }, { currency: 'USD' }),
    order('usd-2', { id: 'q-1' }, { currency: 'USD' }),
  ];
  expect(await statusesOf(...queued)).toEqual(queued.map(() => 202));
  whole.stack.clearFaults();
  await whole.stack.idle();
  // Refused by both, it is the sender's again.
  whole.stack.setFault({ ...throttled, count: 4 });
  whole.stack.setFault({ name: 'sqs.unavailable', count: 4 });
  await send(order('q-5', ming));
  whole.stack.clearFaults();
}

async function nightsAndRecomputes(): Promise<void> {
  const day = 86_400_000;
  await whole.stack.fireSchedule('nightly', new Date(shop.now() + 60 * day));
  await whole.stack.fireSchedule('nightly', new Date(shop.now() - 10 * day));
  // What was parked for its rate is replayed: new files, joined ones, regrouped ones; one has no rate even then.
  await send(
    ...[1, 2, 3, 4, 5].map((buyer) =>
      order(`usd-r-${buyer}`, { id: `usd-resold-${buyer}`, phone: '+8615500003333' }, { currency: 'USD' }),
    ),
  );
  await send(order('jpy-1', ming, { currency: 'JPY', total: '900' }));
  const rates = [{ currency: 'USD', from: '2020-01-01', rate: '7.1' }];
  await whole.call('PATCH', '/v1/settings', { rates, stages: { l1: 30, l2: 60, l3: 120 }, buyersPerIdentity: 4 });
  await whole.stack.idle();
  expect((await whole.call('GET', '/v1/parked?reason=rate_missing')).items).toHaveLength(1);
}

/** A shop that goes while an event of it waits: parked, and recorded by a replay once the shop is there again. */
async function goneAndBack(): Promise<ShopAddress> {
  const { call, connectShop, stack } = whole;
  const shop = { id: 'gone', currency: 'CNY', timezone: 'Asia/Shanghai' };
  const before = await connectShop(shop);
  stack.setFault({ name: 'dynamodb.throttle', function: 'order-webhook', table: stack.tableName('orders') });
  stack.setFault({ name: 'dynamodb.throttle', function: 'order-record' });
  expect((await sendOnce(before, order('g-1', { ...reseller, id: 'g-1' }))).status).toBe(202);
  await call('DELETE', '/v1/shops/gone');
  stack.clearFaults();
  await stack.idle();
  const [parked] = (await call('GET', '/v1/parked?shop=gone&reason=shop_gone')).items;
  const after = await connectShop(shop);
  expect((await call('POST', `/v1/parked/${parked.id}/replay`)).outcome).toBe('recorded');
  secrets.push(before.secret, after.secret);
  return after;
}

async function theApi(): Promise<void> {
  const { ask, call } = whole;
  for (const path of ['/health', '/openapi.json', '/docs', '/docs/page.js']) {
    expect((await ask('GET', path, undefined, null)).status).toBe(200);
  }
  await call('PATCH', '/v1/shops/tea', { name: 'Tea and more', timezone: 'Asia/Tokyo' });
  for (const path of ['/v1/shops', '/v1/shops/tea']) await call('GET', path);
  const second = await goneAndBack();

  const { items } = await call('GET', `/v1/customers?email=${encodeURIComponent(zoe.email)}`);
  const byPhone = await call('GET', `/v1/customers?phone=${encodeURIComponent(personal.phones[2] ?? '')}`);
  expect([items.length, byPhone.items.length]).toEqual([1, 1]);
  const other = (await call('GET', '/v1/customers?shop=tea&buyer=resold-2')).items[0];
  const merged = await call('POST', `/v1/customers/${items[0].id}/merge`, { with: other.id });
  for (const path of ['', '/timeline']) await call('GET', `/v1/customers/${merged.id}${path}`);
  await call('GET', '/v1/orders/tea/o-1');

  for (const format of ['json', 'csv']) {
    for (const report of ['lifecycle', 'migrations']) {
      expect((await ask('GET', `/v1/reports/${report}?format=${format}`)).status).toBe(200);
    }
  }
  await call('GET', '/v1/settings');
  await call('POST', '/v1/settings/preview', { stages: { l1: 10 } });
  const { recompute } = await call('PATCH', '/v1/settings', {
    stages: { l1: 31 },
    buyersPerIdentity: 3,
    labels: { lost: 'gone' },
  });
  await call('GET', `/v1/runs/${encodeURIComponent(recompute)}`);

  const { id, key } = await call('POST', '/v1/keys', { name: 'desk', role: 'service' });
  secrets.push(key);
  expect((await ask('GET', `/v1/customers/${merged.id}`, undefined, key)).status).toBe(200);
  expect((await ask('GET', '/v1/shops', undefined, key)).status).toBe(403);
  await call('GET', '/v1/keys');
  await call('DELETE', `/v1/keys/${id}`);
  await call('GET', '/v1/audit');
  const [parked] = (await call('GET', '/v1/parked?reason=invalid')).items;
  await call('GET', `/v1/parked/${parked.id}`);
  await call('POST', `/v1/parked/${parked.id}/replay`);

  // What is refused is written down too.
  await ask('GET', `/v1/customers?email=${encodeURIComponent(personal.emails[2] ?? '')}`);
  await ask('GET', `/v1/customers/${encodeURIComponent(zoe.email)}`);
  await ask('GET', `/v1/nowhere/${encodeURIComponent(zoe.name)}`);
  await ask('POST', `/v1/customers/${merged.id}/merge`, { with: zoe.phone });
  await ask('POST', '/v1/shops', { id: zoe.name, secret: second.secret, phone: zoe.phone });
  await ask('GET', '/v1/settings', undefined, second.secret);
  // Storage fails in the middle of a request about a person.
  whole.stack.setFault({ name: 'dynamodb.unavailable', function: 'crm-api' });
  await ask('GET', `/v1/customers?phone=${encodeURIComponent(personal.phones[0] ?? '')}`);
  whole.stack.clearFaults();
}

test('every route of the API was used', () => {
  const used = new Set(
    whole.stack.logs().flatMap(({ text }) => (text.startsWith('{') ? [String(JSON.parse(text).operation)] : [])),
  );
  expect(Object.keys(routes).filter((id) => !used.has(id))).toEqual([]);
});

describe('least privilege', () => {
  test('no function lacked a right', () => {
    for (const report of Object.values(whole.stack.iam())) expect(report.denied).toEqual([]);
  });

  /** Function, action and the end of the resource -> why it is held all the same. */
  const explained: readonly (readonly [string, string, RegExp, string])[] = [
    [
      'night-plan',
      'sqs:SendMessage',
      /night-plan-dead$/,
      'Lambda itself puts an event there, under this role, when the function has failed for the last time.',
    ],
    [
      'work-run',
      'sqs:SendMessage',
      /-work$/,
      'A part hands on its rest when its minute is nearly over; nothing here takes as long.',
    ],
  ];

  test('no role holds a right that no way needs', () => {
    const unexplained = Object.entries(whole.stack.iam()).flatMap(([name, { unused }]) =>
      unused
        .filter(
          ({ action, resource }) =>
            !explained.some(([of, what, where]) => name.endsWith(of) && action === what && where.test(resource)),
        )
        .map(({ action, resource }) => `${name}: ${action} on ${resource}`),
    );
    expect(unexplained).toEqual([]);
  });
});

test('no name, phone, address, secret or key is in any log', () => {
  const forbidden = [...Object.values(personal).flat(), ...secrets, ...secrets.map((one) => one.replace('whsec_', ''))];
  const spelled = forbidden.flatMap((text) => [
    text,
    text.toLowerCase(),
    JSON.stringify(text).slice(1, -1),
    encodeURIComponent(text),
    Buffer.from(text).toString('base64').replace(/=+$/, '').slice(0, -1),
  ]);
  const lines = whole.stack.logs();
  expect(lines.length).toBeGreaterThan(100);
  const found = lines.filter(({ text }) => spelled.some((one) => text.includes(one)));
  expect(found).toEqual([]);
});

test('nothing ended among the dead letters', async () => {
  expect(await whole.stack.deadLetters()).toEqual([]);
});
