import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dayOf, formatDay, offsetAt } from '../../../shared/domain/calendar.ts';

/** Offsets that change on a half hour, by half an hour, at midnight, and by a whole day. */
const zones = [
  'Asia/Shanghai',
  'America/New_York',
  'Australia/Lord_Howe',
  'Africa/Cairo',
  'Pacific/Apia',
  'Asia/Tehran',
];

/** The wall clock as the runtime shows it, asked without anything remembered. */
function wallClock(instant: number, timeZone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(instant);
}

test('offsets and days are those of the runtime, in any order of asking, also within the hour of a change', () => {
  const instant = fc.integer({ min: Date.UTC(1990, 0, 1), max: Date.UTC(2030, 0, 1) });
  fc.assert(
    fc.property(fc.constantFrom(...zones), fc.array(instant, { maxLength: 5 }), (zone, instants) => {
      for (const at of instants) {
        const shown = wallClock(at, zone);
        expect(new Date(at + offsetAt(at, zone)).toISOString().slice(0, 19).replace('T', ' ')).toBe(shown);
        expect(formatDay(dayOf(at, zone))).toBe(shown.slice(0, 10));
      }
    }),
  );
  const change = Date.UTC(2026, 3, 4, 15);
  for (const minutes of [-31, -1, 0, 1, 29, 30, 31]) {
    const at = change + minutes * 60_000;
    const shown = wallClock(at, 'Australia/Lord_Howe');
    expect(new Date(at + offsetAt(at, 'Australia/Lord_Howe')).toISOString().slice(11, 19)).toBe(shown.slice(11));
  }
});
