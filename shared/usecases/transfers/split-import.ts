import { type Columns, findColumns } from '../../contracts/imports/columns.ts';
import { type FileLayout, readLayout } from '../../contracts/imports/file-layout.ts';
import { groupColumnOf } from '../../contracts/imports/read-entries.ts';
import { type FilePart, FileSplitter } from '../../contracts/imports/split-file.ts';
import type { Work } from '../../contracts/work.ts';
import type { Clock, WorkQueue } from '../ports.ts';
import { finishWhenDone } from './finish-import.ts';
import { type ImportJob, isImport, sourceKey } from './import-file.ts';
import type { JobStore, TransferFiles } from './transfer-ports.ts';

export interface SplitDeps {
  readonly jobs: JobStore;
  readonly files: TransferFiles;
  readonly work: WorkQueue;
  readonly clock: Clock;
}

export type ImportSplit = Extract<Work, { type: 'import.split' }>;

/** Read at a time. */
const chunkBytes = 4 * 1024 * 1024;
/** A part of this size is recorded in seconds. */
const smallestPart = 256 * 1024;
/** Parts of a large file are larger: the job remembers each by its name. */
const mostParts = 2000;
/** Parts handed out at a time. */
const sendsAtOnce = 10;
/** With less time than this the rest of the file is handed on. */
const handOnMs = 15_000;

/**
 * Cuts the file of an import into parts and hands them out, in constant memory; short of time it hands on the rest. Done
 * twice it cuts the same parts, and a part done twice changes nothing.
 */
export async function splitImport(work: ImportSplit, remainingMs: () => number, deps: SplitDeps): Promise<void> {
  const job = await deps.jobs.readJob(work.job);
  if (!job || !isImport(job) || job.status === 'done' || job.status === 'failed') return;
  const size = job.bytes ?? (await deps.files.sizeOf(sourceKey(job.id))) ?? 0;
  const reading = await layoutOf(job, size, deps);
  if ('problem' in reading) return deps.jobs.failJob(job.id, deps.clock.now(), reading.problem);
  const { layout, columns } = reading;
  const { start, row, parts } = work.from ?? {
    start: layout.dataStart,
    row: layout.format === 'csv' ? 2 : 1,
    parts: 0,
  };
  const rules = {
    layout,
    partBytes: Math.max(smallestPart, Math.ceil(size / mostParts)),
    groupColumn: groupColumnOf(job.order.kind, columns),
  };
  const splitter = new FileSplitter(rules, start, row);
  let count = parts;
  for (let at = start; at < size; ) {
    const end = Math.min(size, at + chunkBytes);
    const found = [...splitter.take(await deps.files.read(sourceKey(job.id), at, end), end === size)];
    await handOut(found, job.id, deps);
    count += found.length;
    at = end;
    if (at < size && found.length > 0 && remainingMs() < handOnMs) {
      return deps.work.send({ ...work, from: { ...splitter.open, parts: count } });
    }
  }
  await finishWhenDone(await deps.jobs.keepParts(job.id, count), deps);
}

async function handOut(parts: readonly FilePart[], job: string, { work }: SplitDeps): Promise<void> {
  for (let from = 0; from < parts.length; from += sendsAtOnce) {
    const some = parts.slice(from, from + sendsAtOnce);
    await Promise.all(some.map((part) => work.send({ type: 'import.part', job, part: part.start, ...part })));
  }
}

interface HowToRead {
  readonly layout: FileLayout;
  readonly columns: Columns;
}

/** How the file is to be read, found out once and kept with the job. */
async function layoutOf(job: ImportJob, size: number, deps: SplitDeps): Promise<HowToRead | { problem: string }> {
  const { format, encoding } = job.order;
  if (job.layout) return withColumns(job, job.layout);
  if (size === 0) return { problem: 'The file is empty.' };
  const head = await deps.files.read(sourceKey(job.id), 0, Math.min(size, chunkBytes));
  const layout = readLayout(head, format, encoding);
  if ('problem' in layout) return layout;
  const reading = withColumns(job, layout);
  if (!('problem' in reading)) await deps.jobs.keepLayout(job.id, layout);
  return reading;
}

/** The columns of a CSV file by field; NDJSON has none. */
export function withColumns({ order }: ImportJob, layout: FileLayout): HowToRead | { problem: string } {
  if (layout.format === 'ndjson') return { layout, columns: new Map() };
  const columns = findColumns(layout.columns, order);
  return 'problem' in columns ? columns : { layout, columns };
}
