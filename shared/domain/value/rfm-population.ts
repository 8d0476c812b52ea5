import * as z from 'zod';
import type { Day } from '../calendar.ts';
import { decimalsOf } from '../money.ts';
import type { RfmValues } from './rfm-values.ts';

const four = z.tuple([z.number(), z.number(), z.number(), z.number()]);
const three = z.strictObject({ r: z.number(), f: z.number(), m: z.number() });

/** What one night's population gives to score by, frozen until the next (DOMAIN 4). */
export const rfmPopulationSchema = z
  .strictObject({
    version: z.string().min(1),
    /** The day it was counted as of. */
    asOf: z.int(),
    windowDays: z.int(),
    currency: z.string(),
    customers: z.int().min(1),
    /** Lower bounds of the second to the fifth bin. Multiples of 0.2: comparing whole numbers with them is exact. */
    cuts: z.strictObject({ r: four, f: four, m: four }),
    /** The whole numbers that separate high from low exactly: R at or below, F and M at or above. */
    high: three,
    /** For showing; rules go by `high`. */
    means: three,
  })
  .readonly();
export type RfmPopulation = z.output<typeof rfmPopulationSchema>;

/** What a population was counted over. */
export interface PopulationFrame {
  readonly version: string;
  readonly asOf: Day;
  readonly windowDays: number;
  /** Base currency of `m`. */
  readonly currency: string;
}

const measures = ['r', 'f', 'm'] as const;

/** The values of all customers with a purchase in the window, 24 bytes each. Samples of parts can be joined in any order. */
export class RfmSample {
  #size = 0;
  #columns = { r: new Float64Array(64), f: new Float64Array(64), m: new Float64Array(64) };

  get size(): number {
    return this.#size;
  }

  /** @param values whole numbers */
  add(values: RfmValues): void {
    this.#makeRoomFor(this.#size + 1);
    for (const measure of measures) this.#columns[measure][this.#size] = values[measure];
    this.#size += 1;
  }

  join(other: RfmSample): void {
    this.#makeRoomFor(this.#size + other.#size);
    for (const measure of measures) this.#columns[measure].set(other.sorted(measure), this.#size);
    this.#size += other.#size;
  }

  /** A sorted copy of one measure. */
  sorted(measure: (typeof measures)[number]): Float64Array {
    return this.#columns[measure].slice(0, this.#size).sort();
  }

  #makeRoomFor(size: number): void {
    const room = this.#columns.r.length;
    if (size <= room) return;
    for (const measure of measures) {
      const larger = new Float64Array(Math.max(size, room * 2));
      larger.set(this.#columns[measure]);
      this.#columns[measure] = larger;
    }
  }
}

/** A sample of all these values. */
export function sampleOf(values: Iterable<RfmValues>): RfmSample {
  const sample = new RfmSample();
  for (const each of values) sample.add(each);
  return sample;
}

/**
 * Cut points and means of a population, exactly: integer arithmetic throughout, and no order of adding matters.
 * @returns undefined when nobody bought in the window
 */
export function populationOf(sample: RfmSample, frame: PopulationFrame): RfmPopulation | undefined {
  if (sample.size === 0) return undefined;
  const [r, f, m] = [sample.sorted('r'), sample.sorted('f'), sample.sorted('m')];
  const sums = { r: sumOf(r), f: sumOf(f), m: sumOf(m) };
  const customers = BigInt(sample.size);
  return {
    ...frame,
    customers: sample.size,
    cuts: { r: cutsOf(r, 1), f: cutsOf(f, 1), m: cutsOf(m, 10 ** decimalsOf(frame.currency)) },
    high: {
      r: Number(sums.r / customers),
      f: Number((sums.f + customers - 1n) / customers),
      m: Number((sums.m + customers - 1n) / customers),
    },
    means: {
      r: Number(sums.r) / sample.size,
      f: Number(sums.f) / sample.size,
      m: Number(sums.m) / sample.size,
    },
  };
}

/**
 * Lower bounds of bins 2 to 5: the 20, 40, 60 and 80 % quantiles (linear interpolation, "type 7") plus one unit, as the R
 * package rfm has it. Ties may leave a bin in the middle empty; its score is then never given.
 * @param one the unit added: a day, a purchase, a major unit of the currency
 */
function cutsOf(sorted: Float64Array, one: number): [number, number, number, number] {
  const cut = (fifth: number) => (quantileInFifths(sorted, fifth) + 5 * one) / 5;
  return [cut(1), cut(2), cut(3), cut(4)];
}

/** Five times the type-7 quantile at `fifth`/5: a whole number, so that nothing is rounded. */
function quantileInFifths(sorted: Float64Array, fifth: number): number {
  const position = (sorted.length - 1) * fifth;
  const beyond = position % 5;
  const index = (position - beyond) / 5;
  const lower = sorted[index] ?? 0;
  const upper = beyond === 0 ? lower : (sorted[index + 1] ?? lower);
  return 5 * lower + beyond * (upper - lower);
}

function sumOf(values: Float64Array): bigint {
  let [total, part] = [0n, 0];
  for (const value of values) {
    part += value;
    if (part > 2 ** 52) {
      total += BigInt(part);
      part = 0;
    }
  }
  return total + BigInt(part);
}
