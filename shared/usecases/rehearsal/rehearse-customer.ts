import type { Instant } from '../../domain/calendar.ts';
import { noticeCustomer } from '../../domain/customers/notice-customer.ts';
import { minuteMs } from '../../domain/durations.ts';
import type { Journey } from '../../domain/journeys/journey.ts';
import { type Channel, channels } from '../../domain/messages/message-class.ts';
import type { RehearsedCourse } from '../../domain/rehearsal/tally.ts';
import { calledForByCampaign } from '../campaigns/called-for.ts';
import { planAudience } from '../campaigns/plan-audience.ts';
import { couponIssuer } from '../coupons/issue-coupon.ts';
import { advanceEnrolments } from '../journeys/advance-enrolments.ts';
import { journeyCalledFor } from '../journeys/called-for.ts';
import { enterForCustomers } from '../journeys/enter-journeys.ts';
import { lookAtAudience } from '../journeys/look-at-audience.ts';
import type { CampaignProgress, CampaignStore, JourneyStore } from '../marketing-ports.ts';
import { calledForBy } from '../messages/called-for.ts';
import type { ChannelSender } from '../messages/messaging-ports.ts';
import { sendTouches } from '../messages/send-touches.ts';
import type { CustomerStore, DueIndex } from '../ports.ts';
import { ruleHolds } from '../segments/live-rule.ts';
import { DrawnCoupons } from './drawn-coupons.ts';
import type { RehearsalWorld, WorldSeeds } from './rehearsal-ports.ts';
import type { RehearsalScene } from './rehearsal-scene.ts';

/** Moments of one customer's days: what needs more runs in a circle. */
const mostMoments = 5000;

/**
 * One customer's next days (DOMAIN 8, "Rehearsal"): a clock that jumps from one moment at which something of theirs is due
 * to the next, where what runs then runs: nights, rounds of campaigns, journeys entered and taken on, messages put to
 * every gate. Providers accept everything, nobody reacts and nobody buys. Nothing is written but in memory.
 * @throws where it runs in a circle, or the live record cannot be read
 */
export async function rehearseCustomer(seeds: WorldSeeds, scene: RehearsalScene): Promise<RehearsedCourse> {
  const world = await scene.record.makeWorld(seeds);
  const drawn = new DrawnCoupons(scene.record.couponLedger);
  const clock = { time: scene.asOf, now: () => clock.time };
  const days = {
    world,
    scene,
    clock,
    deps: depsOf(world, scene, clock, drawn),
    looked: seeds.file.version,
    had: scene.asOf - 1,
  };
  for (let moments = 0; ; moments++) {
    const next = nextMoment(days);
    if (next === undefined || next > scene.until) break;
    if (moments >= mostMoments) throw new Error('these days never end');
    clock.time = Math.max(clock.time, next);
    await takeMoment(days);
    days.had = clock.time;
  }
  const { file } = world.file().value;
  return { file, touches: world.allTouches(), capped: world.capped(), coupons: drawn.coupons };
}

interface Days {
  readonly world: RehearsalWorld;
  readonly scene: RehearsalScene;
  readonly clock: { time: Instant; now(): Instant };
  readonly deps: Deps;
  /** Version of the file that journeys have looked at. */
  looked: number;
  /** The last moment whose night and rounds are over. */
  had: Instant;
}

/** When something is next due; what is due by now is due at once. Sweeps find it at the next full minute. */
function nextMoment({ world, scene, had }: Days): Instant | undefined {
  let next: Instant | undefined;
  const on = (at: Instant | undefined) => {
    if (at !== undefined && (next === undefined || at < next)) next = at;
  };
  for (const { dueAt } of world.dueTouches()) on(fullMinute(dueAt));
  for (const { dueAt } of world.dueEnrolments()) on(fullMinute(dueAt));
  const { dueAt } = world.file().value;
  on(scene.nights.find((night) => night > had && ((dueAt ?? Infinity) <= night || scene.looks.has(night))));
  on(scene.rounds.find(({ at }) => at > had)?.at);
  return next;
}

function fullMinute(at: Instant): Instant {
  return Math.ceil(at / minuteMs) * minuteMs;
}

async function takeMoment(days: Days): Promise<void> {
  const { world, scene, clock, deps, had } = days;
  if (clock.time > had && scene.nights.includes(clock.time)) await haveNight(days);
  for (const { campaign, number: round, at, live } of scene.rounds) {
    if (at <= had || at > clock.time || !live.mayHoldOf(world.file().value.file)) continue;
    await planAudience({ type: 'campaign.audience', campaign, round, ...whole }, always, deps);
  }
  await lookAgain(days);
  const due = world.dueEnrolments().filter(({ dueAt }) => dueAt <= clock.time);
  if (due.length > 0) await advanceEnrolments(due, deps);
  await sendDue(days);
}

/** All of a base of one. */
const whole = { segment: 0, segments: 1 } as const;
const always = () => Number.POSITIVE_INFINITY;

/** Whoever is due is noticed, and looks at everybody come by. */
async function haveNight({ world, scene, clock, deps }: Days): Promise<void> {
  const { value, version } = world.file();
  if (value.dueAt !== undefined && value.dueAt <= clock.time) {
    const { noticed, dueAt } = noticeCustomer(value.file, clock.time, 'time', scene.settings);
    const file = { ...value.file, noticed };
    const next = { type: 'file', file, ...(dueAt !== undefined && { dueAt }) } as const;
    await world.store.commit({ cause: 'night', files: [{ value: next, version }] });
  }
  for (const look of scene.looks.get(clock.time) ?? []) {
    await lookAtAudience({ type: 'journey.audience', ...look, baseline: false, ...whole }, always, deps);
  }
}

/** A file that was written is looked at, as its change is told. */
async function lookAgain(days: Days): Promise<void> {
  const { world, scene, deps } = days;
  for (let { version, value } = world.file(); version !== days.looked; { version, value } = world.file()) {
    days.looked = version;
    const journeys = { ...deps.journeys, journeys: async () => scene.enterable };
    // What comes about from now on was not learnt from an import; of what may have been, the orders are at hand.
    const store = { ...deps.store, readOrders: async (refs: readonly string[]) => world.knownOrders(refs) };
    await enterForCustomers([value.file.id], { ...deps, journeys, store });
  }
}

async function sendDue({ world, clock, deps }: Days): Promise<void> {
  const due = world.dueTouches().filter(({ dueAt }) => dueAt <= clock.time);
  const calls = new Map<string, { customer: string; channel: Channel }>();
  for (const { customer, channel } of due) calls.set(`${customer} ${channel}`, { customer, channel });
  const inOrder = [...calls.values()].sort((a, b) => channels.indexOf(a.channel) - channels.indexOf(b.channel));
  for (const call of inOrder) await sendTouches(call, () => 600_000, deps);
}

type Deps = ReturnType<typeof depsOf>;

/** What the use cases run on: the customer's own records, this clock, and providers that take everything. */
function depsOf(world: RehearsalWorld, scene: RehearsalScene, clock: Days['clock'], ledger: DrawnCoupons) {
  const { record } = scene;
  const { touches, enrolments } = world;
  const shop = async (id: string) => scene.shops.get(id);
  const shops = { shop, freshShop: shop, listShops: record.shops.listShops.bind(record.shops) };
  const journeys = journeysOf(scene);
  const campaigns = campaignsOf(scene, clock);
  const store = baseOfOne(world);
  const rules = { ...record, store, touches, clock };
  const retrying = { pause: async () => undefined, random: Math.random };
  return {
    ...record,
    ...retrying,
    clock,
    store,
    touches,
    enrolments,
    shops,
    journeys,
    campaigns,
    segments: { readSegment: scene.segment },
    calledFor: calledForBy({
      campaign: calledForByCampaign({ campaigns }),
      journey: journeyCalledFor({
        journeys,
        touches,
        settings: record.settings,
        holds: (rule, file) => ruleHolds(rule, file, rules),
      }),
    }),
    limits: record.limits,
    coupons: couponIssuer({ ...record, ...retrying, shops, couponLedger: ledger }),
    progress: unlimited,
    queues: { call: async () => undefined },
    work: { send: async () => undefined },
    senders: { email: accepts, sms: accepts, webhook: accepts },
    pacer: { turn: async () => true },
    rates: noRates,
    // A message that fails is counted with its reason; the same template fails for thousands.
    onFailure: () => undefined,
  };
}

const accepts: ChannelSender = { send: async () => ({ type: 'accepted' }) };

/** Nothing bounces in a rehearsal. */
const noRates = { lastDay: async () => ({ sent: 0, bounced: 0, complained: 0 }), countSent: () => undefined };

/** Budgets stop nobody: what a campaign costs is what is asked. */
const unlimited: CampaignProgress = {
  partDone: async () => 0,
  reserve: async (_round, _page, costs) => costs.reduce((sum, cost) => sum + cost, 0),
};

function journeysOf({ journeys, definition }: RehearsalScene): JourneyStore {
  const versioned = (journey: Journey) => ({ value: journey, version: 1 });
  return {
    journeys: async () => journeys,
    definition,
    readJourney: async (id) => journeys.filter((journey) => journey.id === id).map(versioned)[0],
    listJourneys: async () => journeys.map(versioned),
    saveJourney: neverWritten,
    removeJourney: neverWritten,
  };
}

function campaignsOf(scene: RehearsalScene, clock: Days['clock']): CampaignStore {
  const campaign = async (id: string) => scene.campaignAt(id, clock.time);
  return {
    campaign,
    readCampaign: async (id) => {
      const value = await campaign(id);
      return value && { value, version: 1 };
    },
    listCampaigns: neverWritten,
    saveCampaign: neverWritten,
    removeCampaign: neverWritten,
  };
}

async function neverWritten(): Promise<never> {
  throw new Error('a rehearsal changes nothing');
}

/** The world's records, with its one customer for whoever goes through the base. */
function baseOfOne(world: RehearsalWorld): CustomerStore & Pick<DueIndex, 'scanFiles'> {
  const { store } = world;
  return {
    readOrder: (ref, identities) => store.readOrder(ref, identities),
    readOrders: (refs) => store.readOrders(refs),
    readIdentities: (keys) => store.readIdentities(keys),
    readFiles: (ids) => store.readFiles(ids),
    commit: (changes) => store.commit(changes),
    async scanFiles(_segment, _total, _after, _limit, keeps = () => true) {
      const item = world.file();
      const found = { id: item.value.file.id, item };
      return { items: keeps(found) ? [found] : [] };
    },
  };
}
