import type { BuyingHistory } from './frequency.ts';

/** Equal (x, t_x, T) counted together, sorted by x, t_x, T, so that no order of adding matters. Times in days. */
export interface FrequencyGroups {
  readonly size: number;
  readonly repeats: Int32Array;
  readonly lastAfter: Int32Array;
  readonly knownFor: Int32Array;
  readonly customers: Float64Array;
}

/** Days whose middle stands for all of them in rough groups. */
const roughDays = 14;

/** The same customers in far fewer groups: their times are moved by up to a week. */
export function roughGroups({ size, repeats, lastAfter, knownFor, customers }: FrequencyGroups): FrequencyGroups {
  const counts = new Map<number, number>();
  for (let g = 0; g < size; g++) {
    const [x, T] = [repeats[g] as number, middleOf(knownFor[g] as number)];
    const key = keyOf(x, x === 0 ? 0 : Math.min(T, middleOf(lastAfter[g] as number)), T);
    counts.set(key, (counts.get(key) ?? 0) + (customers[g] as number));
  }
  const sorted = [...counts].sort(([a], [b]) => a - b);
  return groupsOf(
    sorted.map(([key]) => key),
    sorted.map(([, count]) => count),
  );
}

function middleOf(days: number): number {
  return days - (days % roughDays) + roughDays / 2;
}

/** Mean amounts of customers who bought again, sorted by x, then amount. */
export interface RepeatAmounts {
  readonly size: number;
  readonly repeats: Int32Array;
  readonly amounts: Float64Array;
}

/** More than the days or repeats of any customer: 359 years. */
const radix = 2 ** 17;

/**
 * The buying histories of a whole base, 16 bytes a customer. Samples of parts can be joined in any order.
 */
export class BuyingSample {
  #size = 0;
  /** See `keyOf`. */
  #keys = new Float64Array(64);
  #amounts = new Float64Array(64);
  #totals = { repeatBuyers: 0, repeats: 0, daysBetween: 0, daysKnown: 0, amount: 0 };

  get size(): number {
    return this.#size;
  }

  /** Sums over all customers: whole numbers as long as the amounts are. */
  get totals(): {
    readonly repeatBuyers: number;
    readonly repeats: number;
    readonly daysBetween: number;
    readonly daysKnown: number;
    readonly amount: number;
  } {
    return this.#totals;
  }

  add({ repeats, lastAfter, knownFor, amount, repeatAmount }: BuyingHistory): void {
    this.#makeRoomFor(this.#size + 1);
    this.#keys[this.#size] = keyOf(repeats, lastAfter, knownFor);
    this.#amounts[this.#size] = repeatAmount;
    this.#size += 1;
    this.#totals.repeatBuyers += repeats > 0 ? 1 : 0;
    this.#totals.repeats += repeats;
    this.#totals.daysBetween += lastAfter;
    this.#totals.daysKnown += knownFor;
    this.#totals.amount += amount;
  }

  join(other: BuyingSample): void {
    this.#makeRoomFor(this.#size + other.#size);
    this.#keys.set(other.#keys.subarray(0, other.#size), this.#size);
    this.#amounts.set(other.#amounts.subarray(0, other.#size), this.#size);
    this.#size += other.#size;
    for (const sum of ['repeatBuyers', 'repeats', 'daysBetween', 'daysKnown', 'amount'] as const)
      this.#totals[sum] += other.#totals[sum];
  }

  /** What the buying of customers is fitted on. */
  groups(): FrequencyGroups {
    const keys = this.#keys.slice(0, this.#size).sort();
    const starts: number[] = [];
    const counts: number[] = [];
    let previous = Number.NaN;
    for (const key of keys) {
      if (key !== previous) {
        starts.push(key);
        counts.push(0);
        previous = key;
      }
      counts[counts.length - 1] = (counts.at(-1) ?? 0) + 1;
    }
    return groupsOf(starts, counts);
  }

  /** What the spending of customers is fitted on: those who bought again, for more than nothing. */
  repeatAmounts(): RepeatAmounts {
    const amountsBy = new Map<number, number[]>();
    for (let index = 0; index < this.#size; index++) {
      const [repeats, amount] = [repeatsIn(this.#keys[index] ?? 0), this.#amounts[index] ?? 0];
      if (repeats === 0 || !(amount > 0)) continue;
      const list = amountsBy.get(repeats);
      if (list) list.push(amount);
      else amountsBy.set(repeats, [amount]);
    }
    const size = [...amountsBy.values()].reduce((sum, { length }) => sum + length, 0);
    const sorted = { size, repeats: new Int32Array(size), amounts: new Float64Array(size) };
    let start = 0;
    for (const [repeats, amounts] of [...amountsBy].sort(([a], [b]) => a - b)) {
      sorted.repeats.fill(repeats, start, start + amounts.length);
      sorted.amounts.set(Float64Array.from(amounts).sort(), start);
      start += amounts.length;
    }
    return sorted;
  }

  #makeRoomFor(size: number): void {
    if (size <= this.#keys.length) return;
    const room = Math.max(size, this.#keys.length * 2);
    [this.#keys, this.#amounts] = [enlarged(this.#keys, room), enlarged(this.#amounts, room)];
  }
}

/** A sample of all these histories. */
export function buyingSampleOf(histories: Iterable<BuyingHistory>): BuyingSample {
  const sample = new BuyingSample();
  for (const history of histories) sample.add(history);
  return sample;
}

/** x, t_x and T in one whole number below 2^51, so that sorting the base is sorting one typed array. */
function keyOf(repeats: number, lastAfter: number, knownFor: number): number {
  return (repeats * radix + lastAfter) * radix + knownFor;
}

function groupsOf(keys: readonly number[], customers: readonly number[]): FrequencyGroups {
  return {
    size: keys.length,
    repeats: Int32Array.from(keys, repeatsIn),
    lastAfter: Int32Array.from(keys, (key) => Math.floor(key / radix) % radix),
    knownFor: Int32Array.from(keys, (key) => key % radix),
    customers: Float64Array.from(customers),
  };
}

function repeatsIn(key: number): number {
  return Math.floor(key / (radix * radix));
}

function enlarged(values: Float64Array, room: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(room);
  larger.set(values);
  return larger;
}
