import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BatchWriteItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { crmStackSources } from '../../infra/stacks/crm-stack.ts';
import { touchItem } from '../../shared/adapters/dynamodb/touch-items.ts';
import { routes } from '../../shared/contracts/http/routes.ts';
import { channels } from '../../shared/domain/messages/message-class.ts';
import { dueShards, shardOf } from '../../shared/domain/sharding.ts';
import { planned } from '../../shared/domain/touches/touch.ts';
import { localClient } from '../support/dynamodb-local.ts';
import { type Reply, type ShopAddress, type ShopEvent, sendAll, sendOnce } from '../support/shop-sender.ts';
import { sendShopify } from '../support/shopify-sender.ts';
import { readTouches } from '../support/touch-accounts.ts';
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
  phones: [
    ...['+8613912345678', '13912345678', '+8613887654321', '13887654321', '+8615500001111', '15500001111'],
    ...['+8613700001234', '13700001234'],
  ],
  emails: [
    'zoe.quillfeather@example.com',
    'hollyhock@example.org',
    'not an address@nowhere',
    'bounce+quillfeather@simulator.amazonses.com',
    'complaint+hollyhock@simulator.amazonses.com',
    'quill..feather@example.com',
  ],
  rest: ['allergic to hazelnuts', 'SF1029384756', '1987-06-05', 'my sister Zelda'],
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
  await messages();
  await moreThanOnePage();
  await theApi();
  await outbound();
  await coupons();
  await templates();
  await pages();
  await cases();
  await campaigns();
  await journeys();
  await privacy();
  await whole.stack.idle();
  // All the ways one after the other: some 80 s on a machine of two cores.
}, 300_000);
const closing: (() => void)[] = [];
afterAll(async () => {
  for (const close of closing) close();
  await whole?.stop();
});

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
      event('checkout.started', { id: 'ck-1', customer: zoe, items: [{ productId: 'tea' }] }),
    ),
  ).toEqual(Array.from({ length: 15 }, () => 200));
  const forgotten = event('customer.deleted', { id: 'nobody' });
  const noRate = order('usd-1', { ...zoe, id: 'z-1' }, { currency: 'USD' });
  expect(await statusesOf(forgotten, noRate, noRate)).toEqual([202, 202, 202]);
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
    event('checkout.started', { id: 'ck-2', customer: ming }),
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

const day = 86_400_000;

/** An order paid a minute ago, which is confirmed. */
function fresh(id: string, customer: object): ShopEvent {
  const at = new Date(shop.now() - 60_000).toISOString();
  return order(id, customer, { createdAt: at, paidAt: at, updatedAt: at });
}

/** Sets the clock on, and fires the minute there. */
async function minutesLater(minutes: number): Promise<void> {
  const time = new Date(shop.now() + minutes * 60_000);
  await whole.stack.setTime(time);
  await whole.stack.fireSchedule('minute', time);
}

/** Messages over every channel, all that can come of them, and what people and providers answer. */
async function messages(): Promise<void> {
  const { stack, call } = whole;
  const chat = createServer(
    (request, response) => void request.resume().on('end', () => response.writeHead(429).end()),
  );
  await new Promise<void>((resolve) => chat.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(chat.address() as AddressInfo).port}/${encodeURIComponent(zoe.name)}`;
  stack.mail.setLimits({ maxSendRate: 1000 });
  await call('PATCH', '/v1/settings', {
    quietHours: { from: '00:00:00', to: '00:00:00' },
    channels: { webhook: { url }, email: { replyTo: personal.emails[1] } },
  });
  await minutesLater(1);
  // The provider's report is there before the sender has written down that it sent.
  stack.setFault({ name: 'dynamodb.conflict', function: 'touch-send', operation: 'PutItem', count: 1 });
  await send(fresh('m-1', { ...zoe, id: 'z-1' }), fresh('m-2', { id: 'm-1', ...ming }));
  await stack.idle();
  stack.clearFaults();
  // Whatever goes wrong, with addresses in the words of the provider.
  for (const name of ['ses.throttle', 'ses.drop', 'ses.reject'] as const) {
    stack.setFault({ name, operation: 'SendRawEmail', count: 1 });
    await send(fresh(`m-${name}`, { ...zoe, id: 'z-1' }));
    await stack.idle();
  }
  stack.setFault({ name: 'sns.throttle', function: 'touch-send', count: 1 });
  await send(
    fresh('m-text', { id: 'text-1', name: zoe.name, phone: personal.phones[6] }),
    fresh('m-bounce', { id: 'bounce-1', name: zoe.name, email: personal.emails[3] }),
    fresh('m-complaint', { id: 'complaint-1', name: zoe.name, email: personal.emails[4] }),
    fresh('m-unsendable', { id: 'dots', name: zoe.name, email: personal.emails[5] }),
  );
  await stack.idle();
  await call('PATCH', '/v1/journeys/order-confirmation', { channels: { confirm: ['webhook'] } });
  await minutesLater(1);
  await send(fresh('m-chat', { ...zoe, id: 'z-1' }));
  await stack.idle();
  await minutesLater(3);
  await call('PATCH', '/v1/journeys/order-confirmation', { channels: { confirm: null } });
  await answers();
  chat.closeAllConnections();
  chat.close();
  const { url: told, secret } = await call('GET', '/v1/channels/webhook');
  expect(told).toBe(url);
  secrets.push(secret);
}

/** Silent since today: a greeting with a link, which is followed; phones and carriers answer. */
async function answers(): Promise<void> {
  const { stack, call } = whole;
  const at = new Date(shop.now() - 31 * day).toISOString();
  const times = { createdAt: at, paidAt: at, updatedAt: at };
  const sleepy = { id: 'sleepy', name: zoe.name, email: 'sleepy@example.com', consent: { email: true } };
  await send(order('m-old', sleepy, times));
  await stack.idle();
  const [greeting] = (await stack.outbox.mail()).filter(({ to }) => to === sleepy.email);
  const link = new URL(/<(.*)>/.exec(greeting?.headers['List-Unsubscribe'] ?? '')?.[1] ?? '');
  secrets.push(link.pathname.replace('/u/', ''));
  personal.emails.push(sleepy.email);
  for (const method of ['GET', 'POST', 'POST']) {
    expect((await fetch(stack.url + link.pathname, { method })).status).toBe(200);
  }
  expect((await fetch(`${stack.url}/u/${encodeURIComponent(zoe.email)}`)).status).toBe(404);

  const from = personal.phones[6];
  await call('POST', '/_local/sms/delivery', { to: from, status: 'SUCCESS' });
  for (const text of ['STOP', `This is ${ming.name}, call my sister Zelda at ${zoe.phone}`, 'START']) {
    await call('POST', '/_local/sms/reply', { from, text });
  }
  await call('POST', '/_local/mail/feedback', { messageId: greeting?.messageId, event: 'delivery' });
  await stack.idle();
  await brokenReports();
}

/** Reports that nobody can read, full of what must not be told on. */
async function brokenReports(): Promise<void> {
  const { stack } = whole;
  const [name] = Object.keys(stack.iam()).filter((one) => one.endsWith('touch-feedback'));
  const words = { eventType: 'Bounce', mail: { destination: [zoe.email], subject: zoe.name, timestamp: zoe.phone } };
  for (const text of [JSON.stringify(words), `${zoe.email} bounced`]) {
    const Sns = { Message: text, Timestamp: new Date(shop.now()).toISOString() };
    const answer = await fetch(`${stack.serviceEndpoint}/2015-03-31/functions/huitou-dev-${name}/invocations`, {
      method: 'POST',
      headers: {
        authorization:
          'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=0',
      },
      body: JSON.stringify({ Records: [{ Sns }] }),
    });
    expect(answer.status).toBe(200);
  }
}

/** More messages due in one minute than the sweep reads of a shard: the rest is work of its own. */
async function moreThanOnePage(): Promise<void> {
  const now = shop.now();
  const ids = Array.from({ length: 200 }, (_, number) => `c_nobody-${number}`);
  const [first = '', ...others] = ids.filter((id) => shardOf(id, dueShards) === shardOf('c_nobody-0', dueShards));
  const owners = [
    ...Array.from({ length: 1000 }, () => [first, 'email'] as const),
    ...channels.map((channel, index) => [others[index] ?? '', channel] as const),
  ];
  const items = owners.map(([customer, channel], number) => {
    const id = `seeded${String(number).padStart(4, '0')}-${channel}`;
    const plan = { ...seeded, customer, channel, occurrence: id, occurredAt: now, expiresAt: now + day };
    return touchItem({ value: planned(plan, id, now, now + number), version: 0 });
  });
  const client = localClient(whole.stack.dynamoDbEndpoint);
  const table = whole.stack.tableName('touches');
  for (let start = 0; start < items.length; start += 25) {
    const puts = items.slice(start, start + 25).map((Item) => ({ PutRequest: { Item } }));
    await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: puts } }));
  }
  client.destroy();
  await minutesLater(1);
  const of = (await readTouches(whole)).filter(({ customer }) => customer.startsWith('c_nobody-'));
  expect([of.length, new Set(of.map(({ reason }) => reason))]).toEqual([1003, new Set(['no_customer'])]);
}

const seeded = {
  origin: { type: 'journey', id: 'order-confirmation', version: 1, step: 'confirm' },
  class: 'transactional',
  purpose: 'order',
  priority: 50,
  template: 'order-confirmation',
} as const;

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
  await call('GET', `/v1/customers/${merged.id}/why`);
  await call('GET', `/v1/customers/${merged.id}/recommendations`);
  const seen = { type: 'viewed', product: 'tea', at: new Date(shop.now()).toISOString() };
  const behaviour = {
    events: [
      { ...seen, customer: merged.id },
      { ...seen, email: zoe.email },
      { ...seen, email: zoe.name },
    ],
  };
  expect(await call('POST', '/v1/events', behaviour)).toMatchObject({ refused: 1 });
  await call('GET', '/v1/orders/tea/o-1');

  await saidByHand(merged.id);
  for (const path of ['', '/stage-limits'])
    expect((await ask('GET', `/v1/predictions${path}`)).status).toBeLessThan(500);
  await segments(merged.id);
  await filesInAndOut();

  for (const format of ['json', 'csv']) {
    for (const report of ['lifecycle', 'migrations', 'members-by-tier', 'refunds-by-product']) {
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

/** Coupons given by hand, with a message and for an order; used in one, and shown. Who was given some is erased later. */
async function coupons(): Promise<void> {
  const { call, stack } = whole;
  const customer = (await call('GET', `/v1/customers?email=${encodeURIComponent(zoe.email)}`)).items[0].id;
  const granted = { grant: { orderAtLeast: '500.00' }, perCustomer: 5 };
  await call('POST', '/v1/coupons', { id: 'made', kind: 'amount', value: '5.00', codes: 'generate', ...granted });
  await call('POST', '/v1/coupons', { id: 'pooled', kind: 'percent', value: '10', codes: 'pool', perCustomer: 5 });
  await call('POST', '/v1/coupons', { id: 'over', kind: 'freeShipping', codes: 'generate' });
  const codes = Array.from({ length: 20 }, (_, index) => `POOLED-${index}`);
  expect((await call('POST', '/v1/coupons/pooled/codes', { codes })).added).toBe(20);
  await call('POST', '/v1/coupons/pooled/issue', { customer, id: 'by-hand' });
  const { code } = await call('POST', '/v1/coupons/made/issue', { customer, id: 'by-hand' });
  // A function that has just read the coupons goes on with them for a moment.
  await minutesLater(1);
  const at = new Date(shop.now()).toISOString();
  const used = { total: '600.00', coupons: [code.toLowerCase()], createdAt: at, paidAt: at, updatedAt: at };
  await send(order('k-used', { ...zoe, id: 'z-1' }, used));
  await stack.idle();
  expect(await call('GET', '/v1/coupons/made/report')).toMatchObject({ issued: 2, redeemed: 1 });
  await couponByMessage(customer);
  expect((await call('GET', `/v1/customers/${customer}/coupons`)).items).toHaveLength(4);
  await call('PATCH', '/v1/coupons/made', { name: 'Five off' });
  for (const path of ['', '/made', '/pooled/report']) await call('GET', `/v1/coupons${path}`);
  await call('DELETE', '/v1/coupons/over');
}

/** A planned message that brings a coupon of a pool: drawn when it leaves. */
function couponByMessage(customer: string): Promise<void> {
  return mailWithCoupon(customer, 'brings-a-coupon-email', seeded.template);
}

async function mailWithCoupon(customer: string, id: string, template: string): Promise<void> {
  const now = shop.now();
  const origin = { ...seeded.origin, type: 'message' } as const;
  const about = { channel: 'email', occurrence: id, order: 'tea#k-used', shop: 'tea', coupon: 'pooled' } as const;
  const purpose = template === seeded.template ? 'order' : 'other';
  const plan = {
    ...seeded,
    ...about,
    purpose,
    template,
    origin,
    customer,
    occurredAt: now,
    expiresAt: now + day,
  } as const;
  const Item = touchItem({ value: planned(plan, id, now, now), version: 0 });
  const client = localClient(whole.stack.dynamoDbEndpoint);
  const table = whole.stack.tableName('touches');
  await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: [{ PutRequest: { Item } }] } }));
  client.destroy();
  await minutesLater(1);
  await whole.stack.idle();
}

/** Everything that a mail links to, followed and answered: what a low score opens is a case. */
async function pages(): Promise<void> {
  const { call, stack } = whole;
  const customer = (await call('GET', `/v1/customers?email=${encodeURIComponent(zoe.email)}`)).items[0].id;
  const links = ['questionnaire.url', 'preferences.url', 'claim.url'].map((name) => `<a href="{{ ${name} }}">x</a>`);
  const html = `<p>all pages</p><a href="https://tea.example/">Tea</a>${links.join('')}`;
  const text = 'all pages {{ questionnaire.url }} {{ preferences.url }} {{ claim.url }}';
  const about = { channel: 'email', class: 'transactional', locale: 'zh-CN', subject: 'All pages' };
  await call('POST', '/v1/templates', { ...about, id: 'all-pages', text, html });
  await call('PATCH', '/v1/settings', { questionnaire: { points: 20, coupon: 'made' } });
  await minutesLater(1);
  await mailWithCoupon(customer, 'all-pages-email', 'all-pages');
  const { items } = await call('GET', '/_local/outbox?channel=email');
  const mail = items.find((one: { subject: string }) => one.subject === 'All pages');
  const paths = [...String(mail?.html).matchAll(/(?:href|src)="([^"]+)"/g)].map(
    ([, url = '']) => new URL(url).pathname,
  );
  expect(new Set(paths.map((path) => path.slice(1, 2)))).toEqual(new Set(['t', 'q', 'p', 'c', 'o']));
  const post = (path: string, answer: Record<string, string>) =>
    fetch(stack.url + path, { method: 'POST', body: new URLSearchParams(answer) });
  for (const path of paths) {
    const { status } = await fetch(stack.url + path, { redirect: 'manual' });
    expect([path.slice(0, 3), status]).toEqual([path.slice(0, 3), path.startsWith('/t/') ? 302 : 200]);
    if (path.startsWith('/q/'))
      expect((await post(path, { score: '1', text: personal.rest[0] ?? '' })).status).toBe(200);
    if (path.startsWith('/p/')) expect((await post(path, { channel: 'email', locale: 'zh-CN' })).status).toBe(200);
    if (path.startsWith('/c/')) expect((await post(path, {})).status).toBe(200);
  }
  // The short link of a text is looked up; nobody made this one.
  expect((await fetch(`${stack.url}/p/aaaaaaaaaaaaaa`)).status).toBe(404);
  await stack.idle();
}

/** Cases of people: opened, listed, changed, resolved with something for the trouble. */
async function cases(): Promise<void> {
  const { call } = whole;
  const customer = (await call('GET', `/v1/customers?email=${encodeURIComponent(zoe.email)}`)).items[0].id;
  const { id } = await call('POST', '/v1/cases', { customer, kind: 'complaint', reason: personal.rest[0] ?? '' });
  await call('GET', `/v1/cases/${id}`);
  await call('PATCH', `/v1/cases/${id}`, { assignee: 'desk', severity: 3 });
  for (const query of ['', '?open=false', '?overdue=true', `?customer=${customer}`])
    await call('GET', `/v1/cases${query}`);
  const compensation = { points: 5, coupon: 'made' };
  await call('POST', `/v1/cases/${id}/resolve`, { resolution: 'Sent again', compensation });
  await call('GET', '/v1/cases/alerts');
}

/** Another system that hears of everything, on its own address and on the bus. */
async function outbound(): Promise<void> {
  const { call, stack } = whole;
  const told: string[] = [];
  const other = createServer((request, response) => {
    told.push(String(request.headers['webhook-id']));
    request.resume().on('end', () => response.writeHead(told.length === 1 ? 500 : 204).end());
  });
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}/events`;
  const { secret } = await call('POST', '/v1/subscriptions', { id: 'erp', url, events: ['*'] });
  secrets.push(secret);
  await call('PATCH', '/v1/settings', { eventBus: true });
  await minutesLater(1);
  const { event } = await call('POST', '/v1/subscriptions/erp/ping');
  await stack.idle();
  await send(order('told-1', { ...zoe, id: 'z-1' }, timesOf(shop.now())));
  await stack.idle();
  const { items } = await call('GET', '/v1/subscriptions/erp/deliveries');
  expect(items.map(({ type }: { type: string }) => type)).toContain('order.paid');
  await call('POST', `/v1/subscriptions/erp/deliveries/${event}/retry`);
  await stack.idle();
  expect(told).toContain(event);
  for (const path of ['', '/erp']) await call('GET', `/v1/subscriptions${path}`);
  secrets.push((await call('PATCH', '/v1/subscriptions/erp', { newSecret: true })).secret);
  await call('POST', '/v1/subscriptions', { id: 'gone', url, events: ['ping'] });
  await call('DELETE', '/v1/subscriptions/gone');
  await call('GET', '/v1/calendar');
  closing.push(() => other.close());
}

function timesOf(now: number): object {
  const at = new Date(now).toISOString();
  return { createdAt: at, paidAt: at, updatedAt: at };
}

/** A campaign reviewed, launched, paused, resumed and cancelled; and one that is never sent. */
async function campaigns(): Promise<void> {
  const { call, ask, stack } = whole;
  const text = { class: 'news', locale: 'en', text: 'News of this week' };
  await call('POST', '/v1/templates', { id: 'weekly', channel: 'sms', ...text });
  await call('POST', '/v1/segments', {
    id: 'buyers',
    name: 'Buyers',
    rule: {
      all: [
        { field: 'orders.count', op: 'gte', value: 1 },
        // Of everybody, but only whoever has read their messages knows it.
        { any: ['gte', 'lt'].map((op) => ({ field: 'touched', op, value: 1 })) },
      ],
    },
  });
  const channels = [{ channel: 'sms', templateId: 'weekly' }];
  const campaign = {
    name: 'News',
    class: 'news',
    segmentId: 'buyers',
    channels,
    schedule: { at: 'now' },
    holdout: 0.1,
  };
  await call('POST', '/v1/campaigns', { ...campaign, id: 'weekly', budget: '50' });
  await call('PATCH', '/v1/campaigns/weekly', { priority: 60 });
  const { id: review } = await call('POST', '/v1/campaigns/weekly/review');
  await call('POST', '/v1/campaigns/weekly/launch', { review });
  await stack.idle();
  for (const step of ['pause', 'resume', 'cancel']) {
    await call('POST', `/v1/campaigns/weekly/${step}`);
    await minutesLater(1);
    await stack.idle();
  }
  const { planned, holdout } = await call('GET', '/v1/campaigns/weekly/report');
  expect(planned + holdout).toBeGreaterThan(0);
  await call('POST', '/v1/campaigns', { ...campaign, id: 'never' });
  for (const path of ['', '/never', '/weekly/review']) await call('GET', `/v1/campaigns${path}`);
  const { id: rehearsal } = await call('POST', '/v1/rehearsal', { campaigns: ['never'], days: 7 });
  await stack.idle();
  const { state, result } = await call('GET', `/v1/rehearsal/${rehearsal}`);
  expect([state, result?.totals.customersFailed]).toEqual(['done', 0]);
  expect((await ask('DELETE', '/v1/campaigns/never')).status).toBe(204);
  const customer = (await call('GET', `/v1/customers?email=${encodeURIComponent(zoe.email)}`)).items[0].id;
  await call('GET', `/v1/customers/${customer}/why?campaign=weekly`);
}

/** A template that shows products, kept, shown, tried and removed; a message on request. */
async function templates(): Promise<void> {
  const { call, stack } = whole;
  const text =
    '{{ customer.name | default: "Hello" }} {% for product in products %}{{ product.title }} {% endfor %}https://tea.example/new';
  const template = { id: 'picks', channel: 'email', class: 'news', locale: 'zh-CN', subject: 'Picks', text };
  expect((await call('POST', '/v1/templates/preview', { template })).subject).toBe('Picks');
  await call('POST', '/v1/templates', template);
  const { id: customer, email } = (await call('GET', `/v1/customers?email=${encodeURIComponent(zoe.email)}`)).items[0];
  const preview = await call('POST', '/v1/templates/picks/preview', { customer });
  expect(preview.links).toEqual(['https://tea.example/new']);
  await call('PATCH', '/v1/templates/picks?channel=email&locale=zh-CN', { subject: 'Our picks' });
  expect((await call('GET', '/v1/templates')).items).toHaveLength(1);
  await call('GET', '/v1/templates/picks');
  await call('POST', '/v1/templates/picks/test', { to: 'staff@tea.example', customer });
  await call('POST', '/v1/templates/turned-silent/test', { to: '+8613700137000' });
  await stack.idle();
  const tried = (await stack.outbox.mail()).filter(({ to }) => to === 'staff@tea.example');
  expect(tried.map(({ subject }) => subject)).toEqual(['[测试] Our picks']);
  await call('DELETE', '/v1/templates/picks?channel=email&locale=zh-CN');
  const message = { customer, channel: 'email', templateId: 'order-confirmation', order: 'o-1', shop: 'tea' };
  const { touch } = await call('POST', '/v1/messages', { ...message, idempotencyKey: 'once' });
  const again = { ...message, customer: undefined, to: email, idempotencyKey: 'once' };
  expect(await call('POST', '/v1/messages', again)).toMatchObject({ touch, repeated: true });
  await call('POST', '/v1/messages', { ...message, channel: 'webhook', idempotencyKey: 'once' });
  await stack.idle();
  const sent = (await readTouches(whole)).find(({ id }) => id === touch);
  expect(sent).toMatchObject({ state: 'sent', cost: 800 });
}

/** A journey with every kind of step, begun by a checkout; one whose message earns an order; one that is entered with a segment; one held back for a while. */
async function journeys(): Promise<void> {
  const { call, stack } = whole;
  const steps = [
    { tag: { id: 'mark', add: 'about to buy' } },
    { points: { id: 'gift', amount: 5, reason: 'A start' } },
    { coupon: { id: 'bonus', coupon: 'made' } },
    { task: { id: 'ask', kind: 'question', reason: 'Is anything unclear?', severity: 1 } },
    { webhook: { id: 'tell', event: 'about-to-buy' } },
    { wait: { minutes: 1 } },
    { send: { id: 'remind', class: 'transactional', channels: ['email'], template: 'order-confirmation' } },
  ];
  const begun = { on: 'event', type: 'checkout_started' };
  await call('POST', '/v1/journeys', { id: 'checkout', name: 'Checkout', trigger: begun, steps, enabled: true });
  await call('POST', '/v1/segments', {
    id: 'with-mail',
    name: 'With mail',
    rule: { field: 'email', op: 'in', value: [zoe.email] },
  });
  const entered = { on: 'segment.entered', segment: 'with-mail' };
  const tag = { tag: { id: 'mark', add: 'known' } };
  const remind = {
    id: 'remind',
    class: 'transactional',
    purpose: 'payment',
    channels: ['email'],
    template: 'payment-reminder',
  };
  const unpaid = { trigger: { on: 'order.unpaid' }, steps: [{ send: remind }], exit: ['paid'], enabled: true };
  await call('POST', '/v1/journeys', { id: 'unpaid', name: 'Unpaid', ...unpaid });
  await call('POST', '/v1/journeys', { id: 'entered', name: 'Known', trigger: entered, steps: [tag], enabled: true });
  await minutesLater(2);
  await stack.idle();
  const made = new Date(shop.now()).toISOString();
  stack.setFault({ name: 'ses.silent', operation: 'SendRawEmail', count: 10 });
  await send(
    event('checkout.started', { id: 'ck-2', customer: zoe, items: [{ productId: 'tea' }] }),
    order('u-1', { ...zoe, id: 'z-1' }, { createdAt: made, paidAt: undefined, updatedAt: made }),
  );
  await minutesLater(2);
  await stack.idle();
  stack.clearFaults();
  // Paid after the reminder, which is told what it has earned.
  const paid = new Date(shop.now()).toISOString();
  await send(order('u-1', { ...zoe, id: 'z-1' }, { createdAt: made, paidAt: paid, updatedAt: paid }));
  await stack.idle();
  expect(await call('GET', '/v1/journeys/unpaid/report')).toMatchObject({ sent: 1, buyers: 1, orders: 1 });
  const id = (await call('GET', `/v1/customers?email=${encodeURIComponent(zoe.email)}`)).items[0].id;
  // Its delivery is told late, and was after that: it has earned nothing.
  const [{ touches }] = (await call('GET', `/v1/customers/${id}/why?journey=unpaid`)).journeys;
  await call('POST', '/_local/mail/feedback', { touchId: touches[0].id, event: 'delivery' });
  await minutesLater(2);
  await stack.idle();
  expect(await call('GET', '/v1/journeys/unpaid/report')).toMatchObject({ sent: 1, orders: 0 });
  const [{ enrolments }] = (await call('GET', `/v1/customers/${id}/why?journey=checkout`)).journeys;
  expect(enrolments).toMatchObject([{ state: 'done' }]);
  await call('POST', '/v1/journeys/checkout/pause');
  await call('POST', '/v1/journeys/checkout/resume');
  await call('GET', '/v1/journeys/checkout');
  expect((await call('GET', '/v1/journeys/checkout/report')).planned).toBe(1);
  await call('DELETE', '/v1/journeys/checkout');
  await call('PATCH', '/v1/journeys/win-back-45', { enabled: true });
  expect((await call('GET', '/v1/journeys')).items.length).toBeGreaterThan(20);
  await minutesLater(1);
  await stack.idle();
}

/** An import in one piece and one in parts, both with a row that is refused; every kind of export; a product. */
async function filesInAndOut(): Promise<void> {
  const { ask, call, stack } = whole;
  const rows = [
    'id,total,createdAt,customer.email',
    'old-1,10.00,2025-01-02,zoe.import@example.com',
    'old-2,free,2025-01-02,',
  ];
  const file = rows.join('\n');
  const order = { kind: 'orders', format: 'csv', shop: 'tea' };
  const first = await call('POST', '/v1/imports', order);
  const tooEarly = await ask('POST', `/v1/imports/${first.id}/start`, {});
  expect(tooEarly).toMatchObject({ status: 422, json: { errors: [{ field: 'parts' }] } });
  expect((await fetch(first.upload.url, { method: 'PUT', body: file })).status).toBe(200);
  await call('POST', `/v1/imports/${first.id}/start`, {});

  const second = await call('POST', '/v1/imports', order);
  const { parts } = await call('POST', `/v1/imports/${second.id}/parts`, { numbers: [1] });
  const put = await fetch(parts[0].url, { method: 'PUT', body: file });
  await call('POST', `/v1/imports/${second.id}/start`, { etags: [put.headers.get('etag')] });
  await stack.idle();
  for (const { id } of [first, second]) {
    const { status, rows: counts, rejected } = await call('GET', `/v1/imports/${id}`);
    expect({ status, rejected: counts.rejected }).toEqual({ status: 'done', rejected: 1 });
    expect(await (await fetch(rejected.url)).text()).toContain('3,old-2,total');
  }
  expect((await call('GET', '/v1/imports')).items).toHaveLength(2);

  const made = [];
  for (const kind of ['customers', 'orders', 'touches'])
    made.push(await call('POST', '/v1/exports', { kind, format: 'csv' }));
  await stack.idle();
  for (const { id } of made) {
    const { status, rows: count, file: link } = await call('GET', `/v1/exports/${id}`);
    expect(status).toBe('done');
    expect((await (await fetch(link.url)).text()).split('\r\n').length).toBeGreaterThan(Math.min(count, 2));
  }
  await call('GET', '/v1/exports');

  await call('POST', '/v1/products', { shop: 'tea', id: 'tea', title: 'Tea', price: '12.50' });
  expect((await call('GET', '/v1/products?shop=tea')).items).toContainEqual(expect.objectContaining({ id: 'tea' }));
  await call('GET', '/v1/products/tea/tea');
  await call('DELETE', '/v1/products/tea/tea');
}

/** What the staff writes down about a customer, in words that are nobody else's business. */
async function saidByHand(customer: string): Promise<void> {
  const { ask, call } = whole;
  const path = `/v1/customers/${customer}`;
  await call('PATCH', path, { name: zoe.name, attributes: { note: personal.rest[0] } });
  await call('POST', `${path}/tags`, { add: ['vip'], remove: ['new'] });
  await call('POST', `${path}/tier`, { tier: 'regular', until: '2099-12-31' });
  const gift = { id: 'gift', kind: 'adjust', points: 10, reason: personal.rest.at(-1) };
  expect((await call('POST', `${path}/points`, gift)).outcome).toBe('recorded');
  expect((await call('POST', `${path}/points`, gift)).outcome).toBe('unchanged');
  const tooMuch = { id: 'much', kind: 'redeem', points: 1_000_000, reason: zoe.phone };
  expect((await ask('POST', `${path}/points`, tooMuch)).status).toBe(409);
  expect((await call('GET', `${path}/points`)).balance).toBeGreaterThan(0);
}

/** Segments by every part of a record, and one that names somebody. */
async function segments(customer: string): Promise<void> {
  const { ask, call } = whole;
  const anybody = {
    any: [
      { field: 'phone', op: 'eq', value: '+8613912345678' },
      { field: 'reachable.email', op: 'eq', value: true },
      { field: 'touched', op: 'gte', value: 1 },
      { field: 'did.viewed', op: 'gte', value: 1 },
      { field: 'tier', op: 'exists', value: true },
      { field: 'shop', op: 'eq', value: 'tea' },
    ],
  };
  const byMail = { field: 'email', op: 'in', value: [zoe.email] };
  await call('POST', '/v1/segments', { id: 'anybody', name: 'Whoever can be found', rule: anybody });
  await call('PATCH', '/v1/segments/anybody', { name: 'Anybody' });
  expect((await call('GET', '/v1/segments')).items).toHaveLength(1);
  expect((await call('GET', '/v1/segments/anybody')).version).toBe(2);
  expect((await call('GET', '/v1/segments/anybody/customers?limit=3')).items).toHaveLength(3);
  expect((await call('POST', '/v1/segments/preview', { rule: byMail, live: true })).count).toBe(1);
  expect((await call('POST', '/v1/segments/preview', { rule: anybody, live: true })).source).toBe('live');
  expect((await ask('POST', '/v1/segments/preview', { rule: anybody })).status).toBe(422);
  const known = { any: anybody.any.filter(({ field }) => ['reachable.email', 'tier', 'shop'].includes(field)) };
  expect((await call('POST', '/v1/segments/preview', { rule: known })).source).toBe('facts');
  expect((await call('GET', `/v1/segments/anybody/explain?customer=${customer}`)).member).toBe(true);
  expect((await call('POST', '/v1/segments/explain', { rule: byMail, customer })).member).toBe(true);
  const { id } = await call('POST', '/v1/segments/anybody/export', { format: 'ndjson' });
  await whole.stack.idle();
  expect((await call('GET', `/v1/exports/${id}`)).rows).toBeGreaterThan(3);
  await call('DELETE', '/v1/segments/anybody');
}

/** People ask for their data, and to be forgotten: through the API, and through a platform. */
async function privacy(): Promise<void> {
  const { call, stack } = whole;
  const find = async (query: string) => (await call('GET', `/v1/customers?${query}`)).items[0].id;
  const id = await find(`email=${encodeURIComponent(zoe.email)}`);
  await call('GET', `/v1/customers/${id}/export`);
  await call('DELETE', `/v1/customers/${id}`);
  const secret = 'shpss_89abcdef0123456789abcdef01234567';
  secrets.push(secret);
  await call('POST', '/v1/shops', { id: 'plants', platform: 'shopify', name: 'Plants', currency: 'CNY', secret });
  const customer = { id: 4, email: 'q@example.com', phone: personal.phones[2] };
  const plants = { url: stack.url, shop: 'plants', secret };
  for (const topic of ['customers/data_request', 'customers/redact']) {
    expect(await sendShopify(plants, topic, { shop_domain: 'plants.example', customer })).toBe(200);
  }
  await stack.idle();
  expect((await call('GET', `/v1/customers/${id}/erasure`)).done).toBe(true);
  expect((await call('GET', '/v1/customers?email=q@example.com')).items).toEqual([]);
}

test('every route of the API was used', () => {
  const used = new Set(
    whole.stack.logs().flatMap(({ text }) => (text.startsWith('{') ? [String(JSON.parse(text).operation)] : [])),
  );
  expect(Object.keys(routes).filter((id) => !used.has(id))).toEqual([]);
});

describe('least privilege', () => {
  test('no function lacked a right', () => {
    const reports = whole.stack.iam();
    expect(Object.keys(reports).sort()).toEqual(crmStackSources.map(({ name }) => name).sort());
    for (const report of Object.values(reports)) expect(report.denied).toEqual([]);
  });

  /** Function, action and the end of the resource -> why it is held all the same. */
  const explained: readonly (readonly [string, string, RegExp, string])[] = [
    ...['night-plan', 'minute-sweep', 'touch-feedback'].map(
      (name) =>
        [
          name,
          'sqs:SendMessage',
          /(night-plan|minute-sweep|feedback)-dead$/,
          'Lambda itself puts an event there, under this role, when the function has failed for the last time.',
        ] as const,
    ),
    ['change-relay', 'dynamodb:ListStreams', /^\*$/, 'Lambda itself looks for the stream, under this role.'],
    [
      'change-relay',
      's3:ListBucket',
      /lostchanges/,
      'Lambda itself, before it puts what could not be told on there; without it a missing bucket reads as forbidden.',
    ],
    ...['marketing-api', 'public-pages'].map(
      (name) =>
        [
          name,
          'dynamodb:PutItem',
          /migrations/,
          'Points given for a case or an answer write the file, and with it a change of stage that no night has told yet.',
        ] as const,
    ),
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
