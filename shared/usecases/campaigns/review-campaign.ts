import type { Work } from '../../contracts/work.ts';
import type { Instant } from '../../domain/calendar.ts';
import { type Campaign, type CampaignDefinition, occurrenceOf } from '../../domain/campaigns/campaign.ts';
import { unknownInCampaign, wrongInCampaign } from '../../domain/campaigns/check-campaign.ts';
import { type Recipient, recipientOf } from '../../domain/campaigns/recipient.ts';
import { type CampaignReview, emptyTally, ReviewCount, type ReviewPlaces } from '../../domain/campaigns/review.ts';
import { type GateName, judge } from '../../domain/contact-policy/gates.ts';
import type { CustomerFile } from '../../domain/customers/customer-file.ts';
import { hourMs } from '../../domain/durations.ts';
import { InvalidInputError } from '../../domain/errors.ts';
import type { Channel } from '../../domain/messages/message-class.ts';
import { priceOfMessage } from '../../domain/messages/message-price.ts';
import { contactOf, planned, type Touch, type TouchPlan } from '../../domain/touches/touch.ts';
import type { CampaignStore, ReviewStore } from '../marketing-ports.ts';
import { type BrakeReader, brakeOf } from '../messages/brake-sending.ts';
import type { ShopReader, ShopStore, WorkQueue } from '../ports.ts';
import { candidatesOf } from '../segments/live-members.ts';
import { type LiveDeps, type LiveRule, liveRule } from '../segments/live-rule.ts';
import type { ProductStore } from '../transfers/transfer-ports.ts';
import { type Member, readMembers, type Speaker, speakerOf } from './members.ts';
import { type LeftOf, leftByCatalogue, ordersOf } from './members-orders.ts';
import type { MessageSizes } from './message-sizes.ts';
import { type NameDeps, readNames } from './names-of-campaign.ts';
import { existingCampaign } from './save-campaign.ts';

export interface ReviewDeps extends LiveDeps, NameDeps {
  readonly campaigns: Pick<CampaignStore, 'readCampaign'>;
  readonly reviews: ReviewStore;
  readonly shops: ShopReader & Pick<ShopStore, 'listShops'>;
  readonly rates: BrakeReader;
  readonly products: Pick<ProductStore, 'readCatalogue'>;
  readonly sizes: MessageSizes;
  readonly work: WorkQueue;
  readonly newId: () => string;
}

/** Parallel parts of the scan, and customers read in one request of it. */
const segments = 8;
const mostRead = 1000;
/** Mails that are filled to see whether they can be; their price does not depend on their text, as that of every SMS does. */
const mailsFilled = 200;

/**
 * Looks at everybody whom a campaign would reach as they stand now. What is not done by `until` goes on as work.
 * @throws NotFoundError, InvalidInputError where it names what there is not any more
 */
export async function reviewCampaign(
  id: string,
  until: Instant,
  deps: ReviewDeps,
  pageSize: number = mostRead,
): Promise<CampaignReview> {
  const { value: campaign } = await existingCampaign(id, deps);
  const names = await readNames(campaign.definition, deps);
  const wrong = [...wrongInCampaign(campaign.definition), ...unknownInCampaign(campaign.definition, names)];
  if (wrong.length > 0) throw new InvalidInputError(wrong);
  const now = deps.clock.now();
  const begun = { id: deps.newId(), campaign: id, basis: names.basis, startedAt: now, asOf: now };
  const start = Array.from({ length: segments }, () => '');
  const step = await lookOn(
    campaign,
    { places: start, tally: emptyTally() },
    () => deps.clock.now() < until,
    deps,
    pageSize,
  );
  const review: CampaignReview = { ...begun, state: step.isDone ? 'done' : 'running', tally: step.tally };
  await deps.reviews.saveReview(review);
  if (!step.isDone)
    await deps.work.send({ type: 'campaign.review', campaign: id, review: review.id, ...handedOn(step) });
  return review;
}

export type ReviewWork = Extract<Work, { type: 'campaign.review' }>;

/** What has to be left of the time for a step to go on, and to hand on. */
const handOnMs = 10_000;

/** Goes on with a review that a request had no time for; one that another has taken the place of ends. */
export async function continueReview(
  work: ReviewWork,
  remainingMs: () => number,
  deps: ReviewDeps,
  pageSize: number = mostRead,
): Promise<void> {
  const review = await deps.reviews.readReview(work.campaign);
  const campaign = (await deps.campaigns.readCampaign(work.campaign))?.value;
  if (!campaign || review?.id !== work.review || review.state === 'done') return;
  const step = await lookOn(campaign, stepFrom(work), () => remainingMs() > handOnMs, deps, pageSize);
  await deps.reviews.saveReview({ ...review, tally: step.tally, state: step.isDone ? 'done' : 'running' });
  if (!step.isDone) await deps.work.send({ ...work, ...handedOn(step) });
}

interface Progress {
  readonly places: ReviewPlaces;
  readonly tally: CampaignReview['tally'];
}

function handedOn({ places, tally }: Progress): Pick<ReviewWork, 'places' | 'tally'> {
  return { places: [...places], tally: JSON.stringify(tally) };
}

function stepFrom({ places, tally }: ReviewWork): Progress {
  return { places, tally: JSON.parse(tally) as Progress['tally'] };
}

/** What the members of one step are looked at by. */
interface Scene {
  readonly campaign: Campaign;
  readonly round: number;
  readonly live: LiveRule;
  readonly speaker: Speaker;
  readonly channels: readonly Channel[];
  readonly brakes: ReadonlyMap<Channel, Awaited<ReturnType<typeof brakeOf>>>;
  readonly leftOf: LeftOf;
  readonly count: ReviewCount;
}

/** Goes through the base from where the step before ended, at least one page of each part. */
async function lookOn(
  campaign: Campaign,
  { places, tally }: Progress,
  goesOn: () => boolean,
  deps: ReviewDeps,
  pageSize: number,
): Promise<Progress & { readonly isDone: boolean }> {
  const scene = await sceneOf(campaign, new ReviewCount(tally), deps);
  const left = await Promise.all(
    places.map(async (place, segment) => {
      let after = place;
      while (after !== null) {
        const from = after === '' ? undefined : after;
        const page = await candidatesOf(scene.live, (keeps) =>
          deps.store.scanFiles(segment, places.length, from, pageSize, keeps),
        );
        await lookAt(await scene.live.membersOf(page.candidates), scene, deps);
        after = page.next ?? null;
        if (!goesOn()) break;
      }
      return after;
    }),
  );
  return { places: left, tally: scene.count.tally, isDone: left.every((place) => place === null) };
}

async function sceneOf(campaign: Campaign, count: ReviewCount, deps: ReviewDeps): Promise<Scene> {
  const { definition, rounds } = campaign;
  const segment = await deps.segments.readSegment(definition.segmentId);
  if (!segment) throw new InvalidInputError([{ field: 'segmentId', message: 'there is no such segment' }]);
  const live = await liveRule(segment.value.rule, deps);
  const { settings } = live;
  const now = live.context.asOf;
  const channels = definition.channels.map(({ channel }) => channel);
  const brakes = await Promise.all(
    channels.map(async (channel) => [channel, await brakeOf(channel, settings, now, deps.rates)] as const),
  );
  return {
    campaign,
    round: rounds.length + 1,
    live,
    speaker: speakerOf(definition.shopId, now, deps.shops),
    channels,
    brakes: new Map(brakes),
    leftOf: leftByCatalogue(deps.products),
    count,
  };
}

async function lookAt(files: readonly CustomerFile[], scene: Scene, deps: ReviewDeps): Promise<void> {
  const { campaign, round, live, count } = scene;
  const { settings } = live;
  const now = live.context.asOf;
  for (const member of await readMembers(files, scene.channels, scene.speaker, settings, now, deps)) {
    const { file, standings } = member;
    const recipient = recipientOf(file.id, standings, campaign.id, round, campaign.definition, settings);
    count.member(recipient, blockedBy(member, recipient, scene));
    const { orders, spent, margin } = await ordersOf(file, settings, now, scene.leftOf);
    count.bought(orders, spent, margin);
    if (recipient.type === 'messages') await sizeAll(member, recipient, scene, deps);
  }
}

/** The first gate in the way of a member's messages, where none of them could go at this moment. */
function blockedBy({ standings }: Member, recipient: Recipient, scene: Scene): GateName | 'expired' | undefined {
  if (recipient.type !== 'messages') return undefined;
  const { live, campaign, round } = scene;
  let first: GateName | 'expired' | undefined;
  for (const { channel } of recipient.parts) {
    const standing = standings.get(channel);
    if (!standing) continue;
    const candidate = candidateOn(channel, campaign.definition, round, live.context.asOf);
    const { verdict } = judge(candidate, standing, live.settings, live.context.asOf, scene.brakes.get(channel));
    if (verdict.type === 'send') return undefined;
    first ??= verdict.reason;
  }
  return first;
}

export function candidateOn(channel: Channel, definition: CampaignDefinition, round: number, now: Instant) {
  const origin = { type: 'campaign', id: definition.id, version: 1, step: 'send' } as const;
  return {
    id: '',
    customer: '',
    contact: contactOf({ origin, occurrence: occurrenceOf(round) }),
    channel,
    class: definition.class,
    purpose: 'other' as const,
    expiresAt: now + definition.expiresAfterHours * hourMs,
  };
}

type Messages = Extract<Recipient, { type: 'messages' }>;

async function sizeAll(member: Member, { parts, variant }: Messages, scene: Scene, deps: ReviewDeps): Promise<void> {
  const { live, count } = scene;
  const { settings } = live;
  for (const { channel, templateId } of parts) {
    const known = count.tally.byChannel[channel]?.messages ?? 0;
    if (channel !== 'sms' && known >= mailsFilled) {
      count.message(channel, { cost: priceOfMessage(channel, 1, undefined, settings.prices) });
      continue;
    }
    try {
      count.message(
        channel,
        await deps.sizes.sizeOf(touchOf(member, channel, templateId, variant, scene), member, settings),
      );
    } catch (error) {
      count.unfilled(
        `${channel}/${templateId}`,
        member.file.id,
        error instanceof Error ? error.message : String(error),
      );
    }
  }
}

function touchOf(
  { file, shop }: Member,
  channel: Channel,
  template: string,
  variant: string | undefined,
  { campaign: { definition }, round, live }: Scene,
): Touch {
  const now = live.context.asOf;
  const { contact: _contact, id: _id, ...candidate } = candidateOn(channel, definition, round, now);
  const plan: TouchPlan = {
    ...candidate,
    customer: file.id,
    origin: { type: 'campaign', id: definition.id, version: 1, step: 'send' },
    occurrence: occurrenceOf(round),
    priority: definition.priority,
    template,
    ...(variant !== undefined && { variant }),
    ...(definition.couponId !== undefined && { coupon: definition.couponId }),
    ...(shop && { shop: shop.id }),
    occurredAt: now,
  };
  return planned(plan, 'review', now, now);
}
