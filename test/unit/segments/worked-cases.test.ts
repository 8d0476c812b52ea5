import { describe, expect, test } from 'vitest';
import { compileRule } from '../../../shared/domain/segments/compile.ts';
import type { RuleContext, SegmentRecord } from '../../../shared/domain/segments/record.ts';
import { segmentRuleSchema } from '../../../shared/domain/segments/rule-schema.ts';
import { aPurchase, aRecord } from '../../support/segment-records.ts';

/** A customer the case wants, and the same with one thing changed each. */
type Base = Readonly<Record<string, SegmentRecord>>;

function membersOf(rule: unknown, base: Base, context: RuleContext): string[] {
  const belongs = compileRule(segmentRuleSchema.parse(rule), context);
  return Object.keys(base).filter((name) => belongs(base[name] as SegmentRecord));
}

const shanghai = { zone: 'Asia/Shanghai', baseCurrency: 'CNY', regionGroups: {} };

describe("Mother's Day (DOMAIN 6)", () => {
  const context = { ...shanghai, asOf: Date.parse('2016-05-01T02:00:00Z') };
  const rule = {
    all: [
      { field: 'gender', op: 'eq', value: 'female' },
      { field: 'orders.count', op: 'gt', value: 2 },
      { field: 'orders.average', op: 'gt', value: '100' },
      { field: 'orders.count', op: 'gte', value: 1, within: { from: '2016-03-01', to: '2016-05-01' } },
      { field: 'region.city', op: 'eq', value: 'Shanghai' },
      { field: 'bought.product', op: 'any', value: ['rose-tea', 'silk-scarf', 'hand-cream'] },
    ],
  };
  const purchases = [
    aPurchase('2015-05-08', 10_000, ['rose-tea']),
    aPurchase('2015-11-11', 10_000, ['kettle', 'silk-scarf']),
    aPurchase('2016-03-01', 10_001, ['kettle']),
  ];
  const ann = aRecord({ gender: 'female', city: 'Shanghai', purchases });
  const base: Base = {
    ann,
    'a man': { ...ann, gender: 'male' },
    'nobody knows': { ...ann, gender: undefined },
    'two orders': { ...ann, purchases: purchases.slice(1) },
    'an average of 100 exactly': { ...ann, purchases: [...purchases.slice(0, 2), aPurchase('2016-03-01', 10_000)] },
    'long away': { ...ann, purchases: [...purchases.slice(0, 2), aPurchase('2016-02-29', 10_001, ['kettle'])] },
    elsewhere: { ...ann, city: 'Hangzhou' },
    'nothing of the list': { ...ann, purchases: purchases.map((purchase) => ({ ...purchase, products: ['kettle'] })) },
    'bought today': { ...ann, purchases: [...purchases.slice(0, 2), aPurchase('2016-05-01', 10_001)] },
    'pays in an hour': {
      ...ann,
      purchases: [...purchases.slice(0, 2), aPurchase('2016-05-01', 10_001, [], { paidAt: context.asOf + 3_600_000 })],
    },
  };

  test('finds who is meant, and nobody else', () => {
    expect(membersOf(rule, base, context)).toEqual(['ann', 'bought today']);
  });

  test('"the last 2 months" as 60 days begins on 2 March', () => {
    const inDays = rule.all.with(3, { field: 'orders.count', op: 'gte', value: 1, within: { days: 60 } } as never);
    const onSecond = { ...ann, purchases: [...purchases.slice(0, 2), aPurchase('2016-03-02', 10_001)] };
    expect(membersOf({ all: inDays }, { ...base, onSecond }, context)).toEqual(['bought today', 'onSecond']);
  });
});

describe('Dragon Boat Festival (DOMAIN 6)', () => {
  const context = { ...shanghai, asOf: Date.parse('2016-06-06T02:00:00Z') };
  const atLeastOne = { field: 'orders.count', op: 'gte', value: 1 };
  const since = { field: 'orders.lastAt', op: 'after', value: '2016-01-01' };
  const points = { field: 'points', op: 'gte', value: 1 };
  const bySms = {
    all: [
      atLeastOne,
      since,
      points,
      { field: 'bought.product', op: 'any', value: ['bee propolis capsules 120'] },
      { field: 'region.province', op: 'eq', value: 'Shanghai' },
    ],
  };
  const byEmail = {
    all: [
      atLeastOne,
      { field: 'orders.total', op: 'gte', value: '100' },
      { field: 'orders.items', op: 'gte', value: 1 },
      since,
      points,
      { field: 'bought.product', op: 'any', value: ['bee propolis capsules 120', 'royal jelly', 'honey 500'] },
    ],
  };
  const bee = ['bee propolis capsules 120'];
  const li = aRecord({ province: 'Shanghai', points: 1, purchases: [aPurchase('2016-01-02', 10_000, bee)] });
  const base: Base = {
    li,
    'on 1 January': { ...li, purchases: [aPurchase('2016-01-01', 10_000, bee)] },
    'no points': { ...li, points: 0 },
    'points below zero': { ...li, points: -5 },
    everywhere: { ...li, province: 'Yunnan' },
    'unknown where': { ...li, province: undefined },
    'for 99.99': { ...li, purchases: [aPurchase('2016-01-02', 9_999, bee)] },
    jelly: { ...li, purchases: [aPurchase('2016-02-02', 10_000, ['royal jelly'])] },
    'all pieces returned': { ...li, purchases: [aPurchase('2016-01-02', 10_000, bee, { items: 0 })] },
    'other goods': { ...li, purchases: [aPurchase('2016-01-02', 10_000, ['wax'])] },
    'a prospect': aRecord({ province: 'Shanghai', points: 1 }),
  };

  test('SMS', () => {
    expect(membersOf(bySms, base, context)).toEqual(['li', 'for 99.99', 'all pieces returned']);
  });

  test('email', () => {
    expect(membersOf(byEmail, base, context)).toEqual(['li', 'everywhere', 'unknown where', 'jelly']);
  });
});
