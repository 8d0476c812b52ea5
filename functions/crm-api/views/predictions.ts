import type { PredictionsJson, StageLimitsJson } from '../../../shared/contracts/http/predictions.ts';
import { moneyView } from '../../../shared/contracts/http/values.ts';
import { formatDay, formatInstant, type Instant } from '../../../shared/domain/calendar.ts';
import type { NotEnoughData, PredictionModel, ShopAverages } from '../../../shared/domain/predictions/model.ts';
import type { StageLimitsProposal } from '../../../shared/usecases/life-cycle/propose-stage-limits.ts';

const noCensus = { verdict: 'not_enough_data', why: 'No night has been run yet.' } as const;

export function predictionsView(model: PredictionModel | undefined): PredictionsJson {
  if (!model) return { asOf: null, buying: noCensus, spending: noCensus, averages: null };
  return {
    asOf: formatDay(model.asOf),
    buying: buyingView(model),
    spending: spendingView(model),
    averages: averagesView(model.averages, model.currency),
  };
}

function buyingView({ buying }: PredictionModel): PredictionsJson['buying'] {
  if (buying.type !== 'fitted') return { verdict: buying.type, why: reasonOf(buying) };
  const { r, alpha, a, b, logLikelihood, firstYear } = buying;
  return { verdict: 'fitted', r, alpha, a, b, logLikelihood, firstYear };
}

function spendingView({ spending, currency }: PredictionModel): PredictionsJson['spending'] {
  if (spending.type !== 'fitted') return { verdict: spending.type, why: reasonOf(spending) };
  const { p, q, logLikelihood, mean } = spending;
  return { verdict: 'fitted', p, q, logLikelihood, mean: moneyView({ amount: Math.round(mean), currency }) };
}

function reasonOf({ reason, found, needed }: NotEnoughData): string {
  const shown = Number(found.toPrecision(3));
  const sentences: Readonly<Record<NotEnoughData['reason'], string>> = {
    too_few_customers: `There are ${found} customers with a purchase; it takes ${needed}.`,
    too_few_repeat_buyers: `${found} customers have bought on a second day; it takes ${needed}.`,
    nobody_seems_to_leave: `That customers leave for good explains the purchases hardly better than that nobody does (${shown} of ${needed} units of log-likelihood): whether one is still alive cannot be told.`,
    not_identified: `Very different parameters, or parameters without limit, explain the purchases equally well${shown > 0 ? ` (to within ${shown} units of log-likelihood; it takes ${needed})` : ''}: none of them can be believed.`,
    amount_depends_on_frequency: `Customers who buy more often spend other amounts each time (correlation ${shown}, at most ${needed}): amounts cannot be foreseen apart from the frequency.`,
    amounts_without_mean: `Amounts vary so widely that they have no mean (q = ${shown}, above ${needed} is needed).`,
  };
  return sentences[reason];
}

function averagesView(averages: ShopAverages, currency: string): PredictionsJson['averages'] {
  const { customers, repeatBuyers, purchases, amount } = averages;
  return {
    customers,
    repeatBuyers,
    purchases,
    purchasesPerCustomer: averages.purchasesPerCustomer ?? null,
    repeatRate: averages.repeatRate ?? null,
    repeatsPerYear: averages.repeatsPerYear ?? null,
    daysBetween: averages.daysBetween ?? null,
    amount: amount === undefined ? null : moneyView({ amount: Math.round(amount), currency }),
  };
}

export function stageLimitsView(now: Instant, { inForce, cycle, moves }: StageLimitsProposal): StageLimitsJson {
  const { intervals } = cycle;
  return {
    asOf: formatInstant(now),
    inForce: { ...inForce },
    proposed:
      cycle.type === 'proposed'
        ? {
            verdict: 'proposed',
            intervals,
            limits: { ...cycle.limits },
            p50: cycle.p50,
            p75: cycle.p75,
            p90: cycle.p90,
          }
        : {
            verdict: 'not_enough_data',
            why: `${intervals} repurchases have been seen; it takes ${cycle.needed} to tell how long customers take.`,
          },
    customers: moves?.customers ?? null,
    moved: moves?.moved ?? null,
    moves: [...(moves?.moves ?? [])],
  };
}
