import type { Day } from '../calendar.ts';
import { aliveProbability, type BgNbd, expectedPurchases, medianWeeksToNext } from './bg-nbd.ts';
import { type BuyingHistory, type FrequencyInWeeks, inWeeks } from './frequency.ts';
import { expectedAmount, type GammaGamma } from './gamma-gamma.ts';
import type { PredictionModel } from './model.ts';

/** A month in the unit of the buying model. */
export const weeksPerMonth = 4.345;

export interface ValueTerms {
  readonly months: number;
  /** What a purchase loses in worth by coming a month later: 0.01 is 12.7 % a year. */
  readonly monthlyDiscount: number;
}

/** How far predictions look. */
export interface PredictionTerms extends ValueTerms {
  /** Days over which purchases are expected. */
  readonly days: number;
  /** Days beyond which no next purchase is dated. */
  readonly nextWithinDays: number;
}

export const defaultTerms: PredictionTerms = { days: 90, months: 12, monthlyDiscount: 0.01, nextWithinDays: 365 };

/** What is foreseen of one customer. */
export interface Prediction {
  /** Probability that the customer has not left for good. */
  readonly alive: number;
  /** Purchase days expected in the next `days`. */
  readonly expectedPurchases: number;
  /** Discounted amount expected in the next `months`, minor units; absent where the amounts could not be fitted. */
  readonly value?: number;
  /**
   * The day by which the customer will more likely than not have bought again; absent where that lies beyond
   * `nextWithinDays` or will never be. It is the median of the time to the next purchase, with the risk in it that the
   * customer has left. Its mean is infinite, since anybody may have left; and the day on which the expected purchases reach
   * one comes too early where few would buy many times.
   */
  readonly nextDay?: Day;
}

/**
 * What the model foresees of a customer.
 * @param today the day by which `history` was taken
 * @returns undefined where the buying could not be fitted: nothing is foreseen then
 */
export function predictionOf(
  model: Pick<PredictionModel, 'buying' | 'spending'>,
  history: BuyingHistory,
  today: Day,
  terms: PredictionTerms = defaultTerms,
): Prediction | undefined {
  const { buying, spending } = model;
  if (buying.type !== 'fitted') return undefined;
  const weeks = inWeeks(history);
  const daysToNext = Math.ceil(medianWeeksToNext(buying, weeks) * 7);
  return {
    alive: aliveProbability(buying, weeks),
    expectedPurchases: expectedPurchases(buying, weeks, terms.days / 7),
    ...(spending.type === 'fitted' && {
      value: Math.round(discountedValue(buying, spending, weeks, history.repeatAmount, terms)),
    }),
    ...(daysToNext <= terms.nextWithinDays && { nextDay: today + daysToNext }),
  };
}

function discountedValue(
  buying: BgNbd,
  spending: GammaGamma,
  history: FrequencyInWeeks,
  repeatAmount: number,
  terms: ValueTerms,
): number {
  return discountedPurchases(buying, history, terms) * expectedAmount(spending, history.x, repeatAmount);
}

/**
 * Purchase days expected in the months to come, each month's divided by what waiting for it costs: the sum over i of
 * (E[purchases up to month i] - E[up to month i - 1]) / (1 + d)^i. Times the expected amount of a purchase day it is the
 * customer's value (the convention of the Python package lifetimes, with months counted in weeks).
 */
export function discountedPurchases(
  buying: BgNbd,
  history: FrequencyInWeeks,
  { months, monthlyDiscount }: ValueTerms,
  month = weeksPerMonth,
): number {
  let [sum, before] = [0, 0];
  for (let i = 1; i <= months; i++) {
    const until = expectedPurchases(buying, history, i * month);
    sum += (until - before) / (1 + monthlyDiscount) ** i;
    before = until;
  }
  return sum;
}
