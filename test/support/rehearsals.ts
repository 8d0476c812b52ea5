import { seededRandom } from '../../infra/local/seeded-random.ts';
import { fileId, MemoryCustomerStore } from '../../shared/adapters/memory/customer-store.ts';
import { rehearsalWorlds } from '../../shared/adapters/memory/rehearsal-world.ts';
import { MemoryTouchStore } from '../../shared/adapters/memory/touch-store.ts';
import { liquidRenderer } from '../../shared/adapters/rendering/liquid-renderer.ts';
import type { Work } from '../../shared/contracts/work.ts';
import { type Campaign, type CampaignInput, campaignSchema } from '../../shared/domain/campaigns/campaign.ts';
import { drafted, launched } from '../../shared/domain/campaigns/course.ts';
import { couponSchema } from '../../shared/domain/coupons/coupon.ts';
import type { CustomerFile } from '../../shared/domain/customers/customer-file.ts';
import { noticeCustomer } from '../../shared/domain/customers/notice-customer.ts';
import { dayMarksOf } from '../../shared/domain/journeys/day-marks.ts';
import { journeyPresets } from '../../shared/domain/journeys/presets.ts';
import type { MessageClass } from '../../shared/domain/messages/message-class.ts';
import type { MessageTemplate } from '../../shared/domain/messages/template.ts';
import { type RehearsalSums, RehearsalTally } from '../../shared/domain/rehearsal/tally.ts';
import type { SegmentRule } from '../../shared/domain/segments/rule.ts';
import type { Settings } from '../../shared/domain/settings/settings.ts';
import { shardOf } from '../../shared/domain/sharding.ts';
import type { Touch } from '../../shared/domain/touches/touch.ts';
import { calledForByCampaign } from '../../shared/usecases/campaigns/called-for.ts';
import { composedSizes } from '../../shared/usecases/campaigns/message-sizes.ts';
import { planAudience } from '../../shared/usecases/campaigns/plan-audience.ts';
import { runCampaign } from '../../shared/usecases/campaigns/run-campaign.ts';
import { couponIssuer } from '../../shared/usecases/coupons/issue-coupon.ts';
import { journeyCalledFor } from '../../shared/usecases/journeys/called-for.ts';
import { enterForCustomers } from '../../shared/usecases/journeys/enter-journeys.ts';
import { lookAtAudience } from '../../shared/usecases/journeys/look-at-audience.ts';
import { planAudiences } from '../../shared/usecases/journeys/plan-audiences.ts';
import { runRecomputePart } from '../../shared/usecases/life-cycle/run-recompute-part.ts';
import type { CampaignStore, JourneyStore } from '../../shared/usecases/marketing-ports.ts';
import { calledForBy } from '../../shared/usecases/messages/called-for.ts';
import type { CustomerStore, DueIndex } from '../../shared/usecases/ports.ts';
import { DrawnCoupons } from '../../shared/usecases/rehearsal/drawn-coupons.ts';
import type {
  Rehearsal,
  RehearsalPart,
  RehearsalStore,
  RehearsalWorld,
} from '../../shared/usecases/rehearsal/rehearsal-ports.ts';
import { type RehearsalDeps, rehearsePart } from '../../shared/usecases/rehearsal/rehearse-part.ts';
import { ruleHolds } from '../../shared/usecases/segments/live-rule.ts';
import { aBuyer, journeysIn } from './journeys.ts';
import { day, hour, messaging, minute, noon, north, type SomeCustomer } from './touches.ts';

/** When nights come: 03:00 in Shanghai. */
const aNight = Date.UTC(2026, 10, 22, 19);

/** A shop in memory that lives on, minute for minute, and whose next days can be rehearsed at any time. */
export function aLivingShop(settings: Partial<Settings> = {}) {
  const on = journeyPresets.map(({ definition }) => definition);
  const memory = new MemoryCustomerStore();
  const touches = new MemoryTouchStore(memory);
  const world = messaging({
    customers: memory,
    touches,
    enrolments: touches.enrolments,
    settings: { dayMarks: dayMarksOf(on.map(({ trigger }) => trigger)), ...settings },
  });
  const { deps: basis, clock } = world;
  const builtIn = basis.templates.template;
  for (const id of world.journeys.keys()) world.change(id, { enabled: true, enabledAt: noon - 300 * day });
  const campaigns = new Map<string, Campaign>();
  const failures: unknown[] = [];
  const worlds: RehearsalWorld[] = [];
  /** What is at hand where rehearsals run, and must never be asked. */
  const asked: unknown[] = [];
  const never = (...what: readonly unknown[]) => {
    asked.push(what);
    throw new Error('a rehearsal is no news');
  };
  const real = {
    events: { tell: never },
    openCase: never,
    coupons: { issue: never },
    senders: { email: { send: never }, sms: { send: never }, webhook: { send: never } },
    queues: { call: never },
    recommend: never,
  };
  const segments = new Map<string, SegmentRule>();
  const base = wholeBase(memory);
  const renderer = liquidRenderer();
  const campaignStore = campaignsIn(campaigns);
  const couponStore = couponsIn(['fifty', 'gift']);
  const couponLedger = new DrawnCoupons({ readGiven: async () => ({ count: 0 }) });
  const templates = {
    template: async (id: string, channel: MessageTemplate['channel'], locale: string) =>
      (await builtIn(id, channel, locale)) ?? own(id, channel),
  };
  const journeys: JourneyStore = {
    ...basis.journeys,
    readJourney: async (id) => {
      const value = world.journeys.get(id);
      return value && { value, version: 1 };
    },
    listJourneys: async () => [...world.journeys.values()].map((value) => ({ value, version: 1 })),
    saveJourney: async ({ value }) => void world.journeys.set(value.id, value),
    removeJourney: async ({ value }) => void world.journeys.delete(value.id),
  };
  const deps = {
    ...basis,
    store: base,
    journeys,
    campaigns: campaignStore,
    renderer,
    templates,
    couponStore,
    couponLedger,
    coupons: couponIssuer({ ...basis, couponStore, couponLedger }),
    sizes: composedSizes({ ...basis, renderer, templates, couponStore }),
    shops: {
      ...basis.shops,
      listShops: async () => ({ items: [{ ...north, secret: '', createdAt: 0, updatedAt: 0 }] }),
    },
    segments: {
      readSegment: async (id: string) => {
        const rule = segments.get(id);
        return rule && { value: { id, name: id, rule, createdAt: 0, updatedAt: 0 }, version: 1 };
      },
    },
    originIndex: { shards: 1, readBriefs: async () => ({ items: [] }) },
    progress: {
      partDone: async () => 1,
      reserve: async (_r: unknown, _p: unknown, costs: readonly number[]) => sum(costs),
    },
    runs: { stepDone: async () => undefined, startRun: async () => true, readRun: async () => undefined },
    calledFor: calledForBy({
      campaign: calledForByCampaign({ campaigns: campaignStore }),
      journey: journeyCalledFor({
        journeys,
        touches,
        settings: basis.settings,
        holds: (rule, file) => ruleHolds(rule, file, basis),
      }),
    }),
  };
  Object.assign(basis, deps);
  const line = journeysIn(world);
  const work = (kind: string) => world.work.splice(0).filter(({ type }) => type === kind);

  /** What a night does: whoever is due is noticed and looked at, and looks at everybody come by. */
  async function night(): Promise<void> {
    const before = new Map([...memory.files].map(([id, { version }]) => [id, version]));
    for (let shard = 0; shard < 4; shard++) {
      const part = { type: 'night.due', run: 'night', asOf: clock.time, shard } as const;
      await runRecomputePart(part, () => 60_000, deps as never);
    }
    const changed = [...memory.files].filter(([id, { version }]) => before.get(id) !== version).map(([id]) => id);
    await enterForCustomers(changed, deps as never);
    world.work.length = 0;
    await planAudiences(clock.time, deps);
    for (const one of work('journey.audience')) {
      if (one.type === 'journey.audience' && one.segment === 0) {
        await lookAtAudience({ ...one, segments: 1 }, () => 60_000, deps as never);
      }
    }
  }

  async function roundsDue(): Promise<void> {
    for (const { id, nextAt } of campaigns.values()) {
      if (nextAt === undefined || nextAt > clock.time) continue;
      await runCampaign(id, deps as never);
      for (const one of work('campaign.audience')) {
        if (one.type === 'campaign.audience' && one.segment === 0) {
          await planAudience({ ...one, segments: 1 }, () => 60_000, deps as never);
        }
      }
    }
  }

  /** The next minute at which anything is to be done. */
  function nextMinute(nights: number): number {
    const messages = [...touches.touches.values()].flatMap(({ value }) => value.dueAt ?? []);
    const enrolments = [...touches.enrolments.due()].map(({ dueAt }) => dueAt);
    const rounds = [...campaigns.values()].flatMap(({ nextAt }) => nextAt ?? []);
    const next = Math.min(nights, ...messages, ...enrolments, ...rounds);
    return Math.max(Math.ceil(next / minute) * minute, clock.time + minute);
  }

  return {
    world,
    deps,
    campaigns,
    segments,
    /** What rehearsals did that only reality may. */
    asked,
    /** What failed in rehearsals. */
    failures,
    live: () =>
      structuredClone([
        memory.files,
        touches.touches,
        touches.contacts,
        touches.addresses,
        touches.enrolments.enrolments,
      ]),
    /** With what the last night noticed. */
    async add(...files: readonly CustomerFile[]): Promise<void> {
      for (const file of files) {
        const { noticed, dueAt } = noticeCustomer(file, clock.time, 'purchase', world.settings);
        const item = { type: 'file', file: { ...file, noticed }, ...(dueAt !== undefined && { dueAt }) } as const;
        await memory.commit({ cause: 'test', files: [{ value: item, version: 0 }] });
      }
      await enterForCustomers(
        files.map(({ id }) => id),
        deps as never,
      );
    },
    campaign(
      input: Partial<CampaignInput> & Pick<CampaignInput, 'id' | 'schedule'>,
      rule: SegmentRule,
      isDraft = false,
    ): void {
      segments.set(`of-${input.id}`, rule);
      const parts = [{ channel: 'email', templateId: `promotional-${input.id}` }] as const;
      const some = {
        name: input.id,
        class: 'promotional',
        segmentId: `of-${input.id}`,
        channels: [...parts],
        ...input,
      };
      const draft = drafted(campaignSchema.parse(some), clock.time);
      campaigns.set(input.id, isDraft ? draft : launched(draft, world.settings.timezone, clock.time));
    },
    /** Everything that happens until then. */
    async liveUntil(until: number): Promise<void> {
      for (;;) {
        const next = nextMinute(aNight + Math.floor((clock.time - aNight) / day + 1) * day);
        if (next > until) break;
        clock.time = next;
        if ((next - aNight) % day === 0) await night();
        await roundsDue();
        await line.at(next);
      }
      clock.time = until;
    },
    async rehearse(
      days = 30,
      cut: { segments?: number; page?: number; minutes?: number; campaigns?: string[]; moreThan?: number } = {},
    ): Promise<RehearsalSums> {
      const { segments: parts = 1, page = 100, campaigns: drafts = [], moreThan = 4 } = cut;
      worlds.length = 0;
      const asked = { id: 'r1', asOf: clock.time, days, campaigns: drafts, moreThan, segments: parts, night: aNight };
      const store = rehearsalsInMemory(asked);
      const queue: Work[] = Array.from({ length: parts }, (_, segment) => ({
        type: 'rehearsal.part',
        job: 'r1',
        segment,
      }));
      const live = { store: memory, touches, enrolments: world.enrolments };
      const rehearsing: RehearsalDeps = {
        ...deps,
        ...real,
        async makeWorld(seeds) {
          const made = await rehearsalWorlds(live)(seeds);
          worlds.push(made);
          return made;
        },
        rehearsals: store,
        work: { send: async (one) => void queue.push(one) },
        onFailure: (item, error) => void failures.push([item, error]),
      };
      for (let one = queue.shift(); one; one = queue.shift()) {
        if (one.type === 'rehearsal.part')
          await rehearsePart(one, () => (cut.minutes ?? 15) * 60_000, rehearsing, page);
      }
      const all = await store.readParts('r1');
      if (all.length !== parts || all.some(({ isDone }) => !isDone)) throw new Error('a part was left undone');
      const tally = new RehearsalTally();
      for (const { sums } of all) tally.addAll(sums);
      return tally.sums;
    },
    /** Messages of the last rehearsal, as they stood at its end. */
    rehearsed: (): Touch[] => worlds.flatMap((one) => one.allTouches()),
    /** Messages that there are. */
    all: (): Touch[] => [...touches.touches.values()].map(({ value }) => value),
    drawn: () => couponLedger.coupons,
  };
}

export type LivingShop = ReturnType<typeof aLivingShop>;

function sum(costs: readonly number[]): number {
  return costs.reduce((all, one) => all + one, 0);
}

function own(id: string, channel: MessageTemplate['channel']): MessageTemplate {
  const messageClass = id.slice(0, id.indexOf('-')) as MessageClass;
  const text =
    'Dear {{ customer.name | default: "friend" }}, come and see.{% if coupon.code %} {{ coupon.code }}{% endif %}';
  return { id, channel, class: messageClass, locale: 'zh-CN', text, ...(channel === 'email' && { subject: 'Hello' }) };
}

function couponsIn(ids: readonly string[]) {
  const stored = ids.map((id) => ({
    definition: couponSchema.parse({ id, kind: 'amount', value: '50', codes: 'generate' }),
    createdAt: 0,
    updatedAt: 0,
  }));
  return {
    coupon: async (id: string) => stored.find(({ definition }) => definition.id === id),
    coupons: async () => stored,
  };
}

function campaignsIn(campaigns: Map<string, Campaign>): CampaignStore {
  return {
    campaign: async (id) => campaigns.get(id),
    readCampaign: async (id) => {
      const value = campaigns.get(id);
      return value && { value, version: 1 };
    },
    listCampaigns: async () => ({ items: [...campaigns.values()].map((value) => ({ value, version: 1 })) }),
    saveCampaign: async ({ value }) => void campaigns.set(value.id, value),
    removeCampaign: async ({ value }) => void campaigns.delete(value.id),
  };
}

/** The customers with what an index and a scan find of them. */
function wholeBase(memory: MemoryCustomerStore): CustomerStore & DueIndex {
  const all = () => [...memory.files].sort(([a], [b]) => (a < b ? -1 : 1)).map(([id, item]) => ({ id, item }));
  return Object.assign(memory, {
    async readDue(shard: number, until: number) {
      const due = all().filter(({ item: { value } }) => value.type === 'file' && (value.dueAt ?? Infinity) <= until);
      return { items: due.filter(({ item }) => shardOf(fileId(item.value), 4) === shard) };
    },
    async scanFiles(
      segment: number,
      total: number,
      after: string | undefined,
      limit: number,
      keeps: Parameters<DueIndex['scanFiles']>[4] = () => true,
    ) {
      const mine = all().filter(({ id }) => shardOf(id, total) === segment && id > (after ?? ''));
      const page = mine.slice(0, limit);
      const next = mine.length > limit ? page.at(-1)?.id : undefined;
      return { items: page.filter(keeps), ...(next !== undefined && { next }) };
    },
  });
}

function rehearsalsInMemory(rehearsal: Rehearsal): RehearsalStore {
  const parts = new Map<number, RehearsalPart>();
  return {
    createRehearsal: async () => undefined,
    readRehearsal: async () => rehearsal,
    readPart: async (_id, segment) => {
      const value = parts.get(segment);
      return value && { value, version: 1 };
    },
    readParts: async () => [...parts.values()],
    savePart: async ({ value }) => void parts.set(value.segment, value),
  };
}

const zones = [undefined, undefined, 'America/New_York', 'Pacific/Auckland', 'Europe/Berlin'];

/** Customers of all kinds, the same ones for a seed: who bought when, lives where, was born when, and wants to hear what. */
export function someBuyers(count: number, seed: number, now = noon): CustomerFile[] {
  const random = seededRandom(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  return Array.from({ length: count }, (_, number) => {
    const last = now - below(400) * day - below(24) * hour;
    const bought = Array.from({ length: below(4) }, (_order, index) => last - index * (10 + below(120)) * day);
    const id = `c${number}`;
    const zone = zones[below(zones.length)];
    const born = `1990-${String(1 + below(12)).padStart(2, '0')}-${String(1 + below(28)).padStart(2, '0')}`;
    const some: SomeCustomer = {
      id,
      consent: random() < 0.9,
      statements: { birthday: born, ...(zone && { timezone: zone }) },
      ...(random() < 0.5 && { phone: `+861380000${String(1000 + number)}` }),
    };
    const identities = [`b:${id}`];
    return { ...aBuyer(bought.reverse(), some), updates: { [`b:${id}`]: { identities, statements: {} } } };
  });
}
