import { type Day, dayOf, type Instant, startOfDay } from '../calendar.ts';
import type { CustomerFile } from '../customers/customer-file.ts';
import { dayMs } from '../durations.ts';
import { anniversaries, birthdays, sincePurchase } from './date-occurrences.ts';
import type { DayMarks } from './day-marks.ts';

/**
 * When a night should next look at a customer for the sake of a date: a day before the day begins on the customer's clock,
 * so that whenever in the 24 hours the night runs, the journey has begun to wait before its hour comes.
 * @param zone of the customer's clock
 * @returns undefined where no date comes up
 */
export function nextDayMark(file: CustomerFile, marks: DayMarks, zone: string, asOf: Instant): Instant | undefined {
  if (marks.sincePurchase.length === 0 && marks.birthday.length === 0 && !marks.anniversary) return undefined;
  let next: Instant | undefined;
  for (const day of daysAhead(file, marks, dayOf(asOf, zone), asOf)) {
    const at = startOfDay(day, zone) - dayMs;
    if (at > asOf && (next === undefined || at < next)) next = at;
  }
  return next;
}

function daysAhead(file: CustomerFile, marks: DayMarks, today: Day, asOf: Instant): Day[] {
  const born = marks.birthday.length > 0 ? birthdays(file, today) : [];
  return [
    ...marks.sincePurchase.flatMap((count) => sincePurchase(count, file, asOf).map(({ day }) => day)),
    ...marks.birthday.flatMap((before) => born.map(({ day }) => day - before)),
    ...(marks.anniversary ? anniversaries(file, today, asOf).map(({ day }) => day) : []),
  ].filter((day) => day > today);
}
