import type { Work } from '../../contracts/work.ts';
import type { Instant } from '../../domain/calendar.ts';
import { hasSubstance, idsOf } from '../../domain/customers/customer-file.ts';
import { RehearsalTally } from '../../domain/rehearsal/tally.ts';
import { dueShards } from '../../domain/sharding.ts';
import { everyPage } from '../every-page.ts';
import { inLanes } from '../in-lanes.ts';
import type { TouchDueIndex, TouchKey } from '../messages/messaging-ports.ts';
import { ConflictError, type FoundFile, StoreBusyError, type Versioned, type WorkQueue } from '../ports.ts';
import { mayHappen } from './coming-up.ts';
import type { Rehearsal, RehearsalPart, RehearsalStore } from './rehearsal-ports.ts';
import { type RehearsalScene, type RehearsedRecord, sceneOf } from './rehearsal-scene.ts';
import { rehearseCustomer } from './rehearse-customer.ts';
import { type Candidate, type Seeded, seedsOf } from './seed-worlds.ts';

export interface RehearsalDeps extends RehearsedRecord {
  readonly rehearsals: RehearsalStore;
  readonly work: WorkQueue;
}

export type RehearsalWork = Extract<Work, { type: 'rehearsal.part' }>;

/** Files read in one request. */
const pageSize = 500;
/** Customers whose days are run at a time: most wait for nothing but each other. */
const lanes = 8;
/** What has to be left of the time for another page. */
const handOnMs = 10_000;
/** How often a part writes down how far it is: what a step that dies has counted since is counted again. */
const saveEveryMs = 10_000;

/**
 * Rehearses the customers of one segment of the table, from where its record says; short of time it hands on the rest. The
 * record moves under its version, with what was counted so far: a step that comes twice counts nobody twice.
 * @returns undefined where there is nothing to do any more
 */
export async function rehearsePart(
  { job, segment }: Pick<RehearsalWork, 'job' | 'segment'>,
  remainingMs: () => number,
  deps: RehearsalDeps,
  page: number = pageSize,
): Promise<RehearsalPart | undefined> {
  const rehearsal = await deps.rehearsals.readRehearsal(job);
  const known = rehearsal && (await deps.rehearsals.readPart(job, segment));
  if (!rehearsal || known?.value.isDone) return undefined;
  const begun = { rehearsal: job, segment, isDone: false, at: deps.clock.now(), sums: {} };
  try {
    const ended = await goOn(known ?? { value: begun, version: 0 }, rehearsal, remainingMs, deps, page);
    if (!ended.isDone) await deps.work.send({ type: 'rehearsal.part', job, segment });
    return ended;
  } catch (error) {
    // Somebody else is at the same part: theirs counts.
    if (error instanceof ConflictError) return undefined;
    throw error;
  }
}

async function goOn(
  from: Versioned<RehearsalPart>,
  rehearsal: Rehearsal,
  remainingMs: () => number,
  deps: RehearsalDeps,
  limit: number,
): Promise<RehearsalPart> {
  const scene = await sceneOf(rehearsal, deps);
  const waiting = await waitingUntil(scene.until, deps.dueTouches);
  const tally = new RehearsalTally(from.value.sums);
  let { value: part, version } = from;
  for (let savedAt = deps.clock.now(); ; ) {
    const scanned = await deps.store.scanFiles(part.segment, rehearsal.segments, part.after, limit);
    await rehearsePage(scanned.items, waiting, tally, scene);
    const now = deps.clock.now();
    const { after: _before, ...rest } = part;
    const { next } = scanned;
    part = { ...rest, isDone: next === undefined, at: now, sums: {}, ...(next !== undefined && { after: next }) };
    const stops = part.isDone || remainingMs() <= handOnMs;
    if (!stops && now < savedAt + saveEveryMs) continue;
    part = { ...part, sums: tally.sums };
    await deps.rehearsals.savePart({ value: part, version });
    if (stops) return part;
    version++;
    savedAt = now;
  }
}

/** Keys of everything that comes due within the days, by the customer it is kept under. */
async function waitingUntil(until: Instant, index: TouchDueIndex): Promise<ReadonlyMap<string, readonly TouchKey[]>> {
  const waiting = new Map<string, TouchKey[]>();
  await inLanes(Array(dueShards).keys(), 4, async (shard) => {
    for await (const page of everyPage((after) => index.readDueTouches(shard, { until }, after, 1000))) {
      for (const key of page) waiting.set(key.customer, [...(waiting.get(key.customer) ?? []), key]);
    }
  });
  return waiting;
}

async function rehearsePage(
  found: readonly FoundFile[],
  waiting: ReadonlyMap<string, readonly TouchKey[]>,
  tally: RehearsalTally,
  scene: RehearsalScene,
): Promise<void> {
  const candidates = found.flatMap((one) => candidateOf(one, waiting, tally, scene));
  if (candidates.length === 0) return;
  tally.add('customers rehearsed', candidates.length);
  await inLanes(await seedsOf(candidates, scene), lanes, async (one) => rehearseOne(one, tally, scene));
}

/** Whom something may happen to; one that cannot be read holds up nobody. */
function candidateOf(
  { id, item, unreadable }: FoundFile,
  waiting: ReadonlyMap<string, readonly TouchKey[]>,
  tally: RehearsalTally,
  scene: RehearsalScene,
): Candidate[] {
  if (!item) {
    tally.add('customers failed');
    scene.record.onFailure(id, unreadable);
    return [];
  }
  const { value, version } = item;
  if (value.type !== 'file') return [];
  if (hasSubstance(value.file)) tally.add('customers all');
  const own = idsOf(value.file).flatMap((one) => waiting.get(one) ?? []);
  if (own.length === 0 && !mayHappen(value.file, value.dueAt, scene)) return [];
  return [{ stored: { value, version }, waiting: own }];
}

async function rehearseOne({ seeds, held }: Seeded, tally: RehearsalTally, scene: RehearsalScene): Promise<void> {
  try {
    tally.add('pending', held);
    const course = await rehearseCustomer(seeds, scene);
    tally.course(course, scene.rehearsal.moreThan, scene.settings);
  } catch (error) {
    if (error instanceof StoreBusyError) throw error;
    tally.add('customers failed');
    scene.record.onFailure(seeds.file.value.file.id, error);
  }
}
