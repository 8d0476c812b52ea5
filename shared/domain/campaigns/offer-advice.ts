/** What an offer should ask for, and what is wrong with the one there is (DOMAIN 7). Amounts in minor units. */
export interface OfferAdvice {
  /** From what an order should reach in a "spend X get Y" offer: 1.2 times the average order while the shop grows. */
  readonly growing: number;
  /** 1.5 times the average order of a shop that is established. */
  readonly mature: number;
  /** From what a gift should begin: 10 to 30 % above the average order. */
  readonly gift: { readonly from: number; readonly to: number };
  /** Steps of thresholds that still make sense side by side. */
  readonly mostLevels: 3;
}

/** @returns undefined where nobody has bought anything yet */
export function offerAdvice(averageOrder: number | undefined): OfferAdvice | undefined {
  if (averageOrder === undefined || averageOrder <= 0) return undefined;
  const times = (hundredths: number) => Math.round((averageOrder * hundredths) / 100);
  return {
    growing: times(120),
    mature: times(150),
    gift: { from: times(110), to: times(130) },
    mostLevels: 3,
  };
}

/** A coupon's terms in minor units of the base currency. */
export interface Offer {
  readonly kind: 'percent' | 'amount' | 'threshold' | 'freeShipping';
  /** Percent, or minor units. */
  readonly value?: number;
  readonly minimum?: number;
}

/**
 * What to think of before a coupon goes out: a discount above the margin, and a threshold that the average order reaches
 * anyway. In words for the marketer.
 * @param margin share of the price that is left after the cost of goods, where it is known
 */
export function doubtsAboutOffer(
  offer: Offer,
  averageOrder: number | undefined,
  margin: number | undefined,
): readonly string[] {
  const doubts: string[] = [];
  const discount = discountShare(offer, averageOrder);
  if (discount !== undefined && margin !== undefined && discount > margin) {
    doubts.push(
      `The discount (${percent(discount)} of an average order) exceeds the margin (${percent(margin)}): every order at it loses money.`,
    );
  }
  if (offer.minimum !== undefined && averageOrder !== undefined && offer.minimum <= averageOrder) {
    doubts.push('The threshold is no higher than the average order: most get the discount without buying more.');
  }
  return doubts;
}

/** Of an order that just reaches what the offer asks for, or of the average one. */
function discountShare({ kind, value, minimum }: Offer, averageOrder: number | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (kind === 'percent') return value / 100;
  const order = Math.max(minimum ?? 0, averageOrder ?? 0);
  return order > 0 ? Math.min(1, value / order) : undefined;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
