import { dayOf, type Instant } from '../calendar.ts';
import { hourMs, minuteMs } from '../durations.ts';
import { timeOfDayAt, wallInstant, wallTimeMs } from '../wall-clock.ts';
import type { Wait } from './journey.ts';

/** From when waits count. */
export interface WaitStart {
  /** When the last wait was over; at first, the cause. */
  readonly since: Instant;
  readonly cause: Instant;
}

/**
 * When a wait is over. Minutes and hours elapse; days are those of the customer's calendar, ending at the wall time at
 * which they began unless an hour is given (DOMAIN 8, "Day n"). Never before the last wait was over.
 * @param zone of the customer's wall clock
 */
export function waitEnd({ minutes, hours, days, at, from }: Wait, { since, cause }: WaitStart, zone: string): Instant {
  const start = from === 'cause' ? cause : since;
  if (minutes !== undefined) return Math.max(since, start + minutes * minuteMs);
  if (hours !== undefined) return Math.max(since, start + Math.round(hours * hourMs));
  return Math.max(since, daysAfter(start, days ?? 0, zone, at));
}

/** So many calendar days after an instant, at the same wall time or at `at`. */
export function daysAfter(since: Instant, days: number, zone: string, at?: string): Instant {
  const time = at === undefined ? timeOfDayAt(since, zone) : wallTimeMs(at);
  return wallInstant(dayOf(since, zone) + days, time, zone);
}
