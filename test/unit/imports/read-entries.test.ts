import { describe, expect, it } from 'vitest';
import { csvCell, csvLine } from '../../../shared/contracts/exports/csv-text.ts';
import { columnsOf } from '../../../shared/contracts/exports/export-columns.ts';
import { cellText, decimalOf, timeOf } from '../../../shared/contracts/imports/cells.ts';
import { findColumns, type ImportKind } from '../../../shared/contracts/imports/columns.ts';
import { csvFields } from '../../../shared/contracts/imports/csv-records.ts';
import { type FileLayout, readLayout } from '../../../shared/contracts/imports/file-layout.ts';
import type { ImportPreset } from '../../../shared/contracts/imports/presets.ts';
import { type Entry, readEntries } from '../../../shared/contracts/imports/read-entries.ts';
import { customerRow } from '../../../shared/usecases/transfers/export-rows.ts';
import { lineOf } from '../../../shared/usecases/transfers/write-export.ts';

const shop = { id: 'north', currency: 'CNY', timezone: 'Asia/Shanghai' };
const asOf = Date.UTC(2026, 0, 1);

interface Reading {
  readonly kind?: ImportKind;
  readonly preset?: ImportPreset;
  readonly mapping?: Record<string, string>;
  readonly currency?: string;
}

function layoutOf(bytes: Uint8Array): FileLayout {
  const layout = readLayout(bytes, 'csv');
  if ('problem' in layout) throw new Error(layout.problem);
  return layout;
}

function read(
  file: string | Uint8Array,
  { kind = 'orders', preset, mapping, currency = 'CNY' }: Reading = {},
): Entry[] {
  const bytes = Buffer.from(file as string);
  const layout = layoutOf(bytes);
  const columns = findColumns(layout.columns, { kind, ...(preset && { preset }), ...(mapping && { mapping }) });
  if ('problem' in columns) throw new Error(columns.problem);
  const rules = { kind, layout, columns, ...(preset && { preset }), shop: { ...shop, currency }, asOf };
  return [...readEntries(bytes.subarray(layout.dataStart), 2, rules)];
}

/** Lines of customers. */
function readLines(file: string): Entry[] {
  const bytes = Buffer.from(file);
  const layout = readLayout(bytes, 'ndjson');
  if ('problem' in layout) throw new Error(layout.problem);
  return [...readEntries(bytes, 1, { kind: 'customers', layout, columns: new Map(), shop, asOf })];
}

/** The orders in a file; what is refused fails the test. */
function orders(file: string | Uint8Array, reading: Reading = {}) {
  return read(file, reading).map(({ value, rejected }) => {
    expect(rejected).toEqual([]);
    if (value?.type !== 'order') throw new Error('no order');
    return { ...value.order, buyer: value.buyer };
  });
}

const rejected = (entries: readonly Entry[]) => entries.flatMap((entry) => entry.rejected);

describe('cells', () => {
  it.each([
    ['="0012345678901234567"', '0012345678901234567'],
    ['\t4012\t', '4012'],
    ["'+8613800138000", '+8613800138000'],
    ["'O Brien", "'O Brien"],
    ['   ', undefined],
  ])('%j is %j', (raw, text) => {
    expect(cellText(raw)).toBe(text);
  });

  it.each([
    ['¥1,234.50', '1234.50'],
    ['￥ 12', '12'],
    ['.5', '0.5'],
    ['1.234,50', '1.234,50'],
    ['a lot', 'a lot'],
  ])('%j is the amount %j', (text, amount) => {
    expect(decimalOf(text)).toBe(amount);
  });

  it.each([
    ['2026-11-23T19:00:00Z', '2026-11-23T19:00:00Z'],
    ['2026-11-23 19:00:00 +0800', '2026-11-23T11:00:00Z'],
    ['2026-11-23 19:00:00', '2026-11-23T11:00:00Z'],
    ['2026/1/3 9:05', '2026-01-03T01:05:00Z'],
    ['2026-11-23', '2026-11-22T16:00:00Z'],
    ['2026-02-30 10:00:00', '2026-02-30 10:00:00'],
    ['yesterday', 'yesterday'],
  ])('%j is the time %j', (text, time) => {
    expect(timeOf(text, 'Asia/Shanghai')).toBe(time);
  });

  it.each(['=1+1', '+86138', '-3', '@SUM(A1)', '＝1+1', '＠x', '\tx', '\rx', '\nx'])(
    '%j is no formula in a file of ours, and itself again',
    (text) => {
      expect(csvCell(text).replace(/^"/, '')).toMatch(/^'/);
      expect(cellText(csvFields(csvLine([text]).trimEnd(), ',')[0])).toBe(text.trim());
    },
  );
});

describe('headings', () => {
  const columnsOf = (headings: string[], mapping: Parameters<typeof findColumns>[1]) => {
    const found = findColumns(headings, mapping);
    return 'problem' in found ? found.problem : Object.fromEntries(found);
  };

  it('are fields by name, by mapping and by preset, in this order of strength from the weakest', () => {
    expect(columnsOf(['ID', 'total', 'createdAt', 'Sum'], { kind: 'orders' })).toEqual({
      id: 0,
      total: 1,
      createdAt: 2,
    });
    const mapping = { total: 'Sum', 'customer.attributes.level': 'createdAt' };
    expect(columnsOf(['id', 'total', 'createdAt', 'sum'], { kind: 'orders', mapping })).toMatchObject({
      total: 3,
      'customer.attributes.level': 2,
    });
  });

  it('that are missing are named, beside those that are there', () => {
    expect(columnsOf(['a', 'b'], { kind: 'orders' })).toBe(
      'No column holds "id", "total", "createdAt"; the file has "a", "b". Map them.',
    );
    expect(columnsOf(['id'], { kind: 'products', mapping: { title: 'Name' } })).toBe(
      'The file has no column "Name"; it has "id".',
    );
    expect(columnsOf(['name'], { kind: 'customers' })).toMatch(/^No column holds "id", "email" or "phone"/);
  });
});

describe('rows of orders', () => {
  const head = 'id,total,createdAt,items.productId,items.title,items.quantity,items.price\n';

  it('next to each other are one order', () => {
    const found = orders(
      `${head}1,30,2026-01-02 10:00:00,p1,Tea,1,10\n1,30,2026-01-02 10:00:00,p2,Cup,2,10\n2,5,2026-01-03 10:00:00,p1,Tea,1,5\n`,
    );
    expect(found.map(({ id }) => id)).toEqual(['1', '2']);
    expect(found[0]?.description?.value).toMatchObject({
      currency: 'CNY',
      total: 3000,
      items: [
        { productId: 'p1', title: 'Tea', quantity: 1, price: 1000 },
        { productId: 'p2', title: 'Cup', quantity: 2, price: 1000 },
      ],
    });
    expect(found[0]?.milestones).toEqual({ createdAt: Date.parse('2026-01-02T02:00:00Z') });
    expect(found[0]?.description?.at).toBe(Date.parse('2026-01-02T02:00:00Z'));
  });

  it('apart from each other are refused, and so are those with a broken row between them', () => {
    const line = (id: string) => `${id},30,2026-01-02 10:00:00,p1,Tea,1,10\n`;
    const found = read(`${head}${line('1')}${line('2')}${line('1')}${line('3')}"3"x\n${line('3')}${line('4')}`);
    expect(found.map(({ value }) => value?.type)).toEqual(['order', 'order', undefined, undefined, 'order']);
    expect(rejected(found)).toEqual([
      { row: 4, id: '1', reason: expect.stringContaining('not next to each other') },
      { row: 5, id: '3', reason: expect.stringContaining('row 6 stands between') },
      { row: 6, reason: expect.stringContaining('quote') },
    ]);
    expect(found.map(({ next }) => next.row)).toEqual([3, 4, 5, 8, 9]);
  });

  it('name the row and the field that is wrong', () => {
    const found = read(`${head}1,30,2026-01-02 10:00:00,p1,Tea,1,10\n1,30,,p2,Cup,some,10\n`);
    expect(rejected(found)).toEqual([{ row: 3, id: '1', field: 'items.quantity', reason: expect.any(String) }]);
  });
});

describe('the export of', () => {
  it('Shopify is read by its headings, one row per line item', () => {
    const file = [
      'Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,Subtotal,Shipping,Taxes,Total,Discount Code,Discount Amount,Shipping Method,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Billing Name,Shipping City,Shipping Province,Shipping Country,Cancelled at,Payment Method,Refunded Amount,Id,Phone,Source',
      '#1001,li@example.com,partially_refunded,2026-01-02 10:01:00 +0800,fulfilled,2026-01-03 09:00:00 +0800,yes,USD,30.00,5.00,0,35.00,SPRING,0,Post,2026-01-02 10:00:00 +0800,1,Tea,10.00,tea-01,Li Na,Hangzhou,ZJ,CN,,Card,10.00,450789469,+8613800138000,web',
      '#1001,li@example.com,,,,,,,,,,,,,,,2,"Cup, ""blue""",10.00,cup-01,,,,,,,,,,',
      '#1002,wu@example.com,refunded,2026-01-02 11:01:00 +0800,,,no,USD,30.00,5.00,0,35.00,,0,Post,2026-01-02 11:00:00 +0800,1,Tea,10.00,tea-01,Wu,,,,,Card,35.00,450789470,,web',
    ].join('\n');
    const [first, second] = orders(file, { preset: 'shopify', currency: 'USD' });
    expect(first).toMatchObject({ id: '450789469', buyer: { email: 'li@example.com', phone: '+8613800138000' } });
    expect(first?.description?.value).toMatchObject({ total: 2500, shipping: 500, coupons: ['SPRING'] });
    expect(first?.description?.value.items).toMatchObject([
      { productId: 'tea-01', quantity: 1 },
      { productId: 'cup-01', title: 'Cup, "blue"', quantity: 2 },
    ]);
    expect(first?.milestones.paidAt).toBe(Date.parse('2026-01-02T02:01:00Z'));
    expect(first?.statements['consent.email:li@example.com']?.value).toBe(true);
    // All of it went back: cancelled after payment. A box not ticked is no objection.
    expect(second?.description?.value.total).toBe(3500);
    expect(second?.milestones.cancelledAt).toBeGreaterThan(second?.milestones.paidAt ?? 0);
    expect(Object.keys(second?.statements ?? {}).filter((field) => field.startsWith('consent'))).toEqual([]);
  });

  it('WooCommerce is paid by its status, in the zone of the shop', () => {
    const file = [
      'Order Number,Order Status,Order Date,Customer User ID,Email (Billing),City (Billing),Country Code (Billing),Order Total Amount,Order Refund Amount,SKU,Item Name,Quantity (- Refund),Item Cost',
      '77,Completed,2026-01-02 10:00,0,li@example.com,Hangzhou,CN,30.00,0,tea-01,Tea,3,10',
      '78,Pending,2026-01-02 11:00,12,wu@example.com,Hangzhou,CN,30.00,,tea-01,Tea,3,10',
    ].join('\n');
    const [first, second] = orders(file, { preset: 'woocommerce' });
    expect(first?.milestones.paidAt).toBe(Date.parse('2026-01-02T02:00:00Z'));
    expect(first?.buyer).toEqual({ email: 'li@example.com' });
    expect(second?.milestones.paidAt).toBeUndefined();
    expect(second?.buyer.id).toBe('12');
  });

  it('Taobao is read in GB18030, its numbers whole, its receiver not taken for the buyer', () => {
    // 订单编号,买家会员名,总金额,买家实际支付金额,订单状态,收货地址,联系手机,订单创建时间,订单付款时间,宝贝标题,宝贝总数量
    // "=""4012345678901234567""",茶友,30.00,25.00,交易成功,浙江省 杭州市 西湖区,'13800138000,2026-01-02 10:00:00,2026-01-02 10:01:00,龙井茶,2
    const file = Buffer.from(
      [
        'tqm1pbHgusUswvK80rvh1LHD+yzX3L3wtu4swvK80sq1vMrWp7i2vfC27iy2qbWl17TMrCzK1bv1tdjWtyzBqs+1yta7+iy2qbWl',
        'tLS9qMqxvOQstqm1pbi2v+7KsbzkLLGmsbSx6sziLLGmsbTX3Mr9wb8KIj0iIjQwMTIzNDU2Nzg5MDEyMzQ1NjciIiIssujT0Swz',
        'MC4wMCwyNS4wMCy9u9LXs8m5pizV472tyqEgurzW3crQIM73uv7H+CwnMTM4MDAxMzgwMDAsMjAyNi0wMS0wMiAxMDowMDowMCwy',
        'MDI2LTAxLTAyIDEwOjAxOjAwLMH6vq6y6CwyCg==',
      ].join(''),
      'base64',
    );
    const [order] = orders(file, { preset: 'taobao' });
    expect(order).toMatchObject({ id: '4012345678901234567', buyer: { id: '茶友' } });
    expect(order?.buyer.phone).toBeUndefined();
    expect(order?.description?.value).toMatchObject({
      total: 2500,
      items: [{ title: '龙井茶', quantity: 2 }],
      address: { country: 'CN', province: '浙江省', city: '杭州市' },
    });
  });
});

describe('rows of customers', () => {
  const head =
    'id,email,phone,name,birthday,consent.email,consentAt,tags,tag.vip,attributes.level,city,updatedAt,occupation\n';

  it('say basics, attributes, tags and consents, each with its time', () => {
    const [entry] = read(
      `${head}u1,Li@Example.com,13800138000,Li Na,1990/2/8,no,2025-05-01 08:00:00,gift;tea,yes,gold,Hangzhou,2025-06-01,nurse\n`,
      { kind: 'customers' },
    );
    if (entry?.value?.type !== 'customer') throw new Error(JSON.stringify(entry?.rejected));
    const at = Date.parse('2025-05-31T16:00:00Z');
    expect(entry.value.buyer).toEqual({ id: 'u1', email: 'li@example.com', phone: '+8613800138000' });
    expect(entry.value.statements).toMatchObject({
      birthday: { value: '1990-02-08', at },
      occupation: { value: 'nurse', at },
      'tag.gift': { value: true, at },
      'tag.vip': { value: true, at },
      'attr.level': { value: 'gold', at },
      city: { value: 'Hangzhou', at },
      'consent.email:li@example.com': { value: false, at: Date.parse('2025-05-01T00:00:00Z') },
    });
  });

  it('take attributes as one JSON object, too, whose columns of their own go first', () => {
    const [both, one, broken, list] = read(
      'email,attributes,attributes.size\na@example.com,"{""vip"":true,""size"":""S"",""n"":2}",L\nb@example.com,"{""vip"":false}",\nc@example.com,vip,\nd@example.com,[1],M\n',
      { kind: 'customers' },
    );
    const stated = (entry?: Entry) => (entry?.value?.type === 'customer' ? entry.value.statements : undefined);
    expect(stated(both)).toMatchObject({
      'attr.vip': { value: true },
      'attr.size': { value: 'L' },
      'attr.n': { value: 2 },
    });
    expect(Object.keys(stated(one) ?? {})).toEqual(['email', 'attr.vip']);
    for (const wrong of [broken, list]) {
      expect(wrong?.value).toBeUndefined();
      expect(wrong?.rejected).toMatchObject([{ field: expect.stringMatching(/attributes$/) }]);
    }
  });

  it('are as they were exported: attributes of every kind, and no word where nobody was asked', () => {
    const money = { amount: '0.00', currency: 'CNY' };
    const none = { gender: null, birthday: null, occupation: null, locale: null, timezone: null, credit: null };
    const attributes = { level: 'gold', formula: '=1+1', quote: 'a "b", c', vip: true, size: 38.5 };
    const lines = [attributes, {}].map((given, index) =>
      customerRow({
        ...none,
        id: `c_${index}`,
        name: '李娜',
        email: `li${index}@example.com`,
        phone: '+8613800138000',
        region: { country: 'CN', province: null, city: '杭州市' },
        stage: 'prospect',
        stageSince: null,
        orders: { count: 0, total: money, average: money, items: 0, firstAt: null, lastAt: null },
        rfm: null,
        tier: null,
        points: 0,
        tags: ['-50%', 'gift', 'key'],
        preferences: { category: null, priceBand: null },
        predicted: null,
        attributes: given,
        consent: { sms: 'unknown', email: 'denied' },
        reachable: { sms: false, email: false },
      }),
    );
    const columns = columnsOf('customers', true);
    const csv = `\ufeff${csvLine(columns)}${lines.map((line) => lineOf(line, columns, 'csv')).join('')}`;
    const [all, nothing] = read(csv, { kind: 'customers' });
    expect([all?.rejected, nothing?.rejected]).toEqual([[], []]);
    const stated = (entry?: Entry) => (entry?.value?.type === 'customer' ? entry.value.statements : {});
    const said = Object.entries(stated(all)).map(([field, { value }]) => [field, value]);
    expect(said).toEqual(
      expect.arrayContaining(Object.entries(attributes).map(([name, value]) => [`attr.${name}`, value])),
    );
    const tagsOf = (entry?: Entry) => Object.keys(stated(entry)).filter((field) => field.startsWith('tag.'));
    expect(tagsOf(all)).toEqual(['tag.-50%', 'tag.gift']);
    expect(said).toContainEqual(['consent.email:li0@example.com', false]);
    expect(said.filter(([field]) => String(field).startsWith('consent.sms'))).toEqual([]);
    expect(Object.keys(stated(nothing)).filter((field) => field.startsWith('attr.'))).toEqual([]);

    const ndjson = lines.map((line) => lineOf(line, columns, 'ndjson')).join('');
    const [whole, bare] = readLines(ndjson);
    expect([whole?.rejected, bare?.rejected]).toEqual([[], []]);
    expect([whole?.value, bare?.value]).toEqual([all?.value, nothing?.value]);
    expect(columnsOf('customers', false)).not.toContain('attributes');
  });

  it('stand in NDJSON as webhooks or as exports have them; what is wrong is named in plain words', () => {
    const found = readLines(
      [
        { email: 'a@example.com', consent: { sms: false }, 'consent.email': 'granted', city: null, tags: ['one'] },
        { email: 'd@example.com', tags: 'tea, green;vip', country: 'CN', address: { city: '杭州市' } },
        { email: 'b@example.com', 'consent.sms': 'maybe', country: 86, tags: 7, name: ['Li'] },
        { email: 'c@example.com', address: 'Hangzhou', consent: 'granted', attributes: { level: [1] } },
        [1],
      ]
        .map((line) => JSON.stringify(line))
        .join('\n'),
    );
    expect(found[0]?.value).toMatchObject({
      statements: {
        'consent.sms:': { value: false },
        'consent.email:a@example.com': { value: true },
        'tag.one': { value: true },
      },
    });
    expect(found[1]?.value).toMatchObject({
      statements: { 'tag.tea, green': {}, 'tag.vip': {}, country: { value: 'CN' }, city: { value: '杭州市' } },
    });
    expect(rejected(found).map(({ row, field, reason }) => `${row} ${field}: ${reason}`)).toEqual([
      '3 name: must be text',
      '3 consent.sms: must be true or false',
      '3 address.country: must be text',
      '3 tags: must be a list of tags, or an object with true or false for each',
      '4 consent: must be an object',
      '4 attributes.level: must be text, or a number, or true or false',
      '4 address: must be an object',
      '5 undefined: must be an object',
    ]);
  });

  it('without a time were true when the file was made; without an identity they are nobody', () => {
    const [entry, nobody] = read('email,name\nli@example.com,Li\nnot an address,Wu\n', { kind: 'customers' });
    expect(entry?.value).toMatchObject({ statements: { name: { at: asOf } } });
    expect(nobody?.rejected).toEqual([{ row: 3, reason: expect.stringContaining('names no id, email or phone') }]);
  });
});

describe('rows of products', () => {
  it('are the catalogue’s', () => {
    const found = read(
      'id,title,price,url\np1,Tea,¥12.50,https://shop.example/tea\np2,,1,\np3,Cup,1,javascript:alert(1)\n',
      { kind: 'products' },
    );
    expect(found[0]?.value).toEqual({
      type: 'product',
      product: { id: 'p1', title: 'Tea', price: '12.50', url: 'https://shop.example/tea' },
    });
    expect(rejected(found).map(({ row, field }) => [row, field])).toEqual([
      [3, 'title'],
      [4, 'url'],
    ]);
  });
});
