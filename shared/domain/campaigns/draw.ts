import { fractionOf, isHeldOut } from '../effect/hold-out.ts';
import { type CampaignDefinition, undecidedVariant } from './campaign.ts';

/** What a customer was drawn for: nothing, so that the effect can be measured; or a message, of one variant where there are some. */
export type Draw = { readonly type: 'heldout' } | { readonly type: 'message'; readonly variant?: string };

/**
 * Draws one customer of a round (DOMAIN 7): a hash of who, which campaign and which round, so that whoever asks again gets
 * the same answer. A customer who was merged is drawn under the id that lives on. Hold-out, test share and variant are three
 * hashes, so that none says anything about another.
 */
export function drawOf(
  customer: string,
  campaign: string,
  round: number,
  { holdout, variants }: Pick<CampaignDefinition, 'holdout' | 'variants'>,
): Draw {
  const experiment = `${campaign}#${round}`;
  if (isHeldOut(customer, experiment, holdout)) return { type: 'heldout' };
  if (!variants) return { type: 'message' };
  if (variants.test && fractionOf(`test ${experiment} ${customer}`) >= variants.test.share) {
    return { type: 'message', variant: undecidedVariant };
  }
  return { type: 'message', variant: variantAt(fractionOf(`variant ${experiment} ${customer}`), variants.of) };
}

function variantAt(fraction: number, of: readonly { readonly id: string; readonly share: number }[]): string {
  let below = 0;
  for (const { id, share } of of) {
    below += share;
    if (fraction < below) return id;
  }
  // Shares that sum to a hair less than 1.
  return of.at(-1)?.id ?? '';
}
