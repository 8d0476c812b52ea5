import { dayMs, hourMs } from './durations.ts';

/**
 * Instants are epoch milliseconds (UTC). A day is an integer: days since 1970-01-01 on some zone's calendar.
 * Zone rules come from the runtime's ICU data, so that no zone tables are bundled.
 */
export type Instant = number;
export type Day = number;

const formatters = new Map<string, Intl.DateTimeFormat>();

/** True when the runtime knows this IANA zone name. */
export function isTimeZone(zone: string): boolean {
  try {
    formatterOf(zone);
    return true;
  } catch {
    return false;
  }
}

function formatterOf(zone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(zone);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      era: 'short',
    });
    formatters.set(zone, formatter);
  }
  return formatter;
}

/** Offsets by zone and hour, for the hours that begin and end at one offset: asking ICU takes 5 µs each time. */
const offsets = new Map<string, Map<number, number>>();
const hoursKept = 20_000;

/** Milliseconds by which the zone's wall clock is ahead of UTC at this instant. */
export function offsetAt(instant: Instant, zone: string): number {
  const hour = Math.floor(instant / hourMs);
  const known = offsets.get(zone)?.get(hour);
  if (known !== undefined) return known;
  const offset = askOffset(hour * hourMs, zone);
  if (offset !== askOffset((hour + 1) * hourMs - 1, zone)) return askOffset(instant, zone);
  rememberOffset(zone, hour, offset);
  return offset;
}

function rememberOffset(zone: string, hour: number, offset: number): void {
  const hours = offsets.get(zone) ?? new Map<number, number>();
  if (hours.size >= hoursKept) hours.clear();
  offsets.set(zone, hours.set(hour, offset));
}

function askOffset(instant: Instant, zone: string): number {
  const part: Record<string, string> = {};
  for (const { type, value } of formatterOf(zone).formatToParts(instant)) part[type] = value;
  const year = part.era?.startsWith('B') ? 1 - Number(part.year) : Number(part.year);
  const wall = new Date(0);
  wall.setUTCFullYear(year, Number(part.month) - 1, Number(part.day));
  wall.setUTCHours(Number(part.hour), Number(part.minute), Number(part.second));
  return wall.getTime() - Math.floor(instant / 1000) * 1000;
}

/** The calendar day of an instant in a zone. */
export function dayOf(instant: Instant, zone: string): Day {
  return Math.floor((instant + offsetAt(instant, zone)) / dayMs);
}

/** The year that a day lies in. */
export function yearOf(day: Day): number {
  return new Date(day * dayMs).getUTCFullYear();
}

/** The first instant of a day in a zone; where midnight is skipped (summer time), the first instant after the gap. */
export function startOfDay(day: Day, zone: string): Instant {
  const midnight = day * dayMs;
  const candidates = [midnight - offsetAt(midnight - dayMs, zone), midnight - offsetAt(midnight + dayMs, zone)];
  const first = Math.min(...candidates);
  const last = Math.max(...candidates);
  if (dayOf(first, zone) === day && dayOf(first - 1, zone) < day) return first;
  if (dayOf(last, zone) === day && dayOf(last - 1, zone) < day) return last;
  return firstInstantOf(day, zone, first - dayMs, last + dayMs);
}

/** Bisection for the rare day that begins at neither offset around it. */
function firstInstantOf(day: Day, zone: string, before: Instant, after: Instant): Instant {
  let low = before;
  let high = after;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (dayOf(middle, zone) >= day) high = middle;
    else low = middle;
  }
  return high;
}

/** The last millisecond of a day in a zone. */
export function endOfDay(day: Day, zone: string): Instant {
  return startOfDay(day + 1, zone) - 1;
}

/** 20780 -> "2026-11-23". */
export function formatDay(day: Day): string {
  return new Date(day * dayMs).toISOString().slice(0, 10);
}

/** "2026-11-23" -> days since 1970-01-01; undefined when there is no such day. */
export function parseDay(text: string): Day | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  const time = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== text ? undefined : time / dayMs;
}

/** The moment that a day, which stands for its end in a zone, or an RFC 3339 time means. NaN for anything else. */
export function momentOf(text: string, zone: string): Instant {
  const day = parseDay(text);
  return day === undefined ? Date.parse(text) : endOfDay(day, zone);
}

/** RFC 3339 text in UTC, to the millisecond where there is one: "2026-11-23T19:00:00Z". */
export function formatInstant(instant: Instant): string {
  return new Date(instant).toISOString().replace('.000Z', 'Z');
}

/** As `formatInstant`; null where there is no such moment, as JSON answers say it. */
export function formatInstantOrNull(instant: Instant | undefined): string | null {
  return instant === undefined ? null : formatInstant(instant);
}
