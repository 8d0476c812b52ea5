import type { Instant } from '../domain/calendar.ts';
import { addressGate, newsGate } from '../domain/contact-policy/gates.ts';
import { addressOf, blockOf, consentOf, emptyAddressRow, latestDenial } from '../domain/contact-policy/standing.ts';
import type { CustomerFile } from '../domain/customers/customer-file.ts';
import { identityKey } from '../domain/customers/identity.ts';
import { builtInJourneys } from '../domain/journeys/built-in.ts';
import type { Journey, SendStep } from '../domain/journeys/definition.ts';
import {
  lastPurchase,
  type Occurrence,
  occurrencesOfCustomer,
  occurrencesOfOrder,
} from '../domain/journeys/occurrences.ts';
import { type Channel, channels, isTransactional } from '../domain/messages/message-class.ts';
import type { Order } from '../domain/orders/order.ts';
import type { Settings } from '../domain/settings/settings.ts';
import { planned, skipped, type Touch, type TouchPlan, touchIdOf } from '../domain/touches/touch.ts';
import type { LiveRows, TouchKey, TouchQueues, TouchStore } from './messaging-ports.ts';
import type { Clock, CustomerStore, SettingsReader, ShopReader, StoredOrder } from './ports.ts';
import { retried } from './record-order.ts';
import { resolveFiles } from './resolve-files.ts';

export interface PlanTouchesDeps {
  readonly store: CustomerStore;
  readonly touches: TouchStore;
  readonly queues: TouchQueues;
  readonly settings: SettingsReader;
  readonly shops: ShopReader;
  readonly identityHash: (text: string) => string;
  readonly clock: Clock;
  readonly pause: (milliseconds: number) => Promise<void>;
  readonly random: () => number;
}

/** What a look at changed records led to. */
export interface PlanCounts {
  planned: number;
  stale: number;
  unreachable: number;
}

/** A trigger that came true for a customer, and the step it leads to. */
interface Cause {
  readonly journey: Journey;
  readonly step: SendStep;
  readonly occurrence: Occurrence;
  readonly file: CustomerFile;
  /** The order it is about. */
  readonly order?: Order;
}

/** Looks at orders that have changed and plans what the rules want said about them. Looking twice plans nothing twice. */
export async function planForOrders(refs: readonly string[], deps: PlanTouchesDeps): Promise<PlanCounts> {
  const now = deps.clock.now();
  const settings = await deps.settings.settings(now);
  const orders = [...(await deps.store.readOrders(refs)).values()].map(({ value }) => value);
  const found: { journey: Journey; occurrence: Occurrence; customer: string; order: Order }[] = [];
  for (const stored of orders) {
    const { order, customer } = stored;
    if (customer === undefined) continue;
    const zone = (await deps.shops.shop(order.shop))?.timezone ?? settings.timezone;
    for (const journey of enabledJourneys(settings)) {
      const occurrences = occurrencesOfOrder(journey, order, zone).filter(() => tells(stored));
      found.push(...occurrences.map((occurrence) => ({ journey, occurrence, customer, order })));
    }
  }
  if (found.length === 0) return noCounts();
  const resolved = await resolveFiles(
    found.map(({ customer }) => customer),
    deps.store,
  );
  const causes = found.flatMap(({ journey, occurrence, customer, order }) => {
    const file = resolved.files.get(resolved.idOf(customer) ?? '')?.value;
    return file ? causesOf(journey, occurrence, file, order) : [];
  });
  return planAll(causes, settings, now, deps);
}

/** Looks at customers whose files have changed, as `planForOrders` at orders. */
export async function planForCustomers(ids: readonly string[], deps: PlanTouchesDeps): Promise<PlanCounts> {
  const now = deps.clock.now();
  const settings = await deps.settings.settings(now);
  const { files } = await resolveFiles(ids, deps.store);
  const causes = [...files.values()].flatMap(({ value: file }) =>
    enabledJourneys(settings).flatMap((journey) =>
      occurrencesOfCustomer(journey, file, settings, now).flatMap((occurrence) => causesOf(journey, occurrence, file)),
    ),
  );
  return planAll(await withoutOldNews(causes, now, deps), settings, now, deps);
}

/** A stage that somebody was in when the purchase that decides it was imported is old news; what comes later is none. */
async function withoutOldNews(causes: readonly Cause[], now: Instant, { store }: PlanTouchesDeps): Promise<Cause[]> {
  const decisive = causes.map(({ file }) => lastPurchase(file, now));
  const refs = new Set(decisive.filter((ref) => ref !== undefined));
  if (refs.size === 0) return [...causes];
  const orders = await store.readOrders([...refs]);
  return causes.filter(({ occurrence }, index) => {
    const silent = orders.get(decisive[index] ?? '')?.value.silent;
    return !silent?.milestones.includes('paidAt') || occurrence.at > silent.at;
  });
}

/** Every journey as the settings have it: on or off, and on which channels. */
export function journeysOf({ rules }: Settings): Journey[] {
  return builtInJourneys.map((journey) => {
    const { enabled = journey.enabled, channels } = rules[journey.id as keyof typeof rules] ?? {};
    if (!channels) return { ...journey, enabled };
    return { ...journey, enabled, steps: journey.steps.map(({ send }) => ({ send: { ...send, channels } })) };
  });
}

function enabledJourneys(settings: Settings): Journey[] {
  return journeysOf(settings).filter(({ enabled }) => enabled);
}

/** What was learnt from a replay or an import triggers nothing (DOMAIN 1). */
function tells({ silent }: StoredOrder): boolean {
  return !silent?.milestones.includes('paidAt');
}

function causesOf(journey: Journey, occurrence: Occurrence, file: CustomerFile, order?: Order): Cause[] {
  return journey.steps.map(({ send: step }) => ({ journey, step, occurrence, file, ...(order && { order }) }));
}

function noCounts(): PlanCounts {
  return { planned: 0, stale: 0, unreachable: 0 };
}

async function planAll(
  causes: readonly Cause[],
  settings: Settings,
  now: Instant,
  deps: PlanTouchesDeps,
): Promise<PlanCounts> {
  const counts = noCounts();
  if (causes.length === 0) return counts;
  const live = await deps.touches.readLive({
    touches: causes.flatMap((cause) => possibleTouches(cause, deps)),
    addresses: causes.flatMap((cause) => addressKeys(cause, deps).values().toArray()),
    contacts: causes.flatMap(({ step, file }) => (isTransactional(step.class) ? [] : [file.id, ...file.aliases])),
  });
  const wanted: Wanted[] = [];
  const waiting: Touch[] = [];
  for (const cause of causes) {
    const known = possibleTouches(cause, deps).flatMap(({ customer, id }) => {
      return live.touches.get(`${customer} ${id}`)?.value ?? [];
    });
    waiting.push(...known.filter(({ state, dueAt }) => state === 'planned' && dueAt !== undefined && dueAt <= now));
    if (known.length > 0) continue;
    const touch = touchFor(cause, live, settings, now, deps);
    wanted.push({ touch, beside: siblings(touch, cause.step, deps) });
  }
  await planEach(wanted, counts, deps);
  // Planned by a look that ended before it could call for them.
  await deps.queues.call(waiting.map(({ customer, channel }) => ({ customer, channel })));
  return counts;
}

/**
 * Wherever it can have been planned before: on any channel, also on one that its rule has given up since, and under any id
 * the customer has had.
 */
function possibleTouches({ journey, step, occurrence, file }: Cause, deps: PlanTouchesDeps): TouchKey[] {
  return channels.flatMap((channel) => {
    const id = touchIdOf({ ...origin(journey, step), occurrence: occurrence.name, channel }, deps.identityHash);
    return [file.id, ...file.aliases].map((customer) => ({ customer, id }));
  });
}

function origin(journey: Journey, step: SendStep): Pick<TouchPlan, 'origin'> {
  return { origin: { type: 'journey', id: journey.id, version: journey.version, step: step.id } };
}

function addressKeys({ step, file, order }: Cause, { identityHash }: PlanTouchesDeps): Map<Channel, string> {
  const keys = step.channels.flatMap((channel): [Channel, string][] => {
    const address = addressOf(file, channel, order);
    return address === undefined ? [] : [[channel, addressKeyOf(channel, address, identityHash)]];
  });
  return new Map(keys);
}

/** Key of an address: that of the identity it is, or of the customer a webhook tells of. */
export function addressKeyOf(channel: Channel, address: string, identityHash: (text: string) => string): string {
  if (channel === 'webhook') return `w:${address}`;
  return identityKey({ kind: channel === 'sms' ? 'phone' : 'email', value: address }, identityHash);
}

/** The touch a cause calls for: on the first channel that leads anywhere; kept with its reason where none does. */
function touchFor(cause: Cause, live: LiveRows, settings: Settings, now: Instant, deps: PlanTouchesDeps): Touch {
  const { journey, step, occurrence, file } = cause;
  const keys = addressKeys(cause, deps);
  const reachable = step.channels.find((channel) => leadsAnywhere(cause, channel, keys.get(channel), live, settings));
  const channel = reachable ?? [...keys.keys()][0] ?? step.channels[0] ?? 'email';
  const key = keys.get(channel);
  const plan: TouchPlan = {
    ...origin(journey, step),
    customer: file.id,
    occurrence: occurrence.name,
    channel,
    class: step.class,
    purpose: step.purpose,
    priority: step.priority,
    template: step.template,
    ...(occurrence.order !== undefined && { order: occurrence.order }),
    ...(occurrence.shop !== undefined && { shop: occurrence.shop }),
    occurredAt: occurrence.at,
    expiresAt: occurrence.at + step.expiresAfterHours * 3_600_000,
    ...(key !== undefined && { plannedAddress: key }),
  };
  const touch = planned(plan, touchIdOf(plan, deps.identityHash), now, now);
  const news = newsGate(occurrence.at, settings, now);
  if (!news.passed) return skipped(touch, 'stale', { at: now, gates: [news] });
  if (key === undefined) return skipped(touch, 'address', { at: now, gates: [news, addressGate({})] });
  return touch;
}

/** Whether a message could get through there as things stand: an address, nothing that bars it, and consent. */
function leadsAnywhere(
  { step, file, order }: Cause,
  channel: Channel,
  key: string | undefined,
  live: LiveRows,
  settings: Settings,
): boolean {
  const address = addressOf(file, channel, order);
  if (key === undefined || address === undefined) return false;
  if (channel === 'webhook' && settings.channels.webhook.url === undefined) return false;
  const row = live.addresses.get(key)?.value ?? emptyAddressRow(key);
  if (blockOf(row)) return false;
  if (isTransactional(step.class)) return true;
  const contacts = [file.id, ...file.aliases].flatMap((id) => live.contacts.get(id)?.value ?? []);
  const { state } = consentOf(file, channel, address, {
    contact: { denied: latestDenial(contacts, channel) },
    address: row,
  });
  return state === 'granted' || (state === 'unknown' && step.class === 'care' && settings.policy.careOnUnknownConsent);
}

/** A touch to be written, unless one of those beside it is there. */
interface Wanted {
  readonly touch: Touch;
  readonly beside: readonly TouchKey[];
}

/** The same words over the step's other channels: two looks at once must not choose one each. */
function siblings(touch: Touch, step: SendStep, { identityHash }: PlanTouchesDeps): TouchKey[] {
  const { customer, state } = touch;
  if (state !== 'planned') return [];
  const others = step.channels.filter((channel) => channel !== touch.channel);
  return others.map((channel) => ({ customer, id: touchIdOf({ ...touch, channel }, identityHash) }));
}

/** Writes at a time: as many as a function's connections carry. */
const atOnce = 10;

async function planEach(wanted: readonly Wanted[], counts: PlanCounts, deps: PlanTouchesDeps): Promise<void> {
  for (let start = 0; start < wanted.length; start += atOnce) {
    const some = wanted.slice(start, start + atOnce);
    const isNew = await Promise.all(
      some.map(({ touch, beside }) => retried(() => deps.touches.plan(touch, beside), deps)),
    );
    const written = some.flatMap(({ touch }, index) => (isNew[index] ? [touch] : []));
    for (const { state, reason } of written) {
      if (state === 'planned') counts.planned++;
      else if (reason === 'stale') counts.stale++;
      else counts.unreachable++;
    }
    const due = written.filter(({ state }) => state === 'planned');
    await deps.queues.call(due.map(({ customer, channel }) => ({ customer, channel })));
  }
}
