import type { Instant } from '../../domain/calendar.ts';
import { zoneOf } from '../../domain/contact-policy/standing.ts';
import type { CustomerFile } from '../../domain/customers/customer-file.ts';
import { noticeCustomer } from '../../domain/customers/notice-customer.ts';
import { isForShop, newsOf, type Occurrence } from '../../domain/journeys/enter.ts';
import type { Journey } from '../../domain/journeys/journey.ts';
import { lastShop } from '../../domain/journeys/last-purchase.ts';
import { occurrencesOfFile } from '../../domain/journeys/triggers.ts';
import { type RehearsalScene, zoneOfShop } from './rehearsal-scene.ts';

/** What a file says has come about by a moment, for a journey that may be entered. */
export interface FoundOccurrence {
  readonly journey: Journey;
  readonly occurrence: Occurrence;
  readonly news: 'new' | 'stale';
}

/** As whoever looks at a changed file finds it; what came about before its journey was on is left out. */
export function occurrencesAt(file: CustomerFile, at: Instant, scene: RehearsalScene): FoundOccurrence[] {
  const zone = zoneOf(file, zoneOfShop(lastShop(file, at), scene));
  return scene.enterable.flatMap((journey) =>
    occurrencesOfFile(journey.definition.trigger, file, zone, scene.settings, at).flatMap((occurrence) => {
      const news = newsOf(occurrence, journey, scene.settings, at);
      const isMeant = news !== 'before' && isForShop(journey.definition, occurrence.shop);
      return isMeant ? [{ journey, occurrence, news }] : [];
    }),
  );
}

/**
 * Whether anything can happen to a customer of whom nothing waits: a night finds a date or a crossing that a journey
 * listens to, a look at everybody or a round of a campaign comes by, or a segment is come into. Of most there is nothing,
 * and the file alone says so.
 * @param dueAt when a night next looks at the file
 */
export function mayHappen(file: CustomerFile, dueAt: Instant | undefined, scene: RehearsalScene): boolean {
  return (
    hasFestival(scene) ||
    scene.rounds.some(({ live }) => live.mayHoldOf(file)) ||
    mayComeIn(file, scene) ||
    comesUp(file, dueAt, scene)
  );
}

/** Festivals are for everybody. */
function hasFestival({ looks, watched }: RehearsalScene): boolean {
  const bySegment = new Set(watched.map(({ journey }) => journey.id));
  return [...looks.values()].some((some) => some.some(({ journey }) => !bySegment.has(journey)));
}

function mayComeIn(file: CustomerFile, { watched }: RehearsalScene): boolean {
  return watched.some(({ nights, asksForMore }) => {
    const may = nights.map((live) => live.mayHoldOf(file));
    return may.some((isIn, index) => isIn && (asksForMore || may[index - 1] === false));
  });
}

/** Goes from one night that looks at the file to the next. */
function comesUp(file: CustomerFile, dueAt: Instant | undefined, scene: RehearsalScene): boolean {
  if (scene.enterable.length === 0) return false;
  let [noticed, due] = [file, dueAt];
  for (const night of scene.nights) {
    if (due === undefined || due > scene.until) return false;
    if (due > night) continue;
    if (occurrencesAt(file, night, scene).some((found) => isYetToCome(found, scene))) return true;
    const told = noticeCustomer(noticed, night, 'time', scene.settings);
    noticed = { ...noticed, noticed: told.noticed };
    due = told.dueAt;
  }
  return false;
}

/** Old news by now: whoever looks has looked. */
function isYetToCome({ journey, occurrence }: FoundOccurrence, { settings, asOf }: RehearsalScene): boolean {
  return newsOf(occurrence, journey, settings, asOf) !== 'stale';
}
