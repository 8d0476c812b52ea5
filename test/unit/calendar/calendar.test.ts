import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import {
  dayOf,
  endOfDay,
  formatDay,
  isTimeZone,
  momentOf,
  parseDay,
  startOfDay,
} from '../../../shared/domain/calendar.ts';

/** Zones with summer time at midnight, half-hour shifts, a skipped day, and none at all. */
const zones = [
  'Asia/Shanghai',
  'Europe/London',
  'America/New_York',
  'America/Sao_Paulo',
  'Africa/Cairo',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'Pacific/Apia',
  'UTC',
];
const instant = fc.integer({ min: Date.UTC(1971, 0, 1), max: Date.UTC(2040, 0, 1) });

test('a day stands for its end, a time for itself', () => {
  expect(momentOf('2026-11-23', 'Asia/Shanghai')).toBe(Date.UTC(2026, 10, 23, 16) - 1);
  expect(momentOf('2026-11-23', 'UTC')).toBe(endOfDay(parseDay('2026-11-23') ?? 0, 'UTC'));
  expect(momentOf('2026-11-23T08:00:00+08:00', 'UTC')).toBe(Date.UTC(2026, 10, 23));
  expect(momentOf('yesterday', 'UTC')).toBeNaN();
});

describe('days in a zone, against Temporal', () => {
  test('the day of an instant', () => {
    fc.assert(
      fc.property(instant, fc.constantFrom(...zones), (at, zone) => {
        const expected = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate().toString();
        expect(formatDay(dayOf(at, zone))).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });

  test('the first instant of a day', () => {
    fc.assert(
      fc.property(instant, fc.constantFrom(...zones), (at, zone) => {
        const day = dayOf(at, zone);
        const expected = Temporal.PlainDate.from(formatDay(day)).toZonedDateTime(zone).startOfDay().epochMilliseconds;
        expect(startOfDay(day, zone)).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });

  test('a midnight that summer time skips', () => {
    const day = parseDay('2018-11-04') ?? 0;
    expect(new Date(startOfDay(day, 'America/Sao_Paulo')).toISOString()).toBe('2018-11-04T03:00:00.000Z');
  });
});

test.each([
  ['2026-02-28', true],
  ['2026-02-29', false],
  ['2024-02-29', true],
  ['2026-2-3', false],
  ['20260203', false],
])('%s is a day: %s', (text, is) => expect(parseDay(text) !== undefined).toBe(is));

test('zones are known by their IANA names', () => {
  expect(['Asia/Shanghai', 'Mars/Olympus', ''].map(isTimeZone)).toEqual([true, false, false]);
});
