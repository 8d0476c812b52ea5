import type { Instant } from '../../domain/calendar.ts';
import { hourMs } from '../../domain/durations.ts';
import { occurrencesOfFestival } from '../../domain/journeys/festival-occurrences.ts';
import type { Journey } from '../../domain/journeys/journey.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import type { JourneyReader } from '../marketing-ports.ts';
import type { Clock, SettingsReader, WorkQueue } from '../ports.ts';
import { isBaselined } from './enter-segments.ts';
import { lookAtEverybody } from './look-at-audience.ts';

export interface PlanAudiencesDeps {
  readonly journeys: JourneyReader;
  readonly settings: SettingsReader;
  readonly work: WorkQueue;
  readonly clock: Clock;
}

/**
 * Looks begin this long before a festival's hour on the workspace's clock: two nights, of which the first comes before that
 * hour on every clock, and the second finds whoever is new.
 */
const beforeMs = 50 * hourMs;

/**
 * Starts the looks at everybody that a night brings: for the festivals of the next days, and for segments that are come
 * into by time alone.
 * @returns names of the journeys
 */
export async function planAudiences(asOf: Instant, deps: PlanAudiencesDeps): Promise<string[]> {
  const settings = await deps.settings.settings(asOf);
  const running = (await deps.journeys.journeys()).filter(({ enabled, pausedAt }) => enabled && pausedAt === undefined);
  const planned: string[] = [];
  for (const journey of running) {
    for (const occurrence of looksOf(journey, settings, asOf)) {
      await lookAtEverybody({ journey: journey.id, occurrence, baseline: false }, deps);
      planned.push(journey.id);
    }
  }
  return planned;
}

function looksOf(journey: Journey, settings: Settings, asOf: Instant): string[] {
  const { trigger } = journey.definition;
  if (trigger.on === 'festival') {
    const days = occurrencesOfFestival(trigger, settings.timezone, asOf, settings.shopAnniversary ?? undefined);
    return days.flatMap(({ name, at }) => (asOf >= at - beforeMs && asOf < at ? [name] : []));
  }
  const isEntered = trigger.on === 'segment.entered' || trigger.on === 'tag.added';
  return isEntered && isBaselined(journey) ? [`night ${asOf}`] : [];
}
