import * as z from 'zod';
import type { Day } from '../calendar.ts';
import { type BgNbd, expectedOfNewCustomer } from './bg-nbd.ts';
import { type BgNbdFit, BgNbdLikelihood, fitBgNbd, fitNbd } from './bg-nbd-fit.ts';
import type { BuyingSample, RepeatAmounts } from './buying-sample.ts';
import {
  correlationOf,
  fitGammaGamma,
  type GammaGamma,
  gammaGammaLogLikelihood,
  populationAmount,
} from './gamma-gamma.ts';
import { isWithinRange } from './parameter-search.ts';

const reasons = [
  /** `found` customers with a purchase. */
  'too_few_customers',
  /** `found` customers who bought on a second day; for the amounts: for more than nothing. */
  'too_few_repeat_buyers',
  /** That customers leave explains the data by only `found` units of log-likelihood better than that nobody does. */
  'nobody_seems_to_leave',
  /** Parameters without limit explain the data as well, to within `found` units of log-likelihood (0: the search met none). */
  'not_identified',
  /** Customers who buy more often spend more or less each time: their correlation is `found`. */
  'amount_depends_on_frequency',
  /** Amounts vary so much that they have no mean: `found` is the parameter q. */
  'amounts_without_mean',
] as const;

const notEnoughData = z.strictObject({
  type: z.literal('not_enough_data'),
  reason: z.enum(reasons),
  /** What the data give, and what it takes at least (of a correlation: at most). */
  found: z.number(),
  needed: z.number(),
});
export type NotEnoughData = z.output<typeof notEnoughData>;

const positive = z.number().positive();
const buyingFit = z.strictObject({
  type: z.literal('fitted'),
  r: positive,
  /** In weeks. */
  alpha: positive,
  a: positive,
  b: positive,
  logLikelihood: z.number(),
  /** Repeat purchase days of a new customer in 52 weeks. */
  firstYear: z.number(),
});
const spendingFit = z.strictObject({
  type: z.literal('fitted'),
  p: positive,
  q: positive,
  /** In the unit of the amounts. */
  v: positive,
  logLikelihood: z.number(),
  correlation: z.number(),
  /** Mean amount of a purchase day over all customers. */
  mean: z.number(),
});

const averages = z.strictObject({
  customers: z.int(),
  /** Customers who bought on a second day. */
  repeatBuyers: z.int(),
  /** Purchase days of all customers. */
  purchases: z.int(),
  /** Absent where there is nothing to divide by. */
  purchasesPerCustomer: z.number().optional(),
  repeatRate: z.number().optional(),
  /** Repeat purchase days of a customer in 365 days. */
  repeatsPerYear: z.number().optional(),
  daysBetween: z.number().optional(),
  /** Mean amount of a purchase day. */
  amount: z.number().optional(),
});
export type ShopAverages = z.output<typeof averages>;

/** What one night's customers teach about buying and spending, frozen until the next. */
export const predictionModelSchema = z
  .strictObject({
    /** The day the histories were taken by. */
    asOf: z.int(),
    /** Of all amounts, in minor units. */
    currency: z.string(),
    buying: z.discriminatedUnion('type', [buyingFit, notEnoughData]),
    spending: z.discriminatedUnion('type', [spendingFit, notEnoughData]),
    /** The shop's own, which stand wherever a prediction cannot. */
    averages,
  })
  .readonly();
export type PredictionModel = z.output<typeof predictionModelSchema>;
export type Buying = PredictionModel['buying'];
export type Spending = PredictionModel['spending'];

/** What it takes for a model to be believed. */
export const needed = {
  customers: 100,
  repeatBuyers: 50,
  /** Log-likelihood gained by two more parameters: chi-squared at 99 %. */
  gain: 4.605,
  /** Log-likelihood lost when parameters that go together are moved a hundredfold. */
  loss: 0.1,
  correlation: 0.3,
} as const;

/** Fits everything that the sample can bear. No order of the customers matters. */
export function fitModel(
  sample: BuyingSample,
  frame: { readonly asOf: Day; readonly currency: string },
): PredictionModel {
  return { ...frame, buying: fitBuying(sample), spending: fitSpending(sample), averages: averagesOf(sample) };
}

/** What the shop's customers do on average, however few they are. */
export function averagesOf({ size, totals }: BuyingSample): ShopAverages {
  const purchases = size + totals.repeats;
  return {
    customers: size,
    repeatBuyers: totals.repeatBuyers,
    purchases,
    ...(size > 0 && {
      purchasesPerCustomer: purchases / size,
      repeatRate: totals.repeatBuyers / size,
      amount: totals.amount / purchases,
    }),
    ...(totals.daysKnown > 0 && { repeatsPerYear: (totals.repeats / totals.daysKnown) * 365 }),
    ...(totals.repeats > 0 && { daysBetween: totals.daysBetween / totals.repeats }),
  };
}

function fitBuying(sample: BuyingSample): Buying {
  const few = tooFew(sample, sample.totals.repeatBuyers);
  if (few) return few;
  const likelihood = new BgNbdLikelihood(sample.groups());
  const nbd = fitNbd(likelihood);
  const { converged, ...fit } = fitBgNbd(likelihood, nbd);
  const gain = Math.max(0, fit.logLikelihood - nbd.logLikelihood);
  if (gain < needed.gain) return refused('nobody_seems_to_leave', gain, needed.gain);
  const loss = converged ? lossOfBuying(fit, likelihood) : 0;
  if (loss < needed.loss) return refused('not_identified', loss, needed.loss);
  return { type: 'fitted', ...fit, firstYear: expectedOfNewCustomer(fit, 52) };
}

/**
 * How much worse the data are explained when customers are taken to be all alike, in their rate or in their readiness to
 * leave. Where that is nothing the parameters have no limit, and a search stops anywhere.
 */
function lossOfBuying({ logLikelihood, ...fit }: BgNbd & Pick<BgNbdFit, 'logLikelihood'>, likelihood: BgNbdLikelihood) {
  const { r, alpha, a, b } = fit;
  if (![r, alpha, a, b].every(isWithinRange)) return 0;
  const sameRate = likelihood.at({ ...fit, r: r * 100, alpha: alpha * 100 });
  const sameLeaving = likelihood.at({ ...fit, a: a * 100, b: b * 100 });
  return Math.max(0, logLikelihood - Math.max(sameRate, sameLeaving));
}

function fitSpending(sample: BuyingSample): Spending {
  const amounts = sample.repeatAmounts();
  const few = tooFew(sample, amounts.size);
  if (few) return few;
  const correlation = correlationOf(amounts);
  if (Math.abs(correlation) > needed.correlation)
    return refused('amount_depends_on_frequency', correlation, needed.correlation);
  const { converged, ...fit } = fitGammaGamma(amounts);
  if (fit.q <= 1) return refused('amounts_without_mean', fit.q, 1);
  const loss = converged ? lossOfSpending(fit, amounts) : 0;
  if (loss < needed.loss) return refused('not_identified', loss, needed.loss);
  return { type: 'fitted', ...fit, correlation, mean: populationAmount(fit) };
}

/** How much worse it is when customers all spend alike, or each always the same. */
function lossOfSpending(fit: GammaGamma & { readonly logLikelihood: number }, amounts: RepeatAmounts): number {
  const { p, q, v } = fit;
  if (![p, q].every(isWithinRange)) return 0;
  const allAlike = gammaGammaLogLikelihood({ p, q: q * 100, v: v * 100 }, amounts);
  const eachTheSame = gammaGammaLogLikelihood({ p: p * 100, q, v: v / 100 }, amounts);
  return Math.max(0, fit.logLikelihood - Math.max(allAlike, eachTheSame));
}

function tooFew({ size }: BuyingSample, repeatBuyers: number): NotEnoughData | undefined {
  if (size < needed.customers) return refused('too_few_customers', size, needed.customers);
  if (repeatBuyers < needed.repeatBuyers) return refused('too_few_repeat_buyers', repeatBuyers, needed.repeatBuyers);
  return undefined;
}

function refused(reason: NotEnoughData['reason'], found: number, least: number): NotEnoughData {
  return { type: 'not_enough_data', reason, found, needed: least };
}
