import { rootKeys } from '../../shared/adapters/crypto/root-keys.ts';
import { MemoryBehaviourStore } from '../../shared/adapters/memory/behaviour-store.ts';
import { MemoryCustomerStore } from '../../shared/adapters/memory/customer-store.ts';
import { MemoryTouchStore } from '../../shared/adapters/memory/touch-store.ts';
import type { TouchCall, Work } from '../../shared/contracts/work.ts';
import { type CustomerFile, emptyFile, type Stamped } from '../../shared/domain/customers/customer-file.ts';
import { identityKey } from '../../shared/domain/customers/identity.ts';
import { consentField } from '../../shared/domain/customers/statements.ts';
import type { Journey } from '../../shared/domain/journeys/journey.ts';
import { builtInTemplate } from '../../shared/domain/messages/built-in-templates.ts';
import type { Channel } from '../../shared/domain/messages/message-class.ts';
import { defaultSettings, type Settings } from '../../shared/domain/settings/settings.ts';
import { planned, type Touch, type TouchPlan, touchIdOf } from '../../shared/domain/touches/touch.ts';
import type { StoredCoupon } from '../../shared/usecases/coupons/coupon-ports.ts';
import type { WantedTask } from '../../shared/usecases/journeys/journey-deps.ts';
import { presetJourneys } from '../../shared/usecases/journeys/preset-journeys.ts';
import type { EnrolmentStore, JourneyReader } from '../../shared/usecases/marketing-ports.ts';
import type { MessageLinks } from '../../shared/usecases/messages/compose-message.ts';
import type {
  ChannelSender,
  Handover,
  OutgoingMessage,
  SendingRates,
  TouchDueIndex,
  TouchStore,
} from '../../shared/usecases/messages/messaging-ports.ts';
import { type SendDeps, sendTouches } from '../../shared/usecases/messages/send-touches.ts';
import { sweepTouches } from '../../shared/usecases/messages/sweep-touches.ts';
import type { CustomerStore, FileOrRedirect, Shop } from '../../shared/usecases/ports.ts';

export const minute = 60_000;
export const hour = 3_600_000;
export const day = 86_400_000;
/** Monday, noon in Shanghai. */
export const noon = Date.UTC(2026, 10, 23, 4);
export const shanghai = 'Asia/Shanghai';

const { identityHash } = rootKeys('a root secret of sixty-four characters, made for tests of touches');

export { identityHash };

export function emailKey(value: string): string {
  return identityKey({ kind: 'email', value }, identityHash);
}

export function phoneKey(value: string): string {
  return identityKey({ kind: 'phone', value }, identityHash);
}

export interface SomeCustomer {
  readonly id?: string;
  readonly email?: string;
  readonly phone?: string;
  /** On every address there is; left out: granted. */
  readonly consent?: boolean | 'unknown';
  readonly statements?: Readonly<Record<string, Stamped['value']>>;
  readonly statedAt?: number;
  readonly orders?: CustomerFile['orders'];
  readonly aliases?: readonly string[];
}

/** A customer's file: nobody's purchases, consent to everything, unless told otherwise. */
export function aFile(some: SomeCustomer = {}): CustomerFile {
  const { id = 'c1', email, phone, consent = true, statedAt: at = noon - 100 * day } = some;
  const statements: Record<string, Stamped> = {};
  const state = (field: string, value: Stamped['value']) => {
    statements[field] = { value, at, ref: 'north#0' };
  };
  if (email !== undefined) state('email', email);
  if (phone !== undefined) state('phone', phone);
  if (consent !== 'unknown') {
    if (email !== undefined) state(consentField('email', email), consent);
    if (phone !== undefined) state(consentField('sms', phone), consent);
    state(consentField('webhook', ''), consent);
  }
  for (const [field, value] of Object.entries(some.statements ?? {})) state(field, value);
  return { ...emptyFile(id), statements, orders: some.orders ?? new Map(), aliases: some.aliases ?? [] };
}

/** What somebody wants sent: a care message by mail that waits up to three days. */
export function aPlan(changes: Partial<TouchPlan> = {}): TouchPlan {
  return {
    customer: 'c1',
    origin: { type: 'journey', id: 'turned-silent', version: 1, step: 'greet' },
    occurrence: 'silent 2026-11-23',
    channel: 'email',
    class: 'care',
    purpose: 'other',
    priority: 50,
    template: 'turned-silent',
    shop: 'north',
    occurredAt: noon,
    expiresAt: noon + 3 * day,
    ...changes,
  };
}

export function aTouch(changes: Partial<TouchPlan> = {}, at = noon): Touch {
  const plan = aPlan(changes);
  return planned(plan, touchIdOf(plan, identityHash), at, at);
}

export const north: Shop = {
  id: 'north',
  platform: 'generic',
  name: 'North',
  currency: 'CNY',
  timezone: shanghai,
  secrets: [],
};

/** Links that show what they are for. */
const plainLinks: MessageLinks = {
  nameOf: () => undefined,
  isOurs: (url) => url.startsWith('https://x.example/'),
  unsubscribe: ({ customer, id }) => `https://x.example/u/${customer}/${id}`,
  preferences: ({ id }) => `https://x.example/p/${id}`,
  questionnaire: ({ id }) => `https://x.example/q/${id}`,
  claim: ({ id }, coupon) => `https://x.example/c/${id}/${coupon}`,
  click: ({ id }, place) => `https://x.example/t/${id}/${place}`,
  open: ({ id }) => `https://x.example/o/${id}`,
};

/** One message that a provider was handed, whatever it made of it. */
export interface Handed {
  readonly message: OutgoingMessage;
  readonly at: number;
  readonly answer: Handover;
}

export interface MemoryRates extends SendingRates {
  readonly counted: Record<Channel, { sent: number; bounced: number; complained: number }>;
}

export function memoryRates(): MemoryRates {
  const none = () => ({ sent: 0, bounced: 0, complained: 0 });
  const counted = { email: none(), sms: none(), webhook: none() };
  return {
    counted,
    lastDay: async (channel) => counted[channel],
    countSent: (channel) => void counted[channel].sent++,
    flush: async () => undefined,
    countReaction: async (channel, kind) => void counted[channel][kind]++,
  };
}

export interface MessagingOptions {
  readonly customers?: CustomerStore;
  readonly touches?: TouchStore & TouchDueIndex;
  readonly enrolments?: EnrolmentStore;
  readonly settings?: Partial<Settings>;
  /** What a provider makes of a message; left out: it takes everything. */
  readonly answer?: (message: OutgoingMessage) => Handover | Promise<Handover>;
  readonly random?: () => number;
}

/** Journeys as a map has them; of each the newest definition alone. */
export function journeysOf(journeys: ReadonlyMap<string, Journey>): JourneyReader {
  return {
    journeys: async () => [...journeys.values()],
    definition: async (id, version) => {
      const journey = journeys.get(id);
      return journey?.version === version ? journey.definition : undefined;
    },
  };
}

/** Everything that plans, sends and hears of messages, with providers that only keep what they are handed. */
export function messaging(options: MessagingOptions = {}) {
  const memory = new MemoryCustomerStore();
  const customers = options.customers ?? memory;
  const inMemory = new MemoryTouchStore(memory);
  const touches = options.touches ?? inMemory;
  const enrolments = options.enrolments ?? inMemory.enrolments;
  const journeys = new Map(presetJourneys.map((journey) => [journey.id, journey]));
  const clock = { time: noon, now: () => clock.time };
  const settings = { ...defaultSettings, ...options.settings };
  const handed: Handed[] = [];
  const failures: unknown[] = [];
  const called: TouchCall[] = [];
  const work: Work[] = [];
  const tasks: WantedTask[] = [];
  const shops = new Map([[north.id, north]]);
  const rates = memoryRates();
  let sent = 0;
  const take: ChannelSender = {
    async send(message) {
      const answer = (await options.answer?.(message)) ?? { type: 'accepted', providerId: `m${++sent}` };
      handed.push({ message, at: clock.time, answer });
      return answer;
    },
  };
  const coupons = new Map<string, StoredCoupon>();
  const findShop = async (id: string) => shops.get(id);
  const deps = {
    store: customers,
    touches,
    enrolments,
    journeys: journeysOf(journeys),
    segments: { readSegment: async () => undefined },
    limits: { nightlyLimits: async () => undefined },
    behaviour: new MemoryBehaviourStore(memory),
    openCase: async (task: WantedTask) => void tasks.push(task),
    dueTouches: touches,
    couponStore: { coupon: async (id: string) => coupons.get(id) },
    queues: { call: async (calls: readonly TouchCall[]) => void called.push(...calls) },
    work: { send: async (one: Work) => void work.push(one) },
    settings: { settings: async () => settings },
    shops: { shop: findShop, freshShop: findShop },
    senders: { email: take, sms: take, webhook: take },
    renderer: { variablesOf: () => new Set<string>(), render: () => ({ subject: 'Hello', text: 'Hello' }) },
    templates: { template: async (id, channel, locale) => builtInTemplate(id, channel, locale) },
    links: plainLinks,
    calledFor: { whyNotNow: async () => undefined },
    pacer: { turn: async () => true },
    rates,
    marks: memoryMarks(),
    identityHash,
    clock,
    pause: async () => undefined,
    random: options.random ?? (() => 0.5),
    onFailure: (_touch: string, error: unknown) => void failures.push(error),
  } satisfies SendDeps & Record<string, unknown>;
  const putItems = async (items: readonly FileOrRedirect[]) => {
    for (const item of items) {
      const id = item.type === 'file' ? item.file.id : item.id;
      const version = (await customers.readFiles([id])).get(id)?.version ?? 0;
      await customers.commit({ cause: 'test', files: [{ value: item, version }] });
    }
  };
  return {
    deps,
    coupons,
    memory,
    touches,
    enrolments,
    journeys,
    tasks,
    /** As a merchant would change it. */
    change(id: string, change: Partial<Journey>) {
      const journey = journeys.get(id);
      if (!journey) throw new Error(`there is no journey ${id}`);
      journeys.set(id, { ...journey, ...change });
    },
    clock,
    settings,
    shops,
    handed,
    failures,
    called,
    work,
    rates,
    putItems,
    /** Writes a customer's file in place of what is there. */
    putFile: (file: CustomerFile) => putItems([{ type: 'file', file }]),
    putRedirect: (id: string, to: string) => putItems([{ type: 'redirect', id, to }]),
    async plan(...some: Touch[]) {
      for (const touch of some) await touches.plan(touch);
    },
    async touch(of: Pick<Touch, 'customer' | 'id'>): Promise<Touch> {
      const found = await touches.readTouch(of);
      if (!found) throw new Error(`there is no touch ${of.id}`);
      return found.value;
    },
    send: (customer: string, channel: Channel, changes: Partial<SendDeps> = {}) =>
      sendTouches({ customer, channel }, () => 30_000, { ...deps, ...changes }),
    /** One minute's sweep, and everything it calls for. @returns the calls */
    async sweepAndSend(changes: Partial<SendDeps> = {}): Promise<TouchCall[]> {
      called.length = 0;
      await sweepTouches(clock.time, deps);
      const calls = called.splice(0);
      for (const call of calls) await sendTouches(call, () => 30_000, { ...deps, ...changes });
      return calls;
    },
  };
}

export type Messaging = ReturnType<typeof messaging>;

export function memoryMarks(until?: number) {
  const marks = {
    until,
    sweptUntil: async () => marks.until,
    remember: async (at: number) => {
      marks.until = at;
    },
  };
  return marks;
}

/** The store with requests that take a while, so that those of several senders come between each other. */
export function interleaved(touches: TouchStore, random: () => number): TouchStore {
  const slowly = async <T>(request: () => Promise<T>): Promise<T> => {
    for (let steps = random() * 6; steps > 1; steps--) await Promise.resolve();
    return request();
  };
  return {
    readLive: (keys) => slowly(() => touches.readLive(keys)),
    readOpen: (customer) => slowly(() => touches.readOpen(customer)),
    readTouch: (key) => slowly(() => touches.readTouch(key)),
    listTouches: (customer, after, limit) => slowly(() => touches.listTouches(customer, after, limit)),
    plan: (touch) => slowly(() => touches.plan(touch)),
    commit: (changes) => slowly(() => touches.commit(changes)),
  };
}
