import type { Instant } from '../../domain/calendar.ts';
import type { Campaign } from '../../domain/campaigns/campaign.ts';
import { dayMs } from '../../domain/durations.ts';
import type { Journey } from '../../domain/journeys/journey.ts';
import { nightsBetween } from '../../domain/rehearsal/nights.ts';
import { decidedBy, withRoundsUntil } from '../../domain/rehearsal/rehearsed-campaign.ts';
import { partOf } from '../../domain/segments/record-of-customer.ts';
import { fieldsOf, type SegmentRule } from '../../domain/segments/rule.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import type { BehaviourReader } from '../behaviour/behaviour-ports.ts';
import type { MessageSizes } from '../campaigns/message-sizes.ts';
import type { CouponLedger, CouponReader } from '../coupons/coupon-ports.ts';
import { everyPage } from '../every-page.ts';
import { isBaselined, ruleToEnter } from '../journeys/enter-segments.ts';
import { planAudiences } from '../journeys/plan-audiences.ts';
import type { CampaignStore, EnrolmentStore, JourneyReader } from '../marketing-ports.ts';
import type { ComposeDeps } from '../messages/compose-message.ts';
import type { TouchDueIndex, TouchStore } from '../messages/messaging-ports.ts';
import type {
  Clock,
  CustomerStore,
  DueIndex,
  NightlyLimitsReader,
  Segment,
  SegmentStore,
  SettingsReader,
  Shop,
  ShopReader,
  ShopStore,
  Versioned,
} from '../ports.ts';
import { type LiveRule, liveRule } from '../segments/live-rule.ts';
import type { MakeWorld, Rehearsal } from './rehearsal-ports.ts';

/** The live record and everything decisions are made by, none of it written. */
export interface RehearsedRecord extends ComposeDeps {
  readonly store: CustomerStore & Pick<DueIndex, 'scanFiles'>;
  readonly touches: TouchStore;
  readonly enrolments: EnrolmentStore;
  readonly dueTouches: TouchDueIndex;
  readonly journeys: JourneyReader;
  readonly campaigns: CampaignStore;
  readonly segments: Pick<SegmentStore, 'readSegment'>;
  readonly shops: ShopReader & Pick<ShopStore, 'listShops'>;
  readonly settings: SettingsReader;
  readonly limits: NightlyLimitsReader;
  readonly behaviour: BehaviourReader;
  readonly sizes: MessageSizes;
  readonly couponStore: CouponReader;
  readonly couponLedger: Pick<CouponLedger, 'readGiven'>;
  readonly identityHash: (text: string) => string;
  readonly makeWorld: MakeWorld;
  readonly clock: Clock;
  /** Hears of a customer or a message that failed; the others go on. Ids only. */
  readonly onFailure: (item: string, error: unknown) => void;
}

/** A round of a campaign that is launched within the rehearsal. */
export interface RehearsedRound {
  readonly campaign: string;
  readonly number: number;
  readonly at: Instant;
  /** Its segment, as of the launch. */
  readonly live: LiveRule;
}

/** A journey entered with a segment: its rule as of each night, the one before the first among them. */
export interface WatchedSegment {
  readonly journey: Journey;
  readonly nights: readonly LiveRule[];
  /** It asks for more than files tell: who comes in by that is seen only where it is tried. */
  readonly asksForMore: boolean;
}

export interface LookAtAll {
  readonly journey: string;
  readonly occurrence: string;
}

/** What all customers of a rehearsal have in common. */
export interface RehearsalScene {
  readonly rehearsal: Rehearsal;
  readonly asOf: Instant;
  readonly until: Instant;
  readonly settings: Settings;
  readonly nights: readonly Instant[];
  /** As they stand: what is paused stays so. */
  readonly journeys: readonly Journey[];
  readonly definition: JourneyReader['definition'];
  /** Those that may be entered without anybody's doing anything, by what a file says. */
  readonly enterable: readonly Journey[];
  readonly watched: readonly WatchedSegment[];
  /** Looks at everybody that nights begin. */
  readonly looks: ReadonlyMap<Instant, readonly LookAtAll[]>;
  readonly rounds: readonly RehearsedRound[];
  campaignAt(id: string, at: Instant): Campaign | undefined;
  readonly segment: (id: string) => Promise<Versioned<Segment> | undefined>;
  readonly shops: ReadonlyMap<string, Shop>;
  readonly record: RehearsedRecord;
}

/** Reads what a step of a rehearsal goes by, once. */
export async function sceneOf(rehearsal: Rehearsal, record: RehearsedRecord): Promise<RehearsalScene> {
  const { asOf, days, night } = rehearsal;
  const until = asOf + days * dayMs;
  const settings = await record.settings.settings(asOf);
  const nights = nightsBetween(night, asOf, until);
  const journeys = (await record.journeys.journeys()).filter(({ enabled }) => enabled);
  const fixed = withOneAnswer(record, settings);
  const enterable = journeys.filter(({ pausedAt, definition }) => {
    return pausedAt === undefined && definition.trigger.on !== 'event';
  });
  const campaigns = await rehearsedCampaigns(rehearsal, settings, until, record);
  return {
    rehearsal,
    asOf,
    until,
    settings,
    nights,
    journeys,
    definition: remembered((id: string, version: number) => record.journeys.definition(id, version)),
    enterable,
    watched: await watchedSegments(enterable, [asOf - dayMs, ...nights], settings, fixed),
    looks: await looksOf(enterable, nights, settings, record.clock),
    rounds: await roundsOf(campaigns, asOf, fixed),
    campaignAt(id, at) {
      const campaign = campaigns.get(id);
      return campaign && decidedBy(campaign, at);
    },
    segment: fixed.segments.readSegment,
    shops: await shopsOf(record),
    record: fixed,
  };
}

/**
 * What changes seldom is read once: thousands of customers ask for the same. Nothing else is taken over, be it given: events
 * and cases are for what has happened.
 */
function withOneAnswer(record: RehearsedRecord, settings: Settings): RehearsedRecord {
  const limits = record.limits.nightlyLimits();
  const { store, touches, enrolments, dueTouches, journeys, campaigns, shops, behaviour, sizes } = record;
  const { couponLedger, makeWorld, clock, onFailure, renderer, links } = record;
  return {
    ...{ store, touches, enrolments, dueTouches, journeys, campaigns, shops, behaviour, sizes },
    ...{ couponLedger, makeWorld, clock, onFailure, renderer, links },
    identityHash: rememberedHash(record.identityHash),
    settings: { settings: async () => settings },
    limits: { nightlyLimits: () => limits },
    segments: { readSegment: remembered((id: string) => record.segments.readSegment(id)) },
    templates: {
      template: remembered((id: string, channel, locale: string) => record.templates.template(id, channel, locale)),
    },
    couponStore: {
      coupons: () => record.couponStore.coupons(),
      coupon: remembered((id: string) => record.couponStore.coupon(id)),
    },
  };
}

function remembered<Names extends readonly (string | number)[], Value>(
  read: (...names: Names) => Promise<Value>,
): (...names: Names) => Promise<Value> {
  const known = new Map<string, Promise<Value>>();
  return (...names) => {
    const key = names.join(' ');
    const found = known.get(key) ?? read(...names);
    known.set(key, found);
    return found;
  };
}

/** Hashes that are kept: ids of messages are asked for again and again, and many customers share what they are made of. */
const mostHashes = 20_000;

function rememberedHash(hash: (text: string) => string): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    if (known.size >= mostHashes) known.clear();
    const fresh = hash(text);
    known.set(text, fresh);
    return fresh;
  };
}

async function shopsOf({ shops }: RehearsedRecord): Promise<Map<string, Shop>> {
  const found = new Map<string, Shop>();
  for await (const page of everyPage((after) => shops.listShops(after, 100))) {
    for (const { id } of page) {
      const shop = await shops.shop(id);
      if (shop) found.set(id, shop);
    }
  }
  return found;
}

async function rehearsedCampaigns(
  { asOf, campaigns: drafts }: Rehearsal,
  { timezone }: Settings,
  until: Instant,
  { campaigns }: RehearsedRecord,
): Promise<ReadonlyMap<string, Campaign>> {
  const found = new Map<string, Campaign>();
  for await (const page of everyPage((after) => campaigns.listCampaigns(after, 100))) {
    for (const { value } of page) {
      if (value.state !== 'draft') found.set(value.id, withRoundsUntil(value, timezone, asOf, until));
      else if (drafts.includes(value.id)) found.set(value.id, withRoundsUntil(value, timezone, asOf, until));
    }
  }
  return found;
}

async function roundsOf(
  campaigns: ReadonlyMap<string, Campaign>,
  asOf: Instant,
  record: RehearsedRecord,
): Promise<RehearsedRound[]> {
  const rounds: RehearsedRound[] = [];
  for (const { id, definition, rounds: all } of campaigns.values()) {
    const segment = await record.segments.readSegment(definition.segmentId);
    for (const { number, launchedAt } of segment ? all : []) {
      if (launchedAt < asOf || !segment) continue;
      rounds.push({ campaign: id, number, at: launchedAt, live: await ruleAt(segment.value.rule, launchedAt, record) });
    }
  }
  return rounds.sort((a, b) => a.at - b.at);
}

function ruleAt(rule: SegmentRule, at: Instant, record: RehearsedRecord): Promise<LiveRule> {
  return liveRule(rule, { ...record, clock: { now: () => at } });
}

async function watchedSegments(
  journeys: readonly Journey[],
  nights: readonly Instant[],
  settings: Settings,
  record: RehearsedRecord,
): Promise<WatchedSegment[]> {
  const watched: WatchedSegment[] = [];
  for (const journey of journeys) {
    const rule = isBaselined(journey) && (await ruleToEnter(journey.definition.trigger, settings, record.segments));
    if (!rule) continue;
    const rules = await Promise.all(nights.map((night) => ruleAt(rule, night, record)));
    const parts = [...fieldsOf(rule)].map(partOf);
    const asksForMore = parts.some((part) => part === 'reach' || part === 'touches' || part === 'behaviour');
    watched.push({ journey, nights: rules, asksForMore });
  }
  return watched;
}

/** As each night plans them. */
async function looksOf(
  journeys: readonly Journey[],
  nights: readonly Instant[],
  settings: Settings,
  clock: Clock,
): Promise<Map<Instant, LookAtAll[]>> {
  const looks = new Map<Instant, LookAtAll[]>();
  for (const night of nights) {
    const found = new Map<string, LookAtAll>();
    await planAudiences(night, {
      journeys: { journeys: async () => journeys, definition: async () => undefined },
      settings: { settings: async () => settings },
      clock,
      work: {
        async send(work) {
          if (work.type !== 'journey.audience') return;
          const { journey, occurrence } = work;
          found.set(`${journey} ${occurrence}`, { journey, occurrence });
        },
      },
    });
    if (found.size > 0) looks.set(night, [...found.values()]);
  }
  return looks;
}

/** Whether what planned a message or an enrolment is paused: it waits, for as long as the rehearsal goes. */
export function isHeld(
  { type, id }: { readonly type: string; readonly id: string },
  { asOf, journeys, campaignAt }: Pick<RehearsalScene, 'asOf' | 'journeys' | 'campaignAt'>,
): boolean {
  if (type === 'campaign') return campaignAt(id, asOf)?.state === 'paused';
  return type === 'journey' && journeys.some((journey) => journey.id === id && journey.pausedAt !== undefined);
}

/** The shop whose clock counts where a customer's own is not known. */
export function zoneOfShop(shop: string | undefined, { shops, settings }: RehearsalScene): string {
  return (shop === undefined ? undefined : shops.get(shop))?.timezone ?? settings.timezone;
}
