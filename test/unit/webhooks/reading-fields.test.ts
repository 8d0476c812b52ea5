import { describe, expect, test } from 'vitest';
import { awaitedBy, Fields, instantOf, minorUnits } from '../../../shared/contracts/platforms/reading-fields.ts';

describe('amounts', () => {
  test.each([
    ['195.66', 'USD', 19_566],
    [195.66, 'USD', 19_566],
    [3, 'USD', 300],
    ['348.0', 'USD', 34_800],
    ['100', 'JPY', 100],
    ['100.00', 'JPY', 100],
    ['1.234', 'KWD', 1234],
    ['-10.00', 'USD', -1000],
    // Finer than the currency: half to even, exactly.
    [10.799999999999999, 'USD', 1080],
    ['0.125', 'USD', 12],
    ['0.135', 'USD', 14],
    ['-0.125', 'USD', -12],
    [2.9e-15, 'USD', 0],
  ])('%s %s is %i', (value, currency, expected) => {
    expect(minorUnits(value, currency)).toBe(expected);
  });

  test.each([['1e5'], [1e21], ['12,50'], ['99999999999999999999'], ['USD 5'], [''], [null], [true], [Number.NaN]])(
    '%s is none',
    (value) => {
      expect(minorUnits(value, 'USD')).toBeUndefined();
    },
  );
});

describe('times', () => {
  test.each([
    ['2026-11-23T19:00:00Z', 'Asia/Shanghai', '2026-11-23T19:00:00Z'],
    ['2026-11-23T19:00:00+08:00', 'Z', '2026-11-23T11:00:00Z'],
    ['2016-05-17T04:14:36-00:00', 'Z', '2016-05-17T04:14:36Z'],
    ['2026-11-23 19:00:00', '+08:00', '2026-11-23T11:00:00Z'],
    ['2026-11-23T19:00:00', 'Asia/Shanghai', '2026-11-23T11:00:00Z'],
    ['2026-07-01T12:00:00', 'Europe/Berlin', '2026-07-01T10:00:00Z'],
    // Summer time ends at 3:00, which comes again as 2:00: the first 2:30 is meant.
    ['2026-10-25T02:30:00', 'Europe/Berlin', '2026-10-25T00:30:00Z'],
    // Summer time begins at 2:00: there is no 2:30, and it is half an hour after the gap began.
    ['2026-03-29T02:30:00', 'Europe/Berlin', '2026-03-29T01:30:00Z'],
    ['2026-03-29T03:30:00', 'Europe/Berlin', '2026-03-29T01:30:00Z'],
    ['2026-10-25T12:00:00', 'Europe/Berlin', '2026-10-25T11:00:00Z'],
  ])('%s in %s is %s', (text, zone, expected) => {
    expect(new Date(instantOf(text, zone) ?? 0)).toEqual(new Date(expected));
  });

  test.each(['2026-02-30T00:00:00Z', '2026-11-23', '1790000000', 'today', '2026-11-23T19:00:00+99:00', ''])(
    '%s is none',
    (text) => {
      expect(instantOf(text, 'Z')).toBeUndefined();
    },
  );
});

describe('the fields of a body', () => {
  const read = (body: unknown) => Fields.ofBody(body);

  test.each([
    [450_789_469, '450789469'],
    ['820982911946154508', '820982911946154508'],
    [' a1 ', 'a1'],
    [0, undefined],
    [null, undefined],
    ['', undefined],
  ])('the id %s is %s', (id, expected) => {
    const body = read({ id });
    expect(body.id('id')).toBe(expected);
    expect(body.invalid).toBeUndefined();
  });

  test.each([1.5, 1e300, -3, [1], { id: 1 }])('%s is no id', (id) => {
    const body = read({ id });
    expect(body.id('id')).toBeUndefined();
    expect(body.invalid).toMatchObject({ errors: [{ field: 'id' }] });
  });

  test('errors name the path, one a field', () => {
    const body = read({
      lines: [{ price: '1.00' }, { price: 'cheap' }, 7],
      address: [],
      meta: { 1: {}, 7: { a: [] } },
    });
    for (const line of body.objects('lines')) line.needed('quantity', line.quantity('quantity'), 0);
    for (const line of body.objects('lines')) line.needed('price', line.amount('price', 'EUR'), 0);
    expect(body.object('address')).toBeUndefined();
    body.objects('meta')[1]?.text('a');
    expect(body.invalid).toEqual({
      type: 'invalid',
      errors: [
        { field: 'lines[2]', message: 'is not an object' },
        { field: 'lines[0].quantity', message: 'is needed' },
        { field: 'lines[1].quantity', message: 'is needed' },
        { field: 'lines[1].price', message: 'is not an amount, such as "123.45"' },
        { field: 'meta[1].a', message: 'is not text' },
      ],
    });
  });

  test('what plugins add makes nothing invalid', () => {
    const body = read({ meta_data: ['?', { key: 'a', value: [] }] });
    expect(body.extras('meta_data').map((entry) => entry.text('value'))).toEqual([undefined]);
    expect(body.invalid).toBeUndefined();
  });

  test.each([['text'], [7], [null], [[]]])('%j is no body', (value) => {
    expect(read(value).invalid).toMatchObject({ errors: [{ field: '', message: 'is not a JSON object' }] });
  });

  test('names that every object has are no fields', () => {
    const body = read(JSON.parse('{"__proto__": {"id": 7}, "constructor": 1}'));
    expect(body.id('id')).toBeUndefined();
  });

  test('goods by weight are pieces begun', () => {
    expect([1.5, '2.00', 0, '3'].map((quantity) => read({ quantity }).quantity('quantity'))).toEqual([2, 2, 0, 3]);
  });
});

test.each([
  ['Cash on Delivery (COD)', 'collection'],
  ['cod', 'collection'],
  ['cash_on_delivery', 'collection'],
  ['bacs', 'transfer'],
  ['cheque', 'transfer'],
  ['Bank Deposit', 'transfer'],
  ['Money Order', 'transfer'],
  ['shopify_payments', undefined],
  ['checkout.com', undefined],
  ['Code coupon', undefined],
  ['', undefined],
])('%s leaves to come: %s', (method, expected) => {
  expect(awaitedBy(method)).toBe(expected);
});
