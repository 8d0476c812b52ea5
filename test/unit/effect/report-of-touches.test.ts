import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TouchTally } from '../../../shared/domain/effect/report-of-touches.ts';
import type { TouchBrief } from '../../../shared/domain/effect/touch-brief.ts';

const brief = (over: Partial<TouchBrief>): TouchBrief => ({
  step: 'send',
  occurrence: 'round 1',
  channel: 'email',
  template: 'double-11',
  state: 'sent',
  ...over,
});

test('adds up, whatever the messages became and in whatever order they are read', () => {
  const one = fc.record({
    customer: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    state: fc.constantFrom('pending', 'sent', 'skipped', 'failed', 'unconfirmed', 'heldout') as fc.Arbitrary<
      TouchBrief['state']
    >,
    reason: fc.option(fc.constantFrom('consent', 'class_cap'), { nil: undefined }),
  });
  fc.assert(
    fc.property(fc.array(one), (all) => {
      const report = reportOf(
        all.map(({ customer, state, reason }) => [customer, brief({ state, ...(reason && { reason }) })]),
      );
      const skipped = Object.values(report.skipped).reduce((sum, count) => sum + count, 0);
      expect(report.planned).toBe(report.sent + skipped + report.failed + report.unconfirmed + report.pending);
      expect(report.planned).toBe(all.filter(({ state }) => state !== 'heldout').length);
      expect(report.holdout + report.arms.treated.customers).toBe(new Set(all.map(({ customer }) => customer)).size);
    }),
  );
});

test('a customer written to on two channels is one, and bought once', () => {
  const bought = { orders: 1, amount: 5000 };
  const report = reportOf([
    ['a', brief({ bought, credited: { ...bought, discount: 500, margin: 2000 }, cost: 800 })],
    ['a', brief({ channel: 'sms', bought, cost: 45_000, parts: 1 })],
    ['b', brief({ reactions: { delivered: 1, opened: 2 } })],
    ['c', brief({ state: 'heldout', bought })],
  ]);
  expect(report).toMatchObject({
    planned: 3,
    sent: 3,
    holdout: 1,
    buyers: 1,
    orders: 1,
    revenue: 5000,
    discount: 500,
    margin: 2000,
    cost: 45_800,
    parts: 1,
    reactions: { delivered: 1, opened: 1 },
    arms: {
      treated: { customers: 2, buyers: 1, revenue: 5000 },
      holdout: { customers: 1, buyers: 1, revenue: 5000 },
    },
    lift: { type: 'undecided' },
  });
});

test('the margin is not told while the cost of some goods is not known', () => {
  const credited = { orders: 1, amount: 5000, discount: 0 };
  const report = reportOf([
    ['a', brief({ credited: { ...credited, margin: 2000 } })],
    ['b', brief({ credited })],
  ]);
  expect(report).not.toHaveProperty('margin');
});

function reportOf(rows: readonly (readonly [string, TouchBrief])[]) {
  const tally = new TouchTally();
  for (const [customer, one] of rows) tally.add(customer, one);
  return tally.report();
}
