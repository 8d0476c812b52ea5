import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, type ApiUnderTest, startApi } from '../../support/crm-api.ts';
import { agreeing, customerOf, recordSale } from '../../support/segment-orders.ts';

let api: ApiUnderTest;
let analyst: string;
let marketer: string;
let service: string;
let ann: string;
let bob: string;

const phone = '+8613800138000';

beforeAll(async () => {
  api = await startApi();
  const shop = { id: 'east', platform: 'generic', name: 'East', currency: 'CNY' };
  await api.call('POST', '/v1/shops', { body: shop });
  await api.call('PATCH', '/v1/settings', { body: { regionGroups: { South: ['Guangdong', 'Hainan'] } } });
  api.time += 60_000;
  [analyst, marketer, service] = await Promise.all([api.keyOf('analyst'), api.keyOf('marketer'), api.keyOf('service')]);
  const says = {
    ...agreeing('sms', phone),
    province: 'Hainan',
    birthday: '1990-11-24',
    'attr.skin': 'dry',
    gender: 'f',
  };
  await recordSale(api, { buyer: 'ann', on: '2026-11-01', total: 30_000, products: ['tea'], says });
  await recordSale(api, { buyer: 'ann', on: '2026-11-10', total: 10_001, products: ['cup'] });
  await recordSale(api, {
    buyer: 'bob',
    on: '2026-11-01',
    total: 9_000,
    products: ['tea'],
    says: { province: 'Jilin' },
  });
  [ann, bob] = await Promise.all([customerOf(api, 'ann'), customerOf(api, 'bob')]);
});
afterAll(() => api.local.stop());

const repeat = { field: 'orders.count', op: 'gte', value: 2 };
const byPhone = { field: 'phone', op: 'eq', value: phone };
const errorsOf = ({ json }: Answer) => json.errors as { field: string; message: string }[];
const fieldsOf = (answer: Answer) => errorsOf(answer).map(({ field }) => field);

function save(id: string, rule: unknown, key = marketer): Promise<Answer> {
  return api.call('POST', '/v1/segments', { body: { id, name: `The ${id}`, rule }, key });
}

describe('a segment', () => {
  test('is saved, listed, changed under its version and removed, each in the audit log', async () => {
    const made = await save('repeat', repeat);
    expect(made).toMatchObject({ status: 201, json: { id: 'repeat', rule: repeat, version: 1, warnings: [] } });
    expect(await save('repeat', repeat)).toMatchObject({
      status: 409,
      json: { detail: 'There is a segment repeat already.' },
    });
    const renamed = { name: 'Come back', version: 1 };
    expect(await api.call('PATCH', '/v1/segments/repeat', { body: renamed, key: marketer })).toMatchObject({
      status: 200,
      json: { name: 'Come back', rule: repeat, version: 2 },
    });
    expect((await api.call('PATCH', '/v1/segments/repeat', { body: renamed })).status).toBe(409);
    expect((await api.call('GET', '/v1/segments/repeat', { key: service })).json.name).toBe('Come back');
    await save('all', { not: { field: 'orders.count', op: 'lt', value: 0 } });
    const first = await api.call('GET', '/v1/segments?limit=1', { key: analyst });
    expect(first.json.items).toMatchObject([{ id: 'all' }]);
    const second = await api.call('GET', `/v1/segments?limit=1&cursor=${first.json.next}`);
    expect(second.json).toMatchObject({ items: [{ id: 'repeat' }], next: null });
    expect((await api.call('DELETE', '/v1/segments/all', { key: marketer })).status).toBe(204);
    expect((await api.call('GET', '/v1/segments/all')).status).toBe(404);
    expect((await api.call('DELETE', '/v1/segments/all')).status).toBe(404);
    const audit = (await api.call('GET', '/v1/audit?limit=4')).json.items as Record<string, unknown>[];
    expect(audit.map(({ action, target, changed }) => [action, target, changed])).toEqual([
      ['segment.removed', 'segment/all', []],
      ['segment.created', 'segment/all', ['name', 'rule']],
      ['segment.changed', 'segment/repeat', ['name']],
      ['segment.created', 'segment/repeat', ['name', 'rule']],
    ]);
  });

  test('two who change it at once: one of them is told', async () => {
    await save('raced', repeat);
    const answers = await Promise.all(
      ['a', 'b'].map((name) => api.call('PATCH', '/v1/segments/raced', { body: { name, version: 1 } })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  test.each<[string, unknown, string[]]>([
    ['an unknown field', { all: [repeat, { field: 'order.count', op: 'gte', value: 2 }] }, ['rule.all[1].field']],
    ['a wrong type', { not: { any: [{ field: 'orders.total', op: 'gt', value: 100 }] } }, ['rule.not.any[0].value']],
    ['a wrong op', { field: 'stage', op: 'gt', value: 'lost' }, ['rule.op']],
    [
      'several',
      { all: [{ field: 'age', op: 'gte', value: '9', within: {} }, 1] },
      ['rule.all[0].value', 'rule.all[0].within', 'rule.all[1]'],
    ],
    ['no rule', null, ['rule']],
    ['a tier there is none of', { field: 'tier', op: 'in', value: ['vip', 'gold'] }, ['rule.value[1]']],
    [
      'a region group there is none of',
      { all: [{ field: 'region.group', op: 'eq', value: 'North' }] },
      ['rule.all[0].value'],
    ],
    ['a gender as nobody has it', { not: { field: 'gender', op: 'in', value: ['male', '女'] } }, ['rule.not.value[1]']],
  ])('with %s is refused with the place in the rule', async (_what, rule, fields) => {
    const refused = await save('wrong', rule);
    expect(refused.status).toBe(422);
    expect(fieldsOf(refused)).toEqual(fields);
    expect(fieldsOf(await api.call('PATCH', '/v1/segments/repeat', { body: { rule } }))).toEqual(fields);
    const asked = await api.call('POST', '/v1/segments/preview', { body: { rule } });
    expect(fieldsOf(asked)).toEqual(fields);
    expect((await api.call('GET', '/v1/segments/wrong')).status).toBe(404);
  });

  test('says what would be right', async () => {
    const [group] = errorsOf(await save('wrong', { field: 'region.group', op: 'eq', value: 'North' }));
    expect(group?.message).toBe('must be one of South');
    const [gender] = errorsOf(await save('wrong', { field: 'gender', op: 'eq', value: '女' }));
    expect(gender?.message).toBe('must be female');
  });

  test('that may find nobody is saved with a warning', async () => {
    const rule = {
      any: [
        { field: 'shop', op: 'in', value: ['east', 'gone'] },
        { field: 'tags', op: 'eq', value: 'likes tea' },
        { field: 'tags', op: 'eq', value: 'key' },
      ],
    };
    const { status, json } = await save('doubtful', rule);
    expect(status).toBe(201);
    expect(json.warnings.map(({ field }: { field: string }) => field)).toEqual([
      'rule.any[0].value[1]',
      'rule.any[1].value',
    ]);
  });

  test('is not for everybody to change', async () => {
    for (const key of [analyst, service]) {
      expect((await save('no', repeat, key)).status).toBe(403);
      expect((await api.call('DELETE', '/v1/segments/repeat', { key })).status).toBe(403);
    }
  });
});

describe('the members', () => {
  test('come with all of the customer that the role sees', async () => {
    await save('tea', { field: 'bought.product', op: 'any', value: ['tea'] });
    const all = (await api.call('GET', '/v1/segments/tea/customers')).json;
    expect(all.items.map(({ id }: { id: string }) => id).sort()).toEqual([ann, bob].sort());
    expect(all.next).toBeNull();
    expect(all.items.find(({ id }: { id: string }) => id === ann)).toMatchObject({ phone, orders: { count: 2 } });
    const forAnalyst = await api.call('GET', '/v1/segments/tea/customers', { key: analyst });
    expect(forAnalyst.text).not.toContain(phone);
  });

  test('a cursor ends with the rule it was given for', async () => {
    await save('changing', { field: 'bought.product', op: 'any', value: ['tea'] });
    const { json } = await api.call('GET', '/v1/segments/changing/customers?limit=1');
    expect(json.next).not.toBeNull();
    const next = `/v1/segments/changing/customers?limit=1&cursor=${json.next}`;
    expect((await api.call('GET', next)).json.items).toHaveLength(1);
    await api.call('PATCH', '/v1/segments/changing', { body: { rule: repeat } });
    expect(fieldsOf(await api.call('GET', next))).toEqual(['cursor']);
  });

  test('follow the records at once', async () => {
    await save('buyers', { field: 'orders.count', op: 'gte', value: 1 });
    await recordSale(api, { buyer: 'cat', on: '2026-11-20', total: 100 });
    const { items } = (await api.call('GET', '/v1/segments/buyers/customers')).json;
    expect(items).toHaveLength(3);
  });
});

describe('a preview', () => {
  const preview = (rule: unknown, more: object = {}, key?: string) =>
    api.call('POST', '/v1/segments/preview', { body: { rule, ...more }, ...(key !== undefined && { key }) });

  test('answers by live records until there are facts', async () => {
    const answer = await preview(repeat);
    expect(answer).toMatchObject({ status: 200, json: { count: 1, source: 'live', reachable: { sms: 1, email: 0 } } });
    expect(answer.json.sample).toMatchObject([{ id: ann, phone }]);
    expect((await preview(repeat, {}, analyst)).json.sample).toMatchObject([{ id: ann, phone: null }]);
  });

  test('by the facts, once there are any, unless live is asked for', async () => {
    const facts = {
      source: 'facts',
      asOf: api.time - 1,
      count: 7,
      share: 0.5,
      reachable: { sms: 1, email: 2 },
      sample: [bob],
    } as const;
    const withFacts = await startApi({
      store: api.store,
      settings: api.deps.settings,
      previews: { preview: async () => facts },
    });
    withFacts.time = api.time;
    const ask = async (live: boolean) =>
      (await withFacts.call('POST', '/v1/segments/preview', { body: { rule: repeat, live } })).json;
    expect(await ask(false)).toMatchObject({ source: 'facts', count: 7, share: 0.5, sample: [{ id: bob }] });
    expect(await ask(true)).toMatchObject({ source: 'live', count: 1, sample: [{ id: ann }] });
    await withFacts.local.stop();
  });

  test('of too large a base says what to do', async () => {
    let asked = 0;
    // An hour passes with every look at the clock.
    const slow = await startApi({ clock: { now: () => api.time + 3_600_000 * asked++ } });
    const answer = await slow.call('POST', '/v1/segments/preview', { body: { rule: repeat, live: true } });
    expect(answer).toMatchObject({ status: 422, json: { type: 'urn:huitou:problem:too-many-customers' } });
    expect(answer.json.detail).toContain('by the facts of the last night');
    await slow.local.stop();
  });
});

describe('an explanation', () => {
  const rule = {
    all: [
      { any: [repeat, { field: 'orders.average', op: 'gt', value: '500' }] },
      { not: { field: 'region.group', op: 'eq', value: 'South' } },
    ],
  };

  test('shows every node with the value seen', async () => {
    await save('explained', rule);
    const { status, json } = await api.call('GET', `/v1/segments/explained/explain?customer=${ann}`, { key: marketer });
    expect(status).toBe(200);
    expect(json).toMatchObject({ customer: ann, member: false });
    expect(json.explanation).toEqual({
      path: '',
      holds: false,
      node: 'all',
      of: [
        {
          path: 'all[0]',
          holds: true,
          node: 'any',
          of: [
            { path: 'all[0].any[0]', holds: true, condition: repeat, seen: 2 },
            {
              path: 'all[0].any[1]',
              holds: false,
              condition: rule.all[0]?.any?.[1],
              seen: { average: '200.00', total: '400.01', count: 2 },
            },
          ],
        },
        {
          path: 'all[1]',
          holds: false,
          node: 'not',
          of: [{ path: 'all[1].not', holds: true, condition: rule.all[1]?.not, seen: ['South'] }],
        },
      ],
    });
    const asked = await api.call('POST', '/v1/segments/explain', { body: { rule, customer: bob } });
    expect(asked.json).toMatchObject({
      customer: bob,
      member: false,
      explanation: { of: [{ holds: false }, { holds: true }] },
    });
  });

  test('of reach tells what may be sent', async () => {
    const reach = { field: 'reachable.sms', op: 'eq', value: true };
    const seen = async (customer: string) =>
      (await api.call('POST', '/v1/segments/explain', { body: { rule: reach, customer } })).json.explanation.seen;
    expect([await seen(ann), await seen(bob)]).toEqual([true, false]);
  });

  test('of nobody, or by nothing, is refused', async () => {
    expect((await api.call('GET', '/v1/segments/explained/explain?customer=c_none')).status).toBe(404);
    expect((await api.call('GET', `/v1/segments/none/explain?customer=${ann}`)).status).toBe(404);
    expect(fieldsOf(await api.call('GET', '/v1/segments/explained/explain'))).toEqual(['customer']);
  });
});

describe('an analyst gets to know nobody', () => {
  const birthday = { field: 'birthday', op: 'withinDays', value: 3 };
  const skin = { field: 'attr.skin', op: 'eq', value: 'dry' };

  test('a rule that names addresses is not shown, and explained without them', async () => {
    await save('personal', { all: [byPhone, birthday, skin, repeat] });
    expect((await api.call('GET', '/v1/segments/personal')).text).toContain(phone);
    const shown = await api.call('GET', '/v1/segments/personal', { key: analyst });
    expect(shown.json).toMatchObject({ name: 'The personal', rule: null });
    expect((await api.call('GET', '/v1/segments', { key: analyst })).text).not.toContain(phone);
    const url = `/v1/segments/personal/explain?customer=${ann}`;
    const { json, text } = await api.call('GET', url, { key: analyst });
    for (const secret of [phone, '1990-11-24']) expect(text).not.toContain(secret);
    expect(json.explanation.of).toEqual([
      { path: 'all[0]', holds: true, condition: { field: 'phone', op: 'eq' }, hidden: true },
      { path: 'all[1]', holds: true, condition: birthday, hidden: true },
      { path: 'all[2]', holds: true, condition: skin, hidden: true },
      { path: 'all[3]', holds: true, condition: repeat, seen: 2 },
    ]);
    const full = (await api.call('GET', url)).json.explanation.of;
    expect(full.map(({ seen }: { seen: unknown }) => seen)).toEqual([phone, '1990-11-24', 'dry', 2]);
  });

  test.each([byPhone, { field: 'email', op: 'eq', value: 'ann@example.com' }, birthday, skin])(
    'and asks no rule about %j',
    async (rule) => {
      for (const [path, body] of [
        ['/v1/segments/preview', { rule: { not: rule } }],
        ['/v1/segments/explain', { rule: { not: rule }, customer: ann }],
      ] as const) {
        expect((await api.call('POST', path, { body, key: analyst })).status).toBe(403);
        expect((await api.call('POST', path, { body, key: marketer })).status).toBe(200);
      }
    },
  );
});
