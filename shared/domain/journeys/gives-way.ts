import type { Instant } from '../calendar.ts';
import { isQuiet, nextAllowedMinute, type QuietHours } from '../contact-policy/quiet-hours.ts';
import { hourMs } from '../durations.ts';
import type { SendStep } from './journey.ts';
import type { Op } from './program.ts';
import { type WaitStart, waitEnd } from './waits.ts';

/** A notice deferred by quiet hours gives way to a step that is due within this (DOMAIN 8). */
const givesWayWithin = 2 * hourMs;

/** The customer's clock, and when it is quiet. */
export interface Clock {
  readonly zone: string;
  readonly quietHours: QuietHours;
}

/** A message and when it is due. */
export interface DueSend {
  readonly step: SendStep;
  readonly dueAt: Instant;
}

export function ownExpiry({ step, dueAt }: DueSend): Instant {
  return dueAt + step.expiresAfterHours * hourMs;
}

/** The message after a place, as far as it is known now: none where a branch comes first. */
export function nextSend(ops: readonly Op[], place: number, start: WaitStart, zone: string): DueSend | undefined {
  let { since } = start;
  for (let next = place + 1; next < ops.length; next++) {
    const op = ops[next];
    if (!op || op.type === 'branch') return undefined;
    if (op.type === 'send') return { step: op.step, dueAt: since };
    if (op.type === 'wait') since = waitEnd(op.wait, { ...start, since }, zone);
    if (op.type === 'jump') next = op.to - 1;
  }
  return undefined;
}

/** When the last message that may come at or after a place is due, on the way there that takes longest. */
export function lastSendAt(ops: readonly Op[], place: number, start: WaitStart, zone: string): Instant {
  const reached = new Map([[place, start.since]]);
  const reach = (to: number, since: Instant) => reached.set(to, Math.max(since, reached.get(to) ?? since));
  let last = start.since;
  // Jumps only lead forward: whatever leads to a place comes before it.
  for (const [index, op] of ops.entries()) {
    const since = reached.get(index);
    if (since === undefined) continue;
    if (op.type === 'send') last = Math.max(last, since);
    if (op.type === 'branch') reach(op.no, since);
    if (op.type === 'jump') reach(op.to, since);
    else reach(index + 1, op.type === 'wait' ? waitEnd(op.wait, { ...start, since }, zone) : since);
  }
  return last;
}

/**
 * Whether a message gives way to the next one: where that is due before it can leave, so that no two go out together after
 * an outage; and where it was quiet, up to two hours later (DOMAIN 8).
 */
export function givesWay(send: DueSend, next: DueSend, now: Instant, clock: Clock): boolean {
  if (next.dueAt <= send.dueAt || now >= ownExpiry(next)) return false;
  if (!knowsQuiet(send.step)) return next.dueAt <= now;
  const { zone, quietHours } = clock;
  const leaves = nextAllowedMinute(now, zone, quietHours);
  const wasQuiet = leaves > now || isQuiet(send.dueAt, zone, quietHours);
  return next.dueAt <= leaves + (wasQuiet ? givesWayWithin : 0);
}

/**
 * Until when a message may go out, so that one that quiet hours hold back later does not leave shortly before the next:
 * up to two hours before that where it is quiet then, up to its own moment where it is quiet at that.
 */
export function expiryBefore(send: DueSend, next: DueSend, now: Instant, { zone, quietHours }: Clock): Instant {
  const own = ownExpiry(send);
  if (next.dueAt <= send.dueAt || !knowsQuiet(send.step)) return own;
  for (const latest of [next.dueAt - givesWayWithin, next.dueAt]) {
    if (latest > now && isQuiet(latest, zone, quietHours)) return Math.min(own, latest);
  }
  return own;
}

/** Order, shipping and refund notices do not (DOMAIN 3). */
function knowsQuiet({ purpose }: SendStep): boolean {
  return purpose !== 'order' && purpose !== 'shipping' && purpose !== 'refund';
}
