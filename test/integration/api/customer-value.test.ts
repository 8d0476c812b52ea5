import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { identityKey } from '../../../shared/domain/customers/identity.ts';
import type { Order, Refund } from '../../../shared/domain/orders/order.ts';
import { BuyingSample } from '../../../shared/domain/predictions/buying-sample.ts';
import { fitModel } from '../../../shared/domain/predictions/model.ts';
import { recordOrder } from '../../../shared/usecases/orders/record-order.ts';
import { type Answer, type ApiUnderTest, startApi, testKeys } from '../../support/crm-api.ts';

let api: ApiUnderTest;
let ann = '';
const phone = '+8613800138000';

beforeAll(async () => {
  api = await startApi();
  await record('1', '2026-10-01', 60_000, [], 'Tea');
  await record('2', '2026-11-01', 12_345, [], 'Honey');
  ann = (await api.call('GET', '/v1/customers?phone=%2B8613800138000')).json.items[0].id;
});
afterAll(() => api.local.stop());

async function record(id: string, on: string, total: number, refunds: Refund[], category: string): Promise<void> {
  const at = Date.parse(`${on}T04:00:00Z`);
  const order: Order = {
    shop: 'east',
    id,
    milestones: { createdAt: at, paidAt: at },
    refunds: refunds.map((value) => ({ value, at: value.at })),
    description: {
      at,
      value: {
        currency: 'CNY',
        total,
        items: [{ productId: 'p', title: 'P', category, quantity: 1, price: total }],
      },
    },
    tracking: [],
    identities: [identityKey({ kind: 'phone', value: phone }, testKeys.identityHash)],
    statements: { name: { value: 'Ann', at }, phone: { value: phone, at }, province: { value: 'Guangdong', at } },
    statedAt: at,
  };
  const settings = await api.deps.settings.settings(api.time);
  const deps = { store: api.store, clock: { now: () => api.time }, pause: async () => undefined, random: () => 0 };
  await recordOrder(order, 'Asia/Shanghai', settings, deps);
}

const customer = async () => (await api.call('GET', `/v1/customers/${ann}`)).json;
const fieldsOf = ({ json }: Answer): string[] => json.errors.map(({ field }: { field: string }) => field);
const post = (what: string, body: unknown, key?: string) =>
  api.call('POST', `/v1/customers/${ann}/${what}`, { body, ...(key !== undefined && { key }) });
const lastAudit = async () => (await api.call('GET', '/v1/audit?limit=1')).json.items[0];

describe('a customer', () => {
  it('shows tier, points, tags, scores and preferences', async () => {
    expect(await customer()).toMatchObject({
      tier: 'senior',
      points: 723,
      tags: [],
      rfm: null,
      preferences: {
        category: 'Tea',
        priceBand: { from: { amount: '100.00', currency: 'CNY' }, below: { amount: '200.00', currency: 'CNY' } },
      },
      credit: null,
    });
  });

  it('is scored and placed as soon as a census has counted', async () => {
    const four: [number, number, number, number] = [2, 3, 4, 5];
    const rfmPopulation = {
      version: 'n1',
      asOf: 20_000,
      windowDays: 365,
      currency: 'CNY',
      customers: 9,
      cuts: { r: four, f: four, m: four },
      high: { r: 30, f: 2, m: 100_000 },
      means: { r: 30, f: 2, m: 100_000 },
    };
    const predictions = fitModel(new BuyingSample(), { asOf: 20_000, currency: 'CNY' });
    const pyramid = { keyFrom: 100_000, majorFrom: 50_000 };
    const limits = { run: 'n1', asOf: api.time, rfmPopulation, pyramid, predictions };
    const before = api.deps.limits;
    Object.assign(api.deps.limits, { nightlyLimits: async () => limits });
    expect(await customer()).toMatchObject({
      rfm: { r: 1, f: 2, m: 5, group: 'general_value' },
      tags: ['major'],
      predicted: null,
    });
    const { json } = await api.call('GET', '/v1/predictions');
    expect(json.buying.why).toBe('There are 0 customers with a purchase; it takes 100.');
    Object.assign(before, { nightlyLimits: async () => undefined });
  });
});

describe('tags', () => {
  it('are put on and taken off by service and marketers', async () => {
    const key = await api.keyOf('marketer');
    const tagged = await post('tags', { add: ['likes honey', 'VIP list'] }, key);
    expect(tagged).toMatchObject({ status: 200, json: { id: ann, tags: ['VIP list', 'likes honey'] } });
    expect(await lastAudit()).toMatchObject({
      action: 'customer.tagged',
      target: `customer/${ann}`,
      role: 'marketer',
      changed: ['tag.likes honey', 'tag.VIP list'],
    });
    expect((await post('tags', { remove: ['VIP list'] })).json.tags).toEqual(['likes honey']);
    // Within one millisecond the later word holds, too.
    expect((await post('tags', { add: ['VIP list'] })).json.tags).toEqual(['VIP list', 'likes honey']);
  });

  it('are refused where they make no sense', async () => {
    expect(fieldsOf(await post('tags', {}))).toEqual(['add']);
    expect(fieldsOf(await post('tags', { add: ['a', 'key'], remove: ['a'] }))).toContain('add[1]');
    expect(fieldsOf(await post('tags', { add: ['a'], remove: ['a'] }))).toEqual(['remove[0]']);
    expect((await post('tags', { add: ['a'] }, await api.keyOf('analyst'))).status).toBe(403);
    expect((await api.call('POST', '/v1/customers/none/tags', { body: { add: ['a'] } })).status).toBe(404);
  });
});

describe('points', () => {
  it('are redeemed once per key, and never beyond the balance', async () => {
    const key = await api.keyOf('service');
    const body = { id: 'k1', kind: 'redeem', points: 700, reason: 'for Ann', coupon: 'SEVEN' };
    const redeemed = await post('points', body, key);
    expect(redeemed).toMatchObject({
      status: 200,
      json: { outcome: 'recorded', id: 'k1', kind: 'redeemed', points: -700, balance: 23 },
    });
    expect(await lastAudit()).toMatchObject({ action: 'points.redeemed', changed: ['points'] });
    expect((await post('points', body)).json).toMatchObject({ outcome: 'unchanged', balance: 23 });
    expect((await post('points', { ...body, points: 5 })).status).toBe(409);
    const short = await post('points', { id: 'k2', kind: 'redeem', points: 24 });
    expect(short).toMatchObject({ status: 409, json: { detail: expect.stringContaining('23') } });
    expect((await post('points', { id: 'k3', kind: 'adjust', points: -24 })).status).toBe(409);
    api.time += 1000;
    expect((await post('points', { id: 'k4', kind: 'adjust', points: 7 })).json.balance).toBe(30);
    expect((await customer()).points).toBe(30);
  });

  it('are shown with lots and movements, page by page; to an analyst without reasons', async () => {
    const path = `/v1/customers/${ann}/points`;
    const all = (await api.call('GET', path)).json;
    expect(all).toMatchObject({ balance: 30, nextExpiry: { at: '2027-11-30T16:00:00Z', points: 30 }, next: null });
    expect(all.items.map(({ kind, points, balance }: Record<string, unknown>) => [kind, points, balance])).toEqual([
      ['adjusted', 7, 30],
      ['redeemed', -700, 23],
      ['earned', 123, 723],
      ['earned', 600, 600],
    ]);
    expect(all.items[1]).toMatchObject({ reason: 'for Ann', coupon: 'SEVEN' });
    expect(all.lots).toEqual([
      expect.objectContaining({ points: 123, left: 23 }),
      expect.objectContaining({ points: 7, left: 7 }),
    ]);
    const first = (await api.call('GET', `${path}?limit=3`)).json;
    const second = (await api.call('GET', `${path}?limit=3&cursor=${first.next}`)).json;
    expect([...first.items, ...second.items]).toEqual(all.items);
    expect(second.next).toBeNull();
    const key = await api.keyOf('analyst');
    expect((await api.call('GET', path, { key })).text).not.toContain('for Ann');
  });

  it('are asked for in whole numbers, and with a key', async () => {
    expect(fieldsOf(await post('points', { kind: 'redeem', points: 1.5 }))).toEqual(['id', 'points']);
    expect(fieldsOf(await post('points', { id: 'x', kind: 'redeem', points: -5 }))).toEqual(['points']);
    expect(fieldsOf(await post('points', { id: 'x', kind: 'adjust', points: 0 }))).toEqual(['points']);
    expect(fieldsOf(await post('points', { id: 'x', kind: 'adjust', points: 1, coupon: 'C' }))).toEqual(['coupon']);
    expect((await post('points', { id: 'x', kind: 'adjust', points: 1 }, await api.keyOf('marketer'))).status).toBe(
      403,
    );
  });
});

describe('a tier by hand', () => {
  it('holds until the end of its day', async () => {
    expect((await post('tier', { tier: 'vip', until: '2026-11-25' })).json.tier).toBe('vip');
    expect(await lastAudit()).toMatchObject({ action: 'customer.tier_granted', changed: ['grant.vip'] });
    const now = api.time;
    api.time = Date.parse('2026-11-25T16:00:00Z');
    expect((await customer()).tier).toBe('senior');
    api.time = now;
    expect((await post('tier', { tier: 'vip', until: '2026-11-22' })).json.tier).toBe('senior');
  });

  it('is one of the settings, and the day a day', async () => {
    expect(fieldsOf(await post('tier', { tier: 'gold', until: '2026-11-25' }))).toEqual(['tier']);
    expect(fieldsOf(await post('tier', { tier: 'vip', until: 'soon' }))).toEqual(['until']);
    expect((await post('tier', { tier: 'vip', until: '2026-11-25' }, await api.keyOf('marketer'))).status).toBe(403);
  });
});

describe('what a customer said of themselves', () => {
  const patch = (body: unknown, key?: string) =>
    api.call('PATCH', `/v1/customers/${ann}`, { body, ...(key !== undefined && { key }) });

  it('is written down field by field, with the names of the fields in the audit log', async () => {
    const answer = await patch({
      name: 'Ann Li',
      gender: 'female',
      birthday: '1990-02-28',
      occupation: 'teacher',
      locale: 'zh-CN',
      timezone: 'Asia/Shanghai',
      region: { city: 'Shenzhen' },
      credit: 'A',
      attributes: { skin: 'dry', children: 2 },
      consent: { sms: { state: 'granted', source: 'by phone' } },
    });
    expect(answer.json).toMatchObject({
      name: 'Ann Li',
      gender: 'female',
      birthday: '1990-02-28',
      occupation: 'teacher',
      region: { province: 'Guangdong', city: 'Shenzhen' },
      credit: 'A',
      attributes: { skin: 'dry', children: 2 },
      consent: { sms: 'granted', email: 'unknown' },
      reachable: { sms: true },
    });
    const audited = JSON.stringify(await lastAudit());
    expect(audited).toContain('consent.sms');
    expect(audited).toContain('attr.skin');
    for (const value of ['Ann', phone.slice(3), '1990', 'dry', 'by phone']) expect(audited).not.toContain(value);
    expect((await patch({ attributes: { skin: null, never: null } })).json.attributes).toEqual({ children: 2 });
    expect((await patch({ consent: { sms: false } })).json).toMatchObject({ consent: { sms: 'denied' } });
    expect((await patch({ consent: { sms: 'granted' } })).json).toMatchObject({ consent: { sms: 'granted' } });
  });

  it('is refused field by field, and changes nothing', async () => {
    const wrong = await patch({ birthday: '1990-13-01', timezone: 'Mars', email: 'x@y.zz', attributes: { '1': 'a' } });
    expect(fieldsOf(wrong).sort()).toEqual(['attributes.1', 'birthday', 'email', 'timezone']);
    const mailless = await patch({ name: 'Other', consent: { email: true } });
    expect([mailless.status, fieldsOf(mailless)]).toEqual([422, ['consent.email']]);
    expect((await customer()).name).toBe('Ann Li');
    expect((await patch({ name: 'X' }, await api.keyOf('marketer'))).status).toBe(403);
  });
});

describe('settings of value', () => {
  it('say beforehand who would change tier, and then recompute', async () => {
    const { tiers } = (await api.call('GET', '/v1/settings')).json;
    const levels = tiers.levels.map((level: { id: string }) =>
      level.id === 'senior' ? { ...level, spend: '1000' } : level,
    );
    const preview = await api.call('POST', '/v1/settings/preview', { body: { tiers: { levels } } });
    expect(preview.json).toMatchObject({ customers: 1, moves: [] });
    expect(preview.json.tierMoves).toEqual([{ from: 'senior', to: 'regular', customers: 1 }]);
    expect(preview.json.tiers).toContainEqual({ tier: 'senior', before: 1, after: 0 });
    const changed = await api.call('PATCH', '/v1/settings', { body: { tiers: { levels } } });
    expect(changed.json.recompute).toMatch(/^recompute-/);
    api.time += 2000;
    expect((await customer()).tier).toBe('regular');
  });

  it('give tags by rule, and refuse a wrong rule by the path of its node', async () => {
    const rule = {
      all: [
        { field: 'region.group', op: 'eq', value: 'South' },
        { field: 'points', op: 'gte', value: 1 },
      ],
    };
    const body = { regionGroups: { South: ['Guangdong', 'Hainan'] }, tagRules: [{ tag: 'southern', rule }] };
    const saved = await api.call('PATCH', '/v1/settings', { body });
    expect(saved).toMatchObject({ status: 200, json: { ...body, recompute: null } });
    api.time += 2000;
    expect((await customer()).tags).toEqual(['VIP list', 'likes honey', 'southern']);
    const inTags = { tagRules: [{ tag: 'x', rule: { not: { field: 'tags', op: 'in', value: ['southern'] } } }] };
    expect(fieldsOf(await api.call('PATCH', '/v1/settings', { body: inTags }))).toEqual(['tagRules[0].rule.not.field']);
    const unknown = { tagRules: [{ tag: 'x', rule: { any: [{ field: 'x', op: 'eq', value: 1 }] } }] };
    expect(fieldsOf(await api.call('PATCH', '/v1/settings', { body: unknown }))).toEqual([
      'tagRules[0].rule.any[0].field',
    ]);
    const gone = await api.call('PATCH', '/v1/settings', { body: { regionGroups: { South: null } } });
    expect(fieldsOf(gone)).toEqual(['tagRules[0].rule.all[0].value']);
  });
});
