import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatInstant, startOfDay } from '../../../shared/domain/calendar.ts';
import { InvalidInputError, StateConflictError } from '../../../shared/domain/errors.ts';
import { defaultSettings } from '../../../shared/domain/settings/settings.ts';
import { defaultValueSettings } from '../../../shared/domain/settings/value-defaults.ts';
import type { PointsSettings, TierSettings } from '../../../shared/domain/settings/value-settings.ts';
import { parseMultiplier, pointsFor } from '../../../shared/domain/value/multiplier.ts';
import { type PointsEntry, type PointsSources, pointsAccount } from '../../../shared/domain/value/points.ts';
import {
  decideAdjustment,
  decideRedemption,
  InsufficientPointsError,
} from '../../../shared/domain/value/points-decisions.ts';
import { type EarningOrder, earningPurchases, entriesOfOrders } from '../../../shared/domain/value/points-earning.ts';
import { expiryOf, pointsRulesOf } from '../../../shared/domain/value/points-rules.ts';
import { tierRulesOf } from '../../../shared/domain/value/tier-rules.ts';
import { tierCourse } from '../../../shared/domain/value/tiers.ts';
import { shuffled } from '../../support/naive-stages.ts';
import { type NaiveEntry, naiveAccount, naiveRank } from '../../support/naive-value.ts';
import { bought, day0, midnightOf, noonOf, someInstant, zone } from '../../support/value-cases.ts';

/** Regular 1, Senior 1.25, VIP 1.5, Supreme 2. */
const tiers: TierSettings = {
  ...defaultValueSettings.tiers,
  levels: defaultValueSettings.tiers.levels.map((level, index) => ({
    ...level,
    benefits: { ...level.benefits, pointsMultiplier: ['1', '1.25', '1.5', '2'][index] ?? '1' },
  })),
};
const tierRules = tierRulesOf({ ...defaultSettings, tiers });
const rulesWith = (points: Partial<PointsSettings> = {}) =>
  pointsRulesOf({ ...defaultSettings, points: { ...defaultValueSettings.points, ...points } });
const rules = rulesWith();

type Refund = readonly [day: number, amount: number];
const order = (day: number, paid: number, ...refunds: Refund[]): EarningOrder => ({
  ref: `shop#${day}`,
  paidAt: noonOf(day),
  day: day0 + day,
  paid: Math.round(paid * 100),
  refunds: refunds.map(([at, amount], index) => ({
    id: `r${index}`,
    at: noonOf(at),
    amount: Math.round(amount * 100),
  })),
});
/** What of an order is a purchase today. */
const purchasesOf = (orders: readonly EarningOrder[]) =>
  orders.flatMap(({ ref, paidAt, day, paid, refunds }) => {
    const refunded = refunds.reduce((sum, { amount }) => sum + amount, 0);
    return paid > 0 && refunded >= paid ? [] : [{ ref, paidAt, day, amount: paid - refunded }];
  });
const earned = (orders: readonly EarningOrder[], pointsRules = rules) =>
  entriesOfOrders(orders, tierCourse(purchasesOf(orders), tierRules), tierRules, pointsRules);
const sources = (orders: readonly EarningOrder[], ...byHand: PointsEntry[]): PointsSources => ({
  ofOrders: earned(orders),
  byHand,
});
const redeemed = (day: number, points: number, id = `spent-${day}`): PointsEntry => ({
  id,
  kind: 'redeemed',
  at: noonOf(day),
  points: -points,
});
const adjusted = (day: number, points: number, id = `by-hand-${day}`): PointsEntry => ({
  id,
  kind: 'adjusted',
  at: noonOf(day),
  points,
});
const account = (given: PointsSources, day: number) => pointsAccount(given, noonOf(day), rules);
const lines = (given: PointsSources, day: number) =>
  account(given, day).movements.map(({ kind, at, points }) => `${formatInstant(at).slice(0, 10)} ${kind} ${points}`);

describe('points of an amount', () => {
  test.each([
    [12_345, '1', 2, 123],
    [12_345, '1.25', 2, 154],
    [9_999, '1.5', 2, 149],
    [10, '1.1', 0, 11],
    [1_999, '1', 3, 1],
    [99, '1', 2, 0],
    [100_000, '0', 2, 0],
    [29_000_000_000_000_01, '1.0001', 2, 2_900_290_000_000_0],
  ])('%d minor units x %s with %d decimals', (amount, multiplier, decimals, points) =>
    expect(pointsFor(amount, parseMultiplier(multiplier), decimals)).toBe(points),
  );
  test('as exact as big integers', () => {
    const someAmount = fc.oneof(fc.integer({ min: 0, max: 10 ** 7 }), fc.maxSafeInteger().map(Math.abs));
    fc.assert(
      fc.property(
        someAmount,
        fc.integer({ min: 0, max: 99_999 }),
        fc.constantFrom(0, 2, 3),
        (amount, digits, decimals) => {
          const text = `${Math.floor(digits / 1000)}.${String(digits % 1000).padStart(3, '0')}`;
          const expected = (BigInt(amount) * BigInt(digits)) / 10n ** BigInt(3 + decimals);
          fc.pre(expected <= BigInt(Number.MAX_SAFE_INTEGER));
          expect(BigInt(pointsFor(amount, parseMultiplier(text), decimals))).toBe(expected);
        },
      ),
    );
  });
});

describe('earning', () => {
  const points = (...orders: EarningOrder[]) => earned(orders).map(({ points: each }) => each);

  test('at the multiplier of the tier implied by the purchases paid before', () =>
    expect(points(order(0, 500), order(1, 2500), order(2, 5000), order(3, 100))).toEqual([500, 3125, 7500, 200]));
  test('a purchase does not raise its own', () => expect(points(order(0, 9000))).toEqual([9000]));
  test('two paid at one instant do not raise each other', () =>
    expect(points(order(0, 600), { ...order(0, 700), ref: 'shop#b' })).toEqual([600, 700]));
  test('the order of arrival does not matter', () => expect(points(order(3, 100), order(0, 600))).toEqual([125, 600]));
  test('an earlier purchase refunded in full lifts nothing any more', () =>
    expect(points(order(0, 600, [5, 600]), order(3, 100))).toEqual([600, 600, 100]));
  test('before any tier, the newcomer multiplier', () =>
    expect(earned([order(0, 10)], rulesWith({ newcomerMultiplier: '2.5' }))[0]?.points).toBe(25));
  test('less than a point is none', () => expect(points(order(0, 0.99))).toEqual([]));
  test('from what is left of purchases, where refunds are not known one by one', () => {
    const purchases = [bought(0, 600), bought(3, 100)];
    const entries = entriesOfOrders(earningPurchases(purchases), tierCourse(purchases, tierRules), tierRules, rules);
    expect(entries.map((entry) => entry.points)).toEqual([600, 125]);
  });
});

describe('taking back', () => {
  test('pro rata, each refund at its time', () =>
    expect(lines(sources([order(0, 100, [5, 30], [9, 20])]), 10)).toEqual([
      '2026-01-01 earned 100',
      '2026-01-06 taken_back -30',
      '2026-01-10 taken_back -20',
    ]));
  test('what remains is what the rest would have earned, however it was split', () => {
    for (const refunds of [
      [
        [5, 0.5],
        [6, 0.6],
      ],
      [[5, 1.1]],
      [
        [6, 0.6],
        [5, 0.5],
      ],
    ] as Refund[][]) {
      expect(account(sources([order(0, 10.5, ...refunds)]), 10).balance).toBe(9);
    }
  });
  test('a refund later than the moment has not taken anything yet', () => {
    const given = sources([order(0, 100, [5, 100])]);
    expect(account(given, 4)).toMatchObject({ balance: 100, nextChangeAt: noonOf(5) });
    expect(account(given, 5).balance).toBe(0);
  });
  test('points spent meanwhile come from other lots, then below zero', () => {
    const spent = [order(0, 100, [20, 100]), order(2, 50)];
    expect(account(sources(spent, redeemed(10, 120)), 19).balance).toBe(30);
    expect(account(sources(spent, redeemed(10, 120)), 20)).toMatchObject({ balance: -70, lots: [] });
  });
  test('what comes in next makes it up first', () => {
    const given = sources([order(0, 100, [20, 100]), order(30, 150)], redeemed(10, 100));
    expect(account(given, 29).balance).toBe(-100);
    expect(account(given, 30)).toMatchObject({ balance: 50, lots: [{ id: 'earned#shop#30', points: 150, left: 50 }] });
  });
  test('what has expired unspent is not taken twice', () =>
    expect(account(sources([order(0, 100, [450, 100])]), 450).balance).toBe(0));
  test('nor more than what has expired of it', () => {
    const given = sources([order(0, 100, [450, 30], [460, 30])], redeemed(10, 50));
    expect(account(given, 450).balance).toBe(0);
    expect(account(given, 460).balance).toBe(-10);
  });
  test('more money back than was paid takes no more than was earned', () =>
    expect(account(sources([order(0, 100, [5, 80], [6, 80])]), 10).balance).toBe(0));
});

describe('spending and expiry', () => {
  test('oldest lots first', () => {
    const given = sources([order(0, 100), order(10, 200)], adjusted(5, 30), redeemed(20, 120));
    expect(account(given, 20).lots.map(({ id, left }) => `${id} ${left}`)).toEqual([
      'hand#by-hand-5 10',
      'earned#shop#10 200',
    ]);
  });
  test('at one instant what comes in stands before what goes out', () =>
    expect(lines(sources([order(0, 100)], redeemed(0, 60, 'a')), 0)).toEqual([
      '2026-01-01 earned 100',
      '2026-01-01 redeemed -60',
    ]));
  test('points are gone at the end of the twelfth month after theirs', () => {
    const given = sources([order(14, 100), order(40, 50)], redeemed(20, 30));
    const end = startOfDay(day0 + 396, zone);
    expect(formatInstant(end)).toBe('2027-01-31T16:00:00Z');
    expect(pointsAccount(given, end - 1, rules)).toMatchObject({ balance: 120, nextExpiry: { at: end, points: 70 } });
    expect(pointsAccount(given, end, rules)).toMatchObject({ balance: 50, nextExpiry: { points: 50 } });
    expect(lines(given, 420).at(-1)).toBe('2027-01-31 expired -70');
  });
  test.each([
    ['2026-01-31', 1, '2026-02-28T16:00:00Z'],
    ['2026-01-01', 12, '2027-01-31T16:00:00Z'],
    ['2026-12-31', 1, '2027-01-31T16:00:00Z'],
    ['2026-11-30', 24, '2028-11-30T16:00:00Z'],
    ['2027-11-15', 3, '2028-02-29T16:00:00Z'],
  ])('points of %s with %d months go at %s', (day, expiryMonths, expected) => {
    const at = expiryOf(Date.parse(day) / 86_400_000, rulesWith({ expiryMonths }));
    expect(at && formatInstant(at)).toBe(expected);
  });
  test('or never', () => {
    const never = rulesWith({ expiryMonths: null });
    const found = pointsAccount({ ofOrders: earned([order(0, 100)], never), byHand: [] }, noonOf(9000), never);
    expect(found.balance).toBe(100);
    expect(found.nextChangeAt).toBeUndefined();
  });
  test('an account of nothing', () => expect(account(sources([]), 5)).toEqual({ balance: 0, lots: [], movements: [] }));
  test('what is dated later counts from its moment', () =>
    expect(account(sources([order(50, 10)]), 5)).toMatchObject({ balance: 0, nextChangeAt: noonOf(50) }));
});

describe('deciding on entries by hand', () => {
  const given = sources([order(0, 100)]);

  test('a key that looks like a computed line replaces none', () => {
    const forged = sources(
      [order(0, 100, [5, 100])],
      adjusted(1, 7, 'earned#shop#0'),
      redeemed(2, 5, 'refund#shop#0#r0'),
    );
    expect(account(forged, 4).balance).toBe(102);
    expect(account(forged, 5).balance).toBe(2);
  });

  test('spends what there is, to the last point', () => {
    const decided = decideRedemption({ id: 'k', points: 100, coupon: 'ten-off' }, given, noonOf(1), rules);
    expect(decided).toEqual({
      outcome: 'recorded',
      entry: { id: 'k', kind: 'redeemed', at: noonOf(1), points: -100, coupon: 'ten-off' },
    });
  });
  test('refuses what there is not, and says how much there is', () => {
    const ask = () => decideRedemption({ id: 'k', points: 101 }, given, noonOf(1), rules);
    expect(ask).toThrow(InsufficientPointsError);
    expect(ask).toThrow('The balance is 100 points, and 101 were asked for.');
    expect(ask).toThrow(expect.objectContaining({ balance: 100, asked: 101 }));
  });
  test('refuses everything while the balance is below zero', () => {
    const owing = sources([order(0, 100, [5, 100])], redeemed(2, 60));
    expect(() => decideRedemption({ id: 'k', points: 1 }, owing, noonOf(6), rules)).toThrow(
      'The balance is -60 points, and 1 were asked for.',
    );
    expect(decideAdjustment({ id: 'k', points: 50 }, owing, noonOf(6), rules).outcome).toBe('recorded');
  });
  test('takes nothing expired, nor anything to come', () => {
    expect(() => decideRedemption({ id: 'k', points: 1 }, given, midnightOf(396), rules)).toThrow(
      InsufficientPointsError,
    );
    expect(() => decideRedemption({ id: 'k', points: 1 }, given, noonOf(0) - 1, rules)).toThrow(
      InsufficientPointsError,
    );
  });
  test('an adjustment takes no more than there is either', () => {
    expect(
      decideAdjustment({ id: 'k', points: -100, reason: 'typing error' }, given, noonOf(1), rules).entry,
    ).toMatchObject({ kind: 'adjusted', points: -100, reason: 'typing error' });
    expect(() => decideAdjustment({ id: 'k', points: -101 }, given, noonOf(1), rules)).toThrow(InsufficientPointsError);
  });
  test('the same key again changes nothing, even when there is not enough any more', () => {
    const first = decideRedemption({ id: 'k', points: 80 }, given, noonOf(1), rules).entry;
    const after = sources([order(0, 100)], first);
    expect(decideRedemption({ id: 'k', points: 80 }, after, noonOf(9), rules)).toEqual({
      outcome: 'unchanged',
      entry: first,
    });
  });
  test('a key that stands for something else is refused', () => {
    const after = sources([order(0, 100)], redeemed(1, 80, 'k'));
    const refusal = 'This key stands for another entry of points already.';
    expect(() => decideRedemption({ id: 'k', points: 10 }, after, noonOf(2), rules)).toThrow(StateConflictError);
    expect(() => decideRedemption({ id: 'k', points: 80, coupon: 'c' }, after, noonOf(2), rules)).toThrow(refusal);
    expect(() => decideAdjustment({ id: 'k', points: -80 }, after, noonOf(2), rules)).toThrow(refusal);
  });
  test('a clock that is behind writes no earlier than the last entry', () => {
    const after = sources([order(0, 100)], redeemed(5, 80));
    expect(decideRedemption({ id: 'k', points: 20 }, after, noonOf(4), rules).entry.at).toBe(noonOf(5));
    expect(() => decideRedemption({ id: 'k', points: 21 }, after, noonOf(4), rules)).toThrow(InsufficientPointsError);
  });
  test.each([0, -5, 1.5, Number.NaN, 2_000_000_000])('%d points cannot be redeemed', (points) =>
    expect(() => decideRedemption({ id: 'k', points }, given, noonOf(1), rules)).toThrow(InvalidInputError),
  );
  test.each([0, 0.5, Number.POSITIVE_INFINITY, -2_000_000_000])('%d points cannot be adjusted', (points) =>
    expect(() => decideAdjustment({ id: 'k', points }, given, noonOf(1), rules)).toThrow(InvalidInputError),
  );
});

const someOrder = fc
  .record({
    at: someInstant(zone, 100),
    paid: fc.integer({ min: 0, max: 12 }).map((units) => units * 150),
    refunds: fc.array(fc.record({ at: someInstant(zone, 160), share: fc.integer({ min: 1, max: 10 }) }), {
      maxLength: 2,
    }),
  })
  .map(({ at, paid, refunds }) => ({
    paidAt: at,
    day: Math.floor((at + 8 * 3_600_000) / 86_400_000),
    paid,
    refunds: refunds.map((each, index) => ({
      id: `r${index}`,
      at: each.at,
      amount: Math.floor((paid * each.share) / 10),
    })),
  }));
const someEntry = fc.record({
  kind: fc.constantFrom('redeemed', 'adjusted'),
  at: someInstant(zone, 160),
  points: fc.integer({ min: 1, max: 15 }),
  takes: fc.boolean(),
});
const smallTiers: TierSettings = {
  ...tiers,
  levels: tiers.levels.map((level, index) => ({ ...level, spend: ['0', '5', '12', '30'][index] ?? '0' })),
};
const smallRules = tierRulesOf({ ...defaultSettings, tiers: smallTiers });
const multipliers = [100n, 125n, 150n, 200n];
const someLedger = fc
  .record({
    orders: fc.array(someOrder, { maxLength: 6 }),
    entries: fc.array(someEntry, { maxLength: 6 }),
    asOf: someInstant(zone, 200),
    seed: fc.integer(),
    expiryMonths: fc.constantFrom(1, 2, null),
  })
  .map(({ orders, entries, ...rest }) => ({
    ...rest,
    orders: orders.map((one, index): EarningOrder => ({ ...one, ref: `shop#${index}` })),
    byHand: entries.map(
      ({ kind, at, points, takes }, index): PointsEntry =>
        kind === 'redeemed'
          ? { id: `e${index}`, kind, at, points: -points }
          : { id: `e${index}`, kind: 'adjusted', at, points: takes ? -points : points },
    ),
  }));
type Ledger = typeof someLedger extends fc.Arbitrary<infer Each> ? Each : never;

const drawnUp = ({ orders, byHand, expiryMonths, asOf }: Omit<Ledger, 'seed'>) => {
  const pointsRules = rulesWith({ expiryMonths });
  const course = tierCourse(purchasesOf(orders), smallRules);
  return pointsAccount(
    { ofOrders: entriesOfOrders(orders, course, smallRules, pointsRules), byHand },
    asOf,
    pointsRules,
  );
};

/** The same from DOMAIN, point by point. */
function naiveLedger({ orders, byHand, expiryMonths, asOf }: Omit<Ledger, 'seed'>) {
  const expiresAt = (at: number) => {
    const local = new Date(at + 8 * 3_600_000);
    if (expiryMonths === null) return Number.POSITIVE_INFINITY;
    return Date.UTC(local.getUTCFullYear(), local.getUTCMonth() + expiryMonths + 1, 1) - 8 * 3_600_000;
  };
  const entries = orders.flatMap((one): NaiveEntry[] => {
    const earlier = purchasesOf(orders).filter(({ paidAt }) => paidAt < one.paidAt);
    const multiplier = multipliers[naiveRank(earlier, one.paidAt, smallRules)] ?? 100n;
    const pointsOf = (amount: number) => Number((BigInt(Math.max(0, amount)) * multiplier) / 10_000n);
    const refunds = [...one.refunds].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
    const back = refunds.map(({ at, id }, index): NaiveEntry => {
      const left = (count: number) => one.paid - refunds.slice(0, count).reduce((sum, { amount }) => sum + amount, 0);
      const points = pointsOf(left(index)) - pointsOf(left(index + 1));
      return {
        does: 'takeBack',
        id: `refund#${one.ref}#${id}`,
        at: Math.max(at, one.paidAt),
        points,
        credit: `earned#${one.ref}`,
      };
    });
    const points = pointsOf(one.paid);
    return [
      { does: 'credit', id: `earned#${one.ref}`, at: one.paidAt, points, expiresAt: expiresAt(one.paidAt) },
      ...back,
    ];
  });
  for (const { id, at, points } of byHand) {
    if (points < 0) entries.push({ does: 'spend', id: `hand#${id}`, at, points: -points });
    else entries.push({ does: 'credit', id: `hand#${id}`, at, points, expiresAt: expiresAt(at) });
  }
  return naiveAccount(entries, asOf);
}

describe('any account', () => {
  test('is what counting point by point gives, and its lines sum to it', () => {
    fc.assert(
      fc.property(someLedger, (ledger) => {
        const { balance, lots, movements } = drawnUp(ledger);
        const naive = naiveLedger(ledger);
        expect({ balance, left: new Map(lots.map(({ id, left }) => [id, left])) }).toEqual(naive);
        expect(movements.reduce((sum, { points }) => sum + points, 0)).toBe(balance);
        expect(new Set(movements.map(({ id }) => id)).size).toBe(movements.length);
        expect(movements.map(({ at }) => at)).toEqual(movements.map(({ at }) => at).sort((a, b) => a - b));
      }),
      { numRuns: 300 },
    );
  });

  test('is the same in whatever order and however often its orders, refunds and entries come', () => {
    fc.assert(
      fc.property(someLedger, (ledger) => {
        const { orders, byHand, seed } = ledger;
        const mixed = {
          ...ledger,
          orders: shuffled(orders, seed).map((one) => ({ ...one, refunds: shuffled(one.refunds, seed) })),
          byHand: shuffled([...byHand, ...byHand.slice(0, 3)], seed),
        };
        expect(drawnUp(mixed)).toEqual(drawnUp(ledger));
      }),
    );
  });

  test('changes next when it says', () => {
    fc.assert(
      fc.property(someLedger, (ledger) => {
        const { nextChangeAt, lots } = drawnUp(ledger);
        const until = nextChangeAt ?? ledger.asOf + 10 ** 11;
        expect(drawnUp({ ...ledger, asOf: until - 1 }).lots).toEqual(lots);
      }),
    );
  });

  test('goes below zero by refunds alone when every entry was decided on', () => {
    fc.assert(
      fc.property(someLedger, fc.boolean(), (ledger, refunds) => {
        const orders = refunds ? ledger.orders : ledger.orders.map((one) => ({ ...one, refunds: [] }));
        const pointsRules = rulesWith({ expiryMonths: ledger.expiryMonths });
        const ofOrders = entriesOfOrders(orders, tierCourse(purchasesOf(orders), smallRules), smallRules, pointsRules);
        const byHand: PointsEntry[] = [];
        for (const { id, kind, at, points } of [...ledger.byHand].sort((a, b) => a.at - b.at)) {
          const before = pointsAccount({ ofOrders, byHand }, at, pointsRules).balance;
          try {
            const decided =
              kind === 'redeemed'
                ? decideRedemption({ id, points: -points }, { ofOrders, byHand }, at, pointsRules)
                : decideAdjustment({ id, points }, { ofOrders, byHand }, at, pointsRules);
            byHand.push(decided.entry);
            if (points < 0) expect(before + points).toBeGreaterThanOrEqual(0);
          } catch (error) {
            expect(error).toBeInstanceOf(InsufficientPointsError);
            expect(before + points).toBeLessThan(0);
          }
        }
        const { balance } = pointsAccount({ ofOrders, byHand }, ledger.asOf, pointsRules);
        if (!refunds) expect(balance).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
