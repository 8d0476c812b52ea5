import { longestCalendarDays } from '../../contracts/http/calendar.ts';
import { type Day, dayOf, type Instant, startOfDay, yearOf } from '../../domain/calendar.ts';
import { type Festival, festivalsOf } from '../../domain/calendar-days/festivals.ts';
import type { Campaign, CampaignRound } from '../../domain/campaigns/campaign.ts';
import { nextRound } from '../../domain/campaigns/schedule.ts';
import { InvalidInputError } from '../../domain/errors.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import { everyPage } from '../every-page.ts';
import type { CampaignStore, JourneyReader } from '../marketing-ports.ts';
import type { Clock, SettingsReader } from '../ports.ts';

export interface CalendarDeps {
  readonly campaigns: Pick<CampaignStore, 'listCampaigns'>;
  readonly journeys: JourneyReader;
  readonly settings: SettingsReader;
  readonly clock: Clock;
}

/** A campaign that goes out on a day, or has. */
export interface PlannedCampaign {
  readonly id: string;
  readonly name: string;
  readonly state: Campaign['state'];
  /** When it is, or was, launched: before the hour comes on the first of its recipients' clocks. */
  readonly at: Instant;
  /** The day on which it is received. */
  readonly day: Day;
}

export interface CalendarDay {
  readonly day: Day;
  readonly festivals: readonly Festival[];
  readonly campaigns: readonly PlannedCampaign[];
  /** Ids of journeys that greet on this day. */
  readonly journeys: readonly string[];
}

/** Rounds of one campaign that are looked ahead for: two years of a weekly one. */
const mostRounds = 110;

/**
 * The marketing calendar of some days (DOMAIN 7): festivals, what goes out when, what went out. A draft stands where it
 * would be launched. Days on which nothing is are left out; days are those of the workspace.
 * @throws InvalidInputError for days that end before they begin, or more than two years of them
 */
export async function showCalendar(from: Day, to: Day, deps: CalendarDeps): Promise<CalendarDay[]> {
  if (to < from) {
    throw new InvalidInputError([{ field: 'to', message: 'must not be before from, which is today if left out' }]);
  }
  if (to - from > longestCalendarDays) {
    throw new InvalidInputError([{ field: 'to', message: 'at most two years in one calendar' }]);
  }
  const now = deps.clock.now();
  const settings = await deps.settings.settings(now);
  const days = new Map<Day, { festivals: Festival[]; campaigns: PlannedCampaign[]; journeys: string[] }>();
  const on = (day: Day) => {
    const known = days.get(day) ?? { festivals: [], campaigns: [], journeys: [] };
    days.set(day, known);
    return known;
  };

  for (const festival of festivalsBetween(from, to, settings)) on(festival.day).festivals.push(festival);
  for (const { journey, day } of await greetings(from, to, settings, deps)) on(day).journeys.push(journey);
  for await (const page of everyPage((after) => deps.campaigns.listCampaigns(after, 100))) {
    for (const { value } of page) {
      for (const planned of plannedRounds(value, startOfDay(to + 1, settings.timezone), settings, now)) {
        if (planned.day >= from && planned.day <= to) on(planned.day).campaigns.push(planned);
      }
    }
  }
  return [...days].sort(([a], [b]) => a - b).map(([day, shown]) => ({ day, ...shown }));
}

function festivalsBetween(from: Day, to: Day, { shopAnniversary }: Settings): Festival[] {
  const years = yearsBetween(from, to);
  const all = years.flatMap((year) => festivalsOf(year, shopAnniversary ?? undefined));
  return all.filter(({ day }) => day >= from && day <= to);
}

function yearsBetween(from: Day, to: Day): number[] {
  const first = yearOf(from);
  return Array.from({ length: yearOf(to) - first + 1 }, (_, index) => first + index);
}

/** Journeys that are on and go by the calendar, on the day they greet. */
async function greetings(
  from: Day,
  to: Day,
  settings: Settings,
  { journeys }: CalendarDeps,
): Promise<{ journey: string; day: Day }[]> {
  const all = await journeys.journeys();
  return all.flatMap(({ id, enabled, definition: { trigger } }) => {
    if (!enabled || trigger.on !== 'festival') return [];
    const { festival, daysBefore } = trigger;
    const celebrated = festivalsBetween(from + daysBefore, to + daysBefore, settings).filter(
      (one) => one.id === festival,
    );
    return celebrated.map(({ day }) => ({ journey: id, day: day - daysBefore }));
  });
}

/** Rounds there were, and those to come before `until`. */
function plannedRounds(campaign: Campaign, until: Instant, settings: Settings, now: Instant): PlannedCampaign[] {
  const { id, definition, state, rounds, startedAt = now } = campaign;
  const shown = (round: Pick<CampaignRound, 'launchedAt' | 'day'>): PlannedCampaign => ({
    ...{ id, name: definition.name, state, at: round.launchedAt },
    day: round.day ?? dayOf(round.launchedAt, settings.timezone),
  });
  const planned = rounds.map(shown);
  if (!isToCome(campaign)) return planned;
  const known: CampaignRound[] = [...rounds];
  while (planned.length < mostRounds) {
    const next = nextRound(definition, known, startedAt, settings.timezone, now);
    if (!next || next.at >= until) break;
    const day = next.day === undefined ? {} : { day: next.day };
    const round: CampaignRound = { number: known.length + 1, launchedAt: next.at, parts: 0, ...day };
    known.push(round);
    planned.push(shown(round));
  }
  return planned;
}

/** Whether anything of it is still to be launched; a draft that goes out at once has no day yet. */
function isToCome({ state, definition: { schedule } }: Campaign): boolean {
  if (state === 'cancelled' || state === 'done') return false;
  return state !== 'draft' || !('at' in schedule) || schedule.at !== 'now';
}
