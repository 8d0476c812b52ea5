import { type Day, dayOf, type Instant } from '../calendar.ts';

/** The purchase days of one customer, as far as the predictions look: whatever is bought on one day is one purchase. */
export interface Frequency {
  /** Purchase days after the first. */
  readonly repeats: number;
  /** Days from the first purchase day to the last. */
  readonly lastAfter: number;
  /** Days from the first purchase day to the day of reckoning. */
  readonly knownFor: number;
}

/** The same in weeks, under the names of Fader, Hardie and Lee (2005). */
export interface FrequencyInWeeks {
  readonly x: number;
  /** Weeks from the first purchase day to the last. */
  readonly tx: number;
  /** Weeks from the first purchase day to the day of reckoning. */
  readonly T: number;
}

/** What one customer brings to the fits. Amounts in one currency, in any unit. */
export interface BuyingHistory extends Frequency {
  /** All purchases together. */
  readonly amount: number;
  /** Mean amount of the purchase days after the first; 0 when there is none. */
  readonly repeatAmount: number;
}

export interface DatedAmount {
  readonly paidAt: Instant;
  readonly day: Day;
  readonly amount: number;
}

/**
 * The buying history by a moment; what is paid later is left out.
 * @param zone the workspace's, whose calendar gives the as-of day
 * @returns undefined without a purchase: a prospect has nothing to predict from
 */
export function buyingHistoryAt(
  purchases: readonly DatedAmount[],
  asOf: Instant,
  zone: string,
): BuyingHistory | undefined {
  const amounts = new Map<Day, number>();
  let amount = 0;
  for (const purchase of purchases) {
    if (purchase.paidAt > asOf) continue;
    amount += purchase.amount;
    amounts.set(purchase.day, (amounts.get(purchase.day) ?? 0) + purchase.amount);
  }
  const frequency = frequencyOf([...amounts.keys()], dayOf(asOf, zone));
  if (!frequency) return undefined;
  const first = Math.min(...amounts.keys());
  const repeatAmount = frequency.repeats === 0 ? 0 : (amount - (amounts.get(first) ?? 0)) / frequency.repeats;
  return { ...frequency, amount, repeatAmount };
}

/**
 * Repeats, their span and the time known, from the days of purchases in any order.
 * @returns undefined without a day
 */
export function frequencyOf(days: Iterable<Day>, today: Day): Frequency | undefined {
  const distinct = new Set(days);
  if (distinct.size === 0) return undefined;
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const day of distinct) {
    if (day < first) first = day;
    if (day > last) last = day;
  }
  // A shop east of the workspace may be a day ahead.
  return { repeats: distinct.size - 1, lastAfter: last - first, knownFor: Math.max(today, last) - first };
}

export function inWeeks({ repeats, lastAfter, knownFor }: Frequency): FrequencyInWeeks {
  return { x: repeats, tx: lastAfter / 7, T: knownFor / 7 };
}
