import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dayOf, offsetAt, parseDay } from '../../../shared/domain/calendar.ts';
import { timeOfDayAt, wallInstant, wallTimeMs } from '../../../shared/domain/wall-clock.ts';

const on = (day: string, time: string, zone: string) =>
  new Date(wallInstant(parseDay(day) ?? 0, wallTimeMs(time), zone)).toISOString().slice(0, 16);

describe('a time of a day', () => {
  test.each([
    ['2026-03-08', '01:59', 'America/New_York', '2026-03-08T06:59'],
    // 02:00 to 02:59 are skipped: three o'clock.
    ['2026-03-08', '02:00', 'America/New_York', '2026-03-08T07:00'],
    ['2026-03-08', '02:59', 'America/New_York', '2026-03-08T07:00'],
    ['2026-03-08', '03:00', 'America/New_York', '2026-03-08T07:00'],
    // 01:00 to 01:59 come twice: the first time.
    ['2026-11-01', '01:30', 'America/New_York', '2026-11-01T05:30'],
    ['2026-11-01', '02:00', 'America/New_York', '2026-11-01T07:00'],
    // Half an hour is skipped.
    ['2026-10-04', '02:10', 'Australia/Lord_Howe', '2026-10-03T15:30'],
    // Midnight is skipped.
    ['2026-09-06', '00:00', 'America/Santiago', '2026-09-06T04:00'],
    // The whole day is: the first instant after it.
    ['2011-12-30', '10:00', 'Pacific/Apia', '2011-12-30T10:00'],
  ])('%s %s in %s', (day, time, zone, instant) => expect(on(day, time, zone)).toBe(instant));

  test('the clock shows it, but in a gap, and never shows it before', () => {
    const zone = fc.constantFrom(
      'America/New_York',
      'Europe/Berlin',
      'Asia/Shanghai',
      'Australia/Lord_Howe',
      'Africa/Casablanca',
    );
    fc.assert(
      fc.property(
        zone,
        fc.integer({ min: 20_000, max: 22_000 }),
        fc.integer({ min: 0, max: 1439 }),
        (where, day, minute) => {
          const instant = wallInstant(day, minute * 60_000, where);
          const shown = dayOf(instant, where) * 86_400_000 + timeOfDayAt(instant, where);
          expect(shown).toBeGreaterThanOrEqual(day * 86_400_000 + minute * 60_000);
          const before = instant - 60_000;
          expect(before + offsetAt(before, where)).toBeLessThan(day * 86_400_000 + minute * 60_000);
        },
      ),
    );
  });
});
