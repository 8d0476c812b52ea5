import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  aliveProbability,
  expectedOfNewCustomer,
  expectedPurchases,
  medianWeeksToNext,
  purchaseCountProbability,
} from '../../../shared/domain/predictions/bg-nbd.ts';
import { logBeta, logGamma } from '../../../shared/domain/predictions/gamma-function.ts';

/** Fader, Hardie and Lee (2005), fitted to CDNOW; rounded as published, and with the digits of the R package BTYD. */
const rounded = { r: 0.243, alpha: 4.414, a: 0.793, b: 2.426 };
const fitted = { r: 0.2425967, alpha: 4.413659, a: 0.7929869, b: 2.426164 };

describe('the gamma function', () => {
  test.each([
    [1, 0],
    [2, 0],
    [0.5, Math.log(Math.PI) / 2],
    [1e-8, 18.42068073818021],
    [11, Math.log(3_628_800)],
    [171, 706.5730622457874],
  ])('ln Γ(%d)', (x, expected) => expect(logGamma(x)).toBeCloseTo(expected, 12));
  test('beta', () => expect(logBeta(2, 3)).toBeCloseTo(-Math.log(12), 13));
});

describe('vectors of published programs', () => {
  test.each([
    [0, 0, 12, 1, 0.17354656, 0.44960071],
    [1, 1.71, 38.86, 0.21210099, 0.07467617, 0.20318699],
    [7, 29.43, 38.86, 0.64175635, 1.27913641, 3.33705327],
    [2, 35.71, 38.86, 0.78479061, 0.49384053, 1.32425513],
    [29, 37.71, 38, 0.96912952, 7.8379029, 20.05294899],
    [3, 10, 30, 0.24920885, 0.27837318, 0.72297269],
    [15, 20, 39, 0.00319344, 0.01324216, 0.03416991],
    [5, 30, 39, 0.70562685, 1.01995877, 2.67945733],
  ])('x %d, t_x %d, T %d: P(alive) %d; next 13 weeks %d, next 39 weeks %d', (x, tx, T, alive, soon, later) => {
    expect(aliveProbability(rounded, { x, tx, T })).toBeCloseTo(alive, 8);
    expect(expectedPurchases(rounded, { x, tx, T }, 13)).toBeCloseTo(soon, 8);
    expect(expectedPurchases(rounded, { x, tx, T }, 39)).toBeCloseTo(later, 8);
  });

  test.each([
    [5, 0.70562685, 0.1221718],
    [7, 0.66386618, 0.12753656],
    [9, 0.60561449, 0.1109849],
    [11, 0.53488475, 0.08388008],
    [13, 0.45620505, 0.0570176],
    [15, 0.37509189, 0.0359225],
    [17, 0.29730313, 0.02146176],
    [19, 0.22762609, 0.01235252],
  ])('the more often, the sooner given up: x %d', (x, alive, nextTwoWeeks) => {
    expect(aliveProbability(rounded, { x, tx: 30, T: 39 })).toBeCloseTo(alive, 8);
    expect(expectedPurchases(rounded, { x, tx: 25, T: 39 }, 2)).toBeCloseTo(nextTwoWeeks, 8);
  });

  test('a customer of the vignette of BTYD', () => {
    const customer = { x: 26, tx: 216 / 7, T: 31 };
    expect(aliveProbability(fitted, customer)).toBeCloseTo(0.9688523, 7);
    expect(expectedPurchases(fitted, customer, 52)).toBeCloseTo(25.75659, 5);
    expect(expectedOfNewCustomer(fitted, 52)).toBeCloseTo(1.444004, 5);
  });

  test('of lifetimes', () => {
    expect(expectedPurchases(rounded, { x: 2, tx: 30.43, T: 38.86 }, 39)).toBeCloseTo(1.226, 3);
    const newCustomer = [1, 31.8571, 78].map((weeks) => expectedOfNewCustomer(fitted, weeks));
    for (const [index, expected] of [0.0532, 1.0405, 1.8576].entries())
      expect(Math.abs((newCustomer[index] ?? 0) - expected)).toBeLessThan(0.001);
    const week = (x: number, tx: number, T: number) =>
      expectedPurchases({ r: 0.242593, alpha: 4.413532, a: 0.792886, b: 2.425752 }, { x, tx, T }, 1);
    expect(week(26, 30.86, 31)).toBeCloseTo(0.710623, 6);
    expect(week(29, 37.71, 38)).toBeCloseTo(0.662396, 6);
  });

  test('how many purchases', () => {
    expect(purchaseCountProbability(rounded, 39, 0)).toBeCloseTo(0.5737863521, 10);
    const expected = [0.0019995214, 0.0015170236, 0.001163315, 0.0009003148, 0.0007023638];
    for (const [index, probability] of expected.entries())
      expect(purchaseCountProbability(rounded, 30, 11 + index)).toBeCloseTo(probability, 10);
  });

  test('nothing overflows', () => {
    expect(aliveProbability(rounded, { x: 1000, tx: 10, T: 100 })).toBe(0);
    expect(expectedPurchases(rounded, { x: 1000, tx: 10, T: 100 }, 52)).toBe(0);
    expect(medianWeeksToNext(rounded, { x: 1000, tx: 10, T: 100 })).toBe(Number.POSITIVE_INFINITY);
    expect(purchaseCountProbability(rounded, 30, 2000)).toBeCloseTo(0, 10);
  });
});

const between = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const someModel = fc.record({
  r: between(0.05, 5),
  alpha: between(0.5, 40),
  a: fc.oneof(between(0.05, 5), fc.constant(1), between(1 - 1e-9, 1 + 1e-9)),
  b: between(0.05, 20),
});
const someHistory = fc
  .record({ x: fc.oneof(fc.constant(0), fc.nat(60)), tx: between(0.1, 80), rest: between(0, 80) })
  .map(({ x, tx, rest }) => (x === 0 ? { x, tx: 0, T: rest } : { x, tx, T: tx + rest }));

describe('for any customer of any shop', () => {
  test('P(alive) is a probability, 1 without a repeat, and higher the later the last purchase', () =>
    fc.assert(
      fc.property(someModel, someHistory, between(0, 1), (model, history, part) => {
        const alive = aliveProbability(model, history);
        expect(alive).toBeGreaterThanOrEqual(0);
        expect(alive).toBeLessThanOrEqual(1);
        if (history.x === 0) expect(alive).toBe(1);
        else
          expect(aliveProbability(model, { ...history, tx: history.tx * part })).toBeLessThanOrEqual(
            alive * (1 + 1e-12),
          );
      }),
    ));

  test('expected purchases grow with the horizon, from nothing, and never beyond those of one who cannot leave', () =>
    fc.assert(
      fc.property(someModel, someHistory, between(0.1, 100), between(0.1, 100), (model, history, weeks, more) => {
        const [soon, later] = [weeks, weeks + more].map((until) => expectedPurchases(model, history, until));
        expect(expectedPurchases(model, history, 0)).toBe(0);
        expect(soon).toBeGreaterThanOrEqual(0);
        expect(later).toBeGreaterThanOrEqual((soon ?? 0) * (1 - 1e-9));
        const rate = (model.r + history.x) / (model.alpha + history.T);
        expect(soon).toBeLessThanOrEqual(aliveProbability(model, history) * rate * weeks * (1 + 1e-9));
      }),
    ));

  test('they follow the formula of the paper, where it can be computed', () => {
    const direct = (
      { r, alpha, a, b }: typeof rounded,
      { x, tx, T }: { x: number; tx: number; T: number },
      t: number,
    ) => {
      const gauss = hypergeometric(r + x, b + x, a + b + x - 1, t / (alpha + T + t));
      const left = x === 0 ? 0 : (a / (b + x - 1)) * ((alpha + T) / (alpha + tx)) ** (r + x);
      return (((a + b + x - 1) / (a - 1)) * (1 - ((alpha + T) / (alpha + T + t)) ** (r + x) * gauss)) / (1 + left);
    };
    const plain = someModel.filter(({ a, b }) => Math.abs(a - 1) > 0.01 && Math.abs(a + b - 1) > 0.01);
    fc.assert(
      fc.property(plain, someHistory, between(5, 100), (model, history, weeks) => {
        const expected = direct(model, history, weeks);
        expect(Math.abs(expectedPurchases(model, history, weeks) - expected)).toBeLessThan(1e-8 * (1 + expected));
      }),
    );
  });

  test('the counts of purchases are probabilities whose mean is what is expected', () => {
    const tame = fc.record({ r: between(0.3, 2), alpha: between(8, 20), a: between(0.3, 3), b: between(0.5, 5) });
    fc.assert(
      fc.property(tame, between(1, 20), (model, weeks) => {
        const counts = Array.from({ length: 200 }, (_, count) => purchaseCountProbability(model, weeks, count));
        expect(counts.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 8);
        const mean = counts.reduce((sum, each, count) => sum + count * each, 0);
        expect(mean).toBeCloseTo(expectedOfNewCustomer(model, weeks), 6);
      }),
      { numRuns: 30 },
    );
  });

  test('the median splits the purchases to come in halves', () =>
    fc.assert(
      fc.property(someModel, someHistory, (model, history) => {
        const weeks = medianWeeksToNext(model, history);
        const alive = aliveProbability(model, history);
        if (weeks === Number.POSITIVE_INFINITY || weeks > 1e12) return;
        const { alpha, r } = model;
        const boughtBy = alive * (1 - ((alpha + history.T) / (alpha + history.T + weeks)) ** (r + history.x));
        expect(alive).toBeGreaterThan(0.5);
        expect(boughtBy).toBeCloseTo(0.5, 6);
      }),
    ));
});

/** Gauss's series as it stands in books. */
function hypergeometric(a: number, b: number, c: number, z: number): number {
  let [term, sum] = [1, 1];
  for (let k = 0; k < 100_000 && Math.abs(term) > 1e-17 * Math.abs(sum); k++) {
    term *= (((a + k) * (b + k)) / ((c + k) * (k + 1))) * z;
    sum += term;
  }
  return sum;
}
