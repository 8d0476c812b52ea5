import { describe, expect, test } from 'vitest';
import { emptyFile, withOrder, withUpdate } from '../../../shared/domain/customers/customer-file.ts';
import { defaultSettings } from '../../../shared/domain/settings/settings.ts';
import { customerFrame, factsOfCustomer } from '../../../shared/usecases/census/facts-of-customer.ts';

const dayMs = 86_400_000;
const asOf = Date.UTC(2026, 10, 23, 19);
const frame = customerFrame(asOf, defaultSettings, (text) => `hashed ${text.length}`);

function purchase(paidAt: number, amount: number) {
  const lines = [{ product: 'tea', amount }];
  return {
    paidAt,
    day: Math.floor((paidAt + 8 * 3_600_000) / dayMs),
    amount,
    currency: 'CNY',
    items: 1,
    lines,
    coupons: [],
  };
}

function bought(paidAt: number, amount: number, id = '1') {
  return { ref: `north#${id}`, entry: { statedAt: paidAt - 1, purchase: purchase(paidAt, amount) }, statements: {} };
}

const said = (fields: Record<string, string | boolean>) => ({
  identities: ['p:x'],
  statements: Object.fromEntries(Object.entries(fields).map(([field, value]) => [field, { value, at: asOf - dayMs }])),
});

describe('the facts of a customer', () => {
  test('end at the as-of moment: what was bought later is in none of them', () => {
    const file = withOrder(withOrder(emptyFile('c'), bought(asOf, 100)), bought(asOf + 1, 900, '2'));
    const facts = factsOfCustomer(file, frame);
    expect(facts?.purchases.map(({ order }) => order)).toEqual(['1']);
    expect(facts?.lines.map(({ amount }) => amount)).toEqual([100]);
    expect(facts?.measures).toMatchObject({ rfm: { r: 0, f: 1, m: 100 }, history: { repeats: 0 }, yearAmount: 100 });
    expect(facts?.customer.stage).toBe('new_once');
  });

  test('are none of somebody not heard of by then, nor of a file that is nobody’s', () => {
    expect(factsOfCustomer(withOrder(emptyFile('c'), bought(asOf + 2, 100)), frame)).toBeUndefined();
    expect(factsOfCustomer(emptyFile('c'), frame)).toBeUndefined();
  });

  test('tell of a prospect what was said, with addresses as keys only', () => {
    const phone = '+8613800138000';
    const words = {
      phone,
      [`consent.sms:${phone}`]: false,
      gender: '女士',
      birthday: '1990-02-28',
      occupation: 'nurse',
      credit: 'A',
      'attr.size': 'L',
    };
    const facts = factsOfCustomer(withUpdate(emptyFile('c'), said({ ...words, name: 'Li Na' })), frame);
    expect(facts?.customer).toMatchObject({
      stage: 'prospect',
      knownSince: asOf - dayMs,
      gender: 'female',
      birthday: 19900228,
      occupation: 'nurse',
      credit: '"A"',
      attributes: '{"size":"L"}',
      consentSms: 'denied',
      consentEmail: null,
      emailKey: null,
      shops: '[]',
      points: 0,
    });
    expect(facts?.customer.smsKey).toMatch(/^p:hashed /);
    expect(JSON.stringify(facts)).not.toMatch(/13800138000|Li Na/);
    expect(facts?.measures).toEqual({ rfm: null, history: null, yearAmount: 0 });
  });
});
