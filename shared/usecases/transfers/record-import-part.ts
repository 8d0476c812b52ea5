import { type Entry, type EntryValue, type RejectedRow, readEntries } from '../../contracts/imports/read-entries.ts';
import type { Work } from '../../contracts/work.ts';
import { compareStrength } from '../../domain/customers/identity.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import { keysOf } from '../customers/keys-of-buyer.ts';
import { inLanes } from '../in-lanes.ts';
import { type RecordingDeps, recordOrder } from '../orders/record-order.ts';
import { recordUpdate } from '../orders/record-update.ts';
import {
  ConflictError,
  RecordTooLargeError,
  type SettingsReader,
  type Shop,
  type ShopReader,
  type WorkQueue,
} from '../ports.ts';
import { finishWhenDone } from './finish-import.ts';
import { type ImportJob, isImport, sourceKey } from './import-file.ts';
import { withColumns } from './split-import.ts';
import type { JobStore, ProductStore, TransferFiles } from './transfer-ports.ts';

export interface ImportPartDeps extends RecordingDeps {
  readonly jobs: JobStore;
  readonly files: TransferFiles;
  readonly products: ProductStore;
  readonly shops: ShopReader;
  readonly settings: SettingsReader;
  readonly work: WorkQueue;
  readonly identityHash: (text: string) => string;
}

export type ImportPart = Extract<Work, { type: 'import.part' }>;

export interface ImportCounts {
  read: number;
  recorded: number;
  unchanged: number;
  rejected: number;
}

/** Entries between two looks at the clock. */
const batchSize = 128;
/** Entries recorded at a time: those of one buyer one after the other. */
const lanes = 8;
/** With less time than this the rest of the part is handed on. */
const handOnMs = 20_000;

/**
 * Records one part of a file by the very path that webhooks take, silently; short of time it hands on the rest. Done twice
 * it changes nothing, and counts once.
 * @throws ConflictError, StoreBusyError when it should come again
 */
export async function recordImportPart(
  part: ImportPart,
  remainingMs: () => number,
  deps: ImportPartDeps,
): Promise<ImportCounts | undefined> {
  const job = await deps.jobs.readJob(part.job);
  const name = `${part.part} ${part.start}`;
  if (!job?.layout || !isImport(job) || job.status !== 'running') return undefined;
  // Its end may have been cut off right after it was counted in.
  if (job.steps.includes(name)) return void (await finishWhenDone(job, deps));
  const shop = await deps.shops.shop(job.order.shop);
  if (!shop) return void (await deps.jobs.failJob(job.id, deps.clock.now(), 'The shop was removed meanwhile.'));
  const outcome = await work(part, job, shop, remainingMs, deps);
  const rejects = await keepRejected(part, outcome.rejected, deps.files);
  const { rest } = outcome;
  if (rest) await deps.work.send({ ...part, ...rest });
  const step = { name, last: rest === undefined, counts: outcome.counts, ...(rejects !== undefined && { rejects }) };
  await finishWhenDone(await deps.jobs.stepDone(job.id, step), deps);
  return outcome.counts;
}

interface Outcome {
  readonly counts: ImportCounts;
  readonly rejected: readonly RejectedRow[];
  /** Where to go on, when there was no time for all. */
  readonly rest?: { readonly start: number; readonly row: number };
}

async function work(
  part: ImportPart,
  job: ImportJob,
  shop: Shop,
  remainingMs: () => number,
  deps: ImportPartDeps,
): Promise<Outcome> {
  const counts: ImportCounts = { read: 0, recorded: 0, unchanged: 0, rejected: 0 };
  const rejected: RejectedRow[] = [];
  let batch: Entry[] = [];
  for (const entry of readEntries(await bytesOf(part, deps), part.row, rulesOf(job, shop))) {
    batch.push(entry);
    if (batch.length < batchSize) continue;
    await recordBatch(batch, shop, counts, rejected, deps);
    batch = [];
    const isEnd = part.start + entry.next.offset >= part.end;
    if (!isEnd && remainingMs() < handOnMs) {
      return { counts, rejected, rest: { start: part.start + entry.next.offset, row: entry.next.row } };
    }
  }
  await recordBatch(batch, shop, counts, rejected, deps);
  return { counts, rejected };
}

function bytesOf({ job, start, end }: ImportPart, { files }: ImportPartDeps): Promise<Uint8Array> {
  return files.read(sourceKey(job), start, end);
}

function rulesOf(job: ImportJob, shop: Shop) {
  const { kind, preset, asOf } = job.order;
  const reading = job.layout && withColumns(job, job.layout);
  if (!reading || 'problem' in reading) throw new Error(`The headings of import ${job.id} fit no more.`);
  return { kind, ...reading, ...(preset && { preset }), shop, asOf };
}

async function recordBatch(
  batch: readonly Entry[],
  shop: Shop,
  counts: ImportCounts,
  rejected: RejectedRow[],
  deps: ImportPartDeps,
): Promise<void> {
  const settings = await deps.settings.settings(deps.clock.now());
  const record = async (entry: Entry, again: Entry[]) => {
    try {
      count(entry, await recordOrRefuse(entry, shop, settings, deps), counts, rejected);
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      again.push(entry);
    }
  };
  const lost: Entry[] = [];
  await inLanes(chainsOf(batch, shop, deps), lanes, async (chain) => {
    for (const entry of chain) await record(entry, lost);
  });
  // Whoever lost against another lane goes alone; who then still loses, loses to somebody else, and comes again.
  for (const entry of lost) count(entry, await recordOrRefuse(entry, shop, settings, deps), counts, rejected);
}

type Recorded = 'recorded' | 'unchanged' | RejectedRow;

function count(entry: Entry, outcome: Recorded | undefined, counts: ImportCounts, rejected: RejectedRow[]): void {
  const { rows, unreadable } = entry;
  counts.read += rows + unreadable;
  counts.rejected += unreadable;
  rejected.push(...entry.rejected);
  if (outcome === 'recorded' || outcome === 'unchanged') {
    counts[outcome] += rows;
    return;
  }
  counts.rejected += rows;
  if (outcome) rejected.push(outcome);
}

/** The entries of one buyer, known by the strongest identity, stay in their order and do not compete with each other. */
function chainsOf(batch: readonly Entry[], shop: Shop, deps: ImportPartDeps): Entry[][] {
  const chains = new Map<string | Entry, Entry[]>();
  for (const entry of batch) {
    const key = buyerOf(entry, shop, deps) ?? entry;
    const chain = chains.get(key);
    if (chain) chain.push(entry);
    else chains.set(key, [entry]);
  }
  return [...chains.values()];
}

function buyerOf({ value }: Entry, shop: Shop, deps: ImportPartDeps): string | undefined {
  if (value?.type !== 'order' && value?.type !== 'customer') return undefined;
  return keysOf(shop.id, value.buyer, deps).sort(compareStrength)[0];
}

/** What is too much for the store is refused like any row that is wrong: the others go on. */
async function recordOrRefuse(
  entry: Entry,
  shop: Shop,
  settings: Settings,
  deps: ImportPartDeps,
): Promise<Recorded | undefined> {
  try {
    return await recordEntry(entry, shop, settings, deps);
  } catch (error) {
    if (!(error instanceof RecordTooLargeError)) throw error;
    return { row: entry.row, reason: 'with it this customer or order would hold more than can be stored of one' };
  }
}

async function recordEntry(
  { value, row }: Entry,
  shop: Shop,
  settings: Settings,
  deps: ImportPartDeps,
): Promise<Recorded | undefined> {
  if (!value) return undefined;
  switch (value.type) {
    case 'order':
      return recordImported(value, row, shop, settings, deps);
    case 'customer': {
      const update = { identities: keysOf(shop.id, value.buyer, deps), statements: value.statements };
      const outcome = await recordUpdate(update, shop.id, settings, deps);
      return outcome === 'erased' ? { row, reason: 'this person was erased, and does not come back' } : outcome;
    }
    case 'product': {
      const product = { ...value.product, shop: shop.id, updatedAt: deps.clock.now() };
      return (await deps.products.saveProduct(product)) ? 'recorded' : 'unchanged';
    }
  }
}

async function recordImported(
  { order, buyer }: Extract<EntryValue, { type: 'order' }>,
  row: number,
  shop: Shop,
  settings: Settings,
  deps: ImportPartDeps,
): Promise<Recorded> {
  const whole = { ...order, identities: keysOf(shop.id, buyer, deps) };
  const recorded = await recordOrder(whole, shop.timezone, settings, deps, { silently: true });
  if (recorded.type !== 'rate_missing') return recorded.type;
  const { currency, day } = recorded;
  return {
    row,
    id: order.id,
    field: 'currency',
    reason: `no exchange rate from ${currency} for ${day}: set one and import again`,
  };
}

/** Under the position of the part in the file, so that the keys are in its order. */
async function keepRejected(
  { job, start }: ImportPart,
  rejected: readonly RejectedRow[],
  files: TransferFiles,
): Promise<string | undefined> {
  if (rejected.length === 0) return undefined;
  const key = `imports/${job}/rejected/${String(start).padStart(15, '0')}.ndjson`;
  const inOrder = rejected.toSorted((a, b) => a.row - b.row);
  await files.write(key, Buffer.from(`${inOrder.map((row) => JSON.stringify(row)).join('\n')}\n`));
  return key;
}
