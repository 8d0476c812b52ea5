import { describe, expect, test } from 'vitest';
import { type CustomerFile, emptyFile, withOrder, withUpdate } from '../../../shared/domain/customers/customer-file.ts';
import { genderWord } from '../../../shared/domain/customers/gender.ts';
import type { Statement } from '../../../shared/domain/customers/statements.ts';
import type { Purchase } from '../../../shared/domain/orders/purchase.ts';
import { partOf, recordMaker } from '../../../shared/domain/segments/record-of-customer.ts';
import { defaultSettings, type Settings } from '../../../shared/domain/settings/settings.ts';
import { aPurchase, noon } from '../../support/segment-records.ts';

const { asOf } = noon;
const settings: Settings = {
  ...defaultSettings,
  rates: [{ currency: 'USD', from: '2026-01-01', rate: '7.1' }],
};

function anOrder(file: CustomerFile, ref: string, on: string, amount: number, more: Partial<Purchase> = {}) {
  const { paidAt, day } = aPurchase(on, amount);
  const purchase = { paidAt, day, amount, currency: 'CNY', items: 1, lines: [], coupons: [], ...more };
  return withOrder(file, { ref, entry: { statedAt: paidAt - 60_000, purchase }, statements: {} });
}

function stating(said: Record<string, Statement>): CustomerFile {
  const statements = Object.fromEntries(Object.entries(said).map(([field, value]) => [field, { value, at: 1 }]));
  return withUpdate(emptyFile('c1'), { identities: ['b:1'], statements });
}

const seen = (file: CustomerFile, ...fields: string[]) => recordMaker(new Set(fields), settings, asOf)(file);

describe('a customer as a rule sees them', () => {
  test('purchases are net, in the base currency, with what they still contain', () => {
    const lines = [
      { product: 'tea', sku: 'tea-1', category: 'drinks', amount: 500 },
      { product: 'cup', amount: 100 },
    ];
    let file = anOrder(emptyFile('c1'), 'north#1', '2026-11-01', 600, { lines, items: 2 });
    file = anOrder(file, 'us#2', '2026-11-02', 1000, { currency: 'USD' });
    file = anOrder(file, 'eu#3', '2026-11-03', 1000, { currency: 'EUR' });
    const { purchases } = seen(file, 'orders.total', 'bought.sku');
    expect(purchases.map(({ amount }) => amount)).toEqual([600, 7100, 0]);
    expect(purchases[0]).toMatchObject({ items: 2, products: ['tea', 'cup'], skus: ['tea-1'], categories: ['drinks'] });
    expect(seen(file, 'orders.total').purchases[0]).toMatchObject({ amount: 600, products: [] });
    expect(seen(file, 'gender').purchases).toEqual([]);
  });

  test('addresses and birthday as they are kept; what is none is missing', () => {
    const file = stating({ phone: '+8613800138000', email: ' Ann@Example.com', birthday: '1990-02-28', gender: '女' });
    expect(seen(file, 'phone', 'email', 'age', 'gender')).toMatchObject({
      phone: '+8613800138000',
      email: 'ann@example.com',
      birthday: 19900228,
      gender: 'female',
    });
    const masked = stating({ phone: '138****8000', email: 'a***@example.com', birthday: '1990-02-30', gender: '保密' });
    expect(seen(masked, 'phone', 'email', 'birthday', 'gender')).toMatchObject({
      phone: undefined,
      email: undefined,
      birthday: undefined,
      gender: undefined,
    });
  });

  test('attributes in the type they were stated in, and only those asked for', () => {
    const file = stating({ 'attr.size': 'M', 'attr.children': 2, credit: 700, province: 'Shanghai' });
    expect(seen(file, 'attr.children', 'credit')).toMatchObject({ credit: 700, province: 'Shanghai' });
    expect([...seen(file, 'attr.children', 'attr.none').attributes]).toEqual([['children', 2]]);
  });

  test('shops count with the order, paid or not; coupons with a purchase; neither before its time', () => {
    let file = anOrder(emptyFile('c1'), 'north#1', '2026-11-01', 600, { coupons: ['TEA10'] });
    file = anOrder(file, 'south#2', '2026-12-01', 600, { coupons: ['XMAS'] });
    file = withOrder(file, { ref: 'west#3', entry: { statedAt: asOf - 1 }, statements: {} });
    expect(seen(file, 'shop', 'coupon.used')).toMatchObject({ shops: ['north', 'west'], couponsUsed: ['TEA10'] });
  });

  test('stage and its first day as of the moment', () => {
    const file = anOrder(anOrder(emptyFile('c1'), 'n#1', '2026-08-01', 100), 'n#2', '2026-12-01', 100);
    expect(seen(file, 'stage')).toMatchObject({ stage: 'silent', stageSince: undefined });
    expect(seen(file, 'stageSince').stageSince).toBe(aPurchase('2026-10-31', 0).day);
  });

  test('what stands elsewhere is handed in', () => {
    const standing = { rfm: undefined, tier: 'vip', points: 12, tags: ['tea'] };
    const record = recordMaker(new Set(['tier']), settings, asOf)(emptyFile('c1'), { standing });
    expect(record).toMatchObject({ tier: 'vip', points: 12, tags: ['tea'], reachable: { sms: false } });
    expect(['tier', 'rfm.group', 'consent.sms', 'touched', 'predicted.alive', 'orders.total'].map(partOf)).toEqual([
      'standing',
      'standing',
      'reach',
      'touches',
      'predicted',
      undefined,
    ]);
  });
});

test.each([
  ['F', 'female'],
  [' Female ', 'female'],
  ['女士', 'female'],
  ['男', 'male'],
  ['m', 'male'],
  ['Non-binary', 'non-binary'],
  ['未知', undefined],
  ['', undefined],
])('gender %j is %s', (stated, word) => expect(genderWord(stated)).toBe(word));
