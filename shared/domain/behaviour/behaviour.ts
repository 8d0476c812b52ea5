import type { Instant } from '../calendar.ts';
import { sameContent } from '../canonical.ts';
import { dayMs, minuteMs } from '../durations.ts';
import { compareText } from '../orders/order.ts';

/** Something a customer did outside orders (DOMAIN 14). */
export interface BehaviourEvent {
  /** `viewed`, `favourited`, `carted`, `checkout_started`, or a word of the shop's own. */
  readonly type: string;
  readonly at: Instant;
  /** As the lines of orders name it. */
  readonly product?: string;
  /** Made from the id its sender gave it; without one, what it says is what it is. */
  readonly key?: string;
}

/** What one customer did lately: a set, newest last. */
export interface BehaviourRow {
  readonly customer: string;
  readonly events: readonly BehaviourEvent[];
}

/** How an event's type is written; segments ask for it as `did.<type>`. */
export const behaviourType = /^[a-z][a-z0-9_.-]{0,39}$/;

/** An event may come this long after it happened, in milliseconds. */
export const oldestNews = 90 * dayMs;
/** A sender's clock may be fast by this much, in milliseconds. */
export const mostAhead = 5 * minuteMs;
/** Kept a little longer than 90 times 24 hours: rules count 90 calendar days, which begin at a midnight. */
export const keptFor = 92 * dayMs;
/** Events kept of one customer: the newest. */
export const mostEvents = 500;

export function emptyBehaviour(customer: string): BehaviourRow {
  return { customer, events: [] };
}

/** @returns why an event of this time is not taken in, if it is not */
export function timeRefused(at: Instant, now: Instant): 'too_old' | 'ahead' | undefined {
  if (at < now - oldestNews) return 'too_old';
  return at > now + mostAhead ? 'ahead' : undefined;
}

/**
 * The union of what was told, less what is too old by `asOf`, and no more than the newest 500. Whatever the order in which
 * events come, and however often each comes, the same set is left; of two that differ under one id the later one stands.
 */
export function joinBehaviour(
  one: readonly BehaviourEvent[],
  other: readonly BehaviourEvent[],
  asOf: Instant,
): BehaviourEvent[] {
  const byIdentity = new Map<string, BehaviourEvent>();
  for (const event of [...one, ...other]) {
    if (event.at < asOf - keptFor) continue;
    const identity = identityOf(event);
    const known = byIdentity.get(identity);
    if (!known || compareEvents(known, event) < 0) byIdentity.set(identity, event);
  }
  return [...byIdentity.values()].sort(compareEvents).slice(-mostEvents);
}

function identityOf({ type, at, product, key }: BehaviourEvent): string {
  return key === undefined ? JSON.stringify([type, at, product]) : `#${key}`;
}

/** A total order: by time first. */
function compareEvents(a: BehaviourEvent, b: BehaviourEvent): number {
  return (
    a.at - b.at ||
    compareText(a.type, b.type) ||
    compareText(a.product ?? '', b.product ?? '') ||
    compareText(a.key ?? '', b.key ?? '')
  );
}

/** Everything a customer did, under whichever id it was told, newest last. */
export function behaviourOf(rows: Iterable<BehaviourRow>, asOf: Instant): BehaviourEvent[] {
  return joinBehaviour(
    [...rows].flatMap(({ events }) => events),
    [],
    asOf,
  );
}

/** Times by type, as segments ask for them (DOMAIN 6). */
export function timesByType(events: readonly BehaviourEvent[]): Map<string, Instant[]> {
  const times = new Map<string, Instant[]>();
  for (const { type, at } of events) {
    const known = times.get(type);
    if (known) known.push(at);
    else times.set(type, [at]);
  }
  return times;
}

/** Whether telling this of somebody of whom that much is known changes anything. */
export function isNews(known: readonly BehaviourEvent[], event: BehaviourEvent, asOf: Instant): boolean {
  return !sameContent(joinBehaviour(known, [event], asOf), joinBehaviour(known, [], asOf));
}
