import { type Day, parseDay } from '../calendar.ts';
import { firstLunarYear, firstNewYearsDay, lunarYears } from './lunar-years.ts';

/** A day of the Chinese calendar, in an ordinary month. */
export interface LunarDate {
  readonly month: number;
  readonly day: number;
}

/** First day of each lunar year known. */
const newYearsDays = beginnings();

function beginnings(): Day[] {
  let next = parseDay(firstNewYearsDay) ?? 0;
  return lunarYears.map((packed) => {
    const day = next;
    next += daysOfYear(packed);
    return day;
  });
}

/**
 * The solar day of a lunar date in a lunar year; a 30th in a month of 29 days is its 29th.
 * @returns undefined outside 1900 to 2100
 */
export function solarDayOf({ month, day }: LunarDate, lunarYear: number): Day | undefined {
  const index = lunarYear - firstLunarYear;
  const packed = lunarYears[index];
  const newYearsDay = newYearsDays[index];
  if (packed === undefined || newYearsDay === undefined) return undefined;
  let start = newYearsDay;
  for (let before = 1; before < month; before++) {
    start += daysOfMonth(packed, before) + (leapMonth(packed) === before ? daysOfLeapMonth(packed) : 0);
  }
  return start + Math.min(day, daysOfMonth(packed, month)) - 1;
}

/** `08-15`, month and day; undefined for what is no lunar date. */
export function parseLunarDate(text: string): LunarDate | undefined {
  const match = /^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|30)$/.exec(text);
  return match ? { month: Number(match[1]), day: Number(match[2]) } : undefined;
}

function leapMonth(packed: number): number {
  return packed & 15;
}

function daysOfMonth(packed: number, month: number): number {
  return (packed >> (16 - month)) & 1 ? 30 : 29;
}

function daysOfLeapMonth(packed: number): number {
  return (packed >> 16) & 1 ? 30 : 29;
}

function daysOfYear(packed: number): number {
  let days = leapMonth(packed) > 0 ? daysOfLeapMonth(packed) : 0;
  for (let month = 1; month <= 12; month++) days += daysOfMonth(packed, month);
  return days;
}
