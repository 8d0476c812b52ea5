import { gunzipSync } from 'node:zlib';
import { type AttributeValue, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoBehaviourStore } from '../../../shared/adapters/dynamodb/behaviour-store.ts';
import { dynamoCaseStore } from '../../../shared/adapters/dynamodb/case-store.ts';
import { DynamoCouponLedger } from '../../../shared/adapters/dynamodb/coupon-store.ts';
import { dynamoEnrolmentStore } from '../../../shared/adapters/dynamodb/enrolment-store.ts';
import { dynamoErasedCustomers } from '../../../shared/adapters/dynamodb/workspace/erased-customers.ts';
import type { RouteDefinition } from '../../../shared/contracts/http/route.ts';
import { crmRoutes } from '../../../shared/contracts/http/routes.ts';
import type { Platform } from '../../../shared/contracts/platforms/platform.ts';
import { platforms } from '../../../shared/contracts/platforms/platforms.ts';
import { identityKey } from '../../../shared/domain/customers/identity.ts';
import { planned, touchIdOf } from '../../../shared/domain/touches/touch.ts';
import { takeInEvent } from '../../../shared/usecases/orders/take-in-webhook.ts';
import type { InboundEvent } from '../../../shared/usecases/ports.ts';
import { clearErased } from '../../../shared/usecases/privacy/clear-erased.ts';
import { eraseNamed, eraseShopPart } from '../../../shared/usecases/privacy/erase-on-request.ts';
import { type ApiUnderTest, startApi, testKeys } from '../../support/crm-api.ts';
import { aPlan, messaging } from '../../support/touches.ts';
import { touchesOnTables } from '../../support/touches-on-tables.ts';

let api: ApiUnderTest;
beforeAll(async () => {
  api = await startApi();
  for (const shop of [
    { id: 'east', platform: 'generic' },
    { id: 'west', platform: 'generic' },
    { id: 'shopify', platform: 'shopify', secret: 'shpss_0123456789abcdef0123456789abcdef' },
  ]) {
    const made = await api.call('POST', '/v1/shops', { body: { name: 'A shop', currency: 'CNY', ...shop } });
    expect(made.status, made.text).toBe(201);
  }
});
afterAll(() => api.local.stop());

/** Everything by which somebody could be known, and nobody else in these tables is. */
interface Person {
  readonly name: string;
  readonly buyer: string;
  readonly email: string;
  readonly otherEmail: string;
  readonly phone: string;
  readonly birthday: string;
  readonly city: string;
  readonly number: string;
  readonly likes: string;
}
const zoe: Person = {
  name: 'Zoe Quillfeather',
  buyer: 'buyer-zq-77',
  email: 'zoe.quill@example.com',
  otherEmail: 'feather@example.org',
  phone: '+8613912345678',
  birthday: '1987-06-05',
  city: 'Quillhaven',
  number: 'SF1029384756',
  likes: 'allergic to hazelnuts',
};

const behaviour = () => dynamoBehaviourStore(api.local.client, api.local.tableNames);
const erased = () => dynamoErasedCustomers({ client: api.local.client, name: api.local.tableNames.workspace });

function workDeps() {
  const { deps, store } = api;
  const work = { send: (one: Parameters<typeof deps.workQueue.send>[0]) => deps.workQueue.send(one) };
  return {
    ...deps,
    store,
    platforms: platforms as Readonly<Record<keyof typeof platforms, Platform>>,
    behaviour: behaviour(),
    couponLedger: new DynamoCouponLedger(api.local.client, api.local.tableNames),
    cases: dynamoCaseStore(api.local.client, api.local.tableNames),
    erased: erased(),
    enrolments: dynamoEnrolmentStore(api.local.client, api.local.tableNames.touches),
    work,
    pause: async () => undefined,
    random: () => 0,
  };
}

let events = 0;
function event(shop: string, body: unknown, headers: Record<string, string> = {}): InboundEvent {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const id = `event-${++events}`;
  return { shop, id, headers, query: {}, body: Buffer.from(text).toString('base64'), receivedAt: api.time };
}

const take = (one: InboundEvent) => takeInEvent(one, workDeps());

async function tell(type: string, data: object, shop = 'east') {
  return take(event(shop, { type, timestamp: new Date(api.time).toISOString(), data }));
}

function orderOf(id: string, customer: object, more: object = {}) {
  const at = '2026-11-01T04:00:00Z';
  return {
    id,
    currency: 'CNY',
    total: '123.45',
    createdAt: at,
    paidAt: at,
    updatedAt: at,
    items: [{ productId: 'p1', title: 'Tea', quantity: 1, price: '123.45' }],
    customer,
    ...more,
  };
}

function details(who: Person) {
  return {
    address: { country: 'CN', province: 'Zhejiang', city: who.city },
    tracking: { carrier: 'SF', number: who.number, events: [] },
    source: `https://shop.example/?mail=${who.email}`,
    refunds: [
      {
        id: 'r1',
        amount: '1.00',
        at: '2026-11-02T04:00:00Z',
        status: 'requested',
        reason: `${who.name} changed her mind`,
      },
    ],
  };
}

function account(who: Person) {
  const { buyer: id, name, email, phone, birthday, likes } = who;
  return { id, name, email, phone, birthday, attributes: { note: likes }, consent: { sms: true, email: true } };
}

/** Somebody in every table there is. @returns the customer's id */
async function livesHere(who: Person, prefix: string): Promise<string> {
  await tell('order.updated', orderOf(`${prefix}-1`, account(who), details(who)));
  await tell('order.updated', orderOf(`${prefix}-2`, { phone: who.phone, name: who.name }));
  await tell('order.updated', orderOf(`${prefix}-3`, { email: who.otherEmail, name: who.name }, details(who)));
  await tell('customer.updated', { ...account(who), email: who.otherEmail, id: undefined, phone: undefined });
  const [one] = (await api.call('GET', `/v1/customers?email=${encodeURIComponent(who.email)}`)).json.items;
  const [other] = (await api.call('GET', `/v1/customers?email=${encodeURIComponent(who.otherEmail)}`)).json.items;
  expect(one.id).not.toBe(other.id);
  const { json } = await api.call('POST', `/v1/customers/${one.id}/merge`, { body: { with: other.id } });
  await api.call('PATCH', `/v1/customers/${json.id}`, { body: { attributes: { style: `${who.likes} too` } } });
  for (const customer of [one.id, other.id]) await writtenTo(customer, who);
  await parkedOf(who);
  return json.id;
}

/** Messages waiting and sent, with the rows of caps and addresses they leave. */
async function writtenTo(customer: string, who: Person): Promise<void> {
  const { touches } = api.deps;
  const key = identityKey({ kind: 'email', value: who.email }, testKeys.identityHash);
  for (const occurrence of ['one', 'two']) {
    const plan = aPlan({ customer, occurrence, plannedAddress: key, expiresAt: api.time + 86_400_000 });
    const id = touchIdOf(plan, testKeys.identityHash);
    await touches.plan(planned(plan, id, api.time, api.time));
  }
  const address = (await touches.readLive({ addresses: [key] })).addresses.get(key);
  const contact = (await touches.readLive({ contacts: [customer] })).contacts.get(customer);
  if (!address || !contact) throw new Error('rows are there for whoever asks');
  const claim = { contact: 'c', customer, touch: 't', at: api.time };
  await touches.commit({
    addresses: [{ ...address, value: { ...address.value, claims: [claim], said: { unsubscribed: 5 } } }],
    contacts: [{ ...contact, value: { ...contact.value, denied: { email: 7 } } }],
  });
}

async function parkedOf(who: Person): Promise<void> {
  const wrong = orderOf('broken', account(who), { total: 'free' });
  expect((await tell('order.updated', wrong)).type).toBe('invalid');
  expect((await take(event('east', `{"to": "${who.name} <${who.email}>"`))).type).toBe('not_json');
  expect((await tell('order.updated', orderOf('usd', account(who), { currency: 'USD' }))).type).toBe('parked');
  const request = { shop_id: 1, customer: { id: 5, email: who.email }, data_request: { id: 1 } };
  expect((await take(event('shopify', request, { 'x-shopify-topic': 'customers/data_request' }))).type).toBe('parked');
}

/** Does the work that was asked for, as the queue would. */
async function workOff(): Promise<void> {
  const remaining = () => 60_000;
  for (let next = api.sent.shift(); next; next = api.sent.shift()) {
    const { work } = next;
    if (work.type === 'customer.erase') await clearErased(work, remaining, workDeps());
    if (work.type === 'identities.erase') await eraseNamed(work, workDeps());
    if (work.type === 'shop.erase') await eraseShopPart(work, remaining, workDeps());
  }
}

/** Everything in every table as text, packed bodies unpacked. */
async function everything(): Promise<string> {
  const texts: string[] = [];
  for (const TableName of Object.values(api.local.tableNames)) {
    let after: Record<string, AttributeValue> | undefined;
    do {
      const page = await api.local.client.send(
        new ScanCommand({ TableName, ConsistentRead: true, ExclusiveStartKey: after }),
      );
      for (const item of page.Items ?? []) texts.push(textOf(item));
      after = page.LastEvaluatedKey;
    } while (after);
  }
  return texts.join('\n');
}

function textOf(item: Record<string, AttributeValue>): string {
  const bodies = Object.values(item).flatMap(({ B }) => (B ? [gunzipSync(B).toString('utf8')] : []));
  return `${JSON.stringify(item)} ${bodies.join(' ')}`;
}

/** Which of what makes somebody known is in a text. */
function knownBy(who: Person, text: string): string[] {
  const spelled = [...Object.values(who), who.phone.slice(3), who.name.split(' ')[1] ?? ''];
  return spelled.filter((one) => text.toLowerCase().includes(one.toLowerCase()));
}

describe('the export of one customer', () => {
  const ann: Person = {
    name: 'Annabel Exporter',
    buyer: 'buyer-ann-1',
    email: 'annabel@example.com',
    otherEmail: 'exporter@example.net',
    phone: '+8613800138001',
    birthday: '1990-01-02',
    city: 'Anntown',
    number: 'SF555000111',
    likes: 'green tea only',
  };

  it('has everything that is held, with its source and time', async () => {
    const id = await livesHere(ann, 'ann');
    const { json, text, status } = await api.call('GET', `/v1/customers/${id}/export`);
    expect(status).toBe(200);
    expect(knownBy(ann, text)).toEqual(knownBy(ann, JSON.stringify(ann) + ann.phone.slice(3)));
    expect(json.orders.map(({ order }: { order: { id: string } }) => order.id).sort()).toEqual([
      'ann-1',
      'ann-2',
      'ann-3',
    ]);
    expect(json.earlierIds).toHaveLength(1);
    expect(json.messages).toHaveLength(4);
    expect(json.stages[0]).toMatchObject({ from: 'prospect' });
    expect(json.points).toHaveProperty('balance');
    const words = json.consentHistory.map(({ channel, state, source }: Record<string, string>) => [
      channel,
      state,
      source,
    ]);
    expect(words).toContainEqual(['sms', 'granted', 'east#ann-1']);
    expect(words).toContainEqual(['email', 'denied', 'unsubscribed']);
    const updated = json.updates.flatMap(({ statements }: { statements: { field: string }[] }) => statements);
    expect(updated.map(({ field }: { field: string }) => field)).toContain('attr.style');
    const [entry] = (await api.call('GET', '/v1/audit')).json.items;
    expect(entry).toMatchObject({ action: 'customer.exported', target: `customer/${id}` });
  });

  it('is for admins and service, of people there are', async () => {
    const [{ id }] = (await api.call('GET', '/v1/customers?email=annabel@example.com')).json.items;
    expect((await api.call('GET', `/v1/customers/${id}/export`, { key: await api.keyOf('service') })).status).toBe(200);
    for (const role of ['marketer', 'analyst'] as const) {
      const key = await api.keyOf(role);
      expect((await api.call('GET', `/v1/customers/${id}/export`, { key })).status).toBe(403);
      expect((await api.call('DELETE', `/v1/customers/${id}`, { key })).status).toBe(403);
    }
    expect((await api.call('GET', '/v1/customers/none/export')).status).toBe(404);
    expect((await api.call('DELETE', '/v1/customers/none')).status).toBe(404);
    expect((await api.call('GET', `/v1/customers/${id}/erasure`)).status).toBe(404);
  });

  it('shows an analyst nobody on any route there is', async () => {
    const [{ id }] = (await api.call('GET', '/v1/customers?email=annabel@example.com')).json.items;
    const key = await api.keyOf('analyst');
    const name = 'everybody';
    const rule = { all: [{ field: 'stage', op: 'in', value: ['new_once', 'new_repeat', 'returning_once'] }] };
    const segment = await api.call('POST', '/v1/segments', { body: { name, rule } });
    const values: Record<string, string> = { id, shopId: 'east', orderId: 'ann-1', shop: 'east' };
    const asked: string[] = [];
    for (const [operation, route] of Object.entries(crmRoutes) as [string, RouteDefinition][]) {
      if (route.roles === 'anyone' || !route.roles.includes('analyst')) continue;
      const ofSegments = route.path.startsWith('/v1/segments') && segment.status === 201;
      const path = route.path.replaceAll(/\{(\w+)\+?\}/g, (_, part: string) =>
        part === 'id' && ofSegments ? segment.json.id : (values[part] ?? 'none'),
      );
      for (const query of ['', '?shop=east&buyer=buyer-ann-1', `?customer=${id}`]) {
        const body = route.method === 'GET' ? {} : { body: { rule } };
        const answer = await api.call(route.method, path + query, { key, ...body });
        if (answer.status === 200) asked.push(operation);
        // Regions are no personal data: reports count by them.
        const shown = knownBy({ ...ann, city: ann.name }, answer.text);
        expect(shown, `${operation} ${path}${query}`).toEqual([]);
      }
    }
    for (const operation of ['findCustomers', 'getCustomer', 'customerTimeline', 'getOrder', 'explainContact']) {
      expect(asked).toContain(operation);
    }
  });
});

describe('an erasure', () => {
  let id = '';
  let aliases: string[] = [];

  it('begins at once, and is done in the background', async () => {
    id = await livesHere(zoe, 'zoe');
    aliases = (await api.call('GET', `/v1/customers/${id}/export`)).json.earlierIds;
    expect(knownBy(zoe, await everything()).length).toBeGreaterThan(8);
    const { status, json } = await api.call('DELETE', `/v1/customers/${aliases[0]}`);
    expect([status, json]).toEqual([202, { customer: id, erasedAt: '2026-11-23T08:00:00Z', done: false, left: 3 }]);
    for (const known of [id, ...aliases]) {
      expect((await api.call('GET', `/v1/customers/${known}`)).status).toBe(404);
      expect((await api.call('GET', `/v1/customers/${known}/export`)).status).toBe(404);
    }
    expect((await api.call('GET', `/v1/customers?email=${zoe.email}`)).json.items).toEqual([]);
    await workOff();
    expect((await api.call('GET', `/v1/customers/${id}/erasure`)).json).toMatchObject({ done: true, left: 0 });
    expect((await api.call('DELETE', `/v1/customers/${id}`)).json).toMatchObject({ done: true });
    expect(api.sent).toEqual([]);
  });

  it('leaves nothing of the person in any table or log, and others as they were', async () => {
    expect(knownBy(zoe, await everything())).toEqual([]);
    expect(knownBy(zoe, JSON.stringify(api.lines))).toEqual([]);
    expect((await api.call('GET', '/v1/customers?email=annabel@example.com')).json.items).toHaveLength(1);
    const { items } = (await api.call('GET', '/v1/audit?limit=100')).json;
    const entry = items.find(({ action }: { action: string }) => action === 'customer.erased');
    expect(entry).toMatchObject({ target: `customer/${id}`, changed: [], role: 'admin' });
  });

  it('leaves the orders counted, of nobody', async () => {
    const { json } = await api.call('GET', '/v1/orders/east/zoe-1');
    expect(json).toMatchObject({
      status: 'paid',
      total: '123.45',
      customerId: null,
      address: { province: 'Zhejiang' },
    });
    expect(json.items).toHaveLength(1);
    expect(await erased().since(api.time)).toEqual(new Set([id, ...aliases]));
    expect(await erased().since(api.time + 1)).toEqual(new Set());
  });

  it('lets nobody come back by a webhook, an update, or by behaviour', async () => {
    const later = { shippedAt: '2026-11-20T04:00:00Z', updatedAt: '2026-11-20T04:00:00Z' };
    const again = orderOf('zoe-1', account(zoe), { ...details(zoe), ...later });
    expect((await tell('order.updated', again)).type).toBe('recorded');
    expect((await tell('order.updated', again)).type).toBe('unchanged');
    expect(
      (await tell('order.updated', orderOf('zoe-9', { id: 'new-id', phone: zoe.phone, name: zoe.name }, details(zoe))))
        .type,
    ).toBe('recorded');
    expect((await tell('order.updated', orderOf('usd-9', account(zoe), { currency: 'USD' }))).type).toBe('recorded');
    expect((await tell('customer.updated', account(zoe))).type).toBe('ignored');
    expect(knownBy(zoe, await everything())).toEqual([]);
    const [shipped, news] = [
      (await api.call('GET', '/v1/orders/east/zoe-1')).json,
      (await api.call('GET', '/v1/orders/east/zoe-9')).json,
    ];
    expect(shipped).toMatchObject({ status: 'shipped', customerId: null });
    expect(news).toMatchObject({ total: '123.45', customerId: null });
    expect((await api.call('GET', `/v1/customers?phone=${encodeURIComponent(zoe.phone)}`)).json.items).toEqual([]);
    expect((await api.call('GET', '/v1/customers?shop=east&buyer=new-id')).json.items).toEqual([]);
  });

  it('leaves no body of a later event that cannot be read, and says why', async () => {
    const broken = orderOf('broken-9', { phone: zoe.phone, name: zoe.name }, { total: 'free' });
    expect((await tell('order.updated', broken)).type).toBe('invalid');
    expect((await take(event('east', `{"to": "${zoe.name} <${zoe.email}>"`))).type).toBe('not_json');
    expect(knownBy(zoe, await everything())).toEqual([]);
    const { items } = (await api.call('GET', '/v1/parked?shop=east')).json;
    const dropped = items.filter(({ detail }: { detail: string }) => detail.includes('somebody who was erased'));
    expect(dropped.map(({ reason, errors }: { reason: string; errors: [] }) => [reason, errors]).sort()).toEqual([
      ['invalid', []],
      ['not_json', []],
    ]);
    // Tried again there is nothing in it.
    for (const { id: parked } of dropped) await api.call('POST', `/v1/parked/${parked}/replay`);
    expect(knownBy(zoe, await everything())).toEqual([]);
    // Of others everything waits for a person.
    const other = orderOf('broken-10', { phone: '+8613911112222' }, { total: 'free' });
    expect((await tell('order.updated', other)).type).toBe('invalid');
    expect(await everything()).toContain('13911112222');
  });

  it('lets no message go out any more, neither one that waited nor one planned since', async () => {
    const { touches } = api.deps;
    for (const customer of [id, ...aliases]) {
      const states = (await touches.listTouches(customer, undefined, 10)).items.map(({ state, reason }) => [
        state,
        reason,
      ]);
      expect(states).toEqual([
        ['skipped', 'erased'],
        ['skipped', 'erased'],
      ]);
    }
    const world = messaging({ customers: api.store, touches: touchesOnTables(api.local) });
    const late = aPlan({ customer: id, occurrence: 'late' });
    await world.plan(planned(late, touchIdOf(late, testKeys.identityHash), world.clock.time, world.clock.time));
    await world.send(id, 'email');
    expect(world.handed).toEqual([]);
    const key = identityKey({ kind: 'email', value: zoe.email }, testKeys.identityHash);
    const row = (await touches.readLive({ addresses: [key] })).addresses.get(key)?.value;
    expect(row).toMatchObject({ blocks: { erasure: Date.UTC(2026, 10, 23, 8) }, claims: [] });
  });
});

describe('a privacy topic of a platform', () => {
  const eve: Person = {
    name: 'Evelyn Redacted',
    buyer: '770011223344',
    email: 'evelyn@example.com',
    otherEmail: 'redacted@example.net',
    phone: '+8613700137001',
    birthday: '1970-03-04',
    city: 'Evetown',
    number: 'SF777888999',
    likes: 'no sugar',
  };

  it('that asks for data waits for a person, and says where the data are', async () => {
    await livesHere(eve, 'eve');
    const [{ id }] = (await api.call('GET', `/v1/customers?email=${eve.email}`)).json.items;
    const { items } = (await api.call('GET', '/v1/parked?reason=privacy_request')).json;
    const details = items.map(({ detail }: { detail: string }) => detail);
    expect(details.some((detail: string) => detail.includes(`GET /v1/customers/${id}/export`))).toBe(true);
    expect(knownBy(eve, details.join(' '))).toEqual([]);
  });

  it('that asks to be forgotten is done, with its orders, also where it was parked before', async () => {
    const [{ id }] = (await api.call('GET', `/v1/customers?email=${eve.email}`)).json.items;
    await tell('order.updated', orderOf('guest-1', { name: eve.name }, details(eve)), 'east');
    const redact = { shop_id: 1, customer: { email: eve.email }, orders_to_redact: [] };
    const headers = { 'x-shopify-topic': 'customers/redact' };
    await api.deps.parked.park(event('shopify', redact, headers), { reason: 'privacy_request', detail: 'before' });
    const { items } = (await api.call('GET', '/v1/parked?reason=privacy_request&shop=shopify')).json;
    const [{ id: waiting }] = items.filter(({ detail }: { detail: string }) => detail === 'before');
    expect((await api.call('POST', `/v1/parked/${waiting}/replay`)).json.outcome).toBe('queued');
    expect((await api.call('GET', `/v1/parked/${waiting}`)).status).toBe(404);
    await eraseNamed(
      { type: 'identities.erase', shop: 'east', request: 'r', identities: [], orders: ['east#guest-1', 'east#none'] },
      workDeps(),
    );
    await workOff();
    expect(knownBy(eve, await everything())).toEqual([]);
    expect((await api.call('GET', `/v1/customers/${id}/erasure`)).json.done).toBe(true);
    const { items: audit } = (await api.call('GET', '/v1/audit?limit=100')).json;
    expect(audit).toContainEqual(
      expect.objectContaining({
        action: 'customer.erased',
        target: `customer/${id}`,
        key: expect.objectContaining({ id: 'shop/shopify' }),
      }),
    );
  });

  it('of somebody not known yet keeps them out', async () => {
    const redact = { customer: { id: 4711, email: 'stranger@example.com' } };
    expect((await take(event('shopify', redact, { 'x-shopify-topic': 'customers/redact' }))).type).toBe('queued');
    await workOff();
    await tell('order.updated', orderOf('stranger-1', { email: 'stranger@example.com' }));
    expect((await api.call('GET', '/v1/customers?email=stranger@example.com')).json.items).toEqual([]);
    expect((await api.call('GET', '/v1/orders/east/stranger-1')).json).toMatchObject({
      total: '123.45',
      customerId: null,
    });
  });

  it('that empties a shop leaves those known elsewhere', async () => {
    await tell('order.updated', orderOf('w-1', { id: 'w1', email: 'west.only@example.com' }), 'west');
    await tell('order.updated', orderOf('w-2', { id: 'w2', email: 'both@example.com' }), 'west');
    await tell('order.updated', orderOf('e-2', { id: 'e2', email: 'both@example.com' }), 'east');
    const masked = { name: 'West Guest', phone: '138****0000' };
    const guest = (id: string) => orderOf(id, masked, { source: 'https://shop.example/?guest=west' });
    await tell('order.updated', guest('w-3'), 'west');
    await tell('order.updated', guest('e-3'), 'east');
    const store = { shop: 'west', request: 'r', segments: 4 };
    for (let segment = 0; segment < 4; segment++) {
      // Short of time after every page, if there is another.
      await eraseShopPart({ type: 'shop.erase', ...store, segment }, () => 1, workDeps());
    }
    await workOff();
    expect((await api.call('GET', '/v1/customers?email=west.only@example.com')).json.items).toEqual([]);
    expect((await api.call('GET', '/v1/customers?email=both@example.com')).json.items).toHaveLength(1);
    expect(await everything()).not.toContain('west.only@');
    const west = (await api.call('GET', '/v1/orders/west/w-3')).json;
    expect(west.total).toBe('123.45');
    expect(JSON.stringify(west)).not.toMatch(/West Guest|guest=west/);
    expect((await api.call('GET', '/v1/orders/east/e-3')).json.customer).toMatchObject({ name: 'West Guest' });
    const shopGone = event('shopify', { shop_id: 1 }, { 'x-shopify-topic': 'shop/redact' });
    expect((await take(shopGone)).type).toBe('queued');
    expect(api.sent.splice(0).map(({ work }) => work.type)).toEqual(Array.from({ length: 8 }, () => 'shop.erase'));
  });
});
