import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { convertAmount, decimalsOf, formatAmount, parseAmount, rateOn } from '../../../shared/domain/money.ts';

test('decimals are those of ISO 4217, as the runtime knows them', () => {
  const known = Intl.supportedValuesOf('currency');
  for (const currency of ['CNY', 'USD', 'JPY', 'KRW', 'KWD', 'BHD', 'TND', 'VND', 'CLP', 'ISK', 'EUR', 'GBP']) {
    expect(known).toContain(currency);
    const style = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions();
    expect([currency, decimalsOf(currency)]).toEqual([currency, style.maximumFractionDigits]);
  }
});

describe('amounts', () => {
  test.each([
    ['123.45', 'CNY', 12_345],
    ['123.4', 'CNY', 12_340],
    ['123.4500', 'CNY', 12_345],
    ['0.1', 'KWD', 100],
    ['7', 'JPY', 7],
    ['-0.00', 'CNY', 0],
    ['-1.50', 'CNY', -150],
  ])('%s %s', (text, currency, minor) => expect(parseAmount(text, currency)).toBe(minor));

  test.each(['', '1.', '.5', '1e3', '1,000.00', ' 1', '0x1', 'NaN', '1.234', '9'.repeat(30)])(
    '%j is none in CNY',
    (text) => expect(parseAmount(text, 'CNY')).toBeUndefined(),
  );

  test('go to text and back unchanged', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.constantFrom('CNY', 'JPY', 'KWD', 'CLF'), (amount, currency) => {
        const there = parseAmount(formatAmount(amount, currency), currency);
        expect(there === undefined ? Math.abs(amount) > 1e14 : there === amount).toBe(true);
      }),
    );
  });
});

describe('conversion', () => {
  test.each([
    [1000, 'USD', 'CNY', '7.1', 7100],
    [1, 'USD', 'CNY', '0.5', 0],
    [3, 'USD', 'CNY', '0.5', 2],
    [5, 'USD', 'CNY', '0.5', 2],
    [7, 'USD', 'CNY', '0.5', 4],
    [-3, 'USD', 'CNY', '0.5', -2],
    [1000, 'JPY', 'CNY', '0.0485', 4850],
    [1234, 'KWD', 'CNY', '23.4', 2888],
    [100, 'CNY', 'JPY', '20.5', 20],
  ])('%d %s to %s at %s, half to even', (amount, from, to, rate, expected) =>
    expect(convertAmount(amount, from, to, rate)).toBe(expected),
  );

  test('the rate is the newest that had begun', () => {
    const rates = [
      { currency: 'USD', from: '2026-01-01', rate: '7' },
      { currency: 'USD', from: '2026-06-01', rate: '7.2' },
      { currency: 'EUR', from: '2026-01-01', rate: '8' },
    ];
    const on = (day: string) => rateOn(rates, 'USD', day);
    expect([on('2025-12-31'), on('2026-01-01'), on('2026-05-31'), on('2026-06-01')]).toEqual([
      undefined,
      '7',
      '7',
      '7.2',
    ]);
  });
});
