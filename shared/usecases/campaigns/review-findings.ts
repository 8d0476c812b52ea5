import type { CampaignDefinition } from '../../domain/campaigns/campaign.ts';
import { doubtsAboutOffer, type Offer, type OfferAdvice, offerAdvice } from '../../domain/campaigns/offer-advice.ts';
import type { CampaignReview } from '../../domain/campaigns/review.ts';
import type { CouponDefinition } from '../../domain/coupons/coupon.ts';
import { millionthsOf } from '../../domain/messages/message-price.ts';
import { parseAmount } from '../../domain/money.ts';
import type { CouponLedger, CouponReader } from '../coupons/coupon-ports.ts';
import { stockOf } from '../coupons/report-coupon.ts';
import type { Clock, SettingsReader } from '../ports.ts';

export interface FindingsDeps {
  readonly couponStore: Pick<CouponReader, 'coupon'>;
  readonly couponLedger: Pick<CouponLedger, 'readStock' | 'readTallies'>;
  readonly settings: SettingsReader;
  readonly clock: Clock;
}

/** A review with what follows from it; amounts in minor units of `currency`. */
export interface ReviewFindings {
  readonly review: CampaignReview;
  readonly currency: string;
  readonly averageOrder?: number;
  /** Share of the price that is left after the cost of goods. */
  readonly margin?: number;
  readonly coupon?: { readonly id: string; readonly needed: number; readonly left?: number };
  readonly advice?: OfferAdvice;
  /** Millionths. */
  readonly budget?: number;
  /** In words for the marketer. */
  readonly warnings: readonly string[];
}

/** What a marketer should know before confirming (DOMAIN 7): stock, margin, advice, budget. */
export async function findingsOf(
  review: CampaignReview,
  definition: CampaignDefinition,
  deps: FindingsDeps,
): Promise<ReviewFindings> {
  const { baseCurrency: currency } = await deps.settings.settings(deps.clock.now());
  const { orders, spent, margin: sums, recipients } = review.tally;
  const averageOrder = orders === 0 ? undefined : Math.round(spent / orders);
  const margin = sums.amount === 0 ? undefined : sums.left / sums.amount;
  const given = definition.couponId === undefined ? undefined : await deps.couponStore.coupon(definition.couponId);
  const stock = given?.definition.codes === 'pool' ? await stockOf(given.definition, deps) : undefined;
  const budget = definition.budget === undefined ? undefined : millionthsOf(definition.budget);
  const advice = offerAdvice(averageOrder);
  return {
    review,
    currency,
    ...(averageOrder !== undefined && { averageOrder }),
    ...(margin !== undefined && { margin }),
    ...(given && { coupon: { id: given.definition.id, needed: recipients, ...(stock && { left: stock.left }) } }),
    ...(advice && { advice }),
    ...(budget !== undefined && { budget }),
    warnings: [
      ...doubtsAboutStock(stock, recipients),
      ...doubtsAboutBudget(budget, review),
      ...(given ? doubtsAboutOffer(offerOf(given.definition, currency), averageOrder, margin) : []),
      ...(recipients === 0 && review.state === 'done' ? ['Nobody would get a message.'] : []),
    ],
  };
}

function doubtsAboutStock(
  stock: { readonly left: number; readonly isLow: boolean } | undefined,
  needed: number,
): string[] {
  if (!stock) return [];
  if (stock.left < needed) {
    return [
      `The pool has ${stock.left} codes left for ${needed} recipients: upload more, or the last go without a message.`,
    ];
  }
  return stock.isLow ? [`The pool has only ${stock.left} codes left.`] : [];
}

function doubtsAboutBudget(budget: number | undefined, { tally }: CampaignReview): string[] {
  const cost = Object.values(tally.byChannel).reduce((sum, channel) => sum + channel.cost, 0);
  if (budget === undefined || cost <= budget) return [];
  return ['The budget does not cover everybody: those beyond it get nothing.'];
}

function offerOf({ kind, value, minimum }: CouponDefinition, currency: string): Offer {
  const worth = value === undefined ? undefined : kind === 'percent' ? Number(value) : parseAmount(value, currency);
  const least = minimum === undefined ? undefined : parseAmount(minimum, currency);
  return { kind, ...(worth !== undefined && { value: worth }), ...(least !== undefined && { minimum: least }) };
}
