import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dayOf, endOfDay } from '../../../shared/domain/calendar.ts';
import type { RfmSettings } from '../../../shared/domain/settings/value-settings.ts';
import { rfmGroupOf, rfmRulesOf, rfmScoresOf } from '../../../shared/domain/value/rfm.ts';
import { populationOf, RfmSample, rfmPopulationSchema, sampleOf } from '../../../shared/domain/value/rfm-population.ts';
import { type RfmValues, rfmValuesAt } from '../../../shared/domain/value/rfm-values.ts';
import { someOf } from '../../config/runs.ts';
import { shuffled } from '../../support/naive-stages.ts';
import { bought, day0, noonOf, someInstant, somePurchases, zone } from '../../support/value-cases.ts';

const frame = { version: 'night-1', asOf: day0, windowDays: 365, currency: 'CNY' };
const quintiles: RfmSettings = { windowDays: 365, scores: { by: 'quintiles' } };
const rules = rfmRulesOf(quintiles, 'CNY');
const population = (values: readonly RfmValues[], currency = 'CNY') =>
  populationOf(sampleOf(values), { ...frame, currency });

describe('R, F and M over the window', () => {
  const at = (day: number, ...purchases: Parameters<typeof bought>[]) =>
    rfmValuesAt(
      purchases.map((each) => bought(...each)),
      noonOf(day),
      365,
      zone,
    );

  test('days since the last, number and net amount', () =>
    expect(at(40, [0, 10], [30, 2.5], [10, 100])).toEqual({ r: 10, f: 3, m: 11_250 }));
  test('365 days ago still counts', () => expect(at(365, [0, 10])).toEqual({ r: 365, f: 1, m: 1000 }));
  test('366 days ago no more', () => expect(at(366, [0, 10])).toBeUndefined());
  test('older ones drop out one by one', () => expect(at(370, [0, 10], [5, 20])).toEqual({ r: 365, f: 1, m: 2000 }));
  test('what is paid later counts not', () => expect(at(9, [10, 10], [5, 1])).toEqual({ r: 4, f: 1, m: 100 }));
  test('a shop a day ahead was bought from today', () => {
    const paidAt = endOfDay(day0, zone);
    const ahead = { ref: 'nz#1', paidAt, day: dayOf(paidAt, 'Pacific/Auckland'), amount: 100 };
    expect(ahead.day).toBe(day0 + 1);
    expect(rfmValuesAt([ahead], paidAt, 365, zone)).toEqual({ r: 0, f: 1, m: 100 });
  });

  test('as counted naively, in any order', () => {
    const cases = fc.tuple(somePurchases(zone, 200), someInstant(zone, 300), fc.integer({ min: 1, max: 120 }));
    fc.assert(
      fc.property(cases, fc.integer(), ([purchases, asOf, windowDays], seed) => {
        const known = purchases.filter((p) => p.paidAt <= asOf && dayOf(asOf, zone) - p.day <= windowDays);
        const naive = {
          r: Math.max(0, Math.min(...known.map(({ day }) => dayOf(asOf, zone) - day))),
          f: known.length,
          m: known.reduce((sum, { amount }) => sum + amount, 0),
        };
        const values = rfmValuesAt(shuffled(purchases, seed), asOf, windowDays, zone);
        expect(values).toEqual(known.length === 0 ? undefined : naive);
      }),
    );
  });
});

describe('scores by fixed limits', () => {
  const fixed = rfmRulesOf(
    {
      windowDays: 365,
      scores: { by: 'thresholds', r: [30, 60, 90, 180], f: [2, 3, 5, 10], m: ['100', '500', '1000', '5000.5'] },
    },
    'CNY',
  );
  test.each([
    [{ r: 0, f: 1, m: 0 }, '511'],
    [{ r: 30, f: 2, m: 9_999 }, '521'],
    [{ r: 31, f: 3, m: 10_000 }, '432'],
    [{ r: 90, f: 9, m: 100_000 }, '344'],
    [{ r: 180, f: 10, m: 500_049 }, '254'],
    [{ r: 181, f: 5000, m: 500_050 }, '155'],
  ])('%j scores %s', (values, expected) => {
    const scores = rfmScoresOf(values, fixed);
    expect(scores && `${scores.r}${scores.f}${scores.m}`).toBe(expected);
  });
});

describe('scores by quintiles of the population', () => {
  test('the cut points: type-7 quantiles and one day, one purchase, one major unit', () => {
    const values = [0, 10, 20, 30, 41].map((r, index) => ({ r, f: index + 1, m: r * 100 }));
    expect(population(values)?.cuts).toEqual({
      r: [9, 17, 25, 33.2],
      f: [2.8, 3.6, 4.4, 5.2],
      m: [900, 1700, 2500, 3320],
    });
    expect(population(values, 'JPY')?.cuts.m).toEqual([801, 1601, 2401, 3221]);
  });

  test('the same buyers all alike are in the first bin, whose score for recency is 5', () => {
    const alike = population(Array.from({ length: 10 }, () => ({ r: 7, f: 2, m: 500 })));
    expect(rfmScoresOf({ r: 7, f: 2, m: 500 }, rules, alike)).toEqual({ r: 5, f: 1, m: 1 });
  });

  test('cut points are frozen: who goes beyond the extremes gets their scores', () => {
    const frozen = population(Array.from({ length: 100 }, (_, index) => ({ r: index, f: index + 1, m: index * 1000 })));
    expect(rfmScoresOf({ r: 5000, f: 5000, m: 9_999_999 }, rules, frozen)).toEqual({ r: 1, f: 5, m: 5 });
    expect(rfmScoresOf({ r: 0, f: 1, m: 0 }, rules, frozen)).toEqual({ r: 5, f: 1, m: 1 });
  });

  test('none before the first night, nor by a population of another window or currency', () => {
    const values = { r: 1, f: 1, m: 1 };
    const frozen = population([values]);
    expect(rfmScoresOf(values, rules)).toBeUndefined();
    expect(rfmScoresOf(values, rfmRulesOf({ ...quintiles, windowDays: 90 }, 'CNY'), frozen)).toBeUndefined();
    expect(rfmScoresOf(values, rfmRulesOf(quintiles, 'EUR'), frozen)).toBeUndefined();
    expect(rfmGroupOf(values, rfmRulesOf(quintiles, 'EUR'), frozen)).toBeUndefined();
    expect(rfmScoresOf(values, rules, frozen)).toBeDefined();
    expect(population([])).toBeUndefined();
  });
});

describe('the eight value groups', () => {
  // Means: r 10, f 2, m 1000.
  const frozen = population([
    { r: 0, f: 1, m: 0 },
    { r: 20, f: 3, m: 2000 },
  ]);
  test.each([
    ['h h h', { r: 10, f: 2, m: 1000 }, 'key_value'],
    ['h h l', { r: 10, f: 2, m: 999 }, 'general_value'],
    ['h l h', { r: 10, f: 1, m: 1000 }, 'key_develop'],
    ['h l l', { r: 10, f: 1, m: 999 }, 'general_develop'],
    ['l h h', { r: 11, f: 2, m: 1000 }, 'key_keep'],
    ['l h l', { r: 11, f: 2, m: 999 }, 'general_keep'],
    ['l l h', { r: 11, f: 1, m: 1000 }, 'key_win_back'],
    ['l l l', { r: 11, f: 1, m: 999 }, 'general_win_back'],
  ])('%s', (_rfm, values, group) => {
    expect(rfmGroupOf(values, rules, frozen)).toBe(group);
  });
});

const someValues = fc.record({
  r: fc.integer({ min: 0, max: 365 }),
  f: fc.integer({ min: 1, max: 9 }),
  m: fc.oneof(fc.integer({ min: 0, max: 100_000 }), fc.integer({ min: 1.5 * 10 ** 15, max: 1.5 * 10 ** 15 + 20 })),
});

describe('statistics of any population', () => {
  /** The type-7 quantile in hundredths of the unit, by big fractions. */
  const naiveCut = (all: readonly number[], fifth: number, one: number): number => {
    const sorted = all.map(BigInt).sort((a, b) => (a < b ? -1 : 1));
    const position = BigInt(all.length - 1) * BigInt(fifth * 20);
    const [index, beyond] = [Number(position / 100n), position % 100n];
    const lower = sorted[index] ?? 0n;
    const hundredths = 100n * lower + beyond * ((sorted[index + 1] ?? lower) - lower);
    return Number(hundredths + 100n * BigInt(one));
  };

  test('sums beyond what a float holds are exact', () => {
    const m = 2 ** 50 - 1;
    expect(population(Array.from({ length: 9 }, () => ({ r: 0, f: 1, m })))?.high.m).toBe(m);
  });

  test('cut points and groups are exact, in parts and in any order', () => {
    fc.assert(
      fc.property(
        fc.array(someValues, { minLength: 1, maxLength: 150 }),
        fc.integer(),
        fc.nat(),
        (values, seed, cut) => {
          const statistics = population(values);
          if (!statistics) throw new Error('no statistics');
          for (const [measure, one] of [
            ['r', 1],
            ['f', 1],
            ['m', 100],
          ] as const) {
            const all = values.map((each) => each[measure]);
            [1, 2, 3, 4].forEach((fifth, index) => {
              for (const value of [...all, 0, 1, 2]) {
                const isIn = value >= (statistics.cuts[measure][index] ?? 0);
                expect(isIn).toBe(BigInt(value) * 100n >= BigInt(naiveCut(all, fifth, one)));
              }
            });
            const sum = all.reduce((total, value) => total + BigInt(value), 0n);
            const isHigh = (value: number) =>
              measure === 'r' ? value <= statistics.high.r : value >= statistics.high[measure];
            for (const value of all) {
              const product = BigInt(value) * BigInt(all.length);
              expect(isHigh(value)).toBe(measure === 'r' ? product <= sum : product >= sum);
            }
          }
          const mixed = shuffled(values, seed);
          const [one, other] = [new RfmSample(), new RfmSample()];
          for (const [index, each] of mixed.entries()) (index < cut % values.length ? one : other).add(each);
          one.join(other);
          expect(populationOf(one, frame)).toEqual(statistics);
          expect(rfmPopulationSchema.parse(JSON.parse(JSON.stringify(statistics)))).toEqual(statistics);
        },
      ),
      { numRuns: someOf(60) },
    );
  });
});
