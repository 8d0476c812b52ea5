import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiUnderTest, startApi } from '../../support/crm-api.ts';
import { agreeing, customerOf, recordSale, type Sale } from '../../support/segment-orders.ts';

/** The two cases of DOMAIN 6 over a base that came in as orders, through the API. */
let api: ApiUnderTest;

beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.local.stop());

type Person = readonly Omit<Sale, 'buyer'>[];

async function takeIn(base: Readonly<Record<string, Person>>, at: string): Promise<void> {
  api.time = Date.parse(at);
  for (const [buyer, orders] of Object.entries(base)) {
    for (const order of orders) await recordSale(api, { buyer, ...order });
  }
}

/** Names of those of the base that the saved segment holds of, page by page. */
async function membersOf(id: string, rule: unknown, base: object): Promise<string[]> {
  const saved = await api.call('POST', '/v1/segments', { body: { id, name: id, rule } });
  expect(saved).toMatchObject({ status: 201, json: { id, version: 1, warnings: [] } });
  const names = new Map<string, string>();
  for (const name of Object.keys(base)) names.set(await customerOf(api, name), name);
  const members: string[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const url: string = `/v1/segments/${id}/customers?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`;
    const { status, json } = await api.call('GET', url);
    expect(status).toBe(200);
    members.push(...json.items.flatMap((one: { id: string }) => names.get(one.id) ?? []));
    cursor = json.next;
  }
  return members.sort();
}

describe("Mother's Day", () => {
  const says = { gender: '女', city: 'Shanghai' };
  const orders: Person = [
    { on: '2015-05-08', total: 10_000, products: ['rose-tea'], says },
    { on: '2015-11-11', total: 10_000, products: ['kettle', 'silk-scarf'] },
    { on: '2016-03-02', total: 10_001, products: ['kettle'] },
  ];
  const [first, second, third] = orders as [Person[number], Person[number], Person[number]];
  const base: Readonly<Record<string, Person>> = {
    ann: orders,
    'spells it in English': [{ ...first, says: { ...says, gender: 'F' } }, second, third],
    'a man': [{ ...first, says: { ...says, gender: 'male' } }, second, third],
    'nobody knows': [{ ...first, says: { city: 'Shanghai' } }, second, third],
    'two orders': [{ ...second, says }, third],
    'a third one never paid': [{ ...second, says }, third, { ...first, paid: false }],
    'a third one paid back in full': [{ ...first, refund: { amount: 10_000 } }, second, third],
    'an average of 100 exactly': [first, second, { ...third, total: 10_000 }],
    'an average of 100 after a refund': [first, second, { ...third, total: 12_000, refund: { amount: 2_000 } }],
    'long away': [first, second, { ...third, on: '2016-02-28' }],
    elsewhere: [{ ...first, says: { ...says, city: 'Hangzhou' } }, second, third],
    'nothing of the list': [{ ...first, products: ['kettle'] }, { ...second, products: ['kettle'] }, third],
    'returned the tea, kept the scarf': [
      { ...first, total: 20_000, products: ['rose-tea', 'kettle'], refund: { amount: 10_000, product: 'rose-tea' } },
      second,
      third,
    ],
    'returned what is on the list': [
      { ...first, total: 20_000, products: ['rose-tea', 'kettle'], refund: { amount: 10_000, product: 'rose-tea' } },
      { ...second, products: ['kettle'] },
      third,
    ],
  };
  const rule = {
    all: [
      { field: 'gender', op: 'eq', value: 'female' },
      { field: 'orders.count', op: 'gt', value: 2 },
      { field: 'orders.average', op: 'gt', value: '100' },
      { field: 'orders.count', op: 'gte', value: 1, within: { days: 60 } },
      { field: 'region.city', op: 'eq', value: 'Shanghai' },
      { field: 'bought.product', op: 'any', value: ['rose-tea', 'silk-scarf', 'hand-cream'] },
    ],
  };

  test('finds who is meant, and nobody else', async () => {
    await takeIn(base, '2016-05-01T02:00:00Z');
    expect(await membersOf('mothers-day', rule, base)).toEqual([
      'ann',
      'returned the tea, kept the scarf',
      'spells it in English',
    ]);
  });
});

describe('Dragon Boat Festival', () => {
  const atLeastOne = { field: 'orders.count', op: 'gte', value: 1 };
  const since = { field: 'orders.lastAt', op: 'after', value: '2016-01-01' };
  const points = { field: 'points', op: 'gte', value: 1 };
  const bee = 'bee propolis capsules 120';
  const bySms = {
    all: [
      atLeastOne,
      since,
      points,
      { field: 'bought.product', op: 'any', value: [bee] },
      { field: 'region.city', op: 'eq', value: 'Shanghai' },
    ],
  };
  const byEmail = {
    all: [
      atLeastOne,
      { field: 'orders.total', op: 'gte', value: '100' },
      { field: 'orders.items', op: 'gte', value: 1 },
      since,
      points,
      { field: 'bought.product', op: 'any', value: [bee, 'royal jelly', 'honey 500'] },
    ],
  };
  const here = { city: 'Shanghai' };
  const li = { on: '2016-01-02', total: 10_000, products: [bee], says: here };
  const base: Readonly<Record<string, Person>> = {
    li: [{ ...li, says: { ...here, ...agreeing('sms', '+8613800138000'), ...agreeing('email', 'li@example.com') } }],
    'on 1 January': [{ ...li, on: '2016-01-01' }],
    'half a yuan, no point': [{ ...li, total: 50 }],
    everywhere: [{ ...li, says: { city: 'Kunming', ...agreeing('email', 'everywhere@example.com') } }],
    'unknown where': [{ ...li, says: {} }],
    'for 99.99': [{ ...li, total: 9_999 }],
    jelly: [{ ...li, products: ['royal jelly'] }],
    'other goods': [{ ...li, products: ['wax'] }],
    'paid back': [{ ...li, refund: { amount: 10_000 } }],
    'never paid': [{ ...li, paid: false }],
  };

  test('SMS: in Shanghai', async () => {
    await takeIn(base, '2016-06-06T02:00:00Z');
    expect(await membersOf('dragon-sms', bySms, base)).toEqual(['for 99.99', 'li']);
  });

  test('email: everywhere', async () => {
    expect(await membersOf('dragon-email', byEmail, base)).toEqual(['everywhere', 'jelly', 'li', 'unknown where']);
  });

  test('each with its preview before anyone is written to', async () => {
    const preview = async (rule: unknown) => {
      const { status, json } = await api.call('POST', '/v1/segments/preview', { body: { rule, live: true } });
      expect(status).toBe(200);
      return json;
    };
    const everybody = await preview({ not: { field: 'orders.count', op: 'lt', value: 0 } });
    expect(everybody).toMatchObject({ share: 1, source: 'live', asOf: '2016-06-06T02:00:00Z' });
    expect(everybody.sample).toHaveLength(10);
    expect(await preview(bySms)).toMatchObject({
      count: 2,
      share: 2 / everybody.count,
      reachable: { sms: 1, email: 1 },
      warnings: [],
    });
    expect(await preview(byEmail)).toMatchObject({ count: 4, reachable: { sms: 1, email: 2 } });
  });
});
