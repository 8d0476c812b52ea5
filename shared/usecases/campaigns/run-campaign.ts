import { type Campaign, roundOf } from '../../domain/campaigns/campaign.ts';
import { chooseWinner, type VariantCount } from '../../domain/campaigns/choose-winner.ts';
import { type DueStep, finished, nextStep, paused, roundBegun, withRound } from '../../domain/campaigns/course.ts';
import type { TouchBrief } from '../../domain/effect/touch-brief.ts';
import { everyPage } from '../every-page.ts';
import type { OriginIndex } from '../marketing-ports.ts';
import type { SegmentStore, WorkQueue } from '../ports.ts';
import { type ChangeDeps, changeCampaign } from './change-campaign.ts';

export interface RunCampaignDeps extends ChangeDeps {
  readonly originIndex: OriginIndex;
  readonly segments: Pick<SegmentStore, 'readSegment'>;
  readonly work: WorkQueue;
}

/** Segments of the table that an audience is planned in. */
const audienceParts = 8;
const pageSize = 1000;

/**
 * A campaign whose moment has come launches a round, decides a test, or ends: whatever is due by now, one after the other.
 * Called for twice it does nothing twice: each step is a conditional change of the campaign, and its work is asked for again.
 */
export async function runCampaign(id: string, deps: RunCampaignDeps): Promise<readonly DueStep['type'][]> {
  const done: DueStep['type'][] = [];
  await askForAudience(id, deps);
  for (;;) {
    const step = await dueStep(id, deps);
    if (!step) return done;
    await take(id, step, deps);
    done.push(step.type);
    if (step.type === 'finish') return done;
  }
}

/** A round that was begun by somebody who could not ask for its parts any more. */
async function askForAudience(id: string, { campaigns, work }: RunCampaignDeps): Promise<void> {
  const campaign = (await campaigns.readCampaign(id))?.value;
  if (campaign?.state !== 'running') return;
  for (const { number, parts, plannedAt } of campaign.rounds) {
    if (plannedAt === undefined) await sendParts(id, number, parts, work);
  }
}

async function sendParts(campaign: string, round: number, segments: number, work: WorkQueue): Promise<void> {
  for (let segment = 0; segment < segments; segment++) {
    await work.send({ type: 'campaign.audience', campaign, round, segment, segments });
  }
}

async function dueStep(id: string, { campaigns, settings, clock }: RunCampaignDeps): Promise<DueStep | undefined> {
  const campaign = (await campaigns.readCampaign(id))?.value;
  if (!campaign) return undefined;
  const now = clock.now();
  const step = nextStep(campaign, (await settings.settings(now)).timezone, now);
  return step && step.at <= now ? step : undefined;
}

async function take(id: string, step: DueStep, deps: RunCampaignDeps): Promise<void> {
  if (step.type === 'launch') return launchRound(id, deps);
  if (step.type === 'decide') return decide(id, step.round, deps);
  const isPending = await hasPending(id, deps);
  await changeCampaign(id, deps, (campaign, _zone, now) =>
    campaign.state === 'running' || campaign.state === 'scheduled' ? finished(campaign, isPending, now) : campaign,
  );
}

async function launchRound(id: string, deps: RunCampaignDeps): Promise<void> {
  const definition = (await deps.campaigns.readCampaign(id))?.value.definition;
  const segment = definition && (await deps.segments.readSegment(definition.segmentId));
  let begun: number | undefined;
  await changeCampaign(id, deps, (campaign, zone, now) => {
    const step = nextStep(campaign, zone, now);
    begun = undefined;
    if (step?.type !== 'launch' || step.at > now) return campaign;
    if (!segment) return paused(campaign, now, 'segment_gone');
    begun = campaign.rounds.length + 1;
    return roundBegun(campaign, step.next, audienceParts, zone, now);
  });
  if (begun !== undefined) await sendParts(id, begun, audienceParts, deps.work);
}

async function decide(id: string, round: number, deps: RunCampaignDeps): Promise<void> {
  const campaign = (await deps.campaigns.readCampaign(id))?.value;
  const test = campaign?.definition.variants?.test;
  if (!campaign || !test) return;
  const { variant, decided } = chooseWinner(await countVariants(campaign, round, test.metric, deps.originIndex));
  await changeCampaign(id, deps, (known, zone, now) => {
    const isOpen = known.rounds.some(({ number, winner }) => number === round && !winner);
    return isOpen ? withRound(known, round, { winner: { variant, at: now, decided } }, zone, now) : known;
  });
}

type Metric = 'opened' | 'clicked' | 'purchased';

/** Customers by variant: to whom something was sent, and who reacted. */
async function countVariants(
  { id, definition }: Campaign,
  round: number,
  metric: Metric,
  index: OriginIndex,
): Promise<VariantCount[]> {
  const ids = (definition.variants?.of ?? []).map((variant) => variant.id);
  const sent = new Map(ids.map((variant) => [variant, new Set<string>()]));
  const reacted = new Map(ids.map((variant) => [variant, new Set<string>()]));
  await eachBrief(id, index, (customer, brief) => {
    if (roundOf(brief.occurrence) !== round || brief.state !== 'sent') return;
    sent.get(brief.variant ?? '')?.add(customer);
    if (hasReacted(brief, metric)) reacted.get(brief.variant ?? '')?.add(customer);
  });
  return ids.map((variant) => ({
    variant,
    sent: sent.get(variant)?.size ?? 0,
    reacted: reacted.get(variant)?.size ?? 0,
  }));
}

function hasReacted({ reactions, bought }: TouchBrief, metric: Metric): boolean {
  return metric === 'purchased' ? (bought?.orders ?? 0) > 0 : reactions?.[metric] !== undefined;
}

async function hasPending(id: string, { originIndex }: RunCampaignDeps): Promise<boolean> {
  let isPending = false;
  await eachBrief(id, originIndex, (_customer, { state }) => {
    isPending ||= state === 'pending';
  });
  return isPending;
}

async function eachBrief(
  id: string,
  index: OriginIndex,
  look: (customer: string, brief: TouchBrief) => void,
): Promise<void> {
  for (let shard = 0; shard < index.shards; shard++) {
    const read = (after: string | undefined) => index.readBriefs({ type: 'campaign', id }, shard, after, pageSize);
    for await (const page of everyPage(read)) for (const { customer, brief } of page) look(customer, brief);
  }
}
