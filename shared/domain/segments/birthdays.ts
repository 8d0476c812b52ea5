import { type Day, formatDay } from '../calendar.ts';

/** 2026-11-23 as 20261123: birthdays and days are compared digit by digit. */
function digitsOf(day: Day): number {
  return Number(formatDay(day).replaceAll('-', ''));
}

/** Who was born on 29 February has the birthday on the 28th of a year without one (DOMAIN 8). */
function endsFebruary(day: Day): boolean {
  return digitsOf(day) % 10_000 === 228 && digitsOf(day + 1) % 10_000 === 301;
}

/** Age in whole years on a day, NaN before birth; `birthday` as in the record. */
export function ageOn(today: Day): (birthday: number) => number {
  const digits = digitsOf(today) + (endsFebruary(today) ? 1 : 0);
  return (birthday) => (birthday <= digits ? Math.floor((digits - birthday) / 10_000) : Number.NaN);
}

/** Whether a birthday falls on this day or on one of the next `days`. */
export function isBirthdayWithin(today: Day, days: number): (birthday: number) => boolean {
  const monthDays = new Set<number>();
  for (let day = today; day <= today + days; day++) {
    monthDays.add(digitsOf(day) % 10_000);
    if (endsFebruary(day)) monthDays.add(229);
  }
  return (birthday) => monthDays.has(birthday % 10_000);
}
