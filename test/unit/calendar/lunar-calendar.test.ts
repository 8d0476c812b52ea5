import { readFileSync } from 'node:fs';
import { Lunar, LunarMonth as OtherMonth, LunarYear as OtherYear } from 'lunar-typescript';
import { LunarDay, LunarMonth, SolarDay } from 'tyme4ts';
import { describe, expect, test } from 'vitest';
import { lunarYearsFile } from '../../../infra/writers/write-lunar-years.ts';
import { formatDay, parseDay } from '../../../shared/domain/calendar.ts';
import { dayOfYear } from '../../../shared/domain/calendar-days/day-of-year.ts';
import {
  festivalDay,
  festivalIds,
  festivalNames,
  festivalsOf,
  isFestival,
} from '../../../shared/domain/calendar-days/festivals.ts';
import { parseLunarDate, solarDayOf } from '../../../shared/domain/calendar-days/lunar-calendar.ts';

const years = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const text = (year: number, month: number, day: number) =>
  [String(year), String(month).padStart(2, '0'), String(day).padStart(2, '0')].join('-');
const ofDay = (day: number | undefined) => (day === undefined ? undefined : formatDay(day));
const tyme = (year: number, month: number, day: number) => {
  const solar = LunarDay.fromYmd(year, month, day).getSolarDay();
  return text(solar.getYear(), solar.getMonth(), solar.getDay());
};

describe('lunar dates', () => {
  test('the table is what its generator writes', () => {
    const file = new URL('../../../shared/domain/calendar-days/lunar-years.ts', import.meta.url);
    expect(readFileSync(file, 'utf8')).toBe(lunarYearsFile());
  });

  test('the first and last of every month of a generation agree with both libraries', () => {
    for (const year of years(2020, 2050)) {
      for (let month = 1; month <= 12; month++) {
        const days = LunarMonth.fromYm(year, month).getDayCount();
        expect(ofDay(solarDayOf({ month, day: 1 }, year))).toBe(tyme(year, month, 1));
        expect(ofDay(solarDayOf({ month, day: 30 }, year))).toBe(tyme(year, month, days));
        expect(OtherMonth.fromYm(year, month)?.getDayCount()).toBe(days);
        const first = Lunar.fromYmd(year, month, 1).getSolar();
        expect(ofDay(solarDayOf({ month, day: 1 }, year))).toBe(first.toYmd());
      }
    }
  });

  test('leap months are those of the other library', () => {
    for (const year of years(1900, 2100)) {
      const next = solarDayOf({ month: 1, day: 1 }, year + 1);
      const days = (next ?? 0) - (solarDayOf({ month: 1, day: 1 }, year) ?? 0);
      if (year < 2100) expect(days > 360).toBe(OtherYear.fromYear(year).getLeapMonth() > 0);
    }
  });

  /** The runtime's own calendar is a day off for the Spring Festivals of 2027 and 2030. */
  test.each([
    ['2027-02-06', 2027],
    ['2030-02-03', 2030],
  ])('the Spring Festival is on %s', (day, year) => expect(ofDay(solarDayOf({ month: 1, day: 1 }, year))).toBe(day));

  test('what is not known is undefined', () => {
    expect(solarDayOf({ month: 1, day: 1 }, 1899)).toBeUndefined();
    expect(solarDayOf({ month: 1, day: 1 }, 2101)).toBeUndefined();
  });

  test.each([
    ['08-15', { month: 8, day: 15 }],
    ['12-30', { month: 12, day: 30 }],
    ['12-31', undefined],
    ['13-01', undefined],
    ['8-15', undefined],
    ['1990-08-15', undefined],
    ['', undefined],
  ])('%s', (written, date) => expect(parseLunarDate(written)).toEqual(date));
});

describe('the marketing calendar', () => {
  const lunar = { 'spring-festival': [1, 1], 'dragon-boat': [5, 5], qixi: [7, 7], 'mid-autumn': [8, 15] } as const;

  test.each(years(2024, 2035))('lunar festivals of %i agree with both libraries', (year) => {
    for (const [id, [month, day]] of Object.entries(lunar)) {
      const found = ofDay(festivalDay(id as keyof typeof lunar, year));
      expect(found).toBe(tyme(year, month, day));
      expect(found).toBe(Lunar.fromYmd(year, month, day).getSolar().toYmd());
    }
  });

  test.each(years(2024, 2035))('Mother’s Day of %i is the second Sunday of May', (year) => {
    const day = ofDay(festivalDay('mothers-day', year)) ?? '';
    const [, month, date] = day.split('-').map(Number);
    expect(month).toBe(5);
    expect(date).toBeGreaterThanOrEqual(8);
    expect(date).toBeLessThanOrEqual(14);
    expect(
      SolarDay.fromYmd(year, 5, date ?? 0)
        .getWeek()
        .getName(),
    ).toBe('日');
  });

  test('a year in its order, with the anniversary of the shop', () => {
    expect(festivalsOf(2026, '07-01').map(({ id, day }) => `${formatDay(day)} ${id}`)).toEqual([
      '2026-01-01 new-year',
      '2026-02-14 valentines-day',
      '2026-02-17 spring-festival',
      '2026-03-08 womens-day',
      '2026-03-14 white-day',
      '2026-03-21 spring-collection',
      '2026-05-10 mothers-day',
      '2026-05-19 travel-day',
      '2026-06-18 sale-618',
      '2026-06-19 dragon-boat',
      '2026-06-21 summer-collection',
      '2026-07-01 shop-anniversary',
      '2026-08-19 qixi',
      '2026-09-10 teachers-day',
      '2026-09-25 mid-autumn',
      '2026-10-01 national-day',
      '2026-10-15 autumn-collection',
      '2026-11-11 double-11',
      '2026-12-12 double-12',
      '2026-12-15 winter-collection',
      '2026-12-25 christmas',
    ]);
    expect(festivalsOf(2026)).toHaveLength(20);
  });

  test('names are known of each, and no others', () => {
    for (const id of festivalIds) expect(festivalNames(id)).toEqual({ zh: expect.any(String), en: expect.any(String) });
    expect(festivalIds.every(isFestival)).toBe(true);
    expect([isFestival('toString'), isFestival('easter')]).toEqual([false, false]);
  });

  test('29 February is the 28th in other years', () => {
    expect([2027, 2028].map((year) => ofDay(dayOfYear('02-29', year)))).toEqual(['2027-02-28', '2028-02-29']);
    expect(dayOfYear('02-30', 2028)).toBeUndefined();
    expect(parseDay('2028-02-29')).toBe(festivalDay('shop-anniversary', 2028, '02-29'));
  });
});
