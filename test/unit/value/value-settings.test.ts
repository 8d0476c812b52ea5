import { describe, expect, test } from 'vitest';
import type * as z from 'zod';
import { settingsPatchSchema } from '../../../shared/contracts/http/settings.ts';
import { parseDay } from '../../../shared/domain/calendar.ts';
import { defaultSettings, type Settings } from '../../../shared/domain/settings/settings.ts';
import { defaultValueSettings } from '../../../shared/domain/settings/value-defaults.ts';
import {
  pointsSchema,
  rfmSchema,
  type TierLevel,
  tierBases,
  tiersSchema,
  type ValueSettings,
} from '../../../shared/domain/settings/value-settings.ts';
import { pointsRulesOf } from '../../../shared/domain/value/points-rules.ts';
import { rfmRulesOf } from '../../../shared/domain/value/rfm.ts';
import { tierRulesOf } from '../../../shared/domain/value/tier-rules.ts';
import { contradictionsInValue } from '../../../shared/domain/value/value-contradictions.ts';
import { valuedPurchases } from '../../../shared/domain/value/valued-purchase.ts';

const { rfm, tiers, points } = defaultValueSettings;
const wrong = (changes: Partial<ValueSettings>, baseCurrency = 'CNY') =>
  contradictionsInValue({ ...defaultValueSettings, ...changes, baseCurrency }).map(
    ({ field, message }) => `${field} ${message}`,
  );
const withLevel = (index: number, change: Partial<TierLevel>): Partial<ValueSettings> => ({
  tiers: { ...tiers, levels: tiers.levels.map((level, place) => (place === index ? { ...level, ...change } : level)) },
});

describe('what is out of range', () => {
  const messagesOf = (patch: unknown) =>
    settingsPatchSchema.safeParse(patch).error?.issues.map(({ message }) => message);
  test.each([
    [{ stages: { l1: 0 } }, 'must be a whole number of days from 1 to 3650'],
    [{ stages: { l3: 3651 } }, 'must be a whole number of days from 1 to 3650'],
    [{ rfm: { windowDays: 0 } }, 'must be a whole number of days from 1 to 3650'],
    [{ tiers: { lostGraceDays: -1 } }, 'must be a whole number of days from 0 to 3650'],
    [{ tiers: { window: { days: 365 } } }, 'must be "lifetime", or {"days": 1 to 3650, "graceDays": 0 to 3650}'],
    [{ points: { expiryMonths: 0 } }, 'must be a whole number of months from 1 to 120, or null'],
    [{ regionGroups: { '': ['Hainan'] } }, 'the name of a group must have 1 to 40 characters'],
  ])('is told with the range: %j', (patch, message) => {
    expect(messagesOf(patch)).toEqual([message]);
  });
});

describe('the defaults', () => {
  test('pass their own schemas unchanged', () => {
    expect(rfmSchema.parse(rfm)).toEqual(rfm);
    expect(tiersSchema.parse(tiers)).toEqual(tiers);
    expect(pointsSchema.parse(points)).toEqual(points);
  });
  test.each(tierBases)('are whole and free of contradictions by %s, in currencies of any decimals', (basis) => {
    for (const baseCurrency of ['CNY', 'JPY', 'KWD']) {
      expect(wrong({ tiers: { ...tiers, basis } }, baseCurrency)).toEqual([]);
      const settings = { ...defaultSettings, baseCurrency };
      expect(tierRulesOf({ ...settings, tiers: { ...tiers, basis } }).levels).toHaveLength(4);
      expect(rfmRulesOf(rfm, baseCurrency)).toEqual({ windowDays: 365, currency: baseCurrency });
      expect(pointsRulesOf({ ...settings, points }).expiryMonths).toBe(12);
    }
  });
});

describe('what a schema refuses, by path', () => {
  const paths = (schema: z.ZodType, value: unknown) =>
    schema.safeParse(value).error?.issues.map(({ path }) => path.join('.'));
  test.each([
    [rfmSchema, { ...rfm, windowDays: 0 }, 'windowDays'],
    [rfmSchema, { ...rfm, scores: { by: 'deciles' } }, 'scores.by'],
    [
      rfmSchema,
      { ...rfm, scores: { by: 'thresholds', r: [1, 2, 3], f: [1, 2, 3, 4], m: ['1', '2', '3', '4'] } },
      'scores.r',
    ],
    [
      rfmSchema,
      { ...rfm, scores: { by: 'thresholds', r: [1, 2, 3, 4], f: [1, 2, 3, 4], m: ['1', 2, '3', '4'] } },
      'scores.m.1',
    ],
    [tiersSchema, { ...tiers, levels: [] }, 'levels'],
    [tiersSchema, { ...tiers, basis: 'visits' }, 'basis'],
    [tiersSchema, { ...tiers, window: { days: 365 } }, 'window'],
    [tiersSchema, { ...tiers, levels: [{ ...tiers.levels[0], spend: '-5' }] }, 'levels.0.spend'],
    [tiersSchema, { ...tiers, levels: [{ ...tiers.levels[0], stage: { from: 'silent' } }] }, 'levels.0.stage.from'],
    [
      tiersSchema,
      { ...tiers, levels: [{ ...tiers.levels[0], benefits: { pointsMultiplier: '1e3', discountPercent: 0 } }] },
      'levels.0.benefits.pointsMultiplier',
    ],
    [pointsSchema, { ...points, expiryMonths: 0 }, 'expiryMonths'],
    [pointsSchema, { ...points, newcomerMultiplier: 1 }, 'newcomerMultiplier'],
  ])('%#', (schema, value, path) => expect(paths(schema, value)).toEqual([path]));
});

describe('what contradicts itself as a whole', () => {
  test('a level that says nothing of the basis in force', () => {
    const [first] = tiers.levels as [TierLevel];
    const { stage, ...withoutStage } = first;
    const changed = { ...tiers, levels: [withoutStage] };
    expect(wrong({ tiers: changed })).toEqual([]);
    expect(wrong({ tiers: { ...changed, basis: 'stage' } })).toEqual([
      'tiers.levels[0].stage is needed where tiers go by stage',
    ]);
    expect(() => tierRulesOf({ ...defaultSettings, tiers: { ...changed, basis: 'stage' } })).toThrow(RangeError);
  });
  test('levels that do not rise', () => {
    expect(wrong(withLevel(2, { spend: '500.00' }))).toEqual([
      'tiers.levels[2].spend must ask for more than the level below',
    ]);
    const byPurchases = { ...withLevel(1, { purchases: 1 }).tiers, basis: 'purchases' } as ValueSettings['tiers'];
    expect(wrong({ tiers: byPurchases })).toEqual(['tiers.levels[1].purchases must ask for more than the level below']);
    const byStage = {
      ...withLevel(1, { stage: { from: 'new_once' } }).tiers,
      basis: 'stage',
    } as ValueSettings['tiers'];
    expect(wrong({ tiers: byStage })).toEqual(['tiers.levels[1].stage must ask for more than the level below']);
  });
  test('stages of which neither asks for more', () => {
    const levels = (['new_repeat', 'returning_once'] as const).map(
      (from): TierLevel => ({ ...(tiers.levels[0] as TierLevel), id: from, stage: { from } }),
    );
    expect(wrong({ tiers: { ...tiers, basis: 'stage', levels } })).toHaveLength(1);
  });
  test('two levels of one id', () =>
    expect(wrong(withLevel(3, { id: 'vip' }))).toEqual(['tiers.levels[3].id stands twice in the list']));
  test('amounts finer than the currency', () => {
    expect(wrong(withLevel(1, { spend: '500.555' }))).toEqual(['tiers.levels[1].spend has more decimals than CNY']);
    expect(wrong(withLevel(1, { spend: '500.5' }), 'JPY')).toEqual([
      'tiers.levels[1].spend has more decimals than JPY',
    ]);
    expect(wrong(withLevel(3, { stage: { from: 'returning_repeat', spend: '8.001' } }))).toHaveLength(1);
  });
  test('limits of scores that do not rise', () => {
    const scores = {
      by: 'thresholds' as const,
      r: [30, 30, 90, 180],
      f: [2, 3, 5, 10],
      m: ['10', '9', '20', '20.005'],
    };
    expect(wrong({ rfm: { ...rfm, scores: scores as never } })).toEqual([
      'rfm.scores.m[3] has more decimals than CNY',
      'rfm.scores.r[1] must be greater than the one before',
      'rfm.scores.m[1] must be greater than the one before',
    ]);
  });
});

describe('purchases in the base currency', () => {
  test('each at the rate of its day, none added at 1:1; what is no purchase is left out', () => {
    const day = parseDay('2026-03-01') ?? 0;
    const settings: Settings = {
      ...defaultSettings,
      rates: [
        { currency: 'USD', from: '2026-01-01', rate: '7.0' },
        { currency: 'USD', from: '2026-03-02', rate: '7.5' },
      ],
    };
    const purchase = (paidAt: number, amount: number, currency: string) => ({
      purchase: { paidAt, day: day + paidAt, amount, currency, items: 1, lines: [], coupons: [] },
    });
    const orders = new Map<string, Partial<ReturnType<typeof purchase>>>([
      ['a#1', purchase(1, 1001, 'USD')],
      ['a#2', {}],
      ['b#1', purchase(0, 1001, 'USD')],
      ['b#2', purchase(2, 50, 'CNY')],
      ['b#3', purchase(3, 50, 'EUR')],
    ]);
    expect(valuedPurchases(orders, settings)).toEqual([
      { ref: 'b#1', paidAt: 0, day, amount: 7007 },
      { ref: 'a#1', paidAt: 1, day: day + 1, amount: 7508 },
      { ref: 'b#2', paidAt: 2, day: day + 2, amount: 50 },
      { ref: 'b#3', paidAt: 3, day: day + 3, amount: 0 },
    ]);
  });
});
