import type { TouchCall, Work } from '../../contracts/work.ts';
import type { Instant } from '../../domain/calendar.ts';
import { type Campaign, type CampaignRound, occurrenceOf, undecidedVariant } from '../../domain/campaigns/campaign.ts';
import { isOver, waitOf, withRound } from '../../domain/campaigns/course.ts';
import { recipientOf } from '../../domain/campaigns/recipient.ts';
import { dueInstant } from '../../domain/campaigns/schedule.ts';
import { addressGate } from '../../domain/contact-policy/gates.ts';
import type { CustomerFile } from '../../domain/customers/customer-file.ts';
import { hourMs } from '../../domain/durations.ts';
import type { Channel } from '../../domain/messages/message-class.ts';
import { millionthsOf } from '../../domain/messages/message-price.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import { heldOut, planned, skipped, type Touch, type TouchPlan, touchIdOf } from '../../domain/touches/touch.ts';
import { inLanes } from '../in-lanes.ts';
import type { CampaignProgress, CampaignStore } from '../marketing-ports.ts';
import type { TouchQueues, TouchStore } from '../messages/messaging-ports.ts';
import type { SegmentStore, ShopReader, ShopStore, WorkQueue } from '../ports.ts';
import { type Retrying, retried } from '../retried.ts';
import { candidatesOf } from '../segments/live-members.ts';
import { type LiveDeps, type LiveRule, liveRule } from '../segments/live-rule.ts';
import { workThrough } from '../work-through.ts';
import { changeCampaign } from './change-campaign.ts';
import { type Member, readMembers, type Speaker, speakerOf } from './members.ts';
import type { MessageSizes } from './message-sizes.ts';

export interface AudienceDeps extends LiveDeps, Retrying {
  readonly campaigns: CampaignStore;
  readonly progress: CampaignProgress;
  readonly segments: Pick<SegmentStore, 'readSegment'>;
  readonly shops: ShopReader & Pick<ShopStore, 'listShops'>;
  readonly touches: TouchStore;
  readonly queues: TouchQueues;
  readonly work: WorkQueue;
  readonly sizes: MessageSizes;
}

export type AudiencePart = Extract<Work, { type: 'campaign.audience' }>;

/** What came of one part: messages planned, customers held out, and those who get nothing. */
export interface AudienceCounts {
  planned: number;
  heldOut: number;
  skipped: number;
}

/** Customers scanned in one request. */
const pageSize = 500;
/** Touches written at a time. */
const lanes = 16;

/**
 * Plans a round for the customers of one segment of the table, as they stand now; short of time it hands on the rest. Done
 * twice it plans nothing twice: draws are computed, ids of touches too. The last part to be done ends the planning.
 */
export async function planAudience(
  part: AudiencePart,
  remainingMs: () => number,
  deps: AudienceDeps,
): Promise<AudienceCounts> {
  const counts: AudienceCounts = { planned: 0, heldOut: 0, skipped: 0 };
  const scene = await sceneOf(part, deps);
  if (scene === 'over') return counts;
  if (scene === 'nobody') {
    await endPart(part, deps);
    return counts;
  }
  const isDone = await workThrough({
    after: part.after,
    remainingMs,
    readPage: async (after) => {
      const page = await candidatesOf(scene.live, (keeps) =>
        deps.store.scanFiles(part.segment, part.segments, after, pageSize, keeps),
      );
      const name = `${part.segment} ${after ?? ''}`;
      return { items: [{ name, files: page.candidates }], ...(page.next !== undefined && { next: page.next }) };
    },
    doPage: async ([page]) => {
      if (page) await planPage(page, scene, counts, deps);
    },
    handOn: (after) => deps.work.send({ ...part, after }),
  });
  if (isDone) await endPart(part, deps);
  return counts;
}

/** What a part goes by. */
interface Scene {
  readonly campaign: Campaign;
  readonly round: CampaignRound;
  readonly live: LiveRule;
  readonly speaker: Speaker;
  readonly channels: readonly Channel[];
  readonly settings: Settings;
  readonly now: Instant;
}

async function sceneOf(part: AudiencePart, deps: AudienceDeps): Promise<Scene | 'over' | 'nobody'> {
  const campaign = (await deps.campaigns.readCampaign(part.campaign))?.value;
  const round = campaign?.rounds.find(({ number }) => number === part.round);
  if (!campaign || !round || isOver(campaign)) return 'over';
  const segment = await deps.segments.readSegment(campaign.definition.segmentId);
  // It was removed since the round began: there is nobody more to plan for.
  if (!segment) return 'nobody';
  const now = deps.clock.now();
  const live = await liveRule(segment.value.rule, deps);
  return {
    campaign,
    round,
    live,
    speaker: speakerOf(campaign.definition.shopId, now, deps.shops),
    channels: campaign.definition.channels.map(({ channel }) => channel),
    settings: live.settings,
    now,
  };
}

interface AudiencePage {
  readonly name: string;
  readonly files: readonly CustomerFile[];
}

async function planPage(page: AudiencePage, scene: Scene, counts: AudienceCounts, deps: AudienceDeps): Promise<void> {
  const campaign = await deps.campaigns.campaign(scene.campaign.id);
  if (!campaign || isOver(campaign)) return;
  const files = await withoutMerged(await scene.live.membersOf(page.files), scene, deps);
  const members = await readMembers(files, scene.channels, scene.speaker, scene.settings, scene.now, deps);
  const wanted = members.flatMap((member) => touchesFor(member, scene, deps));
  const touches = await withinBudget(page.name, wanted, scene, deps);
  const calls: TouchCall[] = [];
  await inLanes(touches, lanes, async ({ touch }) => {
    const isNew = await retried(() => deps.touches.plan(touch), deps);
    // One planned before may not have been called for.
    if (touch.state === 'planned' && (touch.dueAt ?? 0) <= scene.now)
      calls.push({ customer: touch.customer, channel: touch.channel });
    if (isNew) count(touch, counts);
  });
  // What is paused is found by the sweep, once it is resumed.
  if (campaign.state !== 'paused') await deps.queues.call(calls);
}

function count({ state }: Touch, counts: AudienceCounts): void {
  if (state === 'planned') counts.planned++;
  else if (state === 'heldout') counts.heldOut++;
  else counts.skipped++;
}

/** Whoever was planned under an id from before a merge has their place in this round. */
async function withoutMerged(
  files: readonly CustomerFile[],
  { campaign, round, channels }: Scene,
  { touches, identityHash }: AudienceDeps,
): Promise<readonly CustomerFile[]> {
  const ids = channels.map((channel) => touchIdOf({ ...originOf(campaign, round), channel }, identityHash));
  const keys = files.flatMap(({ aliases }) => aliases.flatMap((customer) => ids.map((id) => ({ customer, id }))));
  if (keys.length === 0) return files;
  const { touches: known } = await touches.readLive({ touches: keys });
  const planned = new Set([...known.values()].map(({ value }) => value.customer));
  return files.filter(({ aliases }) => !aliases.some((id) => planned.has(id)));
}

function originOf({ id }: Campaign, { number }: CampaignRound): Pick<TouchPlan, 'origin' | 'occurrence'> {
  return { origin: { type: 'campaign', id, version: 1, step: 'send' }, occurrence: occurrenceOf(number) };
}

/** A touch that is wanted, and whom it goes to. */
interface Wanted {
  readonly touch: Touch;
  readonly member: Member;
}

function touchesFor(member: Member, scene: Scene, { identityHash }: AudienceDeps): Wanted[] {
  const { campaign, round, settings, now } = scene;
  const { file, standings } = member;
  const recipient = recipientOf(file.id, standings, campaign.id, round.number, campaign.definition, settings);
  const touchOn = (channel: Channel, template: string, variant?: string) => {
    const plan = planFor(member, channel, template, variant, scene);
    return { plan, id: touchIdOf(plan, identityHash) };
  };
  if (recipient.type === 'messages') {
    return recipient.parts.map(({ channel, templateId }) => {
      const { plan, id } = touchOn(channel, templateId, recipient.variant);
      return { member, touch: planned(plan, id, now, dueFor(member, recipient.variant, scene)) };
    });
  }
  const template = campaign.definition.channels.find(({ channel }) => channel === recipient.channel)?.templateId ?? '';
  const { plan, id } = touchOn(recipient.channel, template);
  if (recipient.type === 'heldout') return [{ member, touch: heldOut(plan, id, now) }];
  return [{ member, touch: undrawn(planned(plan, id, now, now), recipient.reason, member, now) }];
}

/** One that nothing can be sent to: not drawn, and so in neither arm of the experiment. */
function undrawn(touch: Touch, reason: string, { standings }: Member, now: Instant): Touch {
  const standing = standings.get(touch.channel);
  const { state } = standing?.address?.consent ?? { state: 'unknown' as const };
  const gate =
    reason === 'address'
      ? addressGate(standing ?? {})
      : { gate: reason as 'consent' | 'suppression', passed: false, seen: { consent: state } };
  return { ...skipped(touch, reason, { at: now, gates: [gate] }), undrawn: true };
}

function planFor(
  { file, shop, standings }: Member,
  channel: Channel,
  template: string,
  variant: string | undefined,
  scene: Scene,
): TouchPlan {
  const { campaign, round } = scene;
  const { definition } = campaign;
  const address = standings.get(channel)?.address?.key;
  const due = dueFor({ file, standings }, variant, scene);
  return {
    ...originOf(campaign, round),
    customer: file.id,
    channel,
    class: definition.class,
    purpose: 'other',
    priority: definition.priority,
    template,
    ...(variant !== undefined && { variant }),
    ...(definition.couponId !== undefined && { coupon: definition.couponId }),
    ...(shop && { shop: shop.id }),
    occurredAt: round.launchedAt,
    expiresAt: due + definition.expiresAfterHours * hourMs,
    ...(address !== undefined && { plannedAddress: address }),
  };
}

function dueFor(
  { standings }: Pick<Member, 'file' | 'standings'>,
  variant: string | undefined,
  { campaign: { definition }, round, settings }: Scene,
): Instant {
  const zone = [...standings.values()][0]?.zone ?? settings.timezone;
  const due = dueInstant(definition.schedule, round, zone);
  return variant === undecidedVariant ? due + waitOf(definition) : due;
}

/** What the budget has no room for is recorded, and gets nothing. */
async function withinBudget(
  page: string,
  wanted: readonly Wanted[],
  scene: Scene,
  deps: AudienceDeps,
): Promise<readonly Wanted[]> {
  const { budget } = scene.campaign.definition;
  if (budget === undefined) return wanted;
  const costs = new Map<Wanted, number>();
  for (const one of wanted) {
    if (one.touch.state === 'planned') costs.set(one, await costOf(one, scene, deps));
  }
  if (costs.size === 0) return wanted;
  const round = { campaign: scene.campaign.id, round: scene.round.number };
  let left = await deps.progress.reserve(round, page, [...costs.values()], millionthsOf(budget));
  return wanted.map((one) => {
    const cost = costs.get(one);
    if (cost === undefined) return one;
    left -= cost;
    return left >= 0 ? one : { ...one, touch: skipped(one.touch, 'budget') };
  });
}

/** What is dearest of what it may become: the winner of a test is not known yet. */
async function costOf(
  { touch, member }: Wanted,
  { campaign, settings }: Scene,
  { sizes }: AudienceDeps,
): Promise<number> {
  const { variants } = campaign.definition;
  const isOpen = touch.variant === undecidedVariant;
  const templates = isOpen
    ? (variants?.of ?? []).flatMap(({ channels }) => channels.filter(({ channel }) => channel === touch.channel))
    : [{ templateId: touch.template }];
  const costs = await Promise.all(
    templates.map(({ templateId }) => sizes.sizeOf({ ...touch, template: templateId }, member, settings)),
  );
  return Math.max(0, ...costs.map(({ cost }) => cost));
}

async function endPart({ campaign, round, segment, segments }: AudiencePart, deps: AudienceDeps): Promise<void> {
  const done = await deps.progress.partDone({ campaign, round }, segment);
  if (done < segments) return;
  await changeCampaign(campaign, deps, (known, zone, now) =>
    known.rounds.some(({ number, plannedAt }) => number === round && plannedAt === undefined)
      ? withRound(known, round, { plannedAt: now }, zone, now)
      : known,
  );
}
