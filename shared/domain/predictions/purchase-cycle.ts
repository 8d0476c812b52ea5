import type { Day } from '../calendar.ts';
import { type Stage, type StageLimits, stageOnDay, stages } from '../life-cycle/stage.ts';

/** Intervals needed before a shop's own cycle is proposed. */
export const neededIntervals = 50;

/**
 * Days between one purchase day and the next of the same customer, counted over a base. Counts of parts can be joined in
 * any order.
 */
export class RepurchaseIntervals {
  #size = 0;
  readonly #counts = new Map<number, number>();

  get size(): number {
    return this.#size;
  }

  /** @param days of one customer's purchases, in any order; several on one day are one */
  add(days: Iterable<Day>): void {
    let previous: Day | undefined;
    for (const day of Int32Array.from(new Set(days)).sort()) {
      if (previous !== undefined) this.#count(day - previous, 1);
      previous = day;
    }
  }

  join(other: RepurchaseIntervals): void {
    for (const [interval, times] of other.#counts) this.#count(interval, times);
  }

  /**
   * Quantile by linear interpolation ("type 7").
   * @returns NaN without an interval
   */
  quantile(percent: number): number {
    const position = ((this.#size - 1) * percent) / 100;
    const index = Math.floor(position);
    const [lower, upper] = [this.#at(index), this.#at(Math.min(index + 1, this.#size - 1))];
    return lower + (position - index) * (upper - lower);
  }

  #count(interval: number, times: number): void {
    this.#counts.set(interval, (this.#counts.get(interval) ?? 0) + times);
    this.#size += times;
  }

  /** The interval at a place in the sorted list of all. */
  #at(index: number): number {
    let seen = 0;
    for (const [interval, times] of [...this.#counts].sort(([a], [b]) => a - b)) {
      seen += times;
      if (seen > index) return interval;
    }
    return Number.NaN;
  }
}

export type PurchaseCycle =
  | {
      readonly type: 'proposed';
      readonly intervals: number;
      /** Days within which half, three quarters and nine tenths of the repurchases come. */
      readonly p50: number;
      readonly p75: number;
      readonly p90: number;
      readonly limits: StageLimits;
    }
  | { readonly type: 'not_enough_data'; readonly intervals: number; readonly needed: number };

/**
 * Stage limits from the shop's own purchase cycle: a customer is silent when half of all repurchases would have come by
 * now, sleeping when three quarters, lost when nine tenths. Whole days, rounded up, each above the one before.
 */
export function purchaseCycleOf(intervals: RepurchaseIntervals): PurchaseCycle {
  if (intervals.size < neededIntervals)
    return { type: 'not_enough_data', intervals: intervals.size, needed: neededIntervals };
  const [p50, p75, p90] = [intervals.quantile(50), intervals.quantile(75), intervals.quantile(90)];
  const l1 = Math.ceil(p50);
  const l2 = Math.max(l1 + 1, Math.ceil(p75));
  const l3 = Math.max(l2 + 1, Math.ceil(p90));
  return { type: 'proposed', intervals: intervals.size, p50, p75, p90, limits: { l1, l2, l3 } };
}

/** Customers who would stand elsewhere under other limits. */
export interface StageMoves {
  readonly customers: number;
  readonly moved: number;
  readonly moves: readonly { readonly from: Stage; readonly to: Stage; readonly customers: number }[];
}

/**
 * Who would move if other limits were in force today.
 * @param customers the days of each one's purchases known by today, ascending, one for every purchase
 */
export function stageMoves(
  customers: Iterable<ArrayLike<Day>>,
  today: Day,
  inForce: StageLimits,
  proposed: StageLimits,
): StageMoves {
  const counts = new Map<string, number>();
  let [all, moved] = [0, 0];
  for (const days of customers) {
    const from = stageOnDay(days, days.length, today, inForce);
    const to = stageOnDay(days, days.length, today, proposed);
    all += 1;
    if (from === to) continue;
    moved += 1;
    counts.set(`${from} ${to}`, (counts.get(`${from} ${to}`) ?? 0) + 1);
  }
  const moves = stages.flatMap((from) =>
    stages.flatMap((to) => {
      const count = counts.get(`${from} ${to}`);
      return count === undefined ? [] : [{ from, to, customers: count }];
    }),
  );
  return { customers: all, moved, moves };
}
