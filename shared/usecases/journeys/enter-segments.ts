import type { Instant } from '../../domain/calendar.ts';
import { type CustomerFile, idsOf } from '../../domain/customers/customer-file.ts';
import { pyramidTags } from '../../domain/customers/tags.ts';
import type { Occurrence } from '../../domain/journeys/enter.ts';
import type { Journey, Trigger } from '../../domain/journeys/journey.ts';
import { segmentEntry } from '../../domain/journeys/triggers.ts';
import type { SegmentRule } from '../../domain/segments/rule.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import { inLanes } from '../in-lanes.ts';
import type { Membership } from '../marketing-ports.ts';
import type { SegmentStore, Versioned } from '../ports.ts';
import { liveRule } from '../segments/live-rule.ts';
import type { Cause } from './cause.ts';
import type { JourneyRunDeps } from './journey-deps.ts';

/** Journeys entered by coming into a segment, or under a tag that a rule gives: whoever is in is kept, so that coming in is seen. */

/** Rows written at once. */
const lanes = 8;

/** The rule that a journey waits for, if it is one of these. */
export async function ruleToEnter(
  trigger: Trigger,
  { tagRules }: Pick<Settings, 'tagRules'>,
  segments: Pick<SegmentStore, 'readSegment'>,
): Promise<SegmentRule | undefined> {
  if (trigger.on === 'segment.entered') return (await segments.readSegment(trigger.segment))?.value.rule;
  if (trigger.on !== 'tag.added') return undefined;
  const isByRule = [...pyramidTags, ...tagRules.map(({ tag }) => tag)].includes(trigger.tag);
  return isByRule ? { field: 'tags', op: 'eq', value: trigger.tag } : undefined;
}

/** All are looked at once before anybody can come in: nobody comes in by having been in all along. */
export function isBaselined({ baseline }: Pick<Journey, 'baseline'>): boolean {
  return baseline !== undefined && baseline.done.length >= baseline.parts;
}

/** Sees who has come in since they were last looked at, who has left, and tells of everybody who is in how they came. */
export async function entriesIntoSegments(
  files: readonly CustomerFile[],
  journeys: readonly Journey[],
  settings: Settings,
  now: Instant,
  deps: JourneyRunDeps,
): Promise<Cause[]> {
  const causes: Cause[] = [];
  for (const journey of journeys) {
    if (files.length === 0 || !isBaselined(journey)) continue;
    const rule = await ruleToEnter(journey.definition.trigger, settings, deps.segments);
    if (!rule) continue;
    const members = await keepMembers(journey.id, rule, files, now, deps);
    causes.push(
      ...members.flatMap(({ file, since }) => {
        return since === undefined ? [] : [{ journey, file, occurrence: entryOf(journey, file, since) }];
      }),
    );
  }
  return causes;
}

function entryOf({ definition: { trigger } }: Journey, file: CustomerFile, since: Instant): Occurrence {
  if (trigger.on === 'segment.entered') return segmentEntry(trigger.segment, file, since);
  const tag = trigger.on === 'tag.added' ? trigger.tag : '';
  return { ...segmentEntry(tag, file, since), name: `tag ${tag} ${since}`, vars: { tag } };
}

interface Member {
  readonly file: CustomerFile;
  readonly since?: Instant;
}

/**
 * Keeps who of these is in now.
 * @param baseline true: whoever is in has been so all along
 * @returns those who are
 * @throws ConflictError where somebody else looks at the same customers, StoreBusyError
 */
export async function keepMembers(
  journey: string,
  rule: SegmentRule,
  files: readonly CustomerFile[],
  now: Instant,
  deps: JourneyRunDeps,
  baseline = false,
): Promise<Member[]> {
  const live = await liveRule(rule, deps);
  const inside = new Set(await live.membersOf(files.filter((file) => live.mayHoldOf(file))));
  const known = await deps.enrolments.readMemberships(journey, files.flatMap(idsOf));
  const members: Member[] = [];
  await inLanes(files, lanes, async (file) => {
    const isIn = inside.has(file);
    const own = known.get(file.id) ?? { value: { customer: file.id, journey, isIn: false }, version: 0 };
    const before = idsOf(file)
      .flatMap((id) => known.get(id)?.value ?? [])
      .find((one) => one.isIn);
    const since = before ? before.since : now;
    const next: Membership = {
      customer: file.id,
      journey,
      isIn,
      ...(isIn && !baseline && since !== undefined && { since }),
    };
    await saveChanged(own, next, deps);
    if (isIn) members.push({ file, ...(next.since !== undefined && { since: next.since }) });
  });
  return members;
}

/** What is as it was, or has never been in, is not written. */
async function saveChanged(
  { value, version }: Versioned<Membership>,
  next: Membership,
  { enrolments }: Pick<JourneyRunDeps, 'enrolments'>,
): Promise<void> {
  if (value.isIn === next.isIn && value.since === next.since) return;
  await enrolments.saveMembership({ value: next, version });
}
