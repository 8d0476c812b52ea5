import type { Work } from '../../contracts/work.ts';
import type { Instant } from '../../domain/calendar.ts';
import { zoneOf } from '../../domain/contact-policy/standing.ts';
import { type CustomerFile, hasSubstance } from '../../domain/customers/customer-file.ts';
import { occurrencesOfFestival } from '../../domain/journeys/festival-occurrences.ts';
import type { Journey } from '../../domain/journeys/journey.ts';
import { lastShop } from '../../domain/journeys/last-purchase.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import type { JourneyStore } from '../marketing-ports.ts';
import { noCounts, type PlanCounts } from '../messages/plan-touches.ts';
import type { CustomerStore, DueIndex, FoundFile, WorkQueue } from '../ports.ts';
import { retried } from '../retried.ts';
import { workThrough } from '../work-through.ts';
import type { Cause } from './cause.ts';
import { enter, meantBy } from './enter-journeys.ts';
import { entriesIntoSegments, keepMembers, ruleToEnter } from './enter-segments.ts';
import type { JourneyRunDeps } from './journey-deps.ts';

export interface AudienceDeps extends JourneyRunDeps {
  readonly store: CustomerStore & Pick<DueIndex, 'scanFiles'>;
  readonly journeys: JourneyStore;
  readonly work: WorkQueue;
}

export type AudienceWork = Extract<Work, { type: 'journey.audience' }>;

/** Parts of the base that are looked at side by side. */
export const audienceSegments = 8;
const pageSize = 100;

/** Starts a look at everybody for one journey. */
export async function lookAtEverybody(
  look: Pick<AudienceWork, 'journey' | 'occurrence' | 'baseline'>,
  { work }: { readonly work: WorkQueue },
  delaySeconds?: number,
): Promise<void> {
  for (let segment = 0; segment < audienceSegments; segment++) {
    await work.send({ type: 'journey.audience', ...look, segment, segments: audienceSegments }, delaySeconds);
  }
}

/** The name of the look that notes who is in a segment when a journey is switched on: of each time another one. */
export function baselineName(enabledAt: Instant): string {
  return `baseline ${enabledAt}`;
}

/**
 * Looks at one part of the base for a journey: who is greeted on a festival, who has come into a segment by time alone,
 * or, as a baseline, only who is in. Short of time it hands on the rest; run twice it changes nothing more.
 */
export async function lookAtAudience(
  part: AudienceWork,
  remainingMs: () => number,
  deps: AudienceDeps,
): Promise<PlanCounts & { readonly read: number }> {
  const counts = { ...noCounts(), read: 0 };
  const journey = (await deps.journeys.readJourney(part.journey))?.value;
  if (!journey?.enabled || journey.pausedAt !== undefined || !isOf(part, journey)) return counts;
  const isDone = await workThrough({
    after: part.after,
    remainingMs,
    readPage: (after) => deps.store.scanFiles(part.segment, part.segments, after, pageSize),
    doPage: async (page) => {
      const files = page.flatMap((found) => fileOf(found, deps));
      counts.read += files.length;
      const done = await lookAtPage(part, journey, files, deps);
      counts.planned += done.planned;
      counts.stale += done.stale;
      counts.unreachable += done.unreachable;
    },
    handOn: (after) => deps.work.send({ ...part, after }),
  });
  if (isDone && part.baseline) await retried(() => noteBaseline(part, deps), deps, 8);
  return counts;
}

/** A baseline of an earlier time that it was on says nothing. */
function isOf({ baseline, occurrence }: AudienceWork, { enabledAt }: Journey): boolean {
  return !baseline || occurrence === baselineName(enabledAt ?? 0);
}

function fileOf({ id, item, unreadable }: FoundFile, { onFailure }: Pick<AudienceDeps, 'onFailure'>): CustomerFile[] {
  if (!item) onFailure(id, unreadable);
  return item?.value.type === 'file' && hasSubstance(item.value.file) ? [item.value.file] : [];
}

async function lookAtPage(
  part: AudienceWork,
  journey: Journey,
  files: readonly CustomerFile[],
  deps: AudienceDeps,
): Promise<PlanCounts> {
  const now = deps.clock.now();
  const settings = await deps.settings.settings(now);
  if (!part.baseline) {
    const causes = [
      ...(await festivalCauses(journey, files, settings, now, deps)),
      ...(await entriesIntoSegments(files, [journey], settings, now, deps)),
    ];
    return enter(meantBy(causes, settings, now), settings, now, deps);
  }
  const rule = await ruleToEnter(journey.definition.trigger, settings, deps.segments);
  if (rule) await keepMembers(journey.id, rule, files, now, deps, true);
  return noCounts();
}

async function festivalCauses(
  journey: Journey,
  files: readonly CustomerFile[],
  settings: Settings,
  now: Instant,
  { shops }: Pick<AudienceDeps, 'shops'>,
): Promise<Cause[]> {
  const { trigger } = journey.definition;
  if (trigger.on !== 'festival') return [];
  const causes: Cause[] = [];
  for (const file of files) {
    const shop = lastShop(file, now);
    const zone = zoneOf(file, (shop === undefined ? undefined : await shops.shop(shop))?.timezone ?? settings.timezone);
    const days = occurrencesOfFestival(trigger, zone, now, settings.shopAnniversary ?? undefined);
    for (const day of days) {
      causes.push({ journey, file, occurrence: { ...day, ...(shop !== undefined && { shop }) } });
    }
  }
  return causes;
}

async function noteBaseline({ journey: id, segment, segments }: AudienceWork, deps: AudienceDeps): Promise<void> {
  const journey = await deps.journeys.readJourney(id);
  const done = journey?.value.baseline?.done ?? [];
  if (!journey || done.includes(segment)) return;
  const baseline = { parts: segments, done: [...done, segment].sort((a, b) => a - b) };
  await deps.journeys.saveJourney({ value: { ...journey.value, baseline }, version: journey.version });
}
