import type { Instant } from '../../domain/calendar.ts';
import { sameContent } from '../../domain/canonical.ts';
import { dayMarksOf } from '../../domain/journeys/day-marks.ts';
import type { Journey } from '../../domain/journeys/journey.ts';
import type { JourneyStore } from '../marketing-ports.ts';
import type { Actor, Clock, Recomputes, SettingsRecord, SettingsStore, WorkQueue } from '../ports.ts';
import { type Retrying, retried } from '../retried.ts';
import { newestOf, safelyInForceSeconds, takesEffectAfterMs } from '../settings/change-settings.ts';
import { baselineName, lookAtEverybody } from './look-at-audience.ts';

export interface SwitchDeps extends Retrying {
  readonly journeys: JourneyStore;
  readonly settings: SettingsStore;
  readonly recomputes: Recomputes;
  readonly work: WorkQueue;
  readonly clock: Clock;
}

/** A journey as it is once it is switched on at `now`: what was crossed before is not made up for. */
export function switchedOn(journey: Journey, now: Instant): Journey {
  const { baseline: _ofThen, ...rest } = journey;
  const isEntered = isEnteredByRule(journey);
  return { ...rest, enabled: true, enabledAt: now, ...(isEntered && { baseline: { parts: 8, done: [] } }) };
}

/** True of those by segment or tag: who is in is looked at before anybody can come in. */
function isEnteredByRule({ definition: { trigger } }: Journey): boolean {
  return trigger.on === 'segment.entered' || trigger.on === 'tag.added';
}

/**
 * What follows from a journey's having been switched on or off, or changed: the dates customers are due on, with a
 * recompute where those are others; and the look at who is in its segment already. Doing it again does no harm.
 */
export async function followSwitch(journey: Journey, actor: Actor, deps: SwitchDeps): Promise<void> {
  await retried(() => keepMarks(actor, deps), deps, 5);
  if (!journey.enabled || !isEnteredByRule(journey)) return;
  const { baseline, enabledAt = 0 } = journey;
  if (baseline && baseline.done.length >= baseline.parts) return;
  const look = { journey: journey.id, occurrence: baselineName(enabledAt), baseline: true };
  await lookAtEverybody(look, deps, safelyInForceSeconds);
}

/**
 * What journeys in force wait for stands in the settings: whoever writes a customer's file, or takes in what customers do,
 * reads those anyway.
 */
async function keepMarks(actor: Actor, deps: SwitchDeps): Promise<void> {
  const journeys = (await deps.journeys.listJourneys()).map(({ value }) => value);
  const triggers = journeys.filter(({ enabled }) => enabled).map(({ definition }) => definition.trigger);
  const dayMarks = dayMarksOf(triggers);
  const eventMarks = [...new Set(triggers.flatMap((trigger) => (trigger.on === 'event' ? [trigger.type] : [])))].sort();
  const record = await deps.settings.readSettings();
  const newest = newestOf(record.value);
  const hasOtherDays = !sameContent(newest.dayMarks, dayMarks);
  if (!hasOtherDays && sameContent(newest.eventMarks, eventMarks)) return;
  const now = deps.clock.now();
  const { current, next, baseCurrencyChosen } = record.value;
  const value: SettingsRecord = {
    current: next && next.effectiveAt <= now ? next.settings : current,
    next: {
      settings: { ...newest, dayMarks, eventMarks, version: newest.version + 1 },
      effectiveAt: now + takesEffectAfterMs,
    },
    baseCurrencyChosen,
  };
  const change = {
    actor,
    at: now,
    action: 'settings.changed',
    target: 'settings',
    changed: ['dayMarks', 'eventMarks'],
  };
  await deps.settings.saveSettings({ value, version: record.version }, change);
  if (hasOtherDays) await deps.recomputes.start('config', safelyInForceSeconds);
}
