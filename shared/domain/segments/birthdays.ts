import { type Day, formatDay } from '../calendar.ts';

/** 2026-11-23 as 20261123: birthdays and days are compared digit by digit. */
function digitsOf(day: Day): number {
  return Number(formatDay(day).replaceAll('-', ''));
}

/** Who was born on 29 February has the birthday on the 28th of a year without one (DOMAIN 8). */
function endsFebruary(day: Day): boolean {
  return digitsOf(day) % 10_000 === 228 && digitsOf(day + 1) % 10_000 === 301;
}

/** The day as digits against which ages are told: a whole year older for every 10,000 from the birthday up to it. */
export function ageDigits(today: Day): number {
  return digitsOf(today) + (endsFebruary(today) ? 1 : 0);
}

/** Age in whole years on a day, NaN before birth; `birthday` as in the record. */
export function ageOn(today: Day): (birthday: number) => number {
  const digits = ageDigits(today);
  return (birthday) => (birthday <= digits ? Math.floor((digits - birthday) / 10_000) : Number.NaN);
}

/** Months and days (228 for 28 February) of the birthdays that fall on this day or on one of the next `days`. */
export function birthdaysWithin(today: Day, days: number): ReadonlySet<number> {
  const monthDays = new Set<number>();
  for (let day = today; day <= today + days; day++) {
    monthDays.add(digitsOf(day) % 10_000);
    if (endsFebruary(day)) monthDays.add(229);
  }
  return monthDays;
}

/** Whether a birthday falls on this day or on one of the next `days`. */
export function isBirthdayWithin(today: Day, days: number): (birthday: number) => boolean {
  const monthDays = birthdaysWithin(today, days);
  return (birthday) => monthDays.has(birthday % 10_000);
}
