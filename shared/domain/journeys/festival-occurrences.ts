import { dayOf, type Instant, yearOf } from '../calendar.ts';
import { festivalDay, festivalNames, isFestival } from '../calendar-days/festivals.ts';
import { onDay } from './date-occurrences.ts';
import type { Occurrence } from './enter.ts';
import type { Trigger } from './journey.ts';

/** On a festival for everybody, on each one's own clock. */
export function occurrencesOfFestival(
  { festival, daysBefore, at }: Extract<Trigger, { readonly on: 'festival' }>,
  zone: string,
  now: Instant,
  shopAnniversary?: string,
): Occurrence[] {
  if (!isFestival(festival)) return [];
  const { zh, en } = festivalNames(festival);
  const year = yearOf(dayOf(now, zone));
  return [year - 1, year, year + 1].flatMap((each) => {
    const day = festivalDay(festival, each, shopAnniversary);
    if (day === undefined) return [];
    const coming = { name: `festival ${festival} ${each}`, day: day - daysBefore, vars: { festival, zh, en } };
    return onDay(coming, at, zone, now);
  });
}
