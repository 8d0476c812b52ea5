import type { Instant } from '../../domain/calendar.ts';
import { addressGate, newsGate } from '../../domain/contact-policy/gates.ts';
import { addressOf, blockOf, consentOf, emptyAddressRow, latestDenial } from '../../domain/contact-policy/standing.ts';
import { type CustomerFile, idsOf } from '../../domain/customers/customer-file.ts';
import { identityKey } from '../../domain/customers/identity.ts';
import type { SendAction } from '../../domain/journeys/advance.ts';
import type { SendStep } from '../../domain/journeys/journey.ts';
import { type Channel, channels, isTransactional } from '../../domain/messages/message-class.ts';
import type { Order } from '../../domain/orders/order.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import {
  heldOut,
  planned,
  skipped,
  type Touch,
  type TouchOrigin,
  type TouchPlan,
  touchIdOf,
  touchName,
} from '../../domain/touches/touch.ts';
import { type Retrying, retried } from '../retried.ts';
import type { LiveKeys, LiveRows, TouchKey, TouchQueues, TouchStore } from './messaging-ports.ts';

export interface PlanTouchesDeps extends Retrying {
  readonly touches: TouchStore;
  readonly queues: TouchQueues;
  readonly identityHash: (text: string) => string;
}

/** What became of the messages that were wanted. */
export interface PlanCounts {
  planned: number;
  stale: number;
  unreachable: number;
}

export function noCounts(): PlanCounts {
  return { planned: 0, stale: 0, unreachable: 0 };
}

/** A message that a step wants sent, on the first of its channels that leads anywhere. */
export interface WantedMessage {
  readonly origin: TouchOrigin;
  readonly occurrence: string;
  readonly step: SendStep;
  readonly file: CustomerFile;
  /** The order it is about, and its key. */
  readonly order?: Order;
  readonly about: Pick<TouchPlan, 'order' | 'shop' | 'vars' | 'coupon'>;
  /** When what called for it happened. */
  readonly occurredAt: Instant;
  readonly expiresAt: Instant;
  /** It is only put on record, with this reason. */
  readonly leftOut?: string;
  /** In a journey with a hold-out. */
  readonly draw?: NonNullable<SendAction['draw']>;
}

/** What has to be read before messages are planned, all of it in one request. */
export function keysOfMessages(
  wanted: readonly WantedMessage[],
  deps: Pick<PlanTouchesDeps, 'identityHash'>,
): LiveKeys {
  return {
    touches: wanted.flatMap((one) => possibleTouches(one, deps)),
    addresses: wanted.flatMap((one) => [...addressKeys(one, deps).values()]),
    contacts: wanted.flatMap(({ step, file }) => (isTransactional(step.class) ? [] : idsOf(file))),
  };
}

/**
 * Plans what is not planned yet and calls for it. Planning twice changes nothing: the id of a touch is computed from what
 * called for it.
 * @throws ConflictError, StoreBusyError
 */
export async function planMessages(
  wanted: readonly WantedMessage[],
  live: Pick<LiveRows, 'touches' | 'addresses' | 'contacts'>,
  settings: Settings,
  now: Instant,
  deps: PlanTouchesDeps,
): Promise<PlanCounts> {
  const counts = noCounts();
  const fresh = wanted.flatMap((message): Fresh[] => {
    if (knownTouches(message, live, deps).length > 0) return [];
    const touch = touchFor(message, live, settings, now, deps);
    return [{ touch, beside: siblings(touch, message.step, deps) }];
  });
  await planEach(fresh, counts, deps);
  await callAgain(wanted, live, now, deps);
  return counts;
}

/** Calls for what was planned by a look that ended before it could. */
export async function callAgain(
  wanted: readonly WantedMessage[],
  live: Pick<LiveRows, 'touches'>,
  now: Instant,
  deps: Pick<PlanTouchesDeps, 'queues' | 'identityHash'>,
): Promise<void> {
  const waiting = wanted
    .flatMap((message) => knownTouches(message, live, deps))
    .filter(({ state, dueAt }) => state === 'planned' && dueAt !== undefined && dueAt <= now);
  if (waiting.length > 0) await deps.queues.call(waiting.map(({ customer, channel }) => ({ customer, channel })));
}

function knownTouches(
  message: WantedMessage,
  { touches }: Pick<LiveRows, 'touches'>,
  deps: Pick<PlanTouchesDeps, 'identityHash'>,
): Touch[] {
  return possibleTouches(message, deps).flatMap((key) => touches.get(touchName(key))?.value ?? []);
}

/**
 * Wherever it can have been planned before: on any channel, also on one that its journey has given up since, and under any
 * id the customer has had.
 */
function possibleTouches(
  { origin, occurrence, file }: WantedMessage,
  { identityHash }: Pick<PlanTouchesDeps, 'identityHash'>,
): TouchKey[] {
  return channels.flatMap((channel) => {
    const id = touchIdOf({ origin, occurrence, channel }, identityHash);
    return idsOf(file).map((customer) => ({ customer, id }));
  });
}

function addressKeys(
  { step, file, order }: WantedMessage,
  { identityHash }: Pick<PlanTouchesDeps, 'identityHash'>,
): Map<Channel, string> {
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

type Rows = Pick<LiveRows, 'addresses' | 'contacts'>;

/** The touch a message becomes: on the first channel that leads anywhere; kept with its reason where none does. */
function touchFor(
  message: WantedMessage,
  live: Rows,
  settings: Settings,
  now: Instant,
  deps: Pick<PlanTouchesDeps, 'identityHash'>,
): Touch {
  const { origin, occurrence, step, file, occurredAt, expiresAt } = message;
  const keys = addressKeys(message, deps);
  const reachable = step.channels.find((channel) => leadsAnywhere(message, channel, keys.get(channel), live, settings));
  const channel = reachable ?? [...keys.keys()][0] ?? step.channels[0] ?? 'email';
  const key = keys.get(channel);
  const plan: TouchPlan = {
    origin,
    customer: file.id,
    occurrence,
    channel,
    class: step.class,
    purpose: step.purpose,
    priority: step.priority,
    template: step.template,
    ...(step.own && { own: true }),
    ...message.about,
    occurredAt,
    expiresAt,
    ...(key !== undefined && { plannedAddress: key }),
  };
  const touch = inItsArm(plan, message.draw, reachable !== undefined, now, deps);
  if (touch.state === 'heldout') return touch;
  if (message.leftOut !== undefined) {
    const gates = message.leftOut === 'stale' ? [newsGate(occurredAt, settings, now)] : [];
    return skipped(touch, message.leftOut, { at: now, gates });
  }
  if (key === undefined) return skipped(touch, 'address', { at: now, gates: [addressGate({})] });
  return touch;
}

/** Whom no message could reach is in neither arm; nor does a message count at which nothing was drawn (DOMAIN 7). */
function inItsArm(
  plan: TouchPlan,
  draw: WantedMessage['draw'],
  isReachable: boolean,
  now: Instant,
  { identityHash }: Pick<PlanTouchesDeps, 'identityHash'>,
): Touch {
  const id = touchIdOf(plan, identityHash);
  if (draw === undefined) return planned(plan, id, now, now);
  if (draw === 'none') return { ...planned(plan, id, now, now), undrawn: true };
  const { isHeldOut, ...drawn } = draw;
  const touch = isHeldOut ? heldOut({ ...plan, drawn }, id, now) : planned({ ...plan, drawn }, id, now, now);
  return isReachable ? touch : { ...touch, undrawn: true };
}

/** Whether a message could get through there as things stand: an address, nothing that bars it, and consent. */
function leadsAnywhere(
  { step, file, order }: WantedMessage,
  channel: Channel,
  key: string | undefined,
  live: Rows,
  settings: Settings,
): boolean {
  const address = addressOf(file, channel, order);
  if (key === undefined || address === undefined) return false;
  if (channel === 'webhook' && settings.channels.webhook.url === undefined) return false;
  const row = live.addresses.get(key)?.value ?? emptyAddressRow(key);
  if (blockOf(row)) return false;
  if (isTransactional(step.class)) return true;
  const contacts = idsOf(file).flatMap((id) => live.contacts.get(id)?.value ?? []);
  const { state } = consentOf(file, channel, address, {
    contact: { denied: latestDenial(contacts, channel) },
    address: row,
  });
  return state === 'granted' || (state === 'unknown' && step.class === 'care' && settings.policy.careOnUnknownConsent);
}

/** A touch to be written, unless one of those beside it is there. */
interface Fresh {
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

async function planEach(wanted: readonly Fresh[], counts: PlanCounts, deps: PlanTouchesDeps): Promise<void> {
  for (let start = 0; start < wanted.length; start += atOnce) {
    const some = wanted.slice(start, start + atOnce);
    const isNew = await Promise.all(
      some.map(({ touch, beside }) => retried(() => deps.touches.plan(touch, beside), deps)),
    );
    const written = some.flatMap(({ touch }, index) => (isNew[index] ? [touch] : []));
    for (const { state, reason } of written) {
      if (state === 'planned') counts.planned++;
      else if (reason === 'stale') counts.stale++;
      else if (state !== 'heldout') counts.unreachable++;
    }
    const due = written.filter(({ state }) => state === 'planned');
    await deps.queues.call(due.map(({ customer, channel }) => ({ customer, channel })));
  }
}
