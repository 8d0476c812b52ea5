import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayOf, formatDay, formatInstant, offsetAt, parseDay } from '../../../shared/domain/calendar.ts';
import type { CampaignDefinition } from '../../../shared/domain/campaigns/campaign.ts';
import {
  dueInstant,
  endOfRound,
  hasPassed,
  nextRound,
  nextWallInstant,
} from '../../../shared/domain/campaigns/schedule.ts';
import { aDefinition } from '../../support/campaigns.ts';

const shanghai = 'Asia/Shanghai';
const at = (text: string) => Date.parse(text);

describe('by each recipient’s clock', () => {
  const schedule = { at: { localTime: '10:00', date: '2026-11-11' } } as const;
  const round = { launchedAt: at('2026-11-10T20:00:00Z'), day: parseDay('2026-11-11') ?? 0 };

  it('ten o’clock is another instant in each zone', () => {
    expect(formatInstant(dueInstant(schedule, round, shanghai))).toBe('2026-11-11T02:00:00Z');
    expect(formatInstant(dueInstant(schedule, round, 'America/Los_Angeles'))).toBe('2026-11-11T18:00:00Z');
    expect(formatInstant(dueInstant(schedule, round, 'Pacific/Kiritimati'))).toBe('2026-11-10T20:00:00Z');
  });

  it('an hour that summer time skips comes right after the gap, one that it repeats the first time round', () => {
    const on = (date: string, localTime: string) =>
      formatInstant(
        dueInstant({ at: { localTime, date } }, { launchedAt: 0, day: parseDay(date) ?? 0 }, 'Europe/Berlin'),
      );
    expect(on('2026-03-29', '02:30')).toBe('2026-03-29T01:00:00Z');
    expect(on('2026-10-25', '02:30')).toBe('2026-10-25T00:30:00Z');
  });

  it('without a date it is the next time the clock shows the hour, within a day, whatever the zone', () => {
    const zones = [
      shanghai,
      'Europe/Berlin',
      'America/St_Johns',
      'Australia/Lord_Howe',
      'Pacific/Apia',
      'Asia/Kathmandu',
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: at('2026-01-01T00:00:00Z'), max: at('2027-12-31T00:00:00Z') }),
        fc.integer({ min: 0, max: 23 }),
        (zone, from, hour) => {
          const due = nextWallInstant(from, `${String(hour).padStart(2, '0')}:00`, zone);
          expect(due).toBeGreaterThanOrEqual(from);
          expect(due - from).toBeLessThanOrEqual(25 * 3_600_000 + 3_600_000);
          const shown = ((due + offsetAt(due, zone)) % 86_400_000) / 3_600_000;
          // Shown exactly, unless the clock skips it on that day: then at the end of the gap.
          const isSkipped = offsetAt(due, zone) !== offsetAt(due - 1, zone);
          expect(isSkipped || shown === hour).toBe(true);
        },
      ),
    );
  });

  it('the last message of a round may go out until its hour has come on the last clock, and expired there', () => {
    const definition = aDefinition({ schedule, expiresAfterHours: 24 });
    for (const zone of ['Pacific/Kiritimati', shanghai, 'Etc/GMT+12', 'Pacific/Pago_Pago']) {
      expect(endOfRound(definition, round)).toBeGreaterThanOrEqual(dueInstant(schedule, round, zone) + 24 * 3_600_000);
    }
  });
});

describe('rounds', () => {
  const started = at('2026-11-09T00:00:00Z');
  const daysOf = (schedule: CampaignDefinition['schedule'], count: number, from = started) => {
    const definition = aDefinition({ schedule });
    const rounds: { number: number; launchedAt: number; day: number; parts: number }[] = [];
    for (let now = from; rounds.length < count; ) {
      const next = nextRound(definition, rounds, from, shanghai, now);
      if (next?.day === undefined) break;
      now = Math.max(now, next.at);
      rounds.push({ number: rounds.length + 1, launchedAt: now, day: next.day, parts: 1 });
    }
    return rounds.map(({ day }) => formatDay(day));
  };

  it('every week is the same day of the week, the first one that is still to come', () => {
    expect(daysOf({ every: 'week', day: 3, localTime: '10:00' }, 3)).toEqual([
      '2026-11-11',
      '2026-11-18',
      '2026-11-25',
    ]);
    // Monday 9 November, eight in the morning in Shanghai: ten o’clock is still to come, seven is not.
    expect(daysOf({ every: 'week', day: 1, localTime: '10:00' }, 1)).toEqual(['2026-11-09']);
    expect(daysOf({ every: 'week', day: 1, localTime: '07:00' }, 1)).toEqual(['2026-11-16']);
  });

  it('every month on the 31st is the last day where a month has fewer', () => {
    expect(daysOf({ every: 'month', day: 31, localTime: '10:00' }, 5)).toEqual([
      '2026-11-30',
      '2026-12-31',
      '2027-01-31',
      '2027-02-28',
      '2027-03-31',
    ]);
    expect(daysOf({ every: 'month', day: 29, localTime: '10:00' }, 4, at('2028-01-30T00:00:00Z'))).toEqual([
      '2028-02-29',
      '2028-03-29',
      '2028-04-29',
      '2028-05-29',
    ]);
  });

  it('ends after its last day', () => {
    expect(daysOf({ every: 'week', day: 3, localTime: '10:00', until: '2026-11-20' }, 9)).toEqual([
      '2026-11-11',
      '2026-11-18',
    ]);
  });

  it('missed rounds are left out but for one that has not expired yet', () => {
    const definition = aDefinition({ schedule: { every: 'week', day: 3, localTime: '10:00' }, expiresAfterHours: 48 });
    const rounds = [{ number: 1, launchedAt: started, day: parseDay('2026-11-11') ?? 0, parts: 1 }];
    const nextAt = (now: string) => {
      const day = nextRound(definition, rounds, started, shanghai, at(now))?.day;
      return day === undefined ? undefined : formatDay(day);
    };
    expect(nextAt('2026-12-10T00:00:00Z')).toBe('2026-12-09');
    expect(nextAt('2026-12-12T00:00:00Z')).toBe('2026-12-16');
  });

  it('is launched before the hour comes on the first clock of all', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 1, max: 31 }), (hour, day) => {
        const schedule = { every: 'month', day, localTime: `${String(hour).padStart(2, '0')}:00` } as const;
        const next = nextRound(aDefinition({ schedule }), [], started, shanghai, started);
        if (next?.day === undefined) throw new Error('no round');
        const first = dueInstant(schedule, { launchedAt: next.at, day: next.day }, 'Pacific/Kiritimati');
        expect(next.at === first || next.at === started).toBe(true);
        expect(dayOf(next.at, 'Pacific/Kiritimati')).toBeLessThanOrEqual(next.day);
      }),
    );
  });

  it('one-off is launched once, and not at all once it has expired', () => {
    const definition = aDefinition({ schedule: { at: '2026-11-11T02:00:00Z' }, expiresAfterHours: 24 });
    expect(nextRound(definition, [], started, shanghai, started)).toEqual({ at: at('2026-11-11T02:00:00Z') });
    expect(nextRound(definition, [], started, shanghai, at('2026-11-12T01:59:00Z'))).toBeDefined();
    expect(nextRound(definition, [], started, shanghai, at('2026-11-12T02:01:00Z'))).toBeUndefined();
    expect(
      nextRound(definition, [{ number: 1, launchedAt: started, parts: 1 }], started, shanghai, started),
    ).toBeUndefined();
  });

  it('knows when nothing of a schedule is left', () => {
    const now = at('2026-11-11T03:00:00Z');
    expect(hasPassed({ at: 'now' }, shanghai, now)).toBe(false);
    expect(hasPassed({ at: '2026-11-11T02:59:59Z' }, shanghai, now)).toBe(true);
    expect(hasPassed({ at: { localTime: '10:00', date: '2026-11-11' } }, shanghai, now)).toBe(true);
    expect(hasPassed({ at: { localTime: '12:00', date: '2026-11-11' } }, shanghai, now)).toBe(false);
    expect(hasPassed({ every: 'week', day: 3, localTime: '10:00', until: '2026-11-17' }, shanghai, now)).toBe(true);
    expect(hasPassed({ every: 'week', day: 3, localTime: '10:00', until: '2026-11-18' }, shanghai, now)).toBe(false);
  });
});
