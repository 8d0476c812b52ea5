import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatDay, parseDay, startOfDay } from '../../../shared/domain/calendar.ts';
import { directionOf } from '../../../shared/domain/life-cycle/migration.ts';
import { notice, noticeAnew } from '../../../shared/domain/life-cycle/notice.ts';
import {
  nextStageStep,
  type PurchaseDate,
  type StageLimits,
  stageAt,
  stageSince,
  stageStepsBetween,
  stages,
} from '../../../shared/domain/life-cycle/stage.ts';
import { defaultSettings } from '../../../shared/domain/settings/settings.ts';

const zone = 'Asia/Shanghai';
const limits: StageLimits = { l1: 90, l2: 180, l3: 360 };
const day0 = parseDay('2026-01-01') ?? 0;
const noonOf = (day: number) => startOfDay(day, zone) + 12 * 3_600_000;
const bought = (...days: number[]): PurchaseDate[] =>
  days.map((day) => ({ day: day0 + day, paidAt: noonOf(day0 + day) }));
const stageOn = (day: number, ...days: number[]) => stageAt(bought(...days), noonOf(day0 + day), limits, zone);

describe('the stage on a day (DOMAIN 3), boundaries by name', () => {
  test.each([
    ['no purchase', 10, [], 'prospect'],
    ['first purchase today', 0, [0], 'new_once'],
    ['day 90', 90, [0], 'new_once'],
    ['day 91', 91, [0], 'silent'],
    ['day 180', 180, [0], 'silent'],
    ['day 181', 181, [0], 'sleeping'],
    ['day 360', 360, [0], 'sleeping'],
    ['day 361', 361, [0], 'lost'],
    ['two within the period', 90, [0, 30], 'new_repeat'],
    ['two on one day', 5, [5, 5], 'new_repeat'],
    ['first purchase 91 days ago, two within', 91, [0, 30, 60], 'returning_repeat'],
    ['first purchase 91 days ago, one within', 91, [0, 30], 'returning_once'],
    ['back after a year', 400, [0, 400], 'returning_once'],
    ['a purchase later than the moment counts not', 10, [0, 11], 'new_once'],
  ])('%s', (_name, day, days, stage) => expect(stageOn(day, ...days)).toBe(stage));
});

describe('the day a stage began', () => {
  const since = (day: number, ...days: number[]) => {
    const start = stageSince(bought(...days), noonOf(day0 + day), limits, zone);
    return start === undefined ? undefined : start - day0;
  };
  test.each([
    ['a prospect', 5, [], undefined],
    ['a first purchase', 50, [10], 10],
    ['a second one', 50, [10, 40], 40],
    ['silent', 120, [10], 101],
    ['sleeping', 200, [10], 191],
    ['lost', 400, [10], 371],
    ['no longer new', 95, [0, 30, 60], 91],
    ['no longer repeat', 125, [0, 30, 60], 121],
    ['back again', 300, [0, 290], 290],
  ])('%s', (_name, day, days, expected) => expect(since(day, ...(days as number[]))).toBe(expected));
});

const arbitraryPurchases = fc.array(fc.integer({ min: 0, max: 900 }), { maxLength: 8 });
const arbitraryLimits = fc
  .tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 60 }))
  .map(([a, b, c]) => ({ l1: a, l2: a + b, l3: a + b + c }));

/** DOMAIN 3 word for word, on plain numbers. */
function naiveStage(days: readonly number[], today: number, { l1, l2, l3 }: StageLimits): string {
  const known = days.filter((day) => day <= today);
  if (known.length === 0) return 'prospect';
  const d = today - Math.max(...known);
  if (d > l3) return 'lost';
  if (d > l2) return 'sleeping';
  if (d > l1) return 'silent';
  const within = known.filter((day) => today - day <= l1).length;
  const isNew = today - Math.min(...known) <= l1;
  return `${isNew ? 'new' : 'returning'}_${within >= 2 ? 'repeat' : 'once'}`;
}

describe('the step function of time', () => {
  test('equals the naive rule on every day, and changes exactly where its steps say', () => {
    fc.assert(
      fc.property(arbitraryPurchases, arbitraryLimits, (days, some) => {
        const purchases = bought(...days);
        const end = noonOf(day0 + 1100);
        const steps = stageStepsBetween(purchases, noonOf(day0 - 1), end, some, zone);
        const turns = new Map(steps.map((step) => [step.day - day0, step]));
        let before = 'prospect';
        for (let day = 0; day <= 1100; day++) {
          const stage = naiveStage(days, day, some);
          expect(stageAt(purchases, noonOf(day0 + day), some, zone)).toBe(stage);
          if (stage !== before) expect(turns.get(day)?.to).toBe(stage);
          before = stage;
        }
        expect(steps.every(({ from, to }) => from !== to)).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  test('a stage began on the day of its last step', () => {
    fc.assert(
      fc.property(arbitraryPurchases, arbitraryLimits, fc.integer({ min: 0, max: 1100 }), (days, some, day) => {
        const asOf = noonOf(day0 + day);
        const last = stageStepsBetween(bought(...days), noonOf(day0 - 1), asOf, some, zone).at(-1);
        const since = stageSince(bought(...days), asOf, some, zone);
        if (last?.to !== 'prospect') expect(since).toBe(last?.day);
      }),
    );
  });

  test('the next change is at local midnight, summer time included', () => {
    const purchases = [{ day: parseDay('2026-01-01') ?? 0, paidAt: Date.UTC(2026, 0, 1, 12) }];
    const next = nextStageStep(purchases, Date.UTC(2026, 0, 2), { ...limits, l1: 87 }, 'Europe/London');
    expect([next?.to, formatDay(next?.day ?? 0)]).toEqual(['silent', '2026-03-30']);
    expect(new Date(next?.at ?? 0).toISOString()).toBe('2026-03-29T23:00:00.000Z');
  });

  test('a purchase dated in the future comes to pass by itself', () => {
    const next = nextStageStep(bought(10), noonOf(day0), limits, zone);
    expect(next).toMatchObject({ at: noonOf(day0 + 10), from: 'prospect', to: 'new_once', cause: 'purchase' });
  });
});

describe('noticing', () => {
  const settings = { ...defaultSettings, stages: limits };
  const told = (
    days: number[],
    last: Parameters<typeof notice>[2],
    day: number,
    cause: 'purchase' | 'time' | 'refund',
  ) => notice('c', bought(...days), last, noonOf(day0 + day), cause, settings);
  const steps = ({ migrations }: ReturnType<typeof told>) =>
    migrations.map(({ from, to, day, cause }) => [from, to, day - day0, cause]);

  test('a first purchase is one change, on its day', () => {
    expect(steps(told([10], undefined, 11, 'purchase'))).toEqual([['prospect', 'new_once', 10, 'purchase']]);
  });

  test('missed nights tell every crossing with its true day, once', () => {
    const first = told([0], undefined, 0, 'purchase');
    const late = told([0], first.noticed, 400, 'time');
    expect(steps(late)).toEqual([
      ['new_once', 'silent', 91, 'time'],
      ['silent', 'sleeping', 181, 'time'],
      ['sleeping', 'lost', 361, 'time'],
    ]);
    expect(steps(told([0], late.noticed, 400, 'time'))).toEqual([]);
  });

  test('one night at the end tells what a night every day would have told', () => {
    fc.assert(
      fc.property(arbitraryPurchases, fc.integer({ min: 1, max: 60 }), (days, pace) => {
        const start = notice('c', bought(...days), undefined, noonOf(day0 - 1), 'time', settings);
        const once = told(days, start.noticed, 1200, 'time');
        let last = start.noticed;
        const all: unknown[] = [];
        for (let day = 0; day <= 1200; day += pace) {
          const night = told(days, last, day, 'time');
          all.push(...steps(night));
          last = night.noticed;
        }
        all.push(...steps(told(days, last, 1200, 'time')));
        expect(all).toEqual(steps(once));
      }),
      { numRuns: 30 },
    );
  });

  test('a refund that leaves nothing reverses', () => {
    const first = told([10], undefined, 10, 'purchase');
    expect(steps(told([], first.noticed, 12, 'refund'))).toEqual([['new_once', 'prospect', 12, 'refund']]);
  });

  test('a refund is dated on its day, however long ago the stage it leads back to began', () => {
    const second = told([0, 250], undefined, 250, 'purchase');
    expect(steps(told([0], second.noticed, 299, 'refund'))).toEqual([['returning_once', 'sleeping', 299, 'refund']]);
  });

  test('settings that changed since are the cause, whatever came by', () => {
    const first = told([0], undefined, 40, 'purchase');
    const shorter = { ...settings, version: 1, stages: { l1: 30, l2: 60, l3: 90 } };
    const later = notice('c', bought(0), first.noticed, noonOf(day0 + 41), 'purchase', shorter);
    expect(steps(later)).toEqual([['new_once', 'silent', 41, 'config']]);
  });

  test('a night for the past moves the mark back, and what was told is not told again', () => {
    const first = told([0], undefined, 0, 'purchase');
    const late = told([0], first.noticed, 200, 'time');
    expect(late.migrations.length).toBe(2);
    const back = noticeAnew(bought(0), late.noticed, noonOf(day0 + 100), settings);
    expect([back.noticed.stage, back.migrations]).toEqual(['silent', []]);
    const again = told([0], back.noticed, 200, 'time');
    expect([again.noticed, steps(again)]).toEqual([late.noticed, []]);
    expect(steps(told([0], again.noticed, 400, 'time'))).toEqual([['sleeping', 'lost', 361, 'time']]);
  });

  test('time never goes back', () => {
    const first = told([0], undefined, 100, 'purchase');
    expect(told([0], first.noticed, 50, 'purchase').noticed).toEqual(first.noticed);
  });
});

test('directions of all 56 changes', () => {
  const rank = { lost: 0, sleeping: 1, silent: 2, new_once: 3, returning_once: 3, new_repeat: 4, returning_repeat: 4 };
  for (const from of stages) {
    for (const to of stages.filter((stage) => stage !== from)) {
      const expected =
        from === 'prospect'
          ? 'acquired'
          : to === 'prospect'
            ? 'reversed'
            : rank[to] > rank[from]
              ? 'forward'
              : rank[to] < rank[from]
                ? 'reverse'
                : 'lateral';
      expect(directionOf(from, to)).toBe(expected);
    }
  }
});
