import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../infra/local/seeded-random.ts';
import { liftOf, wilson } from '../../../shared/domain/effect/lift.ts';

describe('the lift over the hold-out', () => {
  test('has the interval of the published example (Newcombe 1998, 56/70 against 48/80)', () => {
    const lift = liftOf({ customers: 70, buyers: 56 }, { customers: 80, buyers: 48 });
    expect(lift).toMatchObject({ type: 'decided', value: expect.closeTo(0.2, 10) });
    expect(lift).toMatchObject({ low: expect.closeTo(0.0524, 4), high: expect.closeTo(0.3339, 4) });
  });

  test('Wilson’s interval of 81 in 263 is that of the same paper', () => {
    const { low, high } = wilson({ customers: 263, buyers: 81 });
    expect([low, high]).toEqual([expect.closeTo(0.2553, 4), expect.closeTo(0.3662, 4)]);
  });

  test('is not decided while the interval spans zero, and tells how many more it takes', () => {
    const lift = liftOf({ customers: 900, buyers: 54 }, { customers: 100, buyers: 5 });
    expect(lift.type).toBe('undecided');
    const needed = lift.type === 'undecided' ? (lift.needed ?? 0) : 0;
    const scale = (1000 + needed) / 1000;
    const enough = liftOf(
      { customers: Math.round(900 * scale), buyers: Math.round(54 * scale) },
      { customers: Math.round(100 * scale), buyers: Math.round(5 * scale) },
    );
    expect(enough.type).toBe('decided');
  });

  test.each([
    ['nobody was held out', { customers: 10, buyers: 1 }, { customers: 0, buyers: 0 }],
    ['nobody was written to', { customers: 0, buyers: 0 }, { customers: 10, buyers: 1 }],
  ])('is not decided where %s', (_what, treated, heldOut) => {
    expect(liftOf(treated, heldOut)).toEqual({ type: 'undecided' });
  });

  test('has no number needed where both arms bought alike', () => {
    expect(liftOf({ customers: 100, buyers: 10 }, { customers: 100, buyers: 10 })).not.toHaveProperty('needed');
  });

  test.each([
    [0.05, 0.04, 1800, 200],
    [0.02, 0.02, 900, 100],
    [0.3, 0.2, 400, 100],
    [0.01, 0.005, 4000, 1000],
  ])('covers the true difference of %d and %d in 95 of 100 experiments', (p1, p0, n1, n0) => {
    const random = seededRandom(20261123);
    const rounds = 400;
    let covered = 0;
    for (let round = 0; round < rounds; round++) {
      const lift = liftOf(
        { customers: n1, buyers: draw(n1, p1, random) },
        { customers: n0, buyers: draw(n0, p0, random) },
      );
      const { low = Number.NaN, high = Number.NaN } = lift;
      if (low <= p1 - p0 && p1 - p0 <= high) covered++;
    }
    // Three standard errors of a share of 0.95 over the rounds.
    expect(covered / rounds).toBeGreaterThan(0.95 - 3 * Math.sqrt((0.95 * 0.05) / rounds));
  });
});

/** Buyers among so many, each drawn by themselves. */
function draw(customers: number, share: number, random: () => number): number {
  let buyers = 0;
  for (let one = 0; one < customers; one++) if (random() < share) buyers++;
  return buyers;
}
