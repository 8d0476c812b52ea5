import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Campaign } from '../../../shared/domain/campaigns/campaign.ts';
import {
  cancelled,
  drafted,
  edited,
  finished,
  launched,
  nextStep,
  paused,
  resumed,
  roundBegun,
  withRound,
} from '../../../shared/domain/campaigns/course.ts';
import { aDefinition } from '../../support/campaigns.ts';

const zone = 'Asia/Shanghai';
const now = Date.parse('2026-11-09T00:00:00Z');
const hour = 3_600_000;

/** The campaign's next step taken at its moment. */
function takeStep(campaign: Campaign, at = campaign.nextAt ?? now): Campaign {
  const step = nextStep(campaign, zone, at);
  if (!step || step.at > at) return campaign;
  if (step.type === 'launch') return roundBegun(campaign, step.next, 8, zone, at);
  if (step.type === 'decide') {
    return withRound(campaign, step.round, { winner: { variant: 'a', at, decided: true } }, zone, at);
  }
  return finished(campaign, false, at);
}

const planned = (campaign: Campaign, at: number) =>
  campaign.rounds.reduce((known, { number }) => withRound(known, number, { plannedAt: at }, zone, at), campaign);

describe('the course of a campaign', () => {
  it('at once: it runs with one round, and is done when the last message has expired', () => {
    const draft = drafted(aDefinition({ expiresAfterHours: 24 }), now);
    const waiting = launched(draft, zone, now);
    expect(waiting).toMatchObject({ state: 'scheduled', nextAt: now });
    const running = takeStep(waiting);
    expect(running).toMatchObject({
      state: 'running',
      rounds: [{ number: 1, launchedAt: now }],
      nextAt: now + 24 * hour,
    });
    expect(takeStep(running).state).toBe('running');
    const done = takeStep(planned(running, now));
    expect(done.state).toBe('done');
    expect(done.nextAt).toBeUndefined();
  });

  it('looks again while something of it is pending', () => {
    const running = planned(takeStep(launched(drafted(aDefinition(), now), zone, now)), now);
    const later = (running.nextAt ?? 0) + 1;
    expect(finished(running, true, later)).toMatchObject({ state: 'running' });
    expect(finished(running, true, later).nextAt).toBeGreaterThan(later);
  });

  it('a test is decided after its wait', () => {
    const parts = [{ channel: 'email' as const, templateId: 'spring' }];
    const variants = {
      of: [
        { id: 'a', share: 0.5, channels: parts },
        { id: 'b', share: 0.5, channels: parts },
      ],
      test: { share: 0.2, metric: 'opened' as const, waitHours: 4 },
    };
    const running = takeStep(launched(drafted(aDefinition({ variants }), now), zone, now));
    expect(running.nextAt).toBe(now + 4 * hour);
    const decided = takeStep(running);
    expect(decided.rounds[0]?.winner).toEqual({ variant: 'a', at: now + 4 * hour, decided: true });
    // What waited for the decision may go out until it expires.
    expect(decided.nextAt).toBe(now + (4 + 72) * hour);
  });

  it('a series launches round after round, and is over after the last', () => {
    const schedule = { every: 'week', day: 3, localTime: '10:00', until: '2026-11-20' } as const;
    let campaign = launched(drafted(aDefinition({ schedule }), now), zone, now);
    for (let steps = 0; steps < 3; steps++) campaign = planned(takeStep(campaign), campaign.nextAt ?? now);
    expect(campaign.rounds.map(({ day }) => day)).toHaveLength(2);
    expect(campaign.state).toBe('done');
  });

  it('paused it does nothing; resumed it goes on where it was', () => {
    const schedule = { at: '2026-11-11T02:00:00Z' } as const;
    const scheduled = launched(drafted(aDefinition({ schedule }), now), zone, now);
    const held = paused(scheduled, now + hour);
    expect(held).toMatchObject({ state: 'paused', pausedFrom: 'scheduled' });
    expect(held.nextAt).toBeUndefined();
    expect(nextStep(held, zone, now + 100 * hour)).toBeUndefined();
    expect(resumed(held, zone, now + 2 * hour)).toMatchObject({ state: 'scheduled', nextAt: Date.parse(schedule.at) });
    expect(() => resumed(held, zone, Date.parse(schedule.at) + 73 * hour)).toThrow('Its time to go out has passed');
  });

  it('what cannot be done says what to do instead', () => {
    const draft = drafted(aDefinition(), now);
    const scheduled = launched(draft, zone, now);
    const running = takeStep(scheduled);
    expect(() => launched(running, zone, now)).toThrow('The campaign is running already: pause or cancel it.');
    expect(() => paused(draft, now)).toThrow('is a draft: it has not been launched');
    expect(() => resumed(running, zone, now)).toThrow('only a paused one is resumed');
    expect(() => cancelled(draft, now)).toThrow('is a draft: delete it');
    expect(() => edited(running, aDefinition(), now)).toThrow('make a new one under another id, and cancel this one');
    expect(() => edited(cancelled(running, now), aDefinition(), now)).toThrow('make a new one under another id.');
    expect(() => cancelled(cancelled(running, now), now)).toThrow('there is nothing to cancel');
  });

  it('a change makes a scheduled one a draft again', () => {
    const schedule = { at: '2026-11-11T02:00:00Z' } as const;
    const changed = edited(launched(drafted(aDefinition({ schedule }), now), zone, now), aDefinition(), now + 1);
    expect(changed).toMatchObject({ state: 'draft', rounds: [] });
    expect(changed.nextAt).toBeUndefined();
    expect(changed.startedAt).toBeUndefined();
  });

  it('whatever happens to it, it has a next moment if and only if it is under way', () => {
    const actions = fc.constantFrom('launch', 'pause', 'resume', 'cancel', 'step', 'plan', 'wait');
    const schedules = fc.constantFrom<Parameters<typeof aDefinition>[0]>(
      {},
      { schedule: { at: '2026-11-11T02:00:00Z' } },
      { schedule: { at: { localTime: '10:00' } } },
      { schedule: { every: 'month', day: 31, localTime: '10:00', until: '2027-03-31' } },
    );
    fc.assert(
      fc.property(schedules, fc.array(actions, { maxLength: 40 }), (changes, course) => {
        let at = now;
        let campaign = drafted(aDefinition(changes), at);
        for (const action of course) {
          const before = campaign;
          try {
            if (action === 'launch') campaign = launched(campaign, zone, at);
            else if (action === 'pause') campaign = paused(campaign, at);
            else if (action === 'resume') campaign = resumed(campaign, zone, at);
            else if (action === 'cancel') campaign = cancelled(campaign, at);
            else if (action === 'plan') campaign = planned(campaign, at);
            else if (action === 'step') {
              at = Math.max(at, campaign.nextAt ?? at);
              campaign = takeStep(campaign, at);
            } else at += 30 * hour;
          } catch (error) {
            expect((error as Error).name).toBe('StateConflictError');
          }
          const isUnderWay = campaign.state === 'scheduled' || campaign.state === 'running';
          expect(campaign.nextAt !== undefined).toBe(isUnderWay);
          expect(campaign.rounds.length).toBeGreaterThanOrEqual(before.rounds.length);
          const days = campaign.rounds.flatMap(({ day }) => day ?? []);
          expect(new Set(days).size).toBe(days.length);
        }
      }),
    );
  });
});
