import type { Instant } from '../calendar.ts';
import { dayMs } from '../durations.ts';
import type { Stage } from '../life-cycle/stage.ts';
import type { Channel, MessageClass } from '../messages/message-class.ts';
import { compareText } from '../orders/order.ts';
import { type ContactPolicy, type CountedClass, policyRow } from './policy.ts';

/** One counted message: sent, unconfirmed, or under way. What failed or bounced is not among them. */
export interface RecentContact {
  readonly touch: string;
  /** Whom it was planned for, where that is not whose row it stands in: an id is unique within a customer only. */
  readonly customer?: string;
  /** The same for one campaign's or step's messages over two channels: they are one contact. */
  readonly contact: string;
  readonly channel: Channel;
  readonly class: CountedClass;
  readonly at: Instant;
  /** It brought its own allowance (win-back steps): it takes no place of its class, but counts per channel. */
  readonly own?: boolean;
}

/** A message that asks for its places. */
export interface CapCandidate {
  readonly contact: string;
  readonly channel: Channel;
  readonly class: CountedClass;
  readonly own?: boolean;
  readonly birthday?: boolean;
}

/** One cap with the values it saw. */
export interface CapCheck {
  readonly name: 'class' | 'channel_day' | 'channel_week';
  readonly passed: boolean;
  readonly used: number;
  readonly max: number;
  /** Length of the rolling window; 0 where there is none. */
  readonly days: number;
  /** When the check would pass if nothing else went out, where it fails now and ever will. */
  readonly freeAt?: Instant;
}

/**
 * Whether a message finds a place in its stage's allowance and on its channel (DOMAIN 3). A message at `t` holds its
 * place up to `t` plus the window, when it is free again; one dated later than `now` (clocks differ) holds it already.
 * A contact that holds a place of the class needs no second one for another channel.
 */
export function checkCaps(
  candidate: CapCandidate,
  recent: readonly RecentContact[],
  stage: Stage,
  policy: ContactPolicy,
  now: Instant,
): CapCheck[] {
  const { perDay, perWeek } = policy.perChannel;
  const onChannel = recent.filter(({ channel }) => channel === candidate.channel).map(({ at }) => at);
  return [
    checkClass(candidate, recent, stage, policy, now),
    { name: 'channel_day', ...placesIn(onChannel, perDay, 1, now) },
    { name: 'channel_week', ...placesIn(onChannel, perWeek, 7, now) },
  ];
}

function checkClass(
  candidate: CapCandidate,
  recent: readonly RecentContact[],
  stage: Stage,
  policy: ContactPolicy,
  now: Instant,
): CapCheck {
  const allowance = policy.stages[policyRow(stage)][candidate.class];
  if (candidate.own) return { name: 'class', passed: true, used: 0, max: 1, days: allowance?.days ?? 0 };
  if (!allowance) return { name: 'class', passed: false, used: 0, max: 0, days: 0 };
  const contacts = lastOfEachContact(recent.filter((one) => one.class === candidate.class && !one.own));
  const allowed = allowance.only !== 'birthday' || candidate.birthday;
  const places = placesIn([...contacts.values()], allowed ? allowance.max : 0, allowance.days, now);
  const held = contacts.get(candidate.contact);
  if (!allowed || held === undefined || now >= held + allowance.days * dayMs) return { name: 'class', ...places };
  return { name: 'class', passed: true, used: places.used, max: places.max, days: places.days };
}

/** A contact over two channels holds its place until the later of its messages leaves the window. */
function lastOfEachContact(recent: readonly RecentContact[]): Map<string, Instant> {
  const last = new Map<string, Instant>();
  for (const { contact, at } of recent) last.set(contact, Math.max(at, last.get(contact) ?? at));
  return last;
}

/** Counts those that hold a place in a rolling window, and when enough of them will have left it. */
function placesIn(instants: readonly Instant[], max: number, days: number, now: Instant): Omit<CapCheck, 'name'> {
  const leaving = instants.map((at) => at + days * dayMs).filter((until) => until > now);
  const used = leaving.length;
  if (used < max) return { passed: true, used, max, days };
  const freeAt = max > 0 ? leaving.sort((a, b) => a - b)[used - max] : undefined;
  return { passed: false, used, max, days, ...(freeAt !== undefined && { freeAt }) };
}

/** Drops what no window of the policy can reach any more: older than the longest of them, a week at the least. */
export function keptContacts(recent: readonly RecentContact[], policy: ContactPolicy, now: Instant): RecentContact[] {
  const allowances = Object.values(policy.stages).flatMap((row) => Object.values(row));
  const longest = Math.max(7, ...allowances.map((allowance) => allowance?.days ?? 0));
  return recent.filter(({ at }) => at + longest * dayMs > now);
}

/** Who goes first when several want one place (DOMAIN 3). */
const classOrder: readonly MessageClass[] = ['transactional', 'major_promotion', 'care', 'promotional', 'news'];

interface Urgency {
  readonly class: MessageClass;
  /** The campaign's: higher goes first. */
  readonly priority: number;
  readonly id: string;
}

/** Sorts the more urgent first: by class, then by the campaign's priority, then by id, so that no two are equal. */
export function compareUrgency(a: Urgency, b: Urgency): number {
  return (
    classOrder.indexOf(a.class) - classOrder.indexOf(b.class) || b.priority - a.priority || compareText(a.id, b.id)
  );
}
