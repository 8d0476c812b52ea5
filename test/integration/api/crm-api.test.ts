import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoEnrolmentStore } from '../../../shared/adapters/dynamodb/enrolment-store.ts';
import { dynamoStageCounts } from '../../../shared/adapters/dynamodb/workspace/stage-counts.ts';
import { parseDay } from '../../../shared/domain/calendar.ts';
import { identityKey } from '../../../shared/domain/customers/identity.ts';
import { enrolled } from '../../../shared/domain/journeys/enter.ts';
import type { Order } from '../../../shared/domain/orders/order.ts';
import { joinRegisters } from '../../../shared/domain/register.ts';
import { recordOrder } from '../../../shared/usecases/orders/record-order.ts';
import { type ApiUnderTest, startApi, testKeys } from '../../support/crm-api.ts';

let api: ApiUnderTest;

beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.local.stop());

const oldSecret = `whsec_${Buffer.alloc(32, 'o').toString('base64')}`;
const newSecret = `whsec_${Buffer.alloc(32, 'n').toString('base64')}`;
const day = (text: string) => Date.parse(`${text}T04:00:00Z`);

interface Bought {
  readonly id: string;
  readonly shop?: string;
  readonly on: string;
  readonly total?: number;
  readonly email?: string;
  readonly phone?: string;
}

function anOrder({ id, shop = 'east', on, total = 12_345, email, phone }: Bought): Order {
  const at = day(on);
  const buyer = { id: `buyer-${email ?? phone ?? id}`, ...(email && { email }), ...(phone && { phone }), name: 'Ann' };
  const description = joinRegisters(undefined, {
    at,
    value: {
      currency: 'CNY',
      total,
      items: [{ productId: 'p1', title: 'Tea', quantity: 2, price: total / 2 }],
      buyer,
      address: { country: 'CN', province: 'Shanghai', city: 'Shanghai' },
    },
  });
  const said = (value: string | boolean) => ({ value, at });
  return {
    shop,
    id,
    milestones: { createdAt: at, paidAt: at },
    refunds: [],
    ...(description && { description }),
    tracking: [],
    identities: [
      identityKey({ kind: 'buyer', value: `${shop}#${buyer.id}` }, testKeys.identityHash),
      ...(email ? [identityKey({ kind: 'email', value: email }, testKeys.identityHash)] : []),
      ...(phone ? [identityKey({ kind: 'phone', value: phone }, testKeys.identityHash)] : []),
    ].sort(),
    statements: {
      name: said('Ann'),
      city: said('Shanghai'),
      'attr.size': said('M'),
      ...(email && { email: said(email), [`consent.email:${email}`]: said(true) }),
      ...(phone && { phone: said(phone) }),
    },
    statedAt: at,
  };
}

async function record(bought: Bought): Promise<void> {
  const settings = await api.deps.settings.settings(api.time);
  const deps = { store: api.store, clock: { now: () => api.time }, pause: async () => undefined, random: () => 0 };
  expect((await recordOrder(anOrder(bought), 'Asia/Shanghai', settings, deps)).type).toBe('recorded');
}

const fieldsOf = (answer: { json: { errors: { field: string }[] } }) => answer.json.errors.map(({ field }) => field);

describe('the door', () => {
  it('answers whether it is there, without a key', async () => {
    expect(await api.call('GET', '/health', { key: null })).toMatchObject({ status: 200, json: { status: 'ok' } });
  });

  it('lets nobody in without a key that is known', async () => {
    for (const key of [null, 'hk_other', '']) {
      const answer = await api.call('GET', '/v1/shops', { key });
      expect(answer).toMatchObject({ status: 401, json: { type: 'urn:huitou:problem:unauthorized' } });
      expect(answer.headers['www-authenticate']).toBe('Bearer');
    }
    expect((await api.call('GET', '/v1/shops', { key: null, headers: { 'x-api-key': 'hk_first' } })).status).toBe(200);
  });

  it('says what is not there, and what can be done instead', async () => {
    expect((await api.call('GET', '/v1/nothing')).status).toBe(404);
    const wrong = await api.call('PUT', '/v1/shops');
    expect(wrong.status).toBe(405);
    expect(wrong.headers.allow).toBe('GET, POST');
    expect((await api.call('GET', '/v1/shops/%E0%A4%A')).status).toBe(404);
  });

  it('refuses bodies it cannot read, and says so', async () => {
    expect((await api.call('POST', '/v1/shops', { body: '{"id":' })).status).toBe(400);
    expect((await api.call('POST', '/v1/shops')).status).toBe(400);
    const form = { body: 'id=east', headers: { 'content-type': 'application/x-www-form-urlencoded' } };
    expect((await api.call('POST', '/v1/shops', form)).status).toBe(415);
    expect((await api.call('POST', '/v1/shops', { body: `"${'x'.repeat(300_000)}"` })).status).toBe(413);
    expect(fieldsOf(await api.call('POST', '/v1/shops', { body: '[]' }))).toEqual(['(body)']);
    expect(fieldsOf(await api.call('GET', '/v1/shops?limit=0&limit=2'))).toContain('limit');
  });

  it('marks every answer as not to be kept or sniffed', async () => {
    const { headers } = await api.call('GET', '/v1/shops');
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    expect((await api.call('GET', '/v1/none')).headers).toMatchObject({ 'x-content-type-options': 'nosniff' });
  });
});

describe('shops', () => {
  const east = { id: 'east', platform: 'generic', name: 'East', currency: 'CNY' };

  it('name every wrong field and create nothing', async () => {
    const body = { id: 'East!', platform: 'ebay', currency: 'XYZ', timezone: 'Mars/Base', extra: 1 };
    const answer = await api.call('POST', '/v1/shops', { body });
    expect(answer.status).toBe(422);
    expect(fieldsOf(answer).sort()).toEqual(['currency', 'extra', 'id', 'name', 'platform', 'timezone']);
    expect(JSON.stringify(answer.json)).toContain('must be one of: generic');
    const secret = await api.call('POST', '/v1/shops', { body: { ...east, secret: 'plain' } });
    expect(fieldsOf(secret)).toEqual(['secret']);
    const theirs = await api.call('POST', '/v1/shops', { body: { ...east, platform: 'shopify' } });
    expect(theirs.status).toBe(422);
    expect(fieldsOf(theirs)).toEqual(['secret']);
    expect((await api.call('GET', '/v1/shops')).json).toEqual({ items: [], next: null });
  });

  it('are made with a secret that is shown once; the first sets the base currency', async () => {
    const made = await api.call('POST', '/v1/shops', { body: { ...east, id: 'usd', currency: 'USD' } });
    expect(made).toMatchObject({ status: 201, json: { timezone: 'Asia/Shanghai', webhookPath: '/webhooks/usd' } });
    expect(made.json.secret).toMatch(/^whsec_/);
    expect((await api.call('GET', '/v1/shops/usd')).text).not.toContain('whsec_');
    expect((await api.call('GET', '/v1/settings')).json).toMatchObject({ baseCurrency: 'USD', version: 1 });
    const second = await api.call('POST', '/v1/shops', { body: { ...east, secret: oldSecret } });
    expect(second.json.secret).toBeUndefined();
    expect((await api.call('GET', '/v1/settings')).json.baseCurrency).toBe('USD');
    expect((await api.call('POST', '/v1/shops', { body: east })).status).toBe(409);
  });

  it('turn their secret over with a day to spare', async () => {
    const answer = await api.call('PATCH', '/v1/shops/east', { body: { secret: newSecret, name: 'East 2' } });
    expect(answer.json).toMatchObject({ name: 'East 2', previousSecretAcceptedUntil: '2026-11-24T08:00:00Z' });
    expect((await api.deps.shops.shop('east'))?.secrets).toEqual([newSecret, oldSecret]);
  });

  it('recompute when their calendar changes', async () => {
    const before = api.sent.length;
    await api.call('PATCH', '/v1/shops/east', { body: { timezone: 'Asia/Tokyo' } });
    const parts = api.sent.slice(before);
    expect(new Set(parts.map(({ work }) => work.type))).toEqual(new Set(['recompute.all']));
    expect(new Set(parts.map(({ delaySeconds }) => delaySeconds))).toEqual(new Set([3]));
    await api.call('PATCH', '/v1/shops/east', { body: { timezone: 'Asia/Shanghai' } });
  });

  it('page through a list, and refuse cursors of other lists', async () => {
    const first = await api.call('GET', '/v1/shops?limit=1');
    expect(first.json.items.map((shop: { id: string }) => shop.id)).toEqual(['east']);
    const second = await api.call('GET', `/v1/shops?limit=1&cursor=${first.json.next}`);
    expect(second.json.items.map((shop: { id: string }) => shop.id)).toEqual(['usd']);
    expect(second.json.next).toBeNull();
    const foreign = await api.call('GET', `/v1/audit?cursor=${first.json.next}`);
    expect(foreign.status).toBe(422);
    expect(fieldsOf(foreign)).toEqual(['cursor']);
  });

  it('are disconnected once', async () => {
    expect((await api.call('DELETE', '/v1/shops/usd')).status).toBe(204);
    expect((await api.call('DELETE', '/v1/shops/usd')).status).toBe(404);
    expect((await api.call('GET', '/v1/shops/usd')).status).toBe(404);
    expect((await api.call('PATCH', '/v1/shops/usd', { body: { name: 'x' } })).status).toBe(404);
  });
});

describe('settings', () => {
  it('change together at their moment, ask for a recompute, and keep what is left out', async () => {
    const work = api.sent.length;
    const body = { baseCurrency: 'CNY', rates: [{ currency: 'USD', from: '2020-01-01', rate: '7.1' }] };
    const answer = await api.call('PATCH', '/v1/settings', { body });
    expect(answer.json).toMatchObject({ ...body, version: 2, effectiveAt: '2026-11-23T08:00:02Z' });
    expect(answer.json.recompute).toMatch(/^recompute-/);
    expect(answer.json.stages).toEqual({ l1: 90, l2: 180, l3: 360 });
    const replay = { work: { type: 'parked.replay', reason: 'rate_missing' }, delaySeconds: 3 };
    expect(api.sent.slice(work)).toContainEqual(replay);
    const run = await api.call('GET', `/v1/runs/${answer.json.recompute}`);
    expect(run.json).toMatchObject({ type: 'recompute', partsDone: 0, finishedAt: null });
    expect((await api.deps.settings.settings(api.time)).baseCurrency).toBe('USD');
    api.time += 2000;
    expect((await api.deps.settings.settings(api.time)).baseCurrency).toBe('CNY');
    expect((await api.call('GET', '/v1/settings')).json.effectiveAt).toBeNull();
  });

  it('are refused as a whole when anything in them is wrong', async () => {
    const cases: [unknown, string[]][] = [
      [{ stages: { l1: 200 } }, ['stages.l2']],
      [{ stages: { l1: 1.5, l4: 3 } }, ['stages.l1', 'stages.l4']],
      [{ tiers: [] }, ['tiers']],
      [{ rates: [{ currency: 'CNY', from: '2020-01-01', rate: '1' }] }, ['rates[0].currency']],
      [{ rates: [{ currency: 'EUR', from: '2020-13-01', rate: '-1' }] }, ['rates[0].from', 'rates[0].rate']],
      [{ baseCurrency: 'EUR' }, ['rates']],
      [{ timezone: 'Nowhere' }, ['timezone']],
      [{ labels: { unknown: 'x' } }, ['labels.unknown']],
    ];
    for (const [body, fields] of cases) {
      const answer = await api.call('PATCH', '/v1/settings', { body });
      expect(answer.status, JSON.stringify(body)).toBe(422);
      expect(fieldsOf(answer).sort()).toEqual(fields);
    }
    expect((await api.call('GET', '/v1/settings')).json.version).toBe(2);
  });

  it('are refused on another version, merged by key, and the same patch again changes nothing', async () => {
    expect((await api.call('PATCH', '/v1/settings', { body: { version: 1, labels: {} } })).status).toBe(409);
    const labels = { lost: '流失客户', silent: 'quiet' };
    const body = { version: 2, labels };
    expect((await api.call('PATCH', '/v1/settings', { body })).json).toMatchObject({
      version: 3,
      labels,
      recompute: null,
    });
    expect((await api.call('PATCH', '/v1/settings', { body: { labels } })).json.version).toBe(3);
    const gone = await api.call('PATCH', '/v1/settings', { body: { labels: { silent: null } } });
    expect(gone.json.labels).toEqual({ lost: '流失客户' });
  });
});

describe('customers and orders', () => {
  beforeAll(async () => {
    await record({ id: '#1001', on: '2026-11-01', email: 'ann@example.com', phone: '+8613800138000' });
    await record({ id: '1002', on: '2026-03-01', email: 'ann@example.com', total: 10_000 });
    await record({ id: '1003', on: '2025-01-01', email: 'bob@example.com' });
    await record({ id: '1/4', on: '2026-06-01', email: 'eve@example.com' });
  });

  it('are found by email, phone or buyer id, as they are now', async () => {
    const byEmail = await api.call('GET', '/v1/customers?email=%20Ann@Example.com');
    expect(byEmail.json.next).toBeNull();
    const [ann] = byEmail.json.items;
    expect(ann).toMatchObject({
      name: 'Ann',
      email: 'ann@example.com',
      phone: '+8613800138000',
      gender: null,
      region: { country: null, province: null, city: 'Shanghai' },
      stage: 'returning_once',
      stageSince: '2026-11-01',
      attributes: { size: 'M' },
      consent: { sms: 'unknown', email: 'granted' },
    });
    expect(ann.orders).toEqual({
      count: 2,
      total: { amount: '223.45', currency: 'CNY' },
      average: { amount: '111.72', currency: 'CNY' },
      items: 4,
      firstAt: '2026-03-01T04:00:00Z',
      lastAt: '2026-11-01T04:00:00Z',
    });
    for (const query of ['phone=%2B8613800138000', 'phone=+8613800138000', 'shop=east&buyer=buyer-ann%40example.com']) {
      expect((await api.call('GET', `/v1/customers?${query}`)).json.items).toEqual([ann]);
    }
    expect((await api.call('GET', `/v1/customers/${ann.id}`)).json).toEqual(ann);
    expect((await api.call('GET', '/v1/customers?email=nobody@example.com')).json).toEqual({ items: [], next: null });
  });

  it('are asked for in exactly one way', async () => {
    for (const query of [
      '',
      '?shop=east',
      '?buyer=1',
      '?email=a@b.cd&phone=%2B861',
      '?email=ann',
      '?phone=138',
      '?name=x',
    ]) {
      expect((await api.call('GET', `/v1/customers${query}`)).status, query).toBe(422);
    }
    expect((await api.call('GET', '/v1/customers/none')).status).toBe(404);
  });

  it('have a timeline, newest first, page by page', async () => {
    const [ann] = (await api.call('GET', '/v1/customers?email=ann@example.com')).json.items;
    const enrolments = dynamoEnrolmentStore(api.local.client, api.local.tableNames.touches);
    const entered = enrolled(
      ann.id,
      { id: 'thanks', version: 1 },
      { name: 'order 1', at: Date.parse('2026-11-01T04:00:01Z') },
    );
    const ended = { ...entered, state: 'left', reason: 'refund', endedAt: entered.at + 1000 } as const;
    await enrolments.saveEnrolment({ value: ended, version: 0 });
    await enrolments.saveEnrolment({ value: { ...entered, journey: 'vips', state: 'filtered' }, version: 0 });
    const entries: unknown[] = [];
    let cursor = '';
    do {
      const page = await api.call('GET', `/v1/customers/${ann.id}/timeline?limit=2${cursor && `&cursor=${cursor}`}`);
      entries.push(...page.json.items);
      cursor = page.json.next ?? '';
    } while (cursor);
    expect(entries).toEqual([
      {
        type: 'journey',
        at: '2026-11-01T04:00:01Z',
        journey: 'thanks',
        state: 'left',
        reason: 'refund',
        endedAt: '2026-11-01T04:00:02Z',
      },
      {
        type: 'stage',
        at: '2026-11-01T04:00:00Z',
        day: '2026-11-01',
        from: 'sleeping',
        to: 'returning_once',
        direction: 'forward',
      },
      {
        type: 'order',
        at: '2026-11-01T04:00:00Z',
        shop: 'east',
        id: '#1001',
        status: 'paid',
        total: { amount: '123.45', currency: 'CNY' },
      },
      {
        type: 'stage',
        at: '2026-08-28T16:00:00Z',
        day: '2026-08-29',
        from: 'silent',
        to: 'sleeping',
        direction: 'reverse',
      },
      {
        type: 'stage',
        at: '2026-05-30T16:00:00Z',
        day: '2026-05-31',
        from: 'new_once',
        to: 'silent',
        direction: 'reverse',
      },
      {
        type: 'stage',
        at: '2026-03-01T04:00:00Z',
        day: '2026-03-01',
        from: 'prospect',
        to: 'new_once',
        direction: 'acquired',
      },
      {
        type: 'order',
        at: '2026-03-01T04:00:00Z',
        shop: 'east',
        id: '1002',
        status: 'paid',
        total: { amount: '100.00', currency: 'CNY' },
      },
    ]);
  });

  it('show an order as the shop sent it, whatever its id looks like', async () => {
    const answer = await api.call('GET', '/v1/orders/east/%231001');
    expect(answer.json).toMatchObject({
      id: '#1001',
      status: 'paid',
      total: '123.45',
      refunded: '0.00',
      customer: { email: 'ann@example.com' },
      items: [{ productId: 'p1', quantity: 2 }],
    });
    expect((await api.call('GET', `/v1/customers/${answer.json.customerId}`)).json.name).toBe('Ann');
    expect((await api.call('GET', '/v1/orders/east/1%2F4')).json.id).toBe('1/4');
    expect((await api.call('GET', '/v1/orders/east/1/4')).json.id).toBe('1/4');
    expect((await api.call('GET', '/v1/orders/west/1002')).status).toBe(404);
  });

  it('stay unknown to an analyst, who can count them', async () => {
    const key = await api.keyOf('analyst');
    expect((await api.call('GET', '/v1/customers?email=ann@example.com', { key })).status).toBe(403);
    const found = await api.call('GET', '/v1/customers?shop=east&buyer=buyer-ann%40example.com', { key });
    const [ann] = found.json.items;
    expect(ann).toMatchObject({
      name: null,
      email: null,
      phone: null,
      birthday: null,
      attributes: {},
      stage: 'returning_once',
    });
    const order = await api.call('GET', '/v1/orders/east/%231001', { key });
    expect(order.text + found.text).not.toMatch(/Ann|ann@|13800138000/);
    expect((await api.call('GET', `/v1/customers/${ann.id}/timeline`, { key })).status).toBe(200);
  });

  it('are merged by service, with an entry in the audit log', async () => {
    const key = await api.keyOf('service');
    const [ann] = (await api.call('GET', '/v1/customers?email=ann@example.com')).json.items;
    const [bob] = (await api.call('GET', '/v1/customers?email=bob@example.com')).json.items;
    const path = `/v1/customers/${ann.id}/merge`;
    expect(fieldsOf(await api.call('POST', path, { key, body: { with: 'none' } }))).toEqual(['with']);
    const merged = await api.call('POST', path, { key, body: { with: bob.id } });
    expect(merged.json.orders.count).toBe(3);
    for (const id of [ann.id, bob.id]) expect((await api.call('GET', `/v1/customers/${id}`)).json).toEqual(merged.json);
    expect((await api.call('GET', '/v1/customers?email=bob@example.com')).json.items).toEqual([merged.json]);
    const [entry] = (await api.call('GET', '/v1/audit')).json.items;
    expect(entry).toMatchObject({ action: 'customer.merged', target: `customer/${merged.json.id}`, role: 'service' });
  });
});

describe('reports', () => {
  it('count every stage at a moment, of all shops or one', async () => {
    await record({ id: 'z1', on: '2025-01-01', email: 'zoe@example.com' });
    await record({ id: 'w1', shop: 'west', on: '2026-11-20', email: 'zoe@example.com' });
    const now = await api.call('GET', '/v1/reports/lifecycle');
    expect(now.json).toMatchObject({ name: 'lifecycle', columns: ['stage', 'customers'] });
    expect(now.json.rows).toEqual([
      ['prospect', 0],
      ['new_once', 0],
      ['new_repeat', 0],
      ['returning_once', 2],
      ['returning_repeat', 0],
      ['silent', 1],
      ['sleeping', 0],
      ['lost', 0],
    ]);
    const west = await api.call('GET', '/v1/reports/lifecycle?shop=west');
    expect(west.json.rows[1]).toEqual(['new_once', 1]);
    const early = await api.call('GET', '/v1/reports/lifecycle?asOf=2026-02-28');
    expect(early.json.asOf).toBe('2026-02-28T15:59:59.999Z');
    expect(early.json.rows.flatMap(([, count]: [string, number]) => count)).toEqual([0, 0, 0, 0, 0, 0, 0, 2]);
    const day = parseDay('2026-03-01') ?? 0;
    const log = dynamoStageCounts({ client: api.local.client, name: api.local.tableNames.workspace });
    await log.freeze(day, { new_once: 3, lost: 1 });
    await log.freeze(day, { new_once: 2, lost: 2 });
    await log.freeze(day + 2, { lost: 4 });
    const byDay = await api.call('GET', '/v1/reports/lifecycle?by=day&from=2026-03-01&to=2026-03-02');
    const rows = byDay.json.rows as [string, string, number][];
    expect(rows.filter(([, , customers]) => customers > 0)).toEqual([
      ['2026-03-01', 'new_once', 3],
      ['2026-03-01', 'lost', 1],
    ]);
    expect(rows).toHaveLength(8);
    expect(fieldsOf(await api.call('GET', '/v1/reports/lifecycle?by=day&shop=west&asOf=2026-03-01'))).toEqual([
      'asOf',
      'shop',
    ]);
    expect(fieldsOf(await api.call('GET', '/v1/reports/lifecycle?from=2026-03-01'))).toEqual(['from']);
    expect(fieldsOf(await api.call('GET', '/v1/reports/lifecycle?asOf=2026-02-30&format=xls'))).toEqual([
      'asOf',
      'format',
    ]);
  });

  it('count migrations by their true day, as JSON and CSV', async () => {
    const all = await api.call('GET', '/v1/reports/migrations?from=2025-01-01&to=2026-11-23');
    expect(all.json.columns).toEqual(['from', 'to', 'direction', 'customers']);
    expect(all.json.rows).toContainEqual(['prospect', 'new_once', 'acquired', expect.any(Number)]);
    const byMonth = await api.call('GET', '/v1/reports/migrations?from=2025-01-01&to=2026-11-23&by=month&format=csv');
    expect(byMonth.headers['content-type']).toContain('text/csv');
    expect(byMonth.text.split('\r\n')[0]).toBe('month,from,to,direction,customers');
    const none = await api.call('GET', '/v1/reports/migrations?from=2024-01-01&to=2024-02-01');
    expect(none.json).toMatchObject({ rows: [], from: '2024-01-01', to: '2024-02-01' });
    expect((await api.call('GET', '/v1/reports/migrations?from=2026-02-01&to=2026-01-01')).status).toBe(422);
    expect((await api.call('GET', '/v1/reports/migrations')).json.from).toBe('2026-10-25');
  });

  it('preview what other limits would change, changing nothing', async () => {
    const body = { stages: { l1: 10, l2: 20, l3: 30 } };
    const { json } = await api.call('POST', '/v1/settings/preview', { body });
    expect(json.customers).toBe(3);
    expect(json.moves).toContainEqual({ from: 'silent', to: 'lost', direction: 'reverse', customers: 1 });
    expect(json.moves).toContainEqual({ from: 'returning_once', to: 'sleeping', direction: 'reverse', customers: 1 });
    expect((await api.call('GET', '/v1/settings')).json.stages.l1).toBe(90);
    expect((await api.call('POST', '/v1/settings/preview', { body: { stages: { l1: 500 } } })).status).toBe(422);
  });
});

describe('operations', () => {
  it('make keys that are shown once and end when removed', async () => {
    const made = await api.call('POST', '/v1/keys', { body: { name: 'console', role: 'marketer' } });
    expect(made.json.key).toMatch(/^hk_[\w-]{43}$/);
    const key = made.json.key;
    expect((await api.call('GET', '/v1/customers/none', { key })).status).toBe(404);
    expect((await api.call('GET', '/v1/keys')).text).not.toContain(key);
    expect((await api.call('DELETE', `/v1/keys/${made.json.id}`)).status).toBe(204);
    api.time += 2000;
    expect((await api.call('GET', '/v1/customers/none', { key })).status).toBe(401);
    expect((await api.call('DELETE', `/v1/keys/${made.json.id}`)).status).toBe(404);
    expect((await api.call('DELETE', '/v1/keys/first')).status).toBe(409);
    expect(fieldsOf(await api.call('POST', '/v1/keys', { body: { name: ' ', role: 'root' } }))).toEqual([
      'name',
      'role',
    ]);
  });

  it('list parked events, show one, and replay it', async () => {
    const park = (id: string, shop: string, body: unknown) =>
      api.deps.parked.park(
        {
          shop,
          id,
          headers: {},
          query: {},
          body: Buffer.from(JSON.stringify(body)).toString('base64'),
          receivedAt: api.time,
        },
        { reason: 'invalid', detail: 'wrong', errors: [{ field: 'data.id', message: 'missing' }] },
      );
    const order = {
      id: 'late',
      currency: 'CNY',
      total: '9.90',
      createdAt: '2026-11-22T08:00:00Z',
      paidAt: '2026-11-22T08:00:00Z',
      updatedAt: '2026-11-22T08:00:00Z',
      items: [{ productId: 'p1', title: 'Tea', quantity: 1, price: '9.90' }],
      customer: { id: 'buyer-late' },
    };
    await park('1', 'east', { type: 'order.updated', timestamp: '2026-11-22T08:00:00Z', data: order });
    await park('2', 'east', { type: 'order.updated', timestamp: '2026-11-22T08:00:00Z', data: { id: 'wrong' } });
    await park('3', 'elsewhere', {});
    const { items } = (await api.call('GET', '/v1/parked?shop=east&reason=invalid')).json;
    expect(items).toHaveLength(2);
    const bodies = await Promise.all(items.map(async ({ id }: { id: string }) => api.call('GET', `/v1/parked/${id}`)));
    const fine = bodies.find(({ json }) => json.body.includes('late'))?.json.id;
    const wrong = bodies.find(({ json }) => json.body.includes('wrong'))?.json.id;
    expect((await api.call('POST', `/v1/parked/${fine}/replay`)).json.outcome).toBe('recorded');
    expect((await api.call('GET', '/v1/orders/east/late')).json.total).toBe('9.90');
    expect((await api.call('POST', `/v1/parked/${wrong}/replay`)).json).toEqual({
      outcome: 'parked',
      reason: 'invalid',
    });
    expect((await api.call('GET', '/v1/parked?shop=east')).json.items).toHaveLength(1);
    expect((await api.call('POST', `/v1/parked/${fine}/replay`)).status).toBe(404);
    const bogus = await api.call('GET', '/v1/parked?reason=bogus');
    expect(bogus.status).toBe(422);
    const message = 'must be one of: not_json, invalid, rate_missing, privacy_request, shop_gone, too_large';
    expect(bogus.json.errors).toEqual([{ field: 'reason', message }]);
  });

  it('show how far a run is', async () => {
    expect((await api.call('GET', '/v1/runs/none')).status).toBe(404);
  });

  it('have an audit entry for every change, without values', async () => {
    const { json, text } = await api.call('GET', '/v1/audit?limit=100');
    const actions = new Set(json.items.map(({ action }: { action: string }) => action));
    for (const action of [
      'shop.connected',
      'shop.changed',
      'shop.disconnected',
      'settings.changed',
      'key.created',
      'key.removed',
      'customer.merged',
      'parked.replayed',
    ]) {
      expect(actions).toContain(action);
    }
    expect(text).not.toMatch(/whsec_|hk_|ann@|流失/);
  });

  it('log a line per request, with nobody in it', () => {
    const text = JSON.stringify(api.lines);
    expect(text).toContain('findCustomers');
    expect(text).not.toMatch(/ann|Ann|13800138000|example\.com|whsec_|hk_/);
  });
});
