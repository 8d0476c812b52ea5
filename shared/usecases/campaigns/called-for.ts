import type { Instant } from '../../domain/calendar.ts';
import { roundOf, undecidedVariant } from '../../domain/campaigns/campaign.ts';
import { partsOfVariant } from '../../domain/campaigns/recipient.ts';
import { hourMs, minuteMs } from '../../domain/durations.ts';
import type { Touch } from '../../domain/touches/touch.ts';
import type { CalledFor, CampaignReader, NotNow } from '../marketing-ports.ts';
import { heldReason } from './recall-origin.ts';

/** How long what is paused waits before it is looked at again, should a resumption not find it. */
const pausedMs = hourMs;
/** How long those who wait for a decision wait on where it is late. */
const undecidedMs = 5 * minuteMs;

/**
 * Whether a campaign still wants a message sent, asked right before it leaves: not once it is cancelled, not while it is
 * paused; those who wait for the winner of a test get the one that was decided for.
 */
export function calledForByCampaign(deps: { readonly campaigns: CampaignReader }): CalledFor {
  return { whyNotNow: (touch, _scene, now) => whyNotNow(touch, now, deps.campaigns) };
}

async function whyNotNow(touch: Touch, now: Instant, campaigns: CampaignReader): Promise<NotNow | undefined> {
  const campaign = await campaigns.campaign(touch.origin.id);
  if (!campaign) return { type: 'gone', reason: 'campaign_gone' };
  if (campaign.state === 'cancelled') return { type: 'gone', reason: 'cancelled' };
  if (campaign.state === 'paused') return { type: 'wait', until: now + pausedMs, reason: heldReason };
  if (touch.variant !== undecidedVariant) return undefined;
  const winner = campaign.rounds.find(({ number }) => number === roundOf(touch.occurrence))?.winner;
  if (!winner) return { type: 'wait', until: now + undecidedMs, reason: 'undecided' };
  const part = partsOfVariant(campaign.definition, winner.variant).find(({ channel }) => channel === touch.channel);
  if (!part) return { type: 'gone', reason: 'campaign_gone' };
  return { type: 'as', template: part.templateId, variant: winner.variant };
}
