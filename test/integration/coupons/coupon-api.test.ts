import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DynamoCouponLedger } from '../../../shared/adapters/dynamodb/coupon-store.ts';
import { dynamoCouponStore } from '../../../shared/adapters/dynamodb/workspace/coupons.ts';
import { defaultSettings } from '../../../shared/domain/settings/settings.ts';
import { claimCoupon } from '../../../shared/usecases/coupons/claim-coupon.ts';
import { grantCoupons } from '../../../shared/usecases/coupons/grant-coupons.ts';
import { redeemCoupons } from '../../../shared/usecases/coupons/redeem-coupons.ts';
import { mergeCustomers } from '../../../shared/usecases/customers/merge-customers.ts';
import type { DomainEvent } from '../../../shared/usecases/marketing-ports.ts';
import { recordOrder } from '../../../shared/usecases/orders/record-order.ts';
import { type ApiUnderTest, startApi, testKeys } from '../../support/crm-api.ts';

let api: ApiUnderTest;
const told: DomainEvent[] = [];
beforeAll(async () => {
  api = await startApi({ events: { tell: async (events) => void told.push(...events) } });
});
afterAll(() => api?.local.stop());

/** What the looks at orders and the claim page need. */
function deps() {
  const { client, tableNames } = api.local;
  const clock = { now: () => api.time };
  return {
    store: api.store,
    couponStore: dynamoCouponStore({ client, name: tableNames.workspace }, clock),
    couponLedger: new DynamoCouponLedger(client, tableNames),
    settings: { settings: async () => defaultSettings },
    shops: { shop: async () => undefined, freshShop: async () => undefined },
    identityHash: testKeys.identityHash,
    events: { tell: async (events: readonly DomainEvent[]) => void told.push(...events) },
    clock,
    pause: async () => undefined,
    random: Math.random,
  };
}

interface Bought {
  readonly total?: number;
  readonly codes?: readonly string[];
  readonly at?: number;
}

/** A paid order of this buyer, and whom it belongs to. */
async function buys(buyer: string, id: string, { total = 10_000, codes = [], at = api.time }: Bought = {}) {
  const order = {
    shop: 'tea',
    id,
    milestones: { createdAt: at, paidAt: at },
    refunds: [],
    description: { at, value: { currency: 'CNY', total, items: [], coupons: codes } },
    tracking: [],
    identities: [`b:${buyer}`],
    statements: {},
    statedAt: at,
  };
  await recordOrder(order, 'Asia/Shanghai', defaultSettings, deps());
  const rows = await api.store.readIdentities([`b:${buyer}`]);
  return rows.get(`b:${buyer}`)?.value.customer ?? '';
}

const create = async (coupon: object) => {
  const { status, json } = await api.call('POST', '/v1/coupons', { body: coupon });
  expect(status, JSON.stringify(json)).toBe(201);
  return json;
};
const issue = (coupon: string, body: object) => api.call('POST', `/v1/coupons/${coupon}/issue`, { body });

describe('definitions', () => {
  test('are made, read, changed and ended; an id is never given twice', async () => {
    const body = { id: 'spring', kind: 'amount', value: '20.00', validDays: 30, codes: 'generate' };
    expect(await create(body)).toMatchObject({ ...body, perCustomer: 1, version: 1 });
    expect((await api.call('POST', '/v1/coupons', { body })).status).toBe(409);
    const changed = await api.call('PATCH', '/v1/coupons/spring', {
      body: { validDays: null, validUntil: '2026-12-31', perCustomer: 3 },
    });
    expect(changed.json).toMatchObject({ validUntil: '2026-12-31', perCustomer: 3, version: 2 });
    expect(changed.json).not.toHaveProperty('validDays');
    const wrong = await api.call('PATCH', '/v1/coupons/spring', { body: { validDays: 3 } });
    expect(wrong.json.errors).toEqual([{ field: 'validUntil', message: 'give validDays or validUntil, not both' }]);
    expect((await api.call('PATCH', '/v1/coupons/spring', { body: { version: 1 } })).status).toBe(409);
    expect((await api.call('GET', '/v1/coupons')).json.items.map(({ id }: { id: string }) => id)).toContain('spring');
    expect((await api.call('DELETE', '/v1/coupons/spring')).status).toBe(204);
    expect((await api.call('GET', '/v1/coupons/spring')).status).toBe(404);
    expect((await api.call('GET', '/v1/coupons/spring/report')).status).toBe(200);
    expect((await api.call('POST', '/v1/coupons', { body })).status).toBe(409);
    expect((await api.call('POST', '/v1/coupons', { body: { ...body, id: 'ladder' } })).status).toBe(422);
    expect((await api.call('POST', '/v1/coupons', { body: { ...body, id: 'x', value: '2.005' } })).status).toBe(422);
    const audit = (await api.call('GET', '/v1/audit')).json.items.map(({ action }: { action: string }) => action);
    expect(audit).toEqual(expect.arrayContaining(['coupon.created', 'coupon.changed', 'coupon.ended']));
  });

  test('are what the ladder of the settings may name', async () => {
    await create({ id: 'rung', kind: 'percent', value: '10', codes: 'generate' });
    const patch = (coupon: string) =>
      api.call('PATCH', '/v1/settings', { body: { couponLadder: [{ stage: 'sleeping', coupon }] } });
    expect((await patch('nothing')).json.errors).toEqual([
      { field: 'couponLadder[0].coupon', message: 'is no coupon of this workspace' },
    ]);
    expect((await patch('rung')).json.couponLadder).toEqual([{ stage: 'sleeping', coupon: 'rung' }]);
    expect((await api.call('GET', '/v1/settings')).json.couponLadder).toHaveLength(1);
  });

  test('are what a tier may give as a present', async () => {
    await create({ id: 'birthday-gift', kind: 'percent', value: '10', codes: 'generate' });
    const names = { en: 'Friend', zh: '朋友' };
    const patch = (birthdayCoupon: string) => {
      const benefits = { pointsMultiplier: '1', discountPercent: 0, birthdayCoupon };
      const levels = [{ id: 'friend', names, spend: '0', benefits }];
      return api.call('POST', '/v1/settings/preview', { body: { tiers: { levels } } });
    };
    expect((await patch('nothing')).json.errors).toEqual([
      { field: 'tiers.levels[0].benefits.birthdayCoupon', message: 'is no coupon of this workspace' },
    ]);
    expect((await patch('birthday-gift')).status).toBe(200);
  });
});

describe('pools', () => {
  test('are filled once, tell what is wrong, and warn when low', async () => {
    await create({ id: 'pool', kind: 'freeShipping', codes: 'pool', lowStock: 3 });
    const fill = (codes: string[]) => api.call('POST', '/v1/coupons/pool/codes', { body: { codes } });
    expect((await fill(['SHIP-1', ' ship-1', 'SHIP-2', 'SHIP-3'])).json).toEqual({
      added: 3,
      known: 0,
      duplicates: ['ship-1'],
      taken: [],
      pool: { loaded: 3, left: 3, low: false },
    });
    expect((await fill(['ship-2', 'SHIP-3'])).json).toMatchObject({ added: 0, known: 2 });
    const customer = await buys('pool-buyer', 'p-1');
    const { json, status } = await issue('pool', { customer, id: 'gift' });
    expect(status).toBe(200);
    expect(['SHIP-1', 'SHIP-2', 'SHIP-3']).toContain(json.code);
    expect((await issue('pool', { customer, id: 'gift' })).json).toEqual(json);
    const report = (await api.call('GET', '/v1/coupons/pool/report')).json;
    expect(report).toMatchObject({ issued: 1, redeemed: 0, rate: 0, pool: { loaded: 3, left: 2, low: true } });
    expect(report.outstanding).toEqual({ codes: 1, amount: null });
    await create({ id: 'made', kind: 'percent', value: '5', codes: 'generate' });
    expect((await api.call('POST', '/v1/coupons/made/codes', { body: { codes: ['X'] } })).status).toBe(409);
    expect(await fill(Array.from({ length: 5001 }, (_, index) => `N${index}`))).toMatchObject({ status: 422 });
  });
});

describe('in customers’ hands', () => {
  test('one is told to the shop, redeemed by an order, reported, shown and exported', async () => {
    await create({ id: 'ten', kind: 'amount', value: '10.00', validDays: 7, codes: 'generate' });
    const customer = await buys('anna', 'a-1', { at: api.time - 86_400_000 });
    const { json: given } = await issue('ten', { customer, id: 'present' });
    expect(given).toMatchObject({ coupon: 'ten', redeemed: null, expiresAt: '2026-11-30T16:00:00Z' });
    expect(told.find(({ data }) => data.code === given.code)).toMatchObject({
      type: 'coupon.issued',
      data: { coupon: 'ten', customer, kind: 'amount', value: '10.00', expiresAt: '2026-11-30T16:00:00Z' },
    });
    expect((await issue('ten', { customer, id: 'another' })).status).toBe(409);

    await buys('anna', 'a-2', { total: 9000, codes: [` ${String(given.code).toLowerCase()} `] });
    const orders = [...(await api.store.readOrders(['tea#a-2'])).values()];
    expect(await redeemCoupons(orders, deps())).toBe(1);
    expect(await redeemCoupons(orders, deps())).toBe(0);
    expect(told.filter(({ type }) => type === 'coupon.redeemed')).toEqual(
      Array(2).fill({
        id: 'redeemed tea#a-2',
        type: 'coupon.redeemed',
        occurredAt: api.time,
        data: {
          ...{ coupon: 'ten', code: given.code, customer, order: 'tea#a-2' },
          ...{ discount: '10.00', revenue: '90.00', currency: 'CNY' },
        },
      }),
    );
    const report = (await api.call('GET', '/v1/coupons/ten/report')).json;
    expect(report).toMatchObject({
      issued: 1,
      redeemed: 1,
      rate: 1,
      revenue: { amount: '90.00', currency: 'CNY' },
      discount: { amount: '10.00', currency: 'CNY' },
      outstanding: { codes: 0, amount: { amount: '0.00', currency: 'CNY' } },
      pool: null,
    });
    const shown = (await api.call('GET', `/v1/customers/${customer}/coupons`)).json.items;
    expect(shown).toMatchObject([{ code: given.code, redeemed: { order: 'tea#a-2' } }]);
    const analyst = await api.keyOf('analyst');
    const [seen] = (await api.call('GET', `/v1/customers/${customer}/coupons`, { key: analyst })).json.items;
    expect(seen).toMatchObject({ coupon: 'ten', code: null });
    expect((await api.call('GET', `/v1/customers/${customer}/export`)).json.coupons).toEqual(shown);
  });

  test('one costs points, which come back where there is none to give', async () => {
    await create({ id: 'for-points', kind: 'amount', value: '5.00', codes: 'pool' });
    const customer = await buys('points', 'pt-1');
    const balance = async () => (await api.call('GET', `/v1/customers/${customer}/points`)).json.balance;
    expect(await balance()).toBe(100);
    expect((await issue('for-points', { customer, id: 'one', points: 60 })).status).toBe(409);
    expect(await balance()).toBe(100);
    await api.call('POST', '/v1/coupons/for-points/codes', { body: { codes: ['PTS-1', 'PTS-2'] } });
    // The key was refused once: it must not give for nothing.
    expect((await issue('for-points', { customer, id: 'one', points: 60 })).status).toBe(409);
    const { json } = await issue('for-points', { customer, id: 'two', points: 60 });
    expect((await issue('for-points', { customer, id: 'two', points: 60 })).json).toEqual(json);
    expect(await balance()).toBe(40);
    expect((await issue('for-points', { customer, id: 'three', points: 60 })).status).toBe(409);
    expect(await balance()).toBe(40);
    const report = (await api.call('GET', '/v1/coupons/for-points/report')).json;
    expect(report).toMatchObject({ issued: 1, outstanding: { codes: 1, amount: { amount: '5.00' } } });
  });

  test('one is granted for an order of a size, once, and not for old news', async () => {
    await create({ id: 'thanks', kind: 'percent', value: '5', codes: 'generate', grant: { orderAtLeast: '300.00' } });
    const customer = await buys('big', 'g-1', { total: 30_000 });
    await buys('big', 'g-2', { total: 29_999 });
    await buys('late', 'g-3', { total: 40_000, at: api.time - 3 * 86_400_000 });
    const refs = ['tea#g-1', 'tea#g-2', 'tea#g-3'];
    const orders = [...(await api.store.readOrders(refs)).values()];
    expect(await grantCoupons(orders, deps())).toBe(1);
    await grantCoupons(orders, deps());
    expect((await api.call('GET', '/v1/coupons/thanks/report')).json.issued).toBe(1);
    expect((await api.call('GET', `/v1/customers/${customer}/coupons`)).json.items).toHaveLength(1);
  });

  test('one is claimed once, also by two who turn out to be one', async () => {
    await create({ id: 'claimed', kind: 'percent', value: '5', codes: 'generate' });
    const [one, two] = [await buys('claims-1', 'c-1'), await buys('claims-2', 'c-2')];
    const claim = (customer: string) => claimCoupon({ coupon: 'claimed', customer, at: api.time }, deps());
    const [first] = await Promise.all([claim(one), claim(one), claim(one)]);
    expect(await claim(one)).toEqual(first);
    await mergeCustomers([one, two], defaultSettings, deps());
    expect(await claim(two)).toEqual(first);
    expect(await claim('nobody')).toEqual({ type: 'refused', reason: 'coupon_gone' });
    expect(await claimCoupon({ coupon: 'no-coupon', customer: one, at: api.time }, deps())).toEqual({
      type: 'refused',
      reason: 'coupon_gone',
    });
    expect((await api.call('GET', '/v1/coupons/claimed/report')).json.issued).toBe(1);
  });

  test('what was given once is given again to the same cause, although the coupon has ended', async () => {
    await create({ id: 'ending', kind: 'percent', value: '5', codes: 'generate' });
    const customer = await buys('ending', 'e-1');
    const claim = (who: string) => claimCoupon({ coupon: 'ending', customer: who, at: api.time }, deps());
    const first = await claim(customer);
    await api.call('DELETE', '/v1/coupons/ending');
    expect(await claim(customer)).toEqual(first);
    expect(await claim(await buys('ending-2', 'e-2'))).toEqual({ type: 'refused', reason: 'coupon_gone' });
  });
});
