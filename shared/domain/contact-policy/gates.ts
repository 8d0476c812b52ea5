import type { Instant } from '../calendar.ts';
import { minuteMs } from '../durations.ts';
import { type Channel, isTransactional, type MessageClass, type Purpose } from '../messages/message-class.ts';
import { isRecent } from '../news.ts';
import type { Settings } from '../settings/settings.ts';
import { type CapCheck, checkCaps } from './caps.ts';
import { isQuiet, nextAllowedMinute } from './quiet-hours.ts';
import type { Standing } from './standing.ts';

/** Every gate a message passes right before it is sent, in this order (DOMAIN 2 and 3). */
export const gateNames = [
  'expiry',
  'address',
  'suppression',
  'consent',
  'silence',
  'class_cap',
  'channel_day_cap',
  'channel_week_cap',
  'same_address',
  'quiet_hours',
  'brake',
  'news',
] as const;
export type GateName = (typeof gateNames)[number];

/** One gate with the values it saw; nothing personal is among them. */
export interface GateResult {
  readonly gate: GateName;
  readonly passed: boolean;
  readonly seen: Readonly<Record<string, string | number | boolean>>;
  /** When it would open; a closed gate without it stays closed. */
  readonly until?: Instant;
}

export type Verdict =
  | { readonly type: 'send' }
  | { readonly type: 'defer'; readonly until: Instant; readonly reason: GateName }
  | { readonly type: 'skip'; readonly reason: GateName | 'expired' };

/** What the gates look at of a message. */
export interface Candidate {
  readonly id: string;
  readonly customer: string;
  readonly contact: string;
  readonly channel: Channel;
  readonly class: MessageClass;
  readonly purpose: Purpose;
  readonly own?: boolean;
  readonly expiresAt: Instant;
}

export interface Judgement {
  readonly verdict: Verdict;
  /** All of them, also those after one that was closed: "why not me?" wants every one. */
  readonly gates: readonly GateResult[];
}

/** The least time until something deferred is looked at again. */

/**
 * Puts a message to every gate as things stand now.
 * @param brake the share of bounces or complaints that has stopped the channel, where one has
 */
export function judge(
  candidate: Candidate,
  standing: Standing,
  settings: Settings,
  now: Instant,
  brake?: { readonly reason: string; readonly until: Instant },
): Judgement {
  const gates = [
    expiryGate(candidate, now),
    addressGate(standing),
    suppressionGate(standing),
    ...(isTransactional(candidate.class) ? [] : consentGates(candidate, standing, settings)),
    ...(isTransactional(candidate.class) ? [] : capGates(candidate, standing, settings, now)),
    sameAddressGate(candidate, standing),
    quietGate(candidate, standing, settings, now),
    ...(isTransactional(candidate.class) ? [] : [brakeGate(brake)]),
  ];
  return { verdict: verdictOf(gates, candidate, standing, settings, now), gates };
}

function verdictOf(
  gates: readonly GateResult[],
  candidate: Candidate,
  { zone }: Standing,
  settings: Settings,
  now: Instant,
): Verdict {
  const closed = gates.filter(({ passed }) => !passed);
  const [first] = closed;
  if (!first) return { type: 'send' };
  const forGood = closed.find(({ until }) => until === undefined);
  if (forGood) return { type: 'skip', reason: forGood.gate === 'expiry' ? 'expired' : forGood.gate };
  const open = Math.max(now + minuteMs, ...closed.map(({ until }) => until ?? now));
  const until = knowsNoQuiet(candidate) ? open : nextAllowedMinute(open, zone, settings.quietHours);
  return until >= candidate.expiresAt
    ? { type: 'skip', reason: first.gate }
    : { type: 'defer', until, reason: first.gate };
}

/** Old news sends nothing (DOMAIN 1): looked at once, when it arrives. */
export function newsGate(occurredAt: Instant, settings: Settings, now: Instant): GateResult {
  const { staleAfterHours } = settings;
  return { gate: 'news', passed: isRecent(occurredAt, settings, now), seen: { at: occurredAt, staleAfterHours } };
}

function expiryGate({ expiresAt }: Candidate, now: Instant): GateResult {
  return { gate: 'expiry', passed: now < expiresAt, seen: { expiresAt } };
}

export function addressGate({ address }: Pick<Standing, 'address'>): GateResult {
  return { gate: 'address', passed: address !== undefined, seen: { known: address !== undefined } };
}

function suppressionGate({ address }: Standing): GateResult {
  const block = address?.block;
  return { gate: 'suppression', passed: !block, seen: block ? { reason: block.reason, since: block.at } : {} };
}

function consentGates(candidate: Candidate, { address, silences }: Standing, { policy }: Settings): GateResult[] {
  const { state, at, source } = address?.consent ?? { state: 'unknown' as const };
  const unknownIsFine = candidate.class === 'care' && policy.careOnUnknownConsent;
  const [silence] = silences;
  return [
    {
      gate: 'consent',
      passed: state === 'granted' || (state === 'unknown' && unknownIsFine),
      seen: { consent: state, ...(at !== undefined && { at }), ...(source !== undefined && { source }) },
    },
    { gate: 'silence', passed: !silence, seen: silence ? { kind: silence.kind, since: silence.since } : {} },
  ];
}

const capGateNames: Readonly<Record<CapCheck['name'], GateName>> = {
  class: 'class_cap',
  channel_day: 'channel_day_cap',
  channel_week: 'channel_week_cap',
};

function capGates(candidate: Candidate, { stage, recent }: Standing, { policy }: Settings, now: Instant): GateResult[] {
  const { contact, channel, class: messageClass, own, purpose } = candidate;
  if (isTransactional(messageClass)) return [];
  // A place it holds itself, from a try that was broken off, is not in its way.
  const others = recent.filter((place) => !isOwn(place, candidate));
  const asked = { contact, channel, class: messageClass, ...(own && { own }), birthday: purpose === 'birthday' };
  return checkCaps(asked, others, stage, policy, now).map(({ name, passed, used, max, days, freeAt }) => ({
    gate: capGateNames[name],
    passed,
    seen: { used, max, days, ...(name === 'class' && { stage, class: messageClass }) },
    ...(!passed && freeAt !== undefined && { until: freeAt }),
  }));
}

/** Two files can have one mailbox, or turn out to be one customer: whoever reads it gets a message once. */
function sameAddressGate(candidate: Candidate, { address, recent }: Standing): GateResult {
  const onChannel = recent.filter(({ channel }) => channel === candidate.channel);
  const other = [...(address?.claims ?? []), ...onChannel].find(
    (one) => one.contact === candidate.contact && !isOwn(one, candidate),
  );
  return { gate: 'same_address', passed: !other, seen: other ? { at: other.at } : {} };
}

function isOwn(one: { readonly touch: string; readonly customer?: string }, { id, customer }: Candidate): boolean {
  return one.touch === id && one.customer === customer;
}

/** Order, shipping and refund notices are welcome at any hour (DOMAIN 3). */
function knowsNoQuiet({ purpose }: Candidate): boolean {
  return purpose === 'order' || purpose === 'shipping' || purpose === 'refund';
}

function quietGate(candidate: Candidate, { zone }: Standing, { quietHours }: Settings, now: Instant): GateResult {
  if (knowsNoQuiet(candidate)) return { gate: 'quiet_hours', passed: true, seen: { exempt: true } };
  const passed = !isQuiet(now, zone, quietHours);
  const seen = { zone, from: quietHours.from, to: quietHours.to };
  return { gate: 'quiet_hours', passed, seen, ...(!passed && { until: nextAllowedMinute(now, zone, quietHours) }) };
}

function brakeGate(brake: { readonly reason: string; readonly until: Instant } | undefined): GateResult {
  return {
    gate: 'brake',
    passed: !brake,
    seen: brake ? { reason: brake.reason } : {},
    ...(brake && { until: brake.until }),
  };
}
