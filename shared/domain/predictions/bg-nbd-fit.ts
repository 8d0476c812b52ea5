import type { BgNbd } from './bg-nbd.ts';
import { type FrequencyGroups, roughGroups } from './buying-sample.ts';
import { likeliest } from './parameter-search.ts';

export interface BgNbdFit extends BgNbd {
  readonly logLikelihood: number;
  readonly converged: boolean;
}

/** Purchases without dropout: the limit of BG/NBD in which nobody ever leaves. */
export interface NbdFit {
  readonly r: number;
  readonly alpha: number;
  readonly logLikelihood: number;
}

/**
 * The log-likelihood as a function of the parameters, over groups of customers. What depends on x or on T alone is summed
 * per x and per T once; a group costs one exponential.
 */
export class BgNbdLikelihood {
  readonly #groups: FrequencyGroups;
  readonly #customers: number;
  /** Index by x: customers. */
  readonly #perCount: Float64Array;
  /** Index by T in days: customers, and their repeat purchases. */
  readonly #perAge: Float64Array;
  readonly #repeatsPerAge: Float64Array;
  /** The first group with a repeat purchase. */
  readonly #firstRepeater: number;

  constructor(groups: FrequencyGroups) {
    this.#groups = groups;
    this.#perCount = new Float64Array(maximumOf(groups.repeats) + 1);
    this.#perAge = new Float64Array(maximumOf(groups.knownFor) + 1);
    this.#repeatsPerAge = new Float64Array(this.#perAge.length);
    let [customers, firstRepeater] = [0, 0];
    for (let g = 0; g < groups.size; g++) {
      const [x, T, count] = [groups.repeats[g] ?? 0, groups.knownFor[g] ?? 0, groups.customers[g] ?? 0];
      this.#perCount[x] = (this.#perCount[x] ?? 0) + count;
      this.#perAge[T] = (this.#perAge[T] ?? 0) + count;
      this.#repeatsPerAge[T] = (this.#repeatsPerAge[T] ?? 0) + count * x;
      customers += count;
      if (x === 0) firstRepeater = g + 1;
    }
    this.#customers = customers;
    this.#firstRepeater = firstRepeater;
  }

  get customers(): number {
    return this.#customers;
  }

  /** Nearly the same, of far fewer groups. */
  roughly(): BgNbdLikelihood {
    return new BgNbdLikelihood(roughGroups(this.#groups));
  }

  /** The limit without dropout. */
  nbd(r: number, alpha: number): number {
    return this.#buying(r, alpha, logsOfTimes(alpha, this.#perAge.length));
  }

  at({ r, alpha, a, b }: BgNbd): number {
    const times = logsOfTimes(alpha, this.#perAge.length);
    return this.#buying(r, alpha, times) + this.#staying(a, b) + this.#orLeft(r, a, b, times);
  }

  /** The customer bought x times in T as if they could not leave. */
  #buying(r: number, alpha: number, times: Float64Array): number {
    let sum = this.#customers * r * Math.log(alpha);
    let rising = 0;
    for (let x = 0; x < this.#perCount.length; x++) {
      sum += (this.#perCount[x] ?? 0) * rising;
      rising += Math.log(r + x);
    }
    for (let T = 0; T < times.length; T++)
      sum -= (r * (this.#perAge[T] ?? 0) + (this.#repeatsPerAge[T] ?? 0)) * (times[T] ?? 0);
    return sum;
  }

  /** They stayed after each of x purchases: B(a, b + x) / B(a, b). */
  #staying(a: number, b: number): number {
    let [sum, stayed] = [0, 0];
    for (let x = 0; x < this.#perCount.length; x++) {
      sum += (this.#perCount[x] ?? 0) * stayed;
      stayed += Math.log1p(-a / (a + b + x));
    }
    return sum;
  }

  /** Or else they left after the last one: ln(1 + a / (b + x - 1) · ((alpha + T) / (alpha + t_x))^(r + x)). */
  #orLeft(r: number, a: number, b: number, times: Float64Array): number {
    const { size, repeats, lastAfter, knownFor, customers } = this.#groups;
    const logA = Math.log(a);
    let [sum, product, previous, logOdds] = [0, 1, -1, 0];
    for (let g = this.#firstRepeater; g < size; g++) {
      const x = repeats[g] as number;
      if (x !== previous) {
        logOdds = logA - Math.log(b + x - 1);
        previous = x;
      }
      const count = customers[g] as number;
      const odds =
        logOdds + (r + x) * ((times[knownFor[g] as number] as number) - (times[lastAfter[g] as number] as number));
      // ln(1 + e^odds) without overflow; the logarithm is taken once for many groups of one customer.
      if (odds > 0) sum += count * odds;
      const factor = 1 + Math.exp(odds > 0 ? -odds : odds);
      if (count > 1) {
        sum += count * Math.log(factor);
      } else {
        product *= factor;
        if (product > 1e200) {
          sum += Math.log(product);
          product = 1;
        }
      }
    }
    return sum + Math.log(product);
  }
}

/** Maximum likelihood of the limit without dropout. Needs at least one customer. */
export function fitNbd(likelihood: BgNbdLikelihood): NbdFit {
  const { parameters, logLikelihood } = likeliest(
    ([r = 0, alpha = 0]) => likelihood.nbd(r, alpha),
    likelihood.customers,
    [1, 3],
  );
  const [r = 0, alpha = 0] = parameters;
  return { r, alpha, logLikelihood };
}

/** Maximum likelihood, searched from the fit without dropout. Needs at least one customer. */
export function fitBgNbd(likelihood: BgNbdLikelihood, nbd = fitNbd(likelihood)): BgNbdFit {
  const by =
    (each: BgNbdLikelihood) =>
    ([r = 0, alpha = 0, a = 0, b = 0]: readonly number[]) =>
      each.at({ r, alpha, a, b });
  const start = [nbd.r, nbd.alpha, 1, 3];
  const { parameters, logLikelihood, converged } = likeliest(
    by(likelihood),
    likelihood.customers,
    start,
    by(likelihood.roughly()),
  );
  const [r = 0, alpha = 0, a = 0, b = 0] = parameters;
  return { r, alpha, a, b, logLikelihood, converged };
}

/** ln(alpha + t) for every whole number of days, t in weeks. */
function logsOfTimes(alpha: number, days: number): Float64Array {
  const logs = new Float64Array(days);
  for (let day = 0; day < days; day++) logs[day] = Math.log(alpha + day / 7);
  return logs;
}

function maximumOf(values: Int32Array): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}
