import type { Standing } from '../contact-policy/standing.ts';
import type { Channel } from '../messages/message-class.ts';
import type { Settings } from '../settings/settings.ts';
import { type CampaignDefinition, type CampaignPart, undecidedVariant } from './campaign.ts';
import { type Draw, drawOf } from './draw.ts';

/** What becomes of one member of a campaign's segment. */
export type Recipient =
  /** No message could get there: such a customer is not drawn for anything. */
  | { readonly type: 'unreachable'; readonly channel: Channel; readonly reason: UnreachableReason }
  /** Drawn to get nothing; the channel on which a message would have gone. */
  | { readonly type: 'heldout'; readonly channel: Channel }
  | { readonly type: 'messages'; readonly variant?: string; readonly parts: readonly CampaignPart[] };

export type UnreachableReason = 'address' | 'suppression' | 'consent';

/** Where a customer stands on each channel of a campaign. */
export type Standings = ReadonlyMap<Channel, Standing>;

/**
 * Decides who of a segment gets what (DOMAIN 7): those with consent and address are drawn, before any cap; each gets every
 * channel on which they can be reached.
 */
export function recipientOf(
  customer: string,
  standings: Standings,
  campaign: string,
  round: number,
  definition: CampaignDefinition,
  settings: Settings,
): Recipient {
  const reachable: Channel[] = [];
  let barred: { readonly channel: Channel; readonly reason: UnreachableReason } | undefined;
  for (const { channel } of definition.channels) {
    const reason = whyUnreachable(channel, standings.get(channel), definition, settings);
    if (reason === undefined) reachable.push(channel);
    else barred ??= { channel, reason };
  }
  const [first] = reachable;
  if (first === undefined) return { type: 'unreachable', ...(barred ?? { channel: 'email', reason: 'address' }) };
  const draw = drawOf(customer, campaign, round, definition);
  if (draw.type === 'heldout') return { type: 'heldout', channel: first };
  const parts = partsOf(draw, definition).filter(({ channel }) => reachable.includes(channel));
  return { type: 'messages', parts, ...(draw.variant !== undefined && { variant: draw.variant }) };
}

/** Those who wait for a decision get the first variant's until it is taken: the sender asks again. */
function partsOf(draw: Extract<Draw, { type: 'message' }>, definition: CampaignDefinition): readonly CampaignPart[] {
  if (draw.variant === undefined || draw.variant === undecidedVariant)
    return definition.variants?.of[0]?.channels ?? definition.channels;
  return partsOfVariant(definition, draw.variant);
}

export function partsOfVariant({ channels, variants }: CampaignDefinition, variant: string): readonly CampaignPart[] {
  return variants?.of.find(({ id }) => id === variant)?.channels ?? channels;
}

function whyUnreachable(
  channel: Channel,
  standing: Standing | undefined,
  { class: messageClass }: CampaignDefinition,
  { policy, channels }: Settings,
): UnreachableReason | undefined {
  const address = standing?.address;
  if (!address || (channel === 'webhook' && channels.webhook.url === undefined)) return 'address';
  if (address.block) return 'suppression';
  const { state } = address.consent;
  if (state === 'granted') return undefined;
  return state === 'unknown' && messageClass === 'care' && policy.careOnUnknownConsent ? undefined : 'consent';
}
