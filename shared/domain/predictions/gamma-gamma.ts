import type { RepeatAmounts } from './buying-sample.ts';
import { logGamma } from './gamma-function.ts';
import { likeliest } from './parameter-search.ts';

/**
 * Gamma-Gamma of Fader and Hardie (2013), note 025. What a customer spends on a purchase day is gamma distributed around
 * a mean of their own (shape `p`), the means are inverse gamma distributed (`q`, `v`; `v` in the unit of the amounts).
 */
export interface GammaGamma {
  readonly p: number;
  readonly q: number;
  readonly v: number;
}

export interface GammaGammaFit extends GammaGamma {
  readonly logLikelihood: number;
  readonly converged: boolean;
}

/**
 * Expected mean amount of a purchase day, given `x` repeat purchase days of `mean` amount: between what the customer spent
 * and what customers spend, the nearer to the first the more is known. Needs `q` > 1.
 */
export function expectedAmount({ p, q, v }: GammaGamma, x: number, mean: number): number {
  return (p * (v + x * mean)) / (p * x + q - 1);
}

/** Mean amount over all customers. Needs `q` > 1. */
export function populationAmount(model: GammaGamma): number {
  return expectedAmount(model, 0, 0);
}

/** How the number of repeat purchases and their mean amount go together, -1 to 1 (Pearson); 0 where one never varies. */
export function correlationOf({ size, repeats, amounts }: RepeatAmounts): number {
  const [meanX, meanZ] = [meanOf(repeats), meanOf(amounts)];
  let [xx, zz, xz] = [0, 0, 0];
  for (let i = 0; i < size; i++) {
    const [dx, dz] = [(repeats[i] ?? 0) - meanX, (amounts[i] ?? 0) - meanZ];
    xx += dx * dx;
    zz += dz * dz;
    xz += dx * dz;
  }
  return xx > 0 && zz > 0 ? xz / Math.sqrt(xx * zz) : 0;
}

/** The log-likelihood over customers sorted by x. */
export function gammaGammaLogLikelihood({ p, q, v }: GammaGamma, sample: RepeatAmounts): number {
  const { size, repeats, amounts } = sample;
  let sum = 0;
  for (let from = 0; from < size; ) {
    const x = repeats[from] ?? 0;
    let [to, logMeans, logAll] = [from, 0, 0];
    let [means, all] = [1, 1];
    for (; to < size && repeats[to] === x; to++) {
      // Logarithms of products: the fit passes over all customers some hundred times.
      means *= amounts[to] as number;
      all *= v + x * (amounts[to] as number);
      if (!(all < 1e200 && means < 1e200 && means > 1e-200)) {
        logMeans += Math.log(means);
        logAll += Math.log(all);
        means = all = 1;
      }
    }
    logMeans += Math.log(means);
    logAll += Math.log(all);
    const each = logGamma(p * x + q) - logGamma(p * x) - logGamma(q) + q * Math.log(v) + p * x * Math.log(x);
    sum += (to - from) * each + (p * x - 1) * logMeans - (p * x + q) * logAll;
    from = to;
  }
  return sum;
}

/** Maximum likelihood. Needs at least one customer. */
export function fitGammaGamma(sample: RepeatAmounts): GammaGammaFit {
  const unit = meanOf(sample.amounts);
  const scaled: RepeatAmounts = { ...sample, amounts: sample.amounts.map((amount) => amount / unit) };
  const { parameters, logLikelihood, converged } = likeliest(
    ([p = 0, q = 0, v = 0]) => gammaGammaLogLikelihood({ p, q, v }, scaled),
    sample.size,
    [3, 3, 1],
  );
  const [p = 0, q = 0, v = 0] = parameters;
  return { p, q, v: v * unit, logLikelihood: logLikelihood - sample.size * Math.log(unit), converged };
}

function meanOf(values: Int32Array | Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
