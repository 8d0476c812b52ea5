import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { factReportNames } from '../../shared/contracts/http/reports.ts';
import { type ShopAddress, type ShopEvent, sendAll } from '../support/shop-sender.ts';
import { startWholeStack, type WholeStack } from '../support/whole-stack.ts';

/** Reports as a marketer asks for them: orders in, a night, questions over HTTP to the function with the engine in it. */
let whole: WholeStack;

const zone = 'Asia/Shanghai';
const now = '2026-03-02T20:00:00+08:00';
const night = '2026-03-03T03:00:00+08:00';
let analyst: string;

const paid = [
  { buyer: 'ann', day: '2026-02-10', total: '100.00' },
  { buyer: 'ann', day: '2026-02-20', total: '50.50' },
  { buyer: 'bob', day: '2026-02-15', total: '10.00', refund: '4.00' },
  { buyer: 'zoe', day: '2026-01-05', total: '8.00' },
];

function events(): ShopEvent[] {
  return paid.map(({ buyer, day, total, refund }, index) => {
    const at = `${day}T10:00:00+08:00`;
    const refunds = refund ? [{ id: 'r1', amount: refund, at, status: 'success', reason: 'late' }] : [];
    const item = { productId: 'tea', title: 'Tea', quantity: 1, price: total };
    const times = { createdAt: at, paidAt: at, updatedAt: at };
    const order = { id: `o${index}`, currency: 'CNY', total, ...times, refunds, items: [item] };
    const data = {
      ...order,
      customer: { id: buyer, name: `The ${buyer}`, gender: buyer === 'ann' ? 'female' : 'male' },
    };
    return { id: `e${index}`, body: JSON.stringify({ type: 'order.paid', timestamp: now, data }) };
  });
}

const report = (name: string, query = '') => whole.call('GET', `/v1/reports/${name}?${query}`);
const preview = (rule: unknown, more: object = {}, key?: string) =>
  whole.ask('POST', '/v1/segments/preview', { rule, ...more }, key);

const repeat = { field: 'orders.count', op: 'gte', value: 2 };

beforeAll(async () => {
  whole = await startWholeStack({ time: new Date(now) });
  const shop: ShopAddress = await whole.connectShop({ id: 'tea', currency: 'CNY', timezone: zone });
  await sendAll(shop, events(), { patienceMs: 10_000 });
  await whole.stack.idle();
  const [bob] = (await whole.call('GET', '/v1/customers?shop=tea&buyer=bob')).items;
  const about = { order: 'tea#o2', product: 'tea', reason: 'late' };
  await whole.call('POST', '/v1/cases', { customer: bob.id, kind: 'complaint', ...about });
});

afterAll(() => whole.stop());

describe('reports on the facts', () => {
  test('wait for the first night', async () => {
    expect(await whole.ask('GET', '/v1/reports/pareto')).toMatchObject({ status: 409 });
  });

  test('are not there yet for a preview, which is live then', async () => {
    expect((await preview(repeat)).json).toMatchObject({ source: 'live', count: 1, sample: [{ name: 'The ann' }] });
  });

  test('all answer once there was one', async () => {
    await whole.stack.fireSchedule('nightly', new Date(night));
    analyst = (await whole.call('POST', '/v1/keys', { name: 'counting', role: 'analyst' })).key;
    for (const name of factReportNames) {
      const isOfCampaign = name === 'wake-up-rate' || name === 'activation-rate';
      const { columns, rows, definition } = await report(name, isOfCampaign ? 'campaign=turned-silent' : '');
      expect(definition.length, name).toBeGreaterThan(60);
      // Nothing went out in this scene.
      if (name === 'messages') expect(rows).toEqual([]);
      else expect(rows.length, name).toBeGreaterThan(0);
      for (const row of rows) expect(row, name).toHaveLength(columns.length);
    }
  });

  test('say what the orders say', async () => {
    expect(await report('repeat-purchase-rate', 'from=2026-02-01&to=2026-02-28')).toMatchObject({
      from: '2026-02-01',
      to: '2026-02-28',
      columns: ['buyers', 'repeatBuyers', 'rate'],
      rows: [[2, 1, 0.5]],
    });
    expect((await report('average-order')).rows).toEqual([['164.50', 3, 4, '54.83', '41.12']]);
    expect((await report('active-arpu', 'by=month')).rows).toEqual([
      ['2026-01', '8.00', 1, '8.00'],
      ['2026-02', '156.50', 2, '78.25'],
    ]);
    expect((await report('refunds-by-product')).rows).toEqual([['tea', 'late', 1, 1, '4.00', 1]]);
    expect((await report('wake-up-rate', 'campaign=turned-silent&days=7')).rows).toEqual([
      ['turned-silent', 7, 0, 0, 0, null],
    ]);
    expect((await report('members-by-tier')).rows).toEqual([['regular', 3, 3, 3, '164.50', 1]]);
  });

  test('tell an analyst nothing that buyers wrote', async () => {
    const { json, text } = await whole.ask('GET', '/v1/reports/refunds-by-product', undefined, analyst);
    expect(json).toMatchObject({ rows: [['tea', 1, 1, '4.00', 1]] });
    expect(json.columns).toEqual(['product', 'refunds', 'orders', 'amount', 'cases']);
    expect(text).not.toContain('late');
  });

  test('take a segment', async () => {
    const rule = { field: 'gender', op: 'eq', value: 'female' };
    await whole.call('POST', '/v1/segments', { id: 'women', name: 'Women', rule });
    expect((await report('active-arpu', 'segment=women')).rows).toEqual([['150.50', 1, '150.50']]);
    const live = { field: 'phone', op: 'eq', value: '+8613800138000' };
    await whole.call('POST', '/v1/segments', { id: 'phone', name: 'A phone', rule: live });
    const refused = await whole.ask('GET', '/v1/reports/active-arpu?segment=phone');
    expect(refused).toMatchObject({ status: 422, json: { errors: [{ field: 'segment' }] } });
  });

  test('come as CSV too', async () => {
    const { text } = await whole.ask('GET', '/v1/reports/average-order?format=csv');
    expect(text).toBe('amount,buyers,orders,perBuyer,perOrder\r\n164.50,3,4,54.83,41.12\r\n');
  });

  test.each([
    ['/v1/reports/nonsense', 'name'],
    ['/v1/reports/pareto?by=tier', 'by'],
    ['/v1/reports/retention?by=stage', 'by'],
    ['/v1/reports/retention?days=0', 'days'],
    ['/v1/reports/pareto?from=2026-02-02&to=2026-02-01', 'to'],
    ['/v1/reports/pareto?segment=none', 'segment'],
    ['/v1/reports/pareto?campaign=turned-silent', 'campaign'],
  ])('%s is refused for %s', async (path, field) => {
    expect(await whole.ask('GET', path)).toMatchObject({ status: 422, json: { errors: [{ field }] } });
  });

  test('are for keys only; those told live stay where they were', async () => {
    expect(await whole.ask('GET', '/v1/reports/pareto', undefined, null)).toMatchObject({ status: 401 });
    expect((await report('lifecycle')).columns).toEqual(['stage', 'customers']);
  });
});

describe('a preview', () => {
  const viewed = { field: 'did.viewed', op: 'gte', value: 1 };

  test('is by the facts of the night, and shows customers as they stand now to who may see them', async () => {
    const ann = { name: 'The ann', gender: 'female', orders: { count: 2 } };
    const byFacts = { source: 'facts', asOf: '2026-03-02T19:00:00Z', count: 1, share: 1 / 3 };
    expect((await preview(repeat)).json).toMatchObject({ ...byFacts, sample: [ann] });
    expect((await preview(repeat, {}, analyst)).json).toMatchObject({ ...byFacts, sample: [{ ...ann, name: null }] });
    expect((await preview(repeat, { live: true })).json).toMatchObject({ source: 'live', count: 1, sample: [ann] });
  });

  test('of what facts do not hold says so, and how to ask', async () => {
    const refused = await preview({ all: [repeat, viewed] });
    expect(refused).toMatchObject({ status: 422, json: { errors: [{ field: 'rule.all[1].field' }] } });
    expect(refused.json.errors[0].message).toContain('"live": true');
    expect((await preview({ all: [repeat, { not: viewed }] }, { live: true })).json).toMatchObject({ count: 1 });
  });

  test('is for keys only, and answers an analyst nothing personal', async () => {
    const birthday = { field: 'birthday', op: 'exists', value: true };
    expect(await whole.ask('POST', '/v1/segments/preview', { rule: repeat }, null)).toMatchObject({ status: 401 });
    expect(await preview(birthday, {}, analyst)).toMatchObject({ status: 403 });
    expect(await preview(birthday)).toMatchObject({ status: 200, json: { count: 0 } });
  });
});

test('whoever is erased is in no answer any more; their orders are counted', async () => {
  await whole.stack.setTime(new Date(Date.parse(night) + 3_600_000));
  const before = await report('hour-weekday');
  const { sample } = (await preview(repeat)).json;
  await whole.call('DELETE', `/v1/customers/${sample[0].id}`);
  await whole.stack.idle();
  expect((await preview(repeat)).json).toMatchObject({ source: 'facts', count: 0, share: 0, sample: [] });
  expect((await report('average-order')).rows).toEqual([['14.00', 2, 2, '7.00', '7.00']]);
  const orders = ({ columns, rows }: { columns: string[]; rows: number[][] }) =>
    rows.reduce((sum, row) => sum + (row[columns.indexOf('orders')] ?? 0), 0);
  expect(orders(await report('hour-weekday'))).toBe(orders(before));
});
