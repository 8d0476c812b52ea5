import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dayOf, startOfDay } from '../../../shared/domain/calendar.ts';
import { defaultSettings } from '../../../shared/domain/settings/settings.ts';
import { defaultValueSettings } from '../../../shared/domain/settings/value-defaults.ts';
import type { TierLevel, TierSettings } from '../../../shared/domain/settings/value-settings.ts';
import { rankBefore, rankOn } from '../../../shared/domain/value/tier-course.ts';
import { distanceToNextTier, isNear } from '../../../shared/domain/value/tier-distance.ts';
import { type TierRule, type TierRules, tierRulesOf } from '../../../shared/domain/value/tier-rules.ts';
import { type TierGrant, tierCourse, tierStanding, tierSteps } from '../../../shared/domain/value/tiers.ts';
import type { ValuedPurchase } from '../../../shared/domain/value/valued-purchase.ts';
import { someOf } from '../../config/runs.ts';
import { shuffled } from '../../support/naive-stages.ts';
import { naiveRank } from '../../support/naive-value.ts';
import {
  bought,
  dateOf,
  day0,
  midnightOf,
  noonOf,
  someInstant,
  somePurchases,
  someZone,
} from '../../support/value-cases.ts';

const rulesWith = (tiers: Partial<TierSettings> = {}): TierRules =>
  tierRulesOf({ ...defaultSettings, tiers: { ...defaultValueSettings.tiers, ...tiers } });

const standing = (purchases: ValuedPurchase[], day: number, rules: TierRules, grants: TierGrant[] = []) =>
  tierStanding(tierCourse(purchases, rules), grants, noonOf(day), rules);
const tierOn = (...given: Parameters<typeof standing>) => standing(...given).tier?.id;
/** `2026-01-01 regular senior` */
const courseOf = (purchases: ValuedPurchase[], rules: TierRules, grants: TierGrant[] = []) =>
  tierSteps(tierCourse(purchases, rules), grants, rules).map(
    ({ at, from, to, cause }) => `${dateOf(at)} ${from?.id ?? 'none'} ${to?.id ?? 'none'} ${cause}`,
  );

describe('by lifetime net spend, the default', () => {
  const rules = rulesWith();
  test.each([
    ['who has not bought has none', [], undefined],
    ['a purchase of nothing', [bought(0, 0)], 'regular'],
    ['499.99', [bought(0, 499.99)], 'regular'],
    ['500', [bought(0, 250), bought(1, 250)], 'senior'],
    ['2,999.99', [bought(0, 2999.99)], 'senior'],
    ['3,000', [bought(0, 3000)], 'vip'],
    ['8,000', [bought(0, 3000), bought(5, 5000)], 'supreme'],
    ['paid later', [bought(0, 10), bought(11, 5000)], 'regular'],
  ])('%s', (_name, purchases, tier) => expect(tierOn(purchases, 10, rules)).toBe(tier));

  test('it never falls by time, and what is dated later counts from its moment', () => {
    const purchases = [bought(0, 600), bought(400, 2400)];
    expect(courseOf(purchases, rules)).toEqual(['2026-01-01 none senior purchase', '2027-02-05 senior vip purchase']);
    expect(standing(purchases, 300, rules)).toMatchObject({
      tier: { id: 'senior' },
      since: noonOf(0),
      isGranted: false,
      next: { at: noonOf(400), to: { id: 'vip' } },
    });
    expect(standing(purchases, 401, rules).next).toBeUndefined();
  });

  test('a refund lowers at once: less is left of the purchase', () => {
    expect(tierOn([bought(0, 3000)], 10, rules)).toBe('vip');
    expect(tierOn([bought(0, 499)], 10, rules)).toBe('regular');
    expect(tierOn([], 10, rules)).toBeUndefined();
  });

  test('benefits and names come with it', () =>
    expect(standing([bought(0, 8000)], 1, rules).tier).toMatchObject({
      names: { en: 'Supreme', zh: '至尊' },
      benefits: { pointsMultiplier: '1' },
    }));
});

describe('by number of purchases', () => {
  const rules = rulesWith({ basis: 'purchases' });
  test.each([
    [1, 'regular'],
    [2, 'senior'],
    [5, 'vip'],
    [9, 'vip'],
    [10, 'supreme'],
  ])('%d', (count, tier) =>
    expect(
      tierOn(
        Array.from({ length: count }, () => bought(0)),
        0,
        rules,
      ),
    ).toBe(tier),
  );
});

describe('over a rolling window of 100 days with a grace of 10', () => {
  const rules = rulesWith({ window: { days: 100, graceDays: 10 } });

  test('kept through the grace, lost at the midnight after, down to Regular and not out', () => {
    const purchases = [bought(0, 600)];
    expect(tierOn(purchases, 100, rules)).toBe('senior');
    expect(tierOn(purchases, 110, rules)).toBe('senior');
    expect(tierOn(purchases, 111, rules)).toBe('regular');
    expect(tierOn(purchases, 2000, rules)).toBe('regular');
    expect(standing(purchases, 50, rules).next).toMatchObject({ at: midnightOf(111), cause: 'time' });
  });

  test('bought again in the grace, it goes on without a break', () =>
    expect(courseOf([bought(0, 600), bought(105, 500)], rules)).toEqual([
      '2026-01-01 none senior purchase',
      '2026-08-05 senior regular time',
    ]));

  test('bought again after the grace, it comes back', () =>
    expect(courseOf([bought(0, 600), bought(120, 500)], rules)).toEqual([
      '2026-01-01 none senior purchase',
      '2026-04-22 senior regular time',
      '2026-05-01 regular senior purchase',
      '2026-08-20 senior regular time',
    ]));

  test('a purchase on the midnight of the fall earns by the tier that is left', () => {
    const course = tierCourse([bought(0, 600), { ...bought(111), paidAt: midnightOf(111) }], rules);
    expect(rules.levels[rankBefore(course, midnightOf(111))]?.id).toBe('regular');
  });

  test('a shop so far west that what is bought there now is out of the window takes nothing from others', () => {
    const zone = 'Pacific/Kiritimati';
    const far = tierRulesOf({
      ...defaultSettings,
      timezone: zone,
      tiers: { ...defaultValueSettings.tiers, window: { days: 1, graceDays: 0 } },
    });
    const midnight = startOfDay(day0 + 2, zone);
    const [own, west] = [midnight - 43_200_000, midnight + 1_800_000].map((paidAt, index) => ({
      ref: `shop#${index}`,
      paidAt,
      day: dayOf(paidAt, index === 0 ? zone : 'Pacific/Pago_Pago'),
      amount: 50_000,
    })) as [ValuedPurchase, ValuedPurchase];
    expect(west.day).toBe(day0);
    const course = tierCourse([own, west], far);
    expect(course.steps.map(({ at, rank }) => [at, rank])).toEqual([
      [own.paidAt, 1],
      [startOfDay(day0 + 3, zone), 0],
    ]);
  });

  test('a refund knows no grace', () => expect(tierOn([bought(0, 499)], 105, rules)).toBe('regular'));

  test('the number of purchases in the window', () => {
    const byNumber = rulesWith({ basis: 'purchases', window: { days: 30, graceDays: 0 } });
    const purchases = [bought(0), bought(10), bought(20), bought(25), bought(30)];
    expect(tierOn(purchases, 30, byNumber)).toBe('vip');
    expect(tierOn(purchases, 31, byNumber)).toBe('senior');
    expect(tierOn(purchases, 61, byNumber)).toBe('regular');
  });
});

describe('by life-cycle stage', () => {
  const rules = rulesWith({ basis: 'stage' });

  test('the four tiers by their stages', () => {
    expect(tierOn([bought(0)], 10, rules)).toBe('regular');
    expect(tierOn([bought(0), bought(5)], 10, rules)).toBe('senior');
    expect(tierOn([bought(0), bought(60), bought(100)], 100, rules)).toBe('vip');
    expect(tierOn([bought(0, 7999.99), bought(60), bought(100)], 100, rules)).toBe('vip');
    expect(tierOn([bought(0, 8000), bought(60), bought(100)], 100, rules)).toBe('supreme');
  });

  test('8,000 alone make nobody Supreme', () => expect(tierOn([bought(0, 8000)], 10, rules)).toBe('regular'));

  test('an old customer who buys once in the period is no more than Regular', () =>
    expect(tierOn([bought(0), bought(200)], 210, rules)).toBe('regular'));

  test('it rises by time alone when a repeat buyer becomes an old one, on day 91', () => {
    const purchases = [bought(0), bought(30), bought(60)];
    expect(courseOf(purchases, rules).slice(0, 3)).toEqual([
      '2026-01-01 none regular purchase',
      '2026-01-31 regular senior purchase',
      '2026-04-02 senior vip time',
    ]);
    expect(standing(purchases, 90, rules).next?.at).toBe(midnightOf(91));
  });

  test('the first day is the earliest of all, also when a shop farther west is paid an hour later', () => {
    const at = (hour: number) => midnightOf(0) + hour * 3_600_000;
    const east = { ref: 'nz#1', paidAt: at(22), day: dayOf(at(22), 'Pacific/Auckland'), amount: 0 };
    const west = { ref: 'us#1', paidAt: at(23), day: dayOf(at(23), 'America/New_York'), amount: 0 };
    expect([east.day, west.day]).toEqual([day0 + 1, day0]);
    expect(courseOf([east, west, bought(30), bought(60)], rules)).toContain('2026-04-02 senior vip time');
  });

  test('it only rises: silent and sleeping customers keep it', () => {
    const purchases = [bought(0), bought(5)];
    for (const day of [6, 100, 200, 365]) expect(tierOn(purchases, day, rules)).toBe('senior');
  });

  test('lost on day 361 after the last purchase, and back at the lowest 30 days later', () => {
    const purchases = [bought(0), bought(5)];
    expect(tierOn(purchases, 5 + 361 + 29, rules)).toBe('senior');
    expect(tierOn(purchases, 5 + 361 + 30, rules)).toBe('regular');
    expect(standing(purchases, 100, rules).next).toMatchObject({ at: midnightOf(5 + 361 + 30), cause: 'time' });
    expect(standing(purchases, 1000, rules).next).toBeUndefined();
  });

  test('whoever buys in the grace keeps it; afterwards it is earned anew', () => {
    expect(tierOn([bought(0), bought(5), bought(390)], 391, rules)).toBe('senior');
    expect(tierOn([bought(0), bought(5), bought(400)], 401, rules)).toBe('regular');
    expect(tierOn([bought(0), bought(5), bought(400), bought(410)], 411, rules)).toBe('vip');
  });

  test('a purchase on the very midnight of the fall prevents it, but earns by the tier that would have been', () => {
    const fall = midnightOf(5 + 361 + 30);
    const late = { ref: 'shop#late', paidAt: fall, day: dayOf(fall, rules.zone), amount: 0 };
    const course = tierCourse([bought(0), bought(5), late], rules);
    expect(rules.levels[rankOn(course, fall)]?.id).toBe('senior');
    expect(course.steps.filter(({ at }) => at === fall)).toEqual([]);
    expect(rules.levels[rankBefore(course, fall)]?.id).toBe('regular');
  });
});

describe('a tier granted by hand', () => {
  const rules = rulesWith();
  const grant: TierGrant = { tier: 'vip', from: noonOf(10), until: day0 + 20 };

  test('is a floor from its instant to the end of its day', () => {
    expect(courseOf([bought(0, 10)], rules, [grant])).toEqual([
      '2026-01-01 none regular purchase',
      '2026-01-11 regular vip grant',
      '2026-01-22 vip regular grant',
    ]);
    expect(standing([bought(0, 10)], 20, rules, [grant])).toMatchObject({
      isGranted: true,
      next: { at: midnightOf(21) },
    });
  });
  test('holds for who has not bought', () => expect(tierOn([], 15, rules, [grant])).toBe('vip'));
  test('takes nothing away', () => expect(tierOn([bought(0, 9000)], 15, rules, [grant])).toBe('supreme'));
  test('what is bought meanwhile shows when it ends', () =>
    expect(courseOf([bought(15, 600)], rules, [grant]).at(-1)).toBe('2026-01-22 vip senior grant'));
  test('the highest of several holds', () =>
    expect(tierOn([], 15, rules, [grant, { ...grant, tier: 'senior', until: day0 + 99 }])).toBe('vip'));
  test('of a tier there is no more, it is none', () =>
    expect(tierOn([], 15, rules, [{ ...grant, tier: 'gold' }])).toBeUndefined());
  test('does not change what purchases earn', () =>
    expect(rankBefore(tierCourse([bought(15)], rules), noonOf(15))).toBe(-1));
});

describe('the way to the next tier', () => {
  const rules = rulesWith();
  const distance = (amount: number) => {
    const purchases = [bought(0, amount)];
    return distanceToNextTier(purchases, standing(purchases, 1, rules).tier, noonOf(1), rules);
  };
  test('what there is and what it needs', () =>
    expect(distance(460)).toMatchObject({ tier: { id: 'senior' }, has: 46_000, needs: 50_000 }));
  test.each([
    [449.99, false],
    [450, true],
    [499.99, true],
    [500, false],
  ])('%d is within a tenth of it: %s', (amount, isIt) => {
    const found = distance(amount);
    expect(found && isNear(found, 10)).toBe(isIt);
  });
  test('there is none at the top, nor by stage', () => {
    expect(distance(8000)).toBeUndefined();
    expect(distanceToNextTier([bought(0)], undefined, noonOf(1), rulesWith({ basis: 'stage' }))).toBeUndefined();
  });
  test('only what is in the window counts', () => {
    const rolling = rulesWith({ window: { days: 30, graceDays: 0 } });
    const purchases = [bought(0, 100), bought(20, 50), bought(90, 1)];
    expect(distanceToNextTier(purchases, undefined, noonOf(50), rolling)).toMatchObject({ has: 5000 });
  });
});

const [regular, senior, vip, supreme] = defaultValueSettings.tiers.levels as [
  TierLevel,
  TierLevel,
  TierLevel,
  TierLevel,
];
/** Thresholds that a few small purchases meet exactly. */
const smallLevels: TierLevel[] = [
  { ...regular },
  { ...senior, spend: '5' },
  { ...vip, spend: '10', purchases: 3 },
  { ...supreme, spend: '15.01', purchases: 4, stage: { from: 'returning_repeat', spend: '12.5' } },
];
const hardToJoin = smallLevels.map((level, index) => (index === 0 ? { ...level, spend: '3', purchases: 2 } : level));

const someRules = fc
  .record({
    basis: fc.constantFrom('spend', 'purchases', 'stage'),
    window: fc.oneof(
      fc.constant('lifetime' as const),
      fc.record({ days: fc.constantFrom(1, 4, 8, 14, 33), graceDays: fc.constantFrom(0, 0, 1, 5, 15) }),
    ),
    lostGraceDays: fc.constantFrom(0, 1, 10),
    levels: fc.constantFrom(smallLevels, hardToJoin),
    timezone: someZone,
    stages: fc.constantFrom({ l1: 4, l2: 14, l3: 29 }, { l1: 20, l2: 21, l3: 24 }, { l1: 1, l2: 5, l3: 60 }),
  })
  .map(({ timezone, stages, ...tiers }) => tierRulesOf({ ...defaultSettings, timezone, stages, tiers }));
const days = 120;
const someCase = someRules.chain((rules) =>
  fc.record({
    rules: fc.constant(rules),
    purchases: somePurchases(rules.zone, days),
    moments: fc.array(someInstant(rules.zone, days + 80), { minLength: 3, maxLength: 3 }),
    seed: fc.integer(),
  }),
);

describe('the course of any customer by any rules', () => {
  test('is what brute force over every instant gives, before each of its steps too, in whatever order purchases come', () => {
    fc.assert(
      fc.property(someCase, ({ rules, purchases, moments, seed }) => {
        const course = tierCourse(shuffled(purchases, seed), rules);
        const turns = course.steps.flatMap(({ at }) => [at - 1, at]);
        expect(new Set(course.steps.map(({ at }) => at)).size).toBe(course.steps.length);
        for (const at of [...moments, ...turns]) {
          expect({ at, rank: rankOn(course, at) }).toEqual({ at, rank: naiveRank(purchases, at, rules) });
        }
        for (const { paidAt: at } of purchases) {
          const earlier = purchases.filter(({ paidAt }) => paidAt < at);
          expect({ at, rank: rankBefore(course, at) }).toEqual({ at, rank: naiveRank(earlier, at, rules) });
        }
      }),
      { numRuns: someOf(250) },
    );
  });

  test('the next step is the first instant with another tier, and knows nothing of later purchases', () => {
    const someGrant = (zone: string) =>
      fc.record({
        tier: fc.constantFrom('regular', 'vip'),
        from: someInstant(zone, days),
        until: fc.integer({ min: 0, max: days }).map((day) => day0 + day),
      });
    const withGrants = someCase.chain((one) =>
      fc.record({ one: fc.constant(one), grants: fc.array(someGrant(one.rules.zone), { maxLength: 2 }) }),
    );
    fc.assert(
      fc.property(withGrants, ({ one: { rules, purchases, moments }, grants }) => {
        const course = tierCourse(purchases, rules);
        const naive = (at: number, known = purchases) =>
          Math.max(
            naiveRank(known, at, rules),
            ...grants
              .filter(({ from, until }) => from <= at && at < startOfDay(until + 1, rules.zone))
              .map(({ tier }) => rules.levels.findIndex(({ id }) => id === tier)),
          );
        const placeOf = (tier: TierRule | undefined) => (tier ? rules.levels.indexOf(tier) : -1);
        for (const at of moments) {
          const { tier, since, next } = tierStanding(course, grants, at, rules);
          expect(placeOf(tier)).toBe(naive(at));
          if (since !== undefined) expect(naive(since - 1)).not.toBe(naive(since));
          const until = next?.at ?? at + 60 * 86_400_000;
          for (const between of [at, Math.floor((at + until) / 2), until - 1]) expect(naive(between)).toBe(naive(at));
          if (next) expect(placeOf(next.to)).toBe(naive(next.at));
          const known = purchases.filter(({ paidAt }) => paidAt <= at);
          expect(tierStanding(tierCourse(known, rules), grants, at, rules).tier).toBe(tier);
        }
      }),
      { numRuns: someOf(120) },
    );
  });
});
