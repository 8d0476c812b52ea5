import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import { isQuiet, nextAllowedMinute, type QuietHours } from '../../../shared/domain/contact-policy/quiet-hours.ts';
import { someOf } from '../../config/runs.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;
const DAY = 86_400_000;
const night: QuietHours = { from: '21:00:00', to: '09:00:00' };

/** What Temporal says of a zone from 2010 to 2030: its offset from each instant on. */
interface Offsets {
  readonly since: readonly number[];
  readonly offset: readonly number[];
}
const begin = Date.UTC(2010, 0, 1);
const end = Date.UTC(2030, 0, 1);

function offsetsOf(zone: string): Offsets {
  const since: number[] = [];
  const offset: number[] = [];
  let at: Temporal.ZonedDateTime | null = Temporal.Instant.fromEpochMilliseconds(begin).toZonedDateTimeISO(zone);
  while (at && at.epochMilliseconds < end) {
    since.push(at.epochMilliseconds);
    offset.push(at.offsetNanoseconds / 1e6);
    at = at.getTimeZoneTransition('next');
  }
  return { since, offset };
}

/** Summer time at night, at midnight, by half an hour, abolished; a skipped day; and none at all. */
const zones = [
  'Asia/Shanghai',
  'Europe/Berlin',
  'America/New_York',
  'America/Sao_Paulo',
  'Australia/Lord_Howe',
  'Africa/Cairo',
  'Pacific/Apia',
  'Asia/Kathmandu',
];
const offsets = new Map(zones.map((zone) => [zone, offsetsOf(zone)]));

/** Milliseconds since midnight on the wall clock, from Temporal's table. */
function wallTime(at: number, zone: string): number {
  const { since, offset } = offsets.get(zone) as Offsets;
  const index = since.findLastIndex((start) => start <= at);
  return (at + (offset[index] as number)) % DAY;
}

function millisecondsOf(time: string): number {
  const { hour, minute, second } = Temporal.PlainTime.from(time);
  return hour * HOUR + minute * MINUTE + second * 1000;
}

/** The rule in other words: the day runs from `to`, and it is quiet once the allowed part of it is over. */
function quietBy(at: number, zone: string, from: number, to: number): boolean {
  const allowed = from === to ? DAY : (from - to + DAY) % DAY;
  return (wallTime(at, zone) - to + DAY) % DAY >= allowed;
}

/** Steps through the minutes one by one. */
function firstAllowedByStepping(at: number, zone: string, hours: QuietHours): number {
  const from = millisecondsOf(hours.from);
  const to = millisecondsOf(hours.to);
  if (!quietBy(at, zone, from, to)) return at;
  let minute = Math.ceil(at / MINUTE) * MINUTE;
  while (quietBy(minute, zone, from, to)) minute += MINUTE;
  return minute;
}

const anyInstant = fc.integer({ min: begin, max: end - 7 * DAY });
/** Any time in twenty years, but mostly within two days of a change of the clock, or within hours of it. */
const zoneAndInstant = fc.constantFrom(...zones).chain((zone) => {
  const changes = (offsets.get(zone) as Offsets).since.slice(1);
  if (changes.length === 0) return fc.tuple(fc.constant(zone), anyInstant);
  const change = fc.constantFrom(...changes);
  const near = fc.tuple(change, fc.integer({ min: -2 * DAY, max: 2 * DAY })).map(([at, distance]) => at + distance);
  const close = fc.tuple(change, fc.integer({ min: -200, max: 200 })).map(([at, minutes]) => at + minutes * MINUTE);
  return fc.tuple(fc.constant(zone), fc.oneof(anyInstant, near, close));
});
const anyTime = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }), fc.constantFrom(0, 0, 0, 1, 30, 59))
  .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':'));
const someHours = fc.oneof(
  fc.constantFrom<QuietHours>(
    night,
    { from: '01:30:00', to: '02:30:00' },
    { from: '02:00:00', to: '03:00:00' },
    { from: '00:00:00', to: '01:00:00' },
    { from: '23:30:00', to: '00:30:00' },
    { from: '13:00:00', to: '14:30:00' },
    { from: '09:00:00', to: '08:59:00' },
  ),
  fc.record({ from: anyTime, to: anyTime }),
);

describe('against Temporal', () => {
  test('the changes of the clock are found at all', () => {
    const changes = zones.map((zone) => (offsets.get(zone) as Offsets).since.length - 1);
    expect(changes.map((count) => Math.min(count, 10))).toEqual([0, 10, 10, 10, 10, 10, 10, 0]);
  });

  test('whether an instant is quiet', () => {
    fc.assert(
      fc.property(zoneAndInstant, someHours, ([zone, at], hours) => {
        expect(isQuiet(at, zone, hours)).toBe(quietBy(at, zone, millisecondsOf(hours.from), millisecondsOf(hours.to)));
      }),
      { numRuns: someOf(1000) },
    );
  });

  test('the next allowed minute, stepping through all of them', () => {
    fc.assert(
      fc.property(zoneAndInstant, someHours, ([zone, at], hours) => {
        fc.pre(leavesMinutes(hours));
        expect(nextAllowedMinute(at, zone, hours)).toBe(firstAllowedByStepping(at, zone, hours));
      }),
      { numRuns: someOf(1000) },
    );
  });
});

/** Hours that allow less than two minutes a day may leave no full one, which stepping would never find. */
function leavesMinutes({ from, to }: QuietHours): boolean {
  const allowed = (millisecondsOf(from) - millisecondsOf(to) + DAY) % DAY;
  return allowed === 0 || allowed >= MINUTE;
}

const iso = (instant: number) => new Date(instant).toISOString();
const next = (at: string, zone: string, hours: QuietHours = night) =>
  iso(nextAllowedMinute(Date.parse(at), zone, hours));

describe('by name', () => {
  test.each([
    ['2026-11-23T20:59:59.999+08:00', false],
    ['2026-11-23T21:00:00.000+08:00', true],
    ['2026-11-24T08:59:59.999+08:00', true],
    ['2026-11-24T09:00:00.000+08:00', false],
  ])('in Shanghai %s is quiet: %s', (at, quiet) => expect(isQuiet(Date.parse(at), 'Asia/Shanghai', night)).toBe(quiet));

  test.each([
    ['2026-11-23T12:59:59.999Z', false],
    ['2026-11-23T13:00:00.000Z', true],
    ['2026-11-23T14:29:59.999Z', true],
    ['2026-11-23T14:30:00.000Z', false],
  ])('hours within one day: %s is quiet: %s', (at, quiet) =>
    expect(isQuiet(Date.parse(at), 'UTC', { from: '13:00:00', to: '14:30:00' })).toBe(quiet),
  );

  test('an allowed instant stays as it is, to the millisecond', () => {
    expect(next('2026-11-23T20:59:59.999+08:00', 'Asia/Shanghai')).toBe('2026-11-23T12:59:59.999Z');
  });

  test('what is deferred goes out at nine', () => {
    expect(next('2026-11-23T21:00:00+08:00', 'Asia/Shanghai')).toBe('2026-11-24T01:00:00.000Z');
    expect(next('2026-11-24T08:59:59.999+08:00', 'Asia/Shanghai')).toBe('2026-11-24T01:00:00.000Z');
  });

  test('a night that loses an hour, and one that gains one', () => {
    expect(next('2026-03-28T22:00:00+01:00', 'Europe/Berlin')).toBe('2026-03-29T07:00:00.000Z');
    expect(next('2026-10-24T22:00:00+02:00', 'Europe/Berlin')).toBe('2026-10-25T08:00:00.000Z');
  });

  test('a gap that swallows the end of the quiet hours opens at its first minute after', () => {
    const hours = { from: '01:30:00', to: '02:30:00' };
    expect(next('2026-03-29T01:45:00+01:00', 'Europe/Berlin', hours)).toBe('2026-03-29T01:00:00.000Z');
  });

  test('an hour that comes twice is quiet twice, with an allowed half hour between', () => {
    const hours = { from: '02:00:00', to: '02:30:00' };
    expect(isQuiet(Date.parse('2026-10-25T02:10:00+02:00'), 'Europe/Berlin', hours)).toBe(true);
    expect(isQuiet(Date.parse('2026-10-25T02:10:00+01:00'), 'Europe/Berlin', hours)).toBe(true);
    expect(next('2026-10-25T02:10:00+02:00', 'Europe/Berlin', hours)).toBe('2026-10-25T00:30:00.000Z');
    expect(next('2026-10-25T02:10:00+01:00', 'Europe/Berlin', hours)).toBe('2026-10-25T01:30:00.000Z');
    const whole = { from: '02:00:00', to: '03:00:00' };
    expect(next('2026-10-25T02:10:00+02:00', 'Europe/Berlin', whole)).toBe('2026-10-25T02:00:00.000Z');
  });

  test('a day that never was: Samoa went from Thursday night to Saturday', () => {
    expect(next('2011-12-29T22:00:00-10:00', 'Pacific/Apia')).toBe('2011-12-30T19:00:00.000Z');
  });

  test('hours that begin and end at one time are never quiet', () => {
    fc.assert(
      fc.property(zoneAndInstant, anyTime, ([zone, at], time) => {
        expect(nextAllowedMinute(at, zone, { from: time, to: time })).toBe(at);
      }),
    );
  });

  test('where only some seconds of one minute are allowed, the first of them is taken', () => {
    const hours = { from: '12:00:40', to: '12:00:20' };
    expect(next('2026-11-23T14:00:00Z', 'UTC', hours)).toBe('2026-11-24T12:00:20.000Z');
  });

  test.each(['9:00:00', '24:00:00', '09:00', '', '09:60:00'])('"%s" is no time of day', (time) => {
    expect(() => isQuiet(0, 'UTC', { from: '21:00:00', to: time })).toThrow(RangeError);
  });
});
