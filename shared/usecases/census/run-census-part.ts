import type { Settings } from '../../domain/settings/settings.ts';
import { shardOf } from '../../domain/sharding.ts';
import type { Found, RunStep } from '../ports.ts';
import { workThrough } from '../work-through.ts';
import { type CensusDeps, type CensusPart, type Collection, partName, scannedParts } from './census-parts.ts';
import type { CensusChunk } from './census-ports.ts';
import { collectCustomers } from './collect-customer-facts.ts';
import { collectOrders } from './collect-order-facts.ts';
import { collectTouches } from './collect-touch-facts.ts';

export interface CensusCounts {
  read: number;
  unreadable: number;
}

/** Customers, orders or touches in files of one name. */
const chunkSize = 10_000;

/**
 * Works through one part of a census: what is read goes into files named by the range of the scan they cover, so that a
 * step done again replaces its own. Short of time it hands the rest on. Whoever ends the last part asks for the close.
 */
export async function runCensusPart(
  part: CensusPart,
  remainingMs: () => number,
  deps: CensusDeps,
): Promise<CensusCounts> {
  const counts: CensusCounts = { read: 0, unreadable: 0 };
  const before = await deps.runs.readRun(part.run);
  // Its facts are in force: a message that comes again must not touch them.
  if (before?.finishedAt !== undefined) return counts;
  const settings = await deps.settings.settings(deps.clock.now());
  const last = await collectWhat(part, counts, settings, remainingMs, deps);
  const run = await deps.runs.stepDone(part.run, stepOf(part, last, counts), deps.clock.now());
  const { asOf, segments } = part;
  if (run && run.partsDone >= scannedParts(segments)) {
    await deps.work.send({ type: 'census.close', run: part.run, asOf, segments });
  }
  return counts;
}

/** The end of a part has one name, wherever its last step began: a part ended twice is counted once. */
function stepOf(part: CensusPart, last: boolean, counts: CensusCounts): RunStep {
  const name = partName(part);
  if (last) return { part: `${name} done`, last, counts: { ...counts } };
  return { part: name, ...(part.after !== undefined && { after: part.after }), last, counts: { ...counts } };
}

/** @returns true when the part is done, false when the rest was handed on */
async function collectWhat(
  part: CensusPart,
  counts: CensusCounts,
  settings: Settings,
  remainingMs: () => number,
  deps: CensusDeps,
): Promise<boolean> {
  const gatherIn = <Item>(collection: Collection<Item>) =>
    collect(part, collection, counts, settings, remainingMs, deps);
  switch (part.type) {
    case 'census.customers':
      return gatherIn(await collectCustomers(part, settings, deps));
    case 'census.orders':
      return gatherIn(collectOrders(part, settings, deps));
    case 'census.touches':
      return gatherIn(collectTouches(part, settings, deps));
  }
}

async function collect<Item>(
  part: CensusPart,
  collection: Collection<Item>,
  counts: CensusCounts,
  settings: Settings,
  remainingMs: () => number,
  deps: CensusDeps,
): Promise<boolean> {
  const chunks: CensusChunk[] = [];
  let [begun, reached] = [part.after, part.after];
  const writeChunk = async () => {
    if (collection.size > 0) chunks.push(await collection.write(rangeName(part.segment, begun, reached)));
    begun = reached;
  };
  const endStep = async (next?: string) => {
    await writeChunk();
    await deps.steps.saveStep(part.run, {
      part: partName(part),
      ...(part.after !== undefined && { after: part.after }),
      ...(next !== undefined && { next }),
      settings: settings.version,
      unreadable: counts.unreadable,
      chunks,
    });
  };
  const last = await workThrough<never>({
    after: part.after,
    remainingMs,
    // Each is gathered as it is read: a page of them kept until all are there is carried along by the garbage collector.
    async readPage(after) {
      const page = await collection.readPage(after, (found) => gatherIfReadable(found, collection, counts, deps));
      reached = page.next;
      return { items: [], ...page };
    },
    async doPage() {
      if (collection.size >= chunkSize) await writeChunk();
    },
    async handOn(after) {
      await endStep(after);
      await deps.work.send({ ...part, after });
    },
  });
  if (last) await endStep();
  return last;
}

/** One that cannot be read is in no file, is told, and holds up no other. */
function gatherIfReadable<Item>(
  { id, item, unreadable }: Found<Item>,
  collection: Collection<Item>,
  counts: CensusCounts,
  { onFailure }: Pick<CensusDeps, 'onFailure'>,
): void {
  counts.read++;
  try {
    if (item === undefined) throw unreadable;
    collection.gather(item);
  } catch (error) {
    counts.unreadable++;
    onFailure(id, error);
  }
}

/** Names a range of a segment by where in the scan it begins and ends: the same range is always the same file. */
function rangeName(segment: number, begun = '', reached = ''): string {
  const hashed = (cursor: string) =>
    shardOf(cursor, 2 ** 32)
      .toString(16)
      .padStart(8, '0');
  return `${String(segment).padStart(2, '0')}-${hashed(begun)}-${hashed(reached)}`;
}
