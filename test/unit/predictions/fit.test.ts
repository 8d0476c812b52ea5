import { seededRandom } from '../../../infra/local/seeded-random.ts';
import 'fmin';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BgNbd } from '../../../shared/domain/predictions/bg-nbd.ts';
import { BgNbdLikelihood, fitBgNbd } from '../../../shared/domain/predictions/bg-nbd-fit.ts';
import { buyingSampleOf } from '../../../shared/domain/predictions/buying-sample.ts';
import { type BuyingHistory, inWeeks } from '../../../shared/domain/predictions/frequency.ts';
import { logBeta, logGamma } from '../../../shared/domain/predictions/gamma-function.ts';
import { fitGammaGamma, gammaGammaLogLikelihood } from '../../../shared/domain/predictions/gamma-gamma.ts';
import { nelderMead } from '../../../shared/domain/predictions/nelder-mead.ts';
import { shuffled } from '../../support/naive-stages.ts';
import { simulatedBuyer } from '../../support/simulated-buyers.ts';

const buying = { r: 1.2, alpha: 14, a: 1.5, b: 5 };
const spending = { p: 6.25, q: 3.74, v: 1544 };

function simulated(customers: number, seed = 1): BuyingHistory[] {
  const chance = seededRandom(seed);
  return Array.from({ length: customers }, () => simulatedBuyer(chance, 10 + chance() * 90, buying, spending));
}

const likelihoodOf = (histories: readonly BuyingHistory[]) => new BgNbdLikelihood(buyingSampleOf(histories).groups());

/** fmin 0.0.4 cannot be imported by name, and counts in a variable that it does not declare. */
const { fmin } = Object.assign(globalThis, { i: 0 }) as unknown as {
  fmin: { nelderMead(f: (x: number[]) => number, start: number[], options: object): { fx: number; x: number[] } };
};

describe('the simplex', () => {
  const search = { step: 0.5, tolerance: 1e-8, valueTolerance: 1e-14, maxEvaluations: 5000 };
  const valley = ([x = 0, y = 0]: readonly number[]) => (1 - x) ** 2 + 100 * (y - x * x) ** 2;
  test("finds the end of Rosenbrock's valley", () => {
    const { at, converged } = nelderMead(valley, [-1.2, 1], search);
    expect(converged).toBe(true);
    expect(at[0]).toBeCloseTo(1, 6);
    expect(at[1]).toBeCloseTo(1, 6);
  });
  test('stays inside of a fence', () => {
    const fenced = (at: readonly number[]) => ((at[0] ?? 0) > 0.5 ? Number.NaN : valley(at));
    expect(nelderMead(fenced, [-1.2, 1], search).at[0]).toBeCloseTo(0.5, 3);
  });
  test('says when it was broken off', () =>
    expect(nelderMead(valley, [-1.2, 1], { ...search, maxEvaluations: 20 }).converged).toBe(false));
});

describe('the log-likelihood of BG/NBD', () => {
  test('of one customer, as other programs have it', () => {
    const model = { r: 0.25, alpha: 4, a: 0.8, b: 2.5 };
    const of = (repeats: number, lastAfter: number, knownFor: number) =>
      likelihoodOf([{ repeats, lastAfter, knownFor, amount: 0, repeatAmount: 0 }]).at(model);
    expect(of(0, 0, 280)).toBeCloseTo(-0.59947382, 8);
    expect(of(200, 266, 280)).toBeCloseTo(100.7957, 4);
    expect(of(1000, 70, 7000)).toSatisfy(Number.isFinite);
  });

  test('is the sum over customers, one by one by the formula of the paper', () => {
    const positive = fc.double({ min: 0.05, max: 20, noNaN: true });
    const histories = simulated(300);
    const likelihood = likelihoodOf([...histories, ...histories.slice(0, 50)]);
    fc.assert(
      fc.property(fc.record({ r: positive, alpha: positive, a: positive, b: positive }), (model) => {
        const naive = [...histories, ...histories.slice(0, 50)].reduce((sum, each) => sum + naiveOf(model, each), 0);
        expect(Math.abs(likelihood.at(model) / naive - 1)).toBeLessThan(1e-10);
      }),
      { numRuns: 20 },
    );
  });
});

describe('the fits', () => {
  const histories = simulated(4000);
  const likelihood = likelihoodOf(histories);
  const fit = fitBgNbd(likelihood);

  test('find the parameters of a simulated shop again', () => {
    expect(fit.converged).toBe(true);
    expect(Math.abs(fit.r / buying.r - 1)).toBeLessThan(0.12);
    expect(Math.abs(fit.alpha / buying.alpha - 1)).toBeLessThan(0.12);
    // The share that leaves after the first repeat purchase is sure; how it varies is much less so.
    const left = ({ a, b }: BgNbd) => a / (a + b);
    expect(Math.abs(left(fit) / left(buying) - 1)).toBeLessThan(0.05);
    expect(fit.logLikelihood).toBeGreaterThanOrEqual(likelihood.at(buying));
  });

  test('find the amounts of a simulated shop again', () => {
    const amounts = buyingSampleOf(histories).repeatAmounts();
    const found = fitGammaGamma(amounts);
    const mean = ({ p, q, v }: typeof spending) => (p * v) / (q - 1);
    expect(Math.abs(mean(found) / mean(spending) - 1)).toBeLessThan(0.05);
    expect(Math.abs(found.q / spending.q - 1)).toBeLessThan(0.15);
    expect(found.logLikelihood).toBeCloseTo(gammaGammaLogLikelihood(found, amounts), 5);
    expect(found.logLikelihood).toBeGreaterThanOrEqual(gammaGammaLogLikelihood(spending, amounts));
  });

  test('go no further than another optimizer does', () => {
    const other = fmin.nelderMead(
      (logs) => {
        const [r = 0, alpha = 0, a = 0, b = 0] = logs.map(Math.exp);
        return -likelihood.at({ r, alpha, a, b });
      },
      [0.3, 2.3, 0.3, 1.2],
      { maxIterations: 2000, minErrorDelta: 1e-8 },
    );
    expect(fit.logLikelihood).toBeCloseTo(-other.fx, 6);
    for (const [index, name] of (['r', 'alpha', 'a', 'b'] as const).entries())
      expect(fit[name] / Math.exp(other.x[index] ?? 0)).toBeCloseTo(1, 4);
  });

  test('are the same whatever the order of the customers, and do not care how often one is counted', () => {
    const few = histories.slice(0, 400);
    const expected = fitBgNbd(likelihoodOf(few));
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        expect(fitBgNbd(likelihoodOf(shuffled(few, seed)))).toEqual(expected);
      }),
      { numRuns: 2 },
    );
    const thrice = fitBgNbd(likelihoodOf([...few, ...few, ...few]));
    expect(thrice.logLikelihood / expected.logLikelihood).toBeCloseTo(3, 9);
    for (const name of ['r', 'alpha', 'a', 'b'] as const) expect(thrice[name] / expected[name]).toBeCloseTo(1, 4);
  });
});

/** Equation 6 of the paper, as it stands. */
function naiveOf({ r, alpha, a, b }: BgNbd, history: BuyingHistory): number {
  const { x, tx, T } = inWeeks(history);
  const bought = logGamma(r + x) - logGamma(r) + r * Math.log(alpha);
  const stayed = logBeta(a, b + x) - logBeta(a, b) - (r + x) * Math.log(alpha + T);
  if (x === 0) return bought + stayed;
  const left = logBeta(a + 1, b + x - 1) - logBeta(a, b) - (r + x) * Math.log(alpha + tx);
  const more = Math.max(stayed, left);
  return bought + more + Math.log(Math.exp(stayed - more) + Math.exp(left - more));
}
