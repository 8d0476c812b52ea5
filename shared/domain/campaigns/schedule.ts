import { type Day, dayOf, type Instant, parseDay } from '../calendar.ts';
import { dayMs, hourMs } from '../durations.ts';
import { wallInstant, wallTimeMs } from '../wall-clock.ts';
import type { CampaignDefinition, CampaignRound, Schedule } from './campaign.ts';

/** When campaigns go out: by one clock for all, or by each recipient's own (DOMAIN 7). */

/** The first clock on Earth to show a day, and the last. */
const firstClock = 14 * hourMs;
const lastClock = -12 * hourMs;

/** The next time at or after `from` at which a zone's clock shows a time. */
export function nextWallInstant(from: Instant, time: string, zone: string): Instant {
  const today = dayOf(from, zone);
  const first = wallInstant(today, wallTimeMs(time), zone);
  return first >= from ? first : wallInstant(today + 1, wallTimeMs(time), zone);
}

/** True where the schedule asks for an hour of each recipient's clock. */
export function goesByEachClock(schedule: Schedule): boolean {
  return 'every' in schedule || typeof schedule.at === 'object';
}

/** When a round's message to somebody in this zone is due. */
export function dueInstant(
  schedule: Schedule,
  { launchedAt, day }: Pick<CampaignRound, 'launchedAt' | 'day'>,
  zone: string,
): Instant {
  const time = localTimeOf(schedule);
  if (time === undefined) return launchedAt;
  return day === undefined ? nextWallInstant(launchedAt, time, zone) : wallInstant(day, wallTimeMs(time), zone);
}

function localTimeOf(schedule: Schedule): string | undefined {
  if ('every' in schedule) return schedule.localTime;
  return typeof schedule.at === 'object' ? schedule.at.localTime : undefined;
}

/** The last moment at which a message of the round may go out, whatever the recipient's clock. */
export function endOfRound(
  { schedule, variants, expiresAfterHours }: CampaignDefinition,
  { launchedAt, day }: Pick<CampaignRound, 'launchedAt' | 'day'>,
): Instant {
  const time = localTimeOf(schedule);
  const expires = expiresAfterHours * hourMs;
  const waits = (variants?.test?.waitHours ?? 0) * hourMs;
  if (time === undefined) return launchedAt + waits + expires;
  // Without a day, the hour comes within a day on every clock; a gap can put it off by hours.
  if (day === undefined) return launchedAt + dayMs + 2 * hourMs + expires;
  return Math.max(launchedAt, day * dayMs + wallTimeMs(time) - lastClock) + 2 * hourMs + expires;
}

/** When a round is launched: before the hour comes on the first of all clocks. */
export interface NextRound {
  readonly at: Instant;
  readonly day?: Day;
}

/**
 * The round after those there are; undefined where there is none any more. Those whose time to go out is over (it was
 * paused meanwhile) are left out: no burst follows a pause.
 * @param startedAt when it was launched: no hour before it counts
 * @param zone of the workspace, by whose clock that is reckoned
 */
export function nextRound(
  { schedule, expiresAfterHours }: CampaignDefinition,
  rounds: readonly CampaignRound[],
  startedAt: Instant,
  zone: string,
  now: Instant,
): NextRound | undefined {
  const notBefore = now - expiresAfterHours * hourMs;
  if ('every' in schedule) return nextOfSeries(schedule, rounds, startedAt, zone, notBefore);
  if (rounds.length > 0) return undefined;
  const next = onlyRound(schedule, startedAt);
  return next.at < notBefore ? undefined : next;
}

function onlyRound({ at }: Exclude<Schedule, Series>, startedAt: Instant): NextRound {
  if (at === 'now') return { at: startedAt };
  if (typeof at === 'string') return { at: Date.parse(at) };
  const day = at.date === undefined ? undefined : parseDay(at.date);
  // The hour may have come on the first clocks already.
  return day === undefined ? { at: startedAt } : { at: Math.max(onFirstClock(day, at.localTime), startedAt), day };
}

type Series = Extract<Schedule, { every: string }>;

/** Days that are looked through for the next of a series: no month is longer, whatever was missed before. */
const daysAhead = 62;

function nextOfSeries(
  series: Series,
  rounds: readonly CampaignRound[],
  startedAt: Instant,
  zone: string,
  notBefore: Instant,
): NextRound | undefined {
  const last = rounds.at(-1)?.day;
  const first = Math.max(dayOf(startedAt, zone), dayOf(notBefore, zone), last === undefined ? 0 : last + 1);
  const until = series.until === undefined ? Number.POSITIVE_INFINITY : (parseDay(series.until) ?? 0);
  for (let day = first; day <= Math.min(until, first + daysAhead); day++) {
    const shown = wallInstant(day, wallTimeMs(series.localTime), zone);
    if (isOneOf(series, day) && shown >= startedAt && shown >= notBefore) {
      return { at: Math.max(onFirstClock(day, series.localTime), startedAt), day };
    }
  }
  return undefined;
}

function onFirstClock(day: Day, time: string): Instant {
  return day * dayMs + wallTimeMs(time) - firstClock;
}

function isOneOf({ every, day: wanted }: Series, day: Day): boolean {
  if (every === 'week') return weekdayOf(day) === wanted;
  const date = new Date(day * dayMs);
  const daysOfMonth = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  return date.getUTCDate() === Math.min(wanted, daysOfMonth);
}

/** 1 Monday to 7 Sunday; 1970-01-01 was a Thursday. */
function weekdayOf(day: Day): number {
  return ((((day + 3) % 7) + 7) % 7) + 1;
}

/** Whether nothing of a schedule is left that begins now. */
export function hasPassed(schedule: Schedule, zone: string, now: Instant): boolean {
  if ('every' in schedule) return nextOfSeries(schedule, [], now, zone, now) === undefined;
  const { at } = schedule;
  if (at === 'now') return false;
  if (typeof at === 'string') return Date.parse(at) < now;
  const day = at.date === undefined ? undefined : parseDay(at.date);
  return day !== undefined && wallInstant(day, wallTimeMs(at.localTime), zone) < now;
}
