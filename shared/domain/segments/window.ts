import { type Day, dayOf, endOfDay, type Instant, startOfDay } from '../calendar.ts';
import { eventDays } from './operands.ts';
import { dayNumber } from './ordered-predicates.ts';
import type { RuleContext } from './record.ts';
import type { Within } from './rule.ts';

/**
 * Days a purchase may lie on, both ends included. `{"days": n}` is at most n calendar days before the as-of day, as
 * "within" is in DOMAIN 3. It is open to later days: east of the workspace's zone a purchase of this moment is
 * tomorrow's already.
 */
export function daysWithin(within: Within | undefined, { asOf, zone }: RuleContext): { from: Day; to: Day } {
  if (within === undefined) return { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };
  if ('days' in within) return { from: dayOf(asOf, zone) - within.days, to: Number.POSITIVE_INFINITY };
  return { from: dayNumber(within.from), to: dayNumber(within.to) };
}

/** The same on the workspace's calendar as moments, the as-of moment at the latest. */
export function momentsWithin(within: Within | undefined, context: RuleContext): { from: Instant; to: Instant } {
  const { from, to } = daysWithin(within, context);
  return {
    from: Number.isFinite(from) ? startOfDay(from, context.zone) : from,
    to: Number.isFinite(to) ? Math.min(context.asOf, endOfDay(to, context.zone)) : context.asOf,
  };
}

/** Events are kept for 90 days, and may still lie about when they are older: those do not count (DOMAIN 14). */
export function eventMomentsWithin(within: Within | undefined, context: RuleContext): { from: Instant; to: Instant } {
  const asked = momentsWithin(within, context);
  const kept = momentsWithin({ days: eventDays }, context);
  return { from: Math.max(asked.from, kept.from), to: asked.to };
}
