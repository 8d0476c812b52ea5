import { type Instant, offsetAt } from '../calendar.ts';
import { dayMs, minuteMs } from '../durations.ts';

/** Wall-clock times "HH:MM:SS": quiet from `from` (inclusive) to `to` (exclusive). Equal times: never quiet. */
export interface QuietHours {
  readonly from: string;
  readonly to: string;
}

const SECOND_MS = 1000;

/**
 * Whether the wall clock at `at` shows a quiet hour (DOMAIN 3). It looks at nothing but the clock, so an hour that
 * summer time repeats is quiet both times.
 * @throws RangeError when a time of `hours` is not "HH:MM:SS"
 */
export function isQuiet(at: Instant, zone: string, hours: QuietHours): boolean {
  const from = timeOfDay(hours.from);
  const to = timeOfDay(hours.to);
  const shown = shownAt(at, zone);
  return from < to ? from <= shown && shown < to : from > to && (shown >= from || shown < to);
}

/**
 * `at` itself where it is not quiet, else the first full minute after it that is not: what is deferred goes out then
 * (DOMAIN 3). Where summer time skips the end of the quiet hours, that is the first minute after the gap. Full minutes
 * are those of UTC; every zone has been ahead of it by whole minutes since 1972.
 * @throws RangeError when a time of `hours` is not "HH:MM:SS"
 */
export function nextAllowedMinute(at: Instant, zone: string, hours: QuietHours): Instant {
  const step = leaveFullMinute(hours) ? minuteMs : SECOND_MS;
  let quiet = at;
  while (isQuiet(quiet, zone, hours)) {
    const end = quiet + timeUntil(hours.to, shownAt(quiet, zone));
    // The clock runs evenly up to its next change, and stays quiet that long.
    const next = firstChange(quiet, end, zone) ?? end;
    quiet = Math.ceil(next / step) * step;
  }
  return quiet;
}

/** False for hours that are quiet but for some seconds within one minute: then the first of those seconds is taken. */
function leaveFullMinute({ from, to }: QuietHours): boolean {
  const end = timeOfDay(to);
  return Math.ceil(end / minuteMs) * minuteMs < end + timeUntil(from, end);
}

/** Milliseconds the clock has to run from the time it shows to `time`, if nobody puts it forward or back. */
function timeUntil(time: string, shown: number): number {
  return (timeOfDay(time) - shown + dayMs) % dayMs;
}

/**
 * The instant in (after, until] at which the wall clock is put forward or back, if it is. No zone has done that twice
 * within a day, so that bisection finds it.
 */
function firstChange(after: Instant, until: Instant, zone: string): Instant | undefined {
  const before = offsetAt(after, zone);
  if (offsetAt(until, zone) === before) return undefined;
  let low = after;
  let high = until;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(middle, zone) === before) low = middle;
    else high = middle;
  }
  return high;
}

/** Milliseconds since midnight, as the wall clock shows them. */
function shownAt(at: Instant, zone: string): number {
  const wall = (at + offsetAt(at, zone)) % dayMs;
  return wall < 0 ? wall + dayMs : wall;
}

/** "21:00:00" -> milliseconds since midnight. */
function timeOfDay(text: string): number {
  const match = /^([01]\d|2[0-3]):([0-5]\d):([0-5]\d)$/.exec(text);
  if (!match) throw new RangeError(`not a time of day: ${text}`);
  return (Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3])) * 1000;
}
