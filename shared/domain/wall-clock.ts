import { type Day, dayOf, type Instant, offsetAt } from './calendar.ts';
import { dayMs, minuteMs } from './durations.ts';

/**
 * The instant at which a zone's wall clock shows this time of this day: the first of two where summer time repeats it, and
 * the first after the gap where summer time skips it (DOMAIN 3, "a gap opens at its first minute after").
 * @param time milliseconds since midnight as the clock shows them
 */
export function wallInstant(day: Day, time: number, zone: string): Instant {
  const shown = day * dayMs + time;
  const before = shown - offsetAt(shown - dayMs, zone);
  const after = shown - offsetAt(shown + dayMs, zone);
  if (before === after) return before;
  const [first, last] = before < after ? [before, after] : [after, before];
  if (first + offsetAt(first, zone) === shown) return first;
  if (last + offsetAt(last, zone) === shown) return last;
  return endOfGap(first, last, zone);
}

/** The instant in (before, after] at which the clock is put forward. */
function endOfGap(before: Instant, after: Instant, zone: string): Instant {
  const offset = offsetAt(before, zone);
  let [low, high] = [before, after];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(middle, zone) === offset) low = middle;
    else high = middle;
  }
  return high;
}

/** Milliseconds since midnight, as the zone's wall clock shows them. */
export function timeOfDayAt(instant: Instant, zone: string): number {
  return instant + offsetAt(instant, zone) - dayOf(instant, zone) * dayMs;
}

/** "10:30" -> milliseconds since midnight. */
export function wallTimeMs(text: string): number {
  return (Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5))) * minuteMs;
}
