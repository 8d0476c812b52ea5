import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { itemBytes } from '../../../infra/local/usage/capacity.ts';
import {
  fileItem,
  type Item,
  orderItem,
  readFileItem,
  readOrderItem,
} from '../../../shared/adapters/dynamodb/customer-items.ts';
import { stampAll } from '../../../shared/contracts/platforms/reading-fields.ts';
import {
  contributionOf,
  emptyFile,
  withIdentities,
  withOrder,
  withUpdate,
} from '../../../shared/domain/customers/customer-file.ts';
import type { BoughtLine } from '../../../shared/domain/orders/bought-lines.ts';
import { arbitraryWebhook } from '../../support/arbitrary-orders.ts';
import { aBigBuyer } from '../../support/big-buyer.ts';

const zone = 'Asia/Shanghai';

describe('what lies in the tables', () => {
  test('an order comes back as it was written', () => {
    fc.assert(
      fc.property(arbitraryWebhook, fc.constantFrom('c_1', undefined), (order, customer) => {
        const value = { order, ...(customer !== undefined && { customer }) };
        expect(readOrderItem(orderItem({ value, version: 3 }))).toEqual({ value, version: 4 });
      }),
    );
  });

  test('a file comes back as it was written', () => {
    fc.assert(
      fc.property(fc.array(arbitraryWebhook, { maxLength: 8 }), (hooks) => {
        let file = emptyFile('c_1');
        for (const hook of hooks) file = withOrder(withIdentities(file, hook.identities), contributionOf(hook, zone));
        const value = { type: 'file', file, dueAt: Date.UTC(2026, 10, 23) } as const;
        expect(readFileItem(fileItem({ value, version: 0 }))).toEqual({ value, version: 1 });
      }),
    );
  });

  test('an order id with a hash in it stays whole', () => {
    const [order] = fc.sample(arbitraryWebhook, 1);
    if (!order) throw new Error('no sample');
    const value = { order: { ...order, id: 'a#b' } };
    expect(readOrderItem(orderItem({ value, version: 0 })).value).toEqual(value);
  });

  test('a file comes back with the points written by hand', () => {
    const points = [{ id: 'k1', kind: 'redeemed', at: 5, points: -3, coupon: 'FIVE' }] as const;
    const file = withUpdate(emptyFile('c_1'), { identities: ['p:one'], statements: {}, points });
    const value = { type: 'file', file } as const;
    expect(readFileItem(fileItem({ value, version: 0 })).value).toEqual(value);
  });

  test('statements are read from rows of names and values, and from those written as members before', () => {
    const said = { phone: '+8613800138000', 'consent.sms:+8613800138000': true };
    const facts = (row: unknown) => ({ S: JSON.stringify({ identities: [], statements: [row] }) });
    const file = (row: unknown) => readFileItem({ customer: { S: 'c_1' }, facts: facts(row) }).value;
    const expected = Object.fromEntries(
      Object.entries(said).map(([name, value]) => [name, { value, at: 5, ref: 'a#1' }]),
    );
    expect(file([5, Object.entries(said).flat(), 'a#1'])).toMatchObject({ file: { statements: expected } });
    expect(file([5, said, 'a#1'])).toMatchObject({ file: { statements: expected } });
  });

  test('a file written before lines were kept is read without them', () => {
    const facts = {
      identities: ['p:one'],
      orders: [
        ['north#7', 100, 200, 20_600, 1500, 'CNY', 2],
        ['north#8', 300],
      ],
      openRefunds: [['north#7', 250]],
      statements: [],
    };
    const item = { customer: { S: 'c_1' }, version: { N: '2' }, facts: { S: JSON.stringify(facts) } };
    const purchase = { paidAt: 200, day: 20_600, amount: 1500, currency: 'CNY', items: 2, lines: [], coupons: [] };
    const { value } = readFileItem(item);
    expect(value.type === 'file' && [...value.file.orders]).toEqual([
      ['north#7', { statedAt: 100, purchase, refundOpenSince: 250 }],
      ['north#8', { statedAt: 300 }],
    ]);
  });

  test.each(['61000-M', '61000-7', '610007', '61000', '6100', 'M', '61000-', '61000-007'])(
    'a line comes back, whether or not its SKU %s begins with its product',
    (sku) => {
      const lines = [
        { product: '61000', sku, category: 'Tea', amount: 5 },
        { product: '', sku, amount: 6 },
        { product: '61000', amount: 7 },
      ];
      const purchase = { paidAt: 200, day: 0, amount: 18, currency: 'CNY', items: 3, lines, coupons: [] };
      const file = withOrder(emptyFile('c_1'), { ref: 'n#1', entry: { statedAt: 100, purchase }, statements: {} });
      const value = { type: 'file', file } as const;
      expect(readFileItem(fileItem({ value, version: 0 })).value).toEqual(value);
    },
  );

  test('a customer of 6,000 purchases fits in an item, and comes back from the SDK as from the wire', () => {
    const value = { type: 'file', file: aBigBuyer('c_1', 6000) } as const;
    const item = fileItem({ value, version: 0 });
    expect(itemBytes(item)).toBeLessThan(0.75 * 400 * 1024);
    expect(readFileItem(item).value).toEqual(value);
    const base64 = Buffer.from(item.packed?.B ?? []).toString('base64');
    const onTheWire = JSON.stringify({ ...item, packed: { B: base64 } });
    expect(readFileItem(JSON.parse(onTheWire)).value).toEqual(value);
  });

  test('a file of some 200 purchases stays a text', () => {
    const item = fileItem({ value: { type: 'file', file: aBigBuyer('c_1', 200) }, version: 0 });
    expect([item.facts?.S?.length, item.packed]).toEqual([expect.any(Number), undefined]);
  });

  test('a customer of six orders stays within one write unit', () => {
    expect(itemBytes(itemOf(6, () => []))).toBeLessThanOrEqual(1024);
  });

  test('a customer of five orders of two lines, none bought twice, takes at most 1.2 kB', () => {
    const item = itemOf(5, (order) => [lineOf(2 * order), lineOf(2 * order + 1)]);
    expect(itemBytes(item)).toBeLessThanOrEqual(1200);
  });
});

/** Numbered as the big platforms do: long and without a system. */
function lineOf(number: number): BoughtLine {
  return {
    product: String(610_000_000_000 + 7_654_321 * number),
    sku: String(4_600_000_000_000 + 87_654_321 * number),
    category: ['Tea', 'Honey', 'Skin care'][number % 3] ?? '',
    amount: 9900 + number,
  };
}

function itemOf(orders: number, linesOf: (order: number) => BoughtLine[]): Item {
  let file = withIdentities(
    emptyFile(`c_b${'x'.repeat(22)}`),
    ['b', 'e', 'p'].map((k) => `${k}:${'x'.repeat(22)}`),
  );
  const stated = { name: 'Li Na', gender: 'female', country: 'CN', city: 'Hangzhou', phone: '+8619900000000' };
  for (let number = 0; number < orders; number++) {
    const paidAt = Date.UTC(2026, number, 1) + 35_123_000;
    const money = { amount: 21_600, currency: 'CNY', items: 2, lines: linesOf(number), coupons: [] };
    const purchase = { paidAt, day: Math.floor(paidAt / 86_400_000), ...money };
    const entry = { statedAt: paidAt - 61_000, purchase };
    const ref = `tmall#202600000${number}`;
    file = withOrder(file, { ref, entry, statements: stampAll(stated, paidAt - 61_000) });
  }
  const noticed = { stage: 'returning_repeat', asOf: Date.UTC(2026, 10, 23), settings: 3 } as const;
  return fileItem({
    value: { type: 'file', file: { ...file, noticed }, dueAt: Date.UTC(2026, 10, 23) },
    version: orders,
  });
}
