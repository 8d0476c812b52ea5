import { describe, expect, test } from 'vitest';
import { amountBound, sideOf } from '../../../shared/domain/segments/amount-bound.ts';
import { compileRule } from '../../../shared/domain/segments/compile.ts';
import { type Op, opsOf } from '../../../shared/domain/segments/fields.ts';
import type { SegmentRecord } from '../../../shared/domain/segments/record.ts';
import type { Condition, Single, Within } from '../../../shared/domain/segments/rule.ts';
import { segmentRuleSchema } from '../../../shared/domain/segments/rule-schema.ts';
import { unknownNames } from '../../../shared/domain/segments/unknown-names.ts';
import { fieldNames, knownField } from '../../support/arbitrary-segments.ts';
import { aPurchase, aRecord, noon } from '../../support/segment-records.ts';

const on = (moment: string, zone = 'Asia/Shanghai') => ({ ...noon, asOf: Date.parse(moment), zone });

function holds(
  [field, op, value, within]: readonly [string, string, unknown, Within?],
  known: Partial<SegmentRecord> = {},
  context = noon,
): boolean {
  const rule = segmentRuleSchema.parse({ field, op, value, ...(within && { within }) });
  return compileRule(rule, context)(aRecord(known));
}

describe('a missing value', () => {
  const missing = fieldNames.filter((name) => opsOf(knownField(name)).includes('exists'));
  const values: Readonly<Record<string, Single>> = {
    whole: 1,
    fraction: 1,
    amount: '1',
    day: '2026-01-01',
    choice: 'key_value',
    stated: 1,
  };
  const names = missing.filter((name) => knownField(name).type !== 'times');

  test.each(names)('of %s makes every condition false but ne, notIn and exists: false', (name) => {
    const one = values[knownField(name).type] ?? 'x';
    const operands: Readonly<Record<string, Condition['value']>> = {
      in: [one],
      notIn: [one],
      between: [one, one],
      before: '2026-01-01',
      after: '2026-01-01',
      contains: 'x',
      withinDays: 366,
      exists: true,
    };
    const holding = opsOf(knownField(name)).filter((op) => holds([name, op, operands[op] ?? one]));
    expect(holding).toEqual(['ne', 'notIn'].filter((op) => opsOf(knownField(name)).includes(op as Op)));
    expect(holds([name, 'exists', false])).toBe(true);
  });

  test('is no number of purchases, amount or events: those are zero', () => {
    expect(holds(['orders.count', 'eq', 0])).toBe(true);
    expect(holds(['orders.total', 'lt', '1'])).toBe(true);
    expect(holds(['did.viewed', 'lte', 0])).toBe(true);
    expect(holds(['bought.product', 'none', ['p']])).toBe(true);
  });
});

describe('amounts', () => {
  const thirds = {
    purchases: [aPurchase('2026-11-01', 3_333), aPurchase('2026-11-02', 3_333), aPurchase('2026-11-03', 3_334)],
  };
  test.each([
    ['gt', '33.33', true],
    ['eq', '33.33', false],
    ['lt', '33.34', true],
    ['gt', '33.3333', true],
    ['lt', '33.3334', true],
    ['notIn', ['33.33', '33.34'], true],
  ])('an average of a hundred in three, unrounded, %s %s: %s', (op, value, expected) => {
    expect(holds(['orders.average', op, value], thirds)).toBe(expected);
  });

  test('finer than the currency are compared as they are', () => {
    const purchases = [aPurchase('2026-11-01', 101)];
    expect(holds(['orders.total', 'gt', '1.005'], { purchases })).toBe(true);
    expect(holds(['orders.total', 'between', ['1.0099', '1.0101']], { purchases })).toBe(true);
    expect(holds(['orders.total', 'lte', '100.5'], { purchases }, { ...noon, baseCurrency: 'JPY' })).toBe(false);
    expect(holds(['orders.total', 'eq', '0.101'], { purchases }, { ...noon, baseCurrency: 'KWD' })).toBe(true);
  });

  test('beyond 2^53 stay exact', () => {
    const bound = amountBound('99999999999.9999', 'JPY');
    expect(bound).toEqual({ numerator: 999_999_999_999_999, denominator: 10_000 });
    const [total, count] = [899_999_999_999_999, 9_000];
    const exact = BigInt(total) * 10_000n - 999_999_999_999_999n * BigInt(count);
    expect(Math.sign(sideOf(total, count, bound))).toBe(exact < 0n ? -1 : 1);
    expect(sideOf(9_007_199_254_740_991, 10_000, { numerator: 9_007_199_254_740_991, denominator: 10_000 })).toBe(0);
    expect(sideOf(9_007_199_254_740_991, 10_000, { numerator: 9_007_199_254_740_990, denominator: 10_000 })).toBe(1);
  });
});

describe('windows of purchases', () => {
  const count = (within: Within, day: string, context = noon) =>
    holds(['orders.count', 'eq', 1, within], { purchases: [aPurchase(day, 100)] }, context);

  test('the last 30 days are those at most 30 days ago, on the calendar', () => {
    expect(count({ days: 30 }, '2026-10-24')).toBe(true);
    expect(count({ days: 30 }, '2026-10-23')).toBe(false);
    expect(count({ days: 0 }, '2026-11-23')).toBe(true);
    expect(count({ days: 0 }, '2026-11-22')).toBe(false);
  });

  test('the as-of day is that of the given zone', () => {
    const late = Date.parse('2026-11-23T16:30:00Z');
    expect(count({ days: 0 }, '2026-11-23', { ...noon, asOf: late, zone: 'UTC' })).toBe(true);
    expect(count({ days: 0 }, '2026-11-23', { ...noon, asOf: late })).toBe(false);
  });

  test('a period has both its ends', () => {
    const period = { from: '2026-11-01', to: '2026-11-03' };
    expect(['2026-10-31', '2026-11-01', '2026-11-03', '2026-11-04'].map((day) => count(period, day))).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  test('a shop further east may be a day ahead; what is paid later than the moment does not count', () => {
    const ahead = aPurchase('2026-11-24', 100, [], { paidAt: noon.asOf - 1 });
    const later = aPurchase('2026-11-23', 100, [], { paidAt: noon.asOf + 1 });
    expect(holds(['orders.count', 'eq', 1, { days: 7 }], { purchases: [ahead, later] })).toBe(true);
    expect(holds(['orders.lastAt', 'eq', '2026-11-24'], { purchases: [ahead, later] })).toBe(true);
    expect(holds(['orders.lastAt', 'exists', true], { purchases: [later] })).toBe(false);
  });

  test('narrow down what was bought too', () => {
    const purchases = [aPurchase('2026-11-20', 100, ['tea', 'cup']), aPurchase('2026-01-20', 100, ['pot'])];
    expect(holds(['bought.product', 'all', ['tea', 'pot']], { purchases })).toBe(true);
    expect(holds(['bought.product', 'all', ['tea', 'pot'], { days: 30 }], { purchases })).toBe(false);
    expect(holds(['bought.product', 'none', ['pot'], { days: 30 }], { purchases })).toBe(true);
    expect(holds(['bought.product', 'any', ['pot', 'cup'], { days: 30 }], { purchases })).toBe(true);
  });
});

describe('days', () => {
  const purchases = [aPurchase('2026-05-01', 100), aPurchase('2026-03-01', 100)];
  test.each([
    ['orders.lastAt', 'after', '2026-05-01', false],
    ['orders.lastAt', 'after', '2026-04-30', true],
    ['orders.lastAt', 'gte', '2026-05-01', true],
    ['orders.firstAt', 'before', '2026-03-01', false],
    ['orders.firstAt', 'before', '2026-03-02', true],
    ['orders.firstAt', 'between', ['2026-03-01', '2026-03-01'], true],
  ])('%s %s %s: %s', (field, op, value, expected) => {
    expect(holds([field, op, value], { purchases })).toBe(expected);
  });
});

describe('birthdays', () => {
  const near = (moment: string, days: number, birthday: number) =>
    holds(['birthday', 'withinDays', days], { birthday }, on(moment));

  test.each([
    ['today', '2026-11-23T04:00:00Z', 0, 19901123, true],
    ['yesterday', '2026-11-23T04:00:00Z', 30, 19901122, false],
    ['the last of the days', '2026-11-23T04:00:00Z', 7, 19901130, true],
    ['the day after', '2026-11-23T04:00:00Z', 7, 19901201, false],
    ["over the year's end", '2026-12-30T04:00:00Z', 5, 19900104, true],
    ["not quite, over the year's end", '2026-12-30T04:00:00Z', 5, 19900105, false],
    ['today on the calendar of the zone', '2026-11-22T16:30:00Z', 0, 19901123, true],
    ['29 February in an ordinary year is the 28th', '2027-02-28T04:00:00Z', 0, 20000229, true],
    ['and not 1 March', '2027-03-01T04:00:00Z', 0, 20000229, false],
    ['29 February in a leap year', '2028-02-29T04:00:00Z', 0, 20000229, true],
    ['is then not the 28th', '2028-02-28T04:00:00Z', 0, 20000229, false],
  ])('%s', (_name, moment, days, birthday, expected) => {
    expect(near(moment, days, birthday)).toBe(expected);
  });

  test.each([
    ['the day before', '2026-11-22T04:00:00Z', 19901123, 35],
    ['the birthday', '2026-11-23T04:00:00Z', 19901123, 36],
    ['29 February, on the 28th of an ordinary year', '2027-02-28T04:00:00Z', 20000229, 27],
    ['29 February, on the 28th of a leap year', '2028-02-28T04:00:00Z', 20000229, 27],
    ['born today', '2026-11-23T04:00:00Z', 20261123, 0],
  ])('age on %s', (_name, moment, birthday, age) => {
    expect(holds(['age', 'eq', age], { birthday }, on(moment))).toBe(true);
  });

  test('who is not born yet has no age', () => {
    expect(holds(['age', 'exists', false], { birthday: 20261124 })).toBe(true);
  });
});

describe('events and messages', () => {
  const daysAgo = (days: number) => noon.asOf - days * 86_400_000;
  const events = new Map([['viewed', [daysAgo(0), daysAgo(1), daysAgo(90), daysAgo(91), noon.asOf + 1]]]);

  test('are counted on the calendar, events of the last 90 days only', () => {
    expect(holds(['did.viewed', 'eq', 3], { events })).toBe(true);
    expect(holds(['did.viewed', 'eq', 2, { days: 1 }], { events })).toBe(true);
    expect(holds(['did.viewed', 'eq', 0, { from: '2026-08-24', to: '2026-08-24' }], { events })).toBe(true);
    expect(holds(['did.viewed', 'eq', 1, { from: '2026-08-25', to: '2026-08-25' }], { events })).toBe(true);
  });

  test.each([
    ['exists', true, { days: 30 }],
    ['withinDays', 30, undefined],
    ['gte', 1, { days: 30 }],
  ] as const)('opened within 30 days may be written with %s', (op, value, within) => {
    const rule = ['opened', op, value, ...(within ? [within] : [])] as const;
    expect(holds(rule as never, { opened: [daysAgo(30)] })).toBe(true);
    expect(holds(rule as never, { opened: [daysAgo(31)] })).toBe(false);
  });
});

describe('words', () => {
  test('an attribute of another type is as good as missing', () => {
    const attributes = new Map([['size', '42']]);
    expect(holds(['attr.size', 'gte', 40], { attributes })).toBe(false);
    expect(holds(['attr.size', 'eq', 42], { attributes })).toBe(false);
    expect(holds(['attr.size', 'ne', 42], { attributes })).toBe(true);
    expect(holds(['attr.size', 'eq', '42'], { attributes })).toBe(true);
    expect(holds(['attr.constructor', 'exists', false], { attributes })).toBe(true);
  });

  test('a set is asked for one of its words, or for any of several', () => {
    const tags = ['vip', 'tea'];
    expect(holds(['tags', 'contains', 'tea'], { tags })).toBe(true);
    expect(holds(['tags', 'eq', 'tea'], { tags })).toBe(true);
    expect(holds(['tags', 'in', ['wine', 'tea']], { tags })).toBe(true);
    expect(holds(['tags', 'notIn', ['wine', 'tea']], { tags })).toBe(false);
    expect(holds(['tags', 'ne', 'wine'], { tags })).toBe(true);
  });

  test('a group of regions is a list of provinces', () => {
    const context = { ...noon, regionGroups: { South: ['Guangdong', 'Hainan'], North: ['Beijing'] } };
    expect(holds(['region.group', 'eq', 'South'], { province: 'Hainan' }, context)).toBe(true);
    expect(holds(['region.group', 'ne', 'South'], { province: 'Beijing' }, context)).toBe(true);
    expect(holds(['region.group', 'in', ['South', 'North']], { province: 'Tibet' }, context)).toBe(false);
    expect(holds(['region.group', 'exists', false], { province: 'Tibet' }, context)).toBe(true);
    expect(holds(['region.group', 'eq', 'toString'], { province: 'Hainan' }, context)).toBe(false);
  });

  test('names that the workspace does not know are told with their place', () => {
    const rule = segmentRuleSchema.parse({
      any: [
        { field: 'region.group', op: 'in', value: ['South', 'Soth'] },
        { not: { field: 'tier', op: 'eq', value: 'Gold' } },
        { field: 'tier', op: 'exists', value: true },
        { field: 'tags', op: 'eq', value: 'anything' },
      ],
    });
    const known = { 'region.group': new Set(['South', 'North']), tier: new Set(['VIP']) };
    expect(unknownNames(rule, known)).toEqual([
      { field: 'any[0].value[1]', message: 'must be one of South, North' },
      { field: 'any[1].not.value', message: 'must be one of VIP' },
    ]);
  });
});
