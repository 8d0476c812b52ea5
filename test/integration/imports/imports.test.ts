import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoNightlyLimits } from '../../../shared/adapters/dynamodb/workspace/nightly-limits.ts';
import { type CustomerFile, factsOf } from '../../../shared/domain/customers/customer-file.ts';
import { BaseSample } from '../../../shared/domain/value/nightly-limits.ts';
import { rfmValuesAt } from '../../../shared/domain/value/rfm-values.ts';
import { valuedPurchases } from '../../../shared/domain/value/valued-purchase.ts';
import { takeInEvent } from '../../../shared/usecases/orders/take-in-webhook.ts';
import type { Shop } from '../../../shared/usecases/ports.ts';
import { type ApiUnderTest, startApi } from '../../support/crm-api.ts';
import type { FilesInMemory } from '../../support/files-in-memory.ts';
import { importFile, rejectedOf, runTransfers } from '../../support/import-run.ts';
import { type FileOrder, fileOrders, orderCsv, orderLines } from '../../support/order-files.ts';

const shop = { id: 'north', platform: 'generic', name: 'North', currency: 'CNY', timezone: 'Asia/Shanghai' };

async function withShop(): Promise<ApiUnderTest> {
  const api = await startApi();
  expect((await api.call('POST', '/v1/shops', { body: shop })).status).toBe(201);
  return api;
}

async function filesOf(api: ApiUnderTest): Promise<CustomerFile[]> {
  const { items } = await api.store.scanFiles(0, 1, undefined, 10_000);
  return items.flatMap(({ item }) => (item?.value.type === 'file' ? [item.value.file] : []));
}

/** The whole base, apart from ids and what was noticed when. */
async function base(api: ApiUnderTest): Promise<string[]> {
  return (await filesOf(api)).map((file) => JSON.stringify(factsOf(file))).sort();
}

function csvOf(api: ApiUnderTest, key: string): string[] {
  const bytes = (api.deps.files as FilesInMemory).objects.get(key) ?? new Uint8Array();
  return Buffer.from(bytes).toString('utf8').replace('\ufeff', '').trimEnd().split('\r\n');
}

/** What a census would freeze of this base. */
async function freezeLimits(api: ApiUnderTest, files: readonly CustomerFile[]): Promise<void> {
  const settings = await api.deps.settings.settings(api.time);
  const sample = new BaseSample();
  for (const file of files) {
    const purchases = valuedPurchases(file.orders, settings);
    const values = (days: number) => rfmValuesAt(purchases, api.time, days, settings.timezone) ?? null;
    sample.add({ rfm: values(settings.rfm.windowDays), history: null, yearAmount: values(365)?.m ?? 0 });
  }
  const limits = dynamoNightlyLimits(
    { client: api.local.client, name: api.local.tableNames.workspace },
    {
      now: () => api.time,
    },
  );
  await limits.replaceLimits(sample.limits('night', api.time, settings));
}

async function deliver(api: ApiUnderTest, order: FileOrder): Promise<void> {
  const { deps } = api;
  const body = Buffer.from(JSON.stringify({ type: 'order.updated', data: order })).toString('base64');
  const event = { shop: 'north', id: order.id, headers: {}, query: {}, body, receivedAt: api.time };
  const known = { ...(await deps.shops.freshShop('north')) } as Shop;
  const outcome = await takeInEvent(event, {
    ...(deps as unknown as Parameters<typeof takeInEvent>[1]),
    shops: { shop: async () => known, freshShop: async () => known },
    pause: async () => undefined,
    random: () => 0.5,
  });
  expect(outcome.type).toBe('recorded');
}

const orders = fileOrders(450);
let byWebhooks: ApiUnderTest;
let imported: ApiUnderTest;

beforeAll(async () => {
  [byWebhooks, imported] = await Promise.all([withShop(), withShop()]);
  for (const order of orders) await deliver(byWebhooks, order);
});
afterAll(async () => {
  await Promise.all([byWebhooks.local.stop(), imported.local.stop()]);
});

describe('an import of orders', () => {
  it('makes the base that webhooks make, in parts that run out of time and are done twice', async () => {
    const hurried = { remainingMs: (look: number) => (look % 2 === 0 ? 60_000 : 1), twice: true };
    const job = await importFile(imported, orderCsv(orders), {}, hurried);
    const rows = orders.flatMap(orderLines).length;
    expect(job).toMatchObject({ status: 'done', failure: null, rejected: null, partsDone: job.parts });
    expect(job.rows).toMatchObject({ read: rows, rejected: 0 });
    expect(job.rows.recorded + job.rows.unchanged).toBe(rows);
    expect(await base(imported)).toEqual(await base(byWebhooks));
  });

  it('changes nothing when it comes again', async () => {
    const before = await base(imported);
    const job = await importFile(imported, orderCsv(orders), {});
    expect(job.rows).toMatchObject({ recorded: 0, unchanged: job.rows.read, rejected: 0 });
    expect(await base(imported)).toEqual(before);
  });

  it('is silent: all that it learns of an order is marked so', async () => {
    const stored = [...(await imported.store.readOrders([`north#${orders[0]?.id}`])).values()];
    expect(stored[0]?.value.silent).toEqual({ milestones: ['createdAt', 'paidAt'], at: imported.time });
  });

  it('lists broken rows in the middle by number, field and reason, and takes in the rest', async () => {
    const [api, some] = [await withShop(), fileOrders(60)];
    try {
      const lines = [
        orderCsv([]).trimEnd(),
        ...some.map((order) => orderLines({ ...order, items: order.items.slice(0, 1) })[0]?.trimEnd() ?? ''),
      ];
      lines[11] = 'n1,"CNY,100.00,2025-01-01T00:00:00Z';
      lines[21] = `${lines[21]},one,two,three`;
      lines[31] = lines[31]?.replace('64.50', 'a lot') ?? '';
      lines[41] = lines[41]?.replace(/2025-[^,]*Z/, 'yesterday') ?? '';
      lines[51] = lines[51]?.replace(',CNY,', ',XXQ,') ?? '';
      // Rows before them, such as the title with a line break in it, count as one, as in a spreadsheet.
      const job = await importFile(api, `${lines.join('\r\n')}\r\n`, {});
      expect(job.rows).toEqual({ read: 60, recorded: 55, unchanged: 0, rejected: 5 });
      expect(rejectedOf(api, job)).toEqual([
        'row,id,field,reason',
        '12,,,"a quote is not closed, or text follows a closing quote"',
        '22,,,"has 23 fields, the headings are 20"',
        expect.stringMatching(/^32,n100030,total,/),
        expect.stringMatching(/^42,n100040,createdAt,/),
        expect.stringMatching(/^52,n100050,currency,/),
      ]);
      const refs = [...(await api.store.readOrders(some.map(({ id }) => `north#${id}`))).keys()];
      expect(refs).toHaveLength(55);
    } finally {
      await api.local.stop();
    }
  });

  it('takes NDJSON as webhooks have it', async () => {
    const api = await withShop();
    try {
      const lines = orders.map((order) => JSON.stringify(order));
      const job = await importFile(api, [...lines.slice(0, 300), 'not json', ...lines.slice(300)].join('\n'), {
        format: 'ndjson',
      });
      expect(job.rows).toEqual({ read: 451, recorded: 450, unchanged: 0, rejected: 1 });
      const { items } = (await api.call('GET', '/v1/audit')).json;
      expect(items[0]).toMatchObject({ action: 'import.started', target: `import/${job.id}`, changed: [] });
      expect((await api.call('POST', `/v1/imports/${job.id}/start`, { body: {} })).status).toBe(409);
      expect((await api.call('GET', '/v1/audit')).json.items).toHaveLength(items.length);
      expect(rejectedOf(api, job).at(-1)).toBe('301,,,is not JSON');
      expect(await base(api)).toEqual(await base(byWebhooks));
    } finally {
      await api.local.stop();
    }
  });

  it('exported and imported elsewhere is the same base again', async () => {
    const created = await imported.call('POST', '/v1/exports', { body: { kind: 'orders', format: 'csv' } });
    expect(created.status).toBe(201);
    await runTransfers(imported, { remainingMs: () => 1 });
    const exported = (await imported.call('GET', `/v1/exports/${created.json.id}`)).json;
    expect(exported).toMatchObject({ status: 'done', personal: true, rows: orders.flatMap(orderLines).length });
    const { objects } = imported.deps.files as unknown as { objects: Map<string, Uint8Array> };
    const file = objects.get(`exports/${created.json.id}/orders.csv`) ?? new Uint8Array();
    const api = await withShop();
    try {
      const job = await importFile(api, file, {});
      expect(job).toMatchObject({ status: 'done', rows: { rejected: 0 } });
      expect(await base(api)).toEqual(await base(byWebhooks));
    } finally {
      await api.local.stop();
    }
  });

  it('leads to the members of a segment as a file', async () => {
    const rule = { field: 'bought.product', op: 'any', value: ['p3'] };
    expect(
      (await imported.call('POST', '/v1/segments', { body: { id: 'buyers', name: 'Buyers of p3', rule } })).status,
    ).toBe(201);
    const analyst = await imported.keyOf('analyst');
    const created = await imported.call('POST', '/v1/segments/buyers/export', {
      body: { format: 'csv' },
      key: analyst,
    });
    expect(created.json).toMatchObject({ segment: 'buyers', personal: false });
    await runTransfers(imported);
    const bought = (await filesOf(imported)).filter((file) =>
      [...file.orders.values()].some(({ purchase }) => purchase?.lines.some(({ product }) => product === 'p3')),
    );
    expect(bought.length).toBeGreaterThan(10);
    const job = (await imported.call('GET', `/v1/exports/${created.json.id}`, { key: analyst })).json;
    expect(job).toMatchObject({ status: 'done', rows: bought.length });
    const [heading, ...lines] = csvOf(imported, `exports/${job.id}/customers.csv`);
    const personal = ['name', 'email', 'phone', 'birthday'];
    expect(heading?.split(',').filter((column) => personal.includes(column))).toEqual([]);
    expect(lines.map((line) => line.split(',')[0]).sort()).toEqual(bought.map(({ id }) => id).sort());
  });

  it('tells of every customer what the API tells: value, membership, and tags of either kind', async () => {
    const tagRules = [{ tag: 'many', rule: { field: 'orders.count', op: 'gte', value: 3 } }];
    expect((await imported.call('PATCH', '/v1/settings', { body: { tagRules } })).status).toBe(200);
    imported.time += 60_000;
    const files = await filesOf(imported);
    const body = { add: ['likes honey'] };
    expect((await imported.call('POST', `/v1/customers/${files[0]?.id}/tags`, { body })).status).toBe(200);
    await freezeLimits(imported, files);
    const created = await imported.call('POST', '/v1/exports', { body: { kind: 'customers', format: 'ndjson' } });
    await runTransfers(imported);
    const lines = csvOf(imported, `exports/${created.json.id}/customers.ndjson`)
      .flatMap((text) => text.split('\n'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toHaveLength(files.length);
    for (const line of lines) {
      const { json } = await imported.call('GET', `/v1/customers/${line.id}`);
      expect(line).toMatchObject({
        points: json.points,
        stage: json.stage,
        'orders.total': json.orders.total.amount,
        tags: json.tags.join(';'),
      });
      expect(line.tier ?? null).toBe(json.tier);
      const scores = ['r', 'f', 'm', 'group'].map((part) => line[`rfm.${part}`]);
      expect(scores).toEqual(
        json.rfm ? [json.rfm.r, json.rfm.f, json.rfm.m, json.rfm.group] : Array(4).fill(undefined),
      );
    }
    const tags = new Set(lines.flatMap((line) => String(line.tags).split(';')));
    expect([...tags].sort()).toEqual(expect.arrayContaining(['key', 'likes honey', 'many', 'potential']));
    expect(lines.some((line) => line['rfm.group'] !== undefined && line.tier !== undefined)).toBe(true);
  });

  it.each(['csv', 'ndjson'] as const)(
    'of customers, exported as %s, is imported elsewhere as it was',
    async (format) => {
      const [from, to] = [await withShop(), await withShop()];
      try {
        const people = [
          [
            'email,phone,name,gender,birthday,occupation,locale,timezone,country,province,city,consent.sms,tags,attributes',
          ],
          [
            'li@example.com,+8613800138000,李娜,female,1990-02-08,nurse,zh-CN,Asia/Shanghai,CN,浙江省,杭州市,yes,"tea;vip"',
          ],
          ['wu@example.com,,Wu,,,,,,,,,,,'],
        ];
        people[1]?.push('"{""level"":""gold"",""size"":38.5,""vip"":true}"');
        const file = `${people.map((cells) => cells.join(',')).join('\n')}\n`;
        expect((await importFile(from, file, { kind: 'customers' })).rows).toMatchObject({ recorded: 2, rejected: 0 });
        const [wu] = (await from.call('GET', '/v1/customers?email=wu@example.com')).json.items;
        const patch = { consent: { email: 'denied' } };
        expect((await from.call('PATCH', `/v1/customers/${wu.id}`, { body: patch })).status).toBe(200);
        const created = await from.call('POST', '/v1/exports', { body: { kind: 'customers', format } });
        await runTransfers(from);
        const { objects } = from.deps.files as FilesInMemory;
        const exported = objects.get(`exports/${created.json.id}/customers.${format}`) ?? new Uint8Array();
        const job = await importFile(to, exported, { kind: 'customers', format });
        expect(job).toMatchObject({ status: 'done', rows: { read: 2, recorded: 2, rejected: 0 } });
        for (const email of ['li@example.com', 'wu@example.com']) {
          const shown = async (api: ApiUnderTest) => {
            const { id: _other, ...told } = (await api.call('GET', `/v1/customers?email=${email}`)).json.items[0];
            return told;
          };
          const told = await shown(to);
          expect(told).toEqual(await shown(from));
          expect(told.consent).toEqual(
            email.startsWith('li') ? { sms: 'granted', email: 'unknown' } : { sms: 'unknown', email: 'denied' },
          );
        }
      } finally {
        await Promise.all([from.local.stop(), to.local.stop()]);
      }
    },
  );

  it('refuses a link to personal data to an analyst', async () => {
    const created = await imported.call('POST', '/v1/exports', { body: { kind: 'customers', format: 'csv' } });
    const key = await imported.keyOf('analyst');
    expect((await imported.call('GET', `/v1/exports/${created.json.id}`, { key })).status).toBe(403);
  });
});
