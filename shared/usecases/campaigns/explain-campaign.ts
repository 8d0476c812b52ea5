import type { Instant } from '../../domain/calendar.ts';
import { type Campaign, occurrenceOf } from '../../domain/campaigns/campaign.ts';
import { type Recipient, recipientOf } from '../../domain/campaigns/recipient.ts';
import { type Judgement, judge } from '../../domain/contact-policy/gates.ts';
import type { CustomerFile } from '../../domain/customers/customer-file.ts';
import { NotFoundError } from '../../domain/errors.ts';
import type { Channel } from '../../domain/messages/message-class.ts';
import { type Explanation, explainRule } from '../../domain/segments/explain.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import { type Touch, touchIdOf } from '../../domain/touches/touch.ts';
import type { CampaignStore } from '../marketing-ports.ts';
import { type BrakeReader, brakeOf } from '../messages/brake-sending.ts';
import { allTouches } from '../messages/explain-contact.ts';
import type { SegmentStore, ShopReader, ShopStore } from '../ports.ts';
import { type LiveDeps, liveRule } from '../segments/live-rule.ts';
import { type Member, readMembers, speakerOf } from './members.ts';
import { candidateOn } from './review-campaign.ts';
import { existingCampaign } from './save-campaign.ts';

export interface ExplainCampaignDeps extends LiveDeps {
  readonly campaigns: Pick<CampaignStore, 'readCampaign'>;
  readonly segments: Pick<SegmentStore, 'readSegment'>;
  readonly shops: ShopReader & Pick<ShopStore, 'listShops'>;
  readonly rates: BrakeReader;
}

/** Whether a customer gets a campaign, and why not: each thing that decides, as it stands now. */
export interface CampaignExplanation {
  readonly asOf: Instant;
  readonly stage: string;
  readonly zone: string;
  readonly campaign: Campaign;
  /** The round that is looked at: the last there was, else the first. */
  readonly round: number;
  /** Every node of the segment's rule. */
  readonly segment: Explanation;
  /** What the customer is drawn for, were they a member. */
  readonly recipient: Recipient;
  readonly now: readonly { readonly channel: Channel; readonly judgement: Judgement }[];
  /** What became of its messages to this customer, newest first. */
  readonly touches: readonly Touch[];
}

/** "Why (not) me?" of a campaign (DOMAIN 3). @throws NotFoundError when there is no such campaign, or its segment is gone */
export async function explainCampaign(
  file: CustomerFile,
  id: string,
  deps: ExplainCampaignDeps,
): Promise<CampaignExplanation> {
  const { value: campaign } = await existingCampaign(id, deps);
  const { definition, rounds } = campaign;
  const segment = await deps.segments.readSegment(definition.segmentId);
  if (!segment) throw new NotFoundError(`There is no segment ${definition.segmentId} any more.`);
  const live = await liveRule(segment.value.rule, deps);
  const asOf = live.context.asOf;
  const round = rounds.at(-1)?.number ?? 1;
  const channels = definition.channels.map(({ channel }) => channel);
  const speaker = speakerOf(definition.shopId, asOf, deps.shops);
  const [member] = await readMembers([file], channels, speaker, live.settings, asOf, deps);
  if (!member) throw new NotFoundError('There is no such customer.');
  const first = member.standings.get(channels[0] ?? 'email');
  return {
    asOf,
    stage: first?.stage ?? 'prospect',
    zone: first?.zone ?? live.settings.timezone,
    campaign,
    round,
    segment: explainRule(live.rule, await live.recordOf(file), live.context),
    recipient: recipientOf(file.id, member.standings, id, round, definition, live.settings),
    now: await judgeAll(member, campaign, round, live.settings, asOf, deps),
    touches: (await allTouches(file, deps.touches)).filter(
      ({ origin }) => origin.type === 'campaign' && origin.id === id,
    ),
  };
}

async function judgeAll(
  { file, standings }: Member,
  { definition }: Campaign,
  round: number,
  settings: Settings,
  now: Instant,
  deps: ExplainCampaignDeps,
): Promise<CampaignExplanation['now']> {
  return Promise.all(
    [...standings].map(async ([channel, standing]) => {
      const brake = await brakeOf(channel, settings, now, deps.rates);
      const origin = { type: 'campaign', id: definition.id, version: 1, step: 'send' } as const;
      const id = touchIdOf({ origin, occurrence: occurrenceOf(round), channel }, deps.identityHash);
      const candidate = { ...candidateOn(channel, definition, round, now), id, customer: file.id };
      return { channel, judgement: judge(candidate, standing, settings, now, brake) };
    }),
  );
}
