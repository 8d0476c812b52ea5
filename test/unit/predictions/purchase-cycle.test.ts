import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stageOnDay } from '../../../shared/domain/life-cycle/stage.ts';
import { purchaseCycleOf, RepurchaseIntervals, stageMoves } from '../../../shared/domain/predictions/purchase-cycle.ts';
import { shuffled } from '../../support/naive-stages.ts';

function intervalsOf(customers: readonly (readonly number[])[]): RepurchaseIntervals {
  const intervals = new RepurchaseIntervals();
  for (const days of customers) intervals.add(days);
  return intervals;
}

describe('intervals between purchase days', () => {
  test('quantiles of type 7', () => {
    const intervals = intervalsOf([[100, 110, 130], [7], [], [50, 55, 55, 95]]);
    expect(intervals.size).toBe(4);
    expect([0, 25, 50, 75, 90, 100].map((percent) => intervals.quantile(percent))).toEqual([5, 8.75, 15, 25, 34, 40]);
  });
  test('none', () => expect(intervalsOf([[5]]).quantile(50)).toBeNaN());

  test('as in a sorted list, in any order and however joined', () => {
    const bases = fc.array(fc.array(fc.nat(400), { maxLength: 8 }), { maxLength: 30 });
    fc.assert(
      fc.property(bases, fc.nat(30), fc.integer(), fc.integer({ min: 0, max: 100 }), (base, cut, seed, percent) => {
        const mixed = shuffled(base, seed).map((days) => shuffled(days, seed));
        const joined = intervalsOf(mixed.slice(cut));
        joined.join(intervalsOf(mixed.slice(0, cut)));
        const list = base
          .flatMap((days) => {
            const distinct = [...new Set(days)].sort((a, b) => a - b);
            return distinct.slice(1).map((day, index) => day - (distinct[index] ?? 0));
          })
          .sort((a, b) => a - b);
        expect(joined.size).toBe(list.length);
        if (list.length === 0) return;
        const place = ((list.length - 1) * percent) / 100;
        const [low, high] = [list[Math.floor(place)] ?? 0, list[Math.ceil(place)] ?? 0];
        expect(joined.quantile(percent)).toBeCloseTo(low + (place % 1) * (high - low), 9);
      }),
    );
  });
});

describe('the stage limits proposed', () => {
  const every = (...gaps: number[]) =>
    intervalsOf(Array.from({ length: 60 }, (_, n) => [0, gaps[n % gaps.length] ?? 0]));
  test('from the own cycle', () =>
    expect(purchaseCycleOf(every(10, 20, 30, 40, 50, 60))).toEqual({
      type: 'proposed',
      intervals: 60,
      p50: 35,
      p75: 50,
      p90: 60,
      limits: { l1: 35, l2: 50, l3: 60 },
    }));
  test('each above the one before, where everybody comes on the same day', () =>
    expect(purchaseCycleOf(every(30))).toMatchObject({ p90: 30, limits: { l1: 30, l2: 31, l3: 32 } }));
  test('not from too few intervals', () =>
    expect(purchaseCycleOf(intervalsOf(Array.from({ length: 49 }, () => [0, 9])))).toEqual({
      type: 'not_enough_data',
      intervals: 49,
      needed: 50,
    }));
});

describe('who would move', () => {
  const inForce = { l1: 90, l2: 180, l3: 360 };
  const proposed = { l1: 30, l2: 60, l3: 120 };
  test('counted by where from and where to', () => {
    const customers = [[], [100], [60], [60], [75, 80], [0, 50, 98], [-500]];
    expect(stageMoves(customers, 100, inForce, proposed)).toEqual({
      customers: 7,
      moved: 3,
      moves: [
        { from: 'new_once', to: 'silent', customers: 2 },
        { from: 'returning_repeat', to: 'returning_once', customers: 1 },
      ],
    });
  });
  test('nobody, when nothing changes', () =>
    expect(stageMoves([[1], [50, 60]], 100, inForce, inForce)).toEqual({ customers: 2, moved: 0, moves: [] }));
  test('as counted one by one', () => {
    const bases = fc.array(fc.array(fc.nat(500), { maxLength: 5 }).map((days) => days.sort((a, b) => a - b)));
    fc.assert(
      fc.property(bases, (base) => {
        const stage = (days: number[], limits: typeof inForce) => stageOnDay(days, days.length, 500, limits);
        const moved = base.filter((days) => stage(days, inForce) !== stage(days, proposed)).length;
        const result = stageMoves(base, 500, inForce, proposed);
        expect([result.customers, result.moved]).toEqual([base.length, moved]);
        expect(result.moves.reduce((sum, { customers }) => sum + customers, 0)).toBe(moved);
      }),
    );
  });
});
