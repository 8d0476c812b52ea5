import type { FrequencyInWeeks } from './frequency.ts';
import { logBeta, logGamma } from './gamma-function.ts';

/**
 * BG/NBD of Fader, Hardie and Lee (2005), "Counting your customers the easy way". While alive a customer buys at random
 * times at a rate of their own, gamma distributed (shape `r`, rate `alpha`, in weeks); after each repeat purchase they
 * leave for good with a probability of their own, beta distributed (`a`, `b`).
 */
export interface BgNbd {
  readonly r: number;
  readonly alpha: number;
  readonly a: number;
  readonly b: number;
}

/**
 * Probability that the customer has not left for good. 1 without a repeat purchase: the model lets nobody leave before.
 * Never NaN: what is beyond doubt is 0.
 */
export function aliveProbability({ r, alpha, a, b }: BgNbd, { x, tx, T }: FrequencyInWeeks): number {
  if (x === 0) return 1;
  const logOdds = Math.log(a / (b + x - 1)) + (r + x) * (Math.log(alpha + T) - Math.log(alpha + tx));
  return 1 / (1 + Math.exp(logOdds));
}

/** Expected purchase days in the next `weeks`, given what the customer did so far. */
export function expectedPurchases(model: BgNbd, history: FrequencyInWeeks, weeks: number): number {
  if (weeks <= 0) return 0;
  return aliveProbability(model, history) * expectedWhileAlive(model, history, weeks);
}

/** Expected repeat purchase days of a customer in the `weeks` after their first purchase. */
export function expectedOfNewCustomer(model: BgNbd, weeks: number): number {
  return expectedPurchases(model, { x: 0, tx: 0, T: 0 }, weeks);
}

/**
 * (C / (a - 1)) · [1 - (1 - z)^A · 2F1(A, B; C; z)] with A = r + x, B = b + x, C = a + b + x - 1, z = t / (alpha + T + t).
 * By Euler's transformation the bracket is 1 - (1 - z)^(a-1) · 2F1(C - A, a - 1; C; z), in whose series a - 1 and C can
 * be cancelled: nothing is divided by zero at a = 1 or C = 0.
 */
function expectedWhileAlive({ r, alpha, a, b }: BgNbd, { x, T }: FrequencyInWeeks, weeks: number): number {
  const z = weeks / (alpha + T + weeks);
  const logRest = Math.log((alpha + T) / (alpha + T + weeks));
  const C = a + b + x - 1;
  const bracket = a === 1 ? -logRest : -Math.expm1((a - 1) * logRest) / (a - 1);
  const { sum, logScale } = seriesFrom(C - r - x, a, C, z);
  return Math.max(0, C * bracket - Math.exp((a - 1) * logRest + logScale) * sum);
}

/** Sum over k >= 1 of (D)_k (a)_(k-1) z^k / ((C + 1)_(k-1) k!), as sum · exp(logScale): it may exceed a double. */
function seriesFrom(D: number, a: number, C: number, z: number): { sum: number; logScale: number } {
  let term = D * z;
  let [sum, logScale] = [term, 0];
  for (let k = 1; Math.abs(term) > 1e-17 * Math.abs(sum); k++) {
    term *= (((D + k) * (a + k - 1)) / ((C + k) * (k + 1))) * z;
    sum += term;
    if (Math.abs(sum) > 1e200) {
      sum *= 1e-200;
      term *= 1e-200;
      logScale += 200 * Math.LN10;
    }
  }
  return { sum, logScale };
}

/** Probability of exactly `purchases` repeat purchase days in the `weeks` after the first purchase. */
export function purchaseCountProbability({ r, alpha, a, b }: BgNbd, weeks: number, purchases: number): number {
  const [logKept, logUsed] = [Math.log(alpha / (alpha + weeks)), Math.log(weeks / (alpha + weeks))];
  const poissonMix = (count: number) =>
    Math.exp(logGamma(r + count) - logGamma(r) - logGamma(count + 1) + r * logKept + (count && count * logUsed));
  const still = Math.exp(logBeta(a, b + purchases) - logBeta(a, b)) * poissonMix(purchases);
  if (purchases === 0) return still;
  let fewer = 0;
  for (let count = 0; count < purchases; count++) fewer += poissonMix(count);
  return still + Math.exp(logBeta(a + 1, b + purchases - 1) - logBeta(a, b)) * Math.max(0, 1 - fewer);
}

/**
 * Weeks after which the customer has bought again with probability one half, the risk that they have left counted in.
 * An alive customer's rate is gamma distributed (r + x, alpha + T), so the time to the next purchase is Pareto
 * distributed and the median has a closed form.
 * @returns Infinity where they never will with that probability
 */
export function medianWeeksToNext(model: BgNbd, history: FrequencyInWeeks): number {
  const alive = aliveProbability(model, history);
  if (alive <= 0.5) return Number.POSITIVE_INFINITY;
  return (model.alpha + history.T) * Math.expm1(-Math.log1p(-0.5 / alive) / (model.r + history.x));
}
