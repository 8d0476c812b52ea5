import { isImportField } from '../../contracts/imports/columns.ts';
import type { FieldError } from '../../contracts/platforms/platform.ts';
import { InvalidInputError, NotFoundError, StateConflictError } from '../../domain/errors.ts';
import type { Actor, Clock, ShopReader, WorkQueue } from '../ports.ts';
import {
  type ImportOrder,
  type JobStore,
  type TransferFiles,
  type TransferJob,
  UploadError,
  type UploadedPart,
} from './transfer-ports.ts';

export interface ImportApiDeps {
  readonly jobs: JobStore;
  readonly files: TransferFiles;
  readonly shops: ShopReader;
  readonly workQueue: WorkQueue;
  readonly clock: Clock;
  /** A new id, by which the newest jobs come last. */
  readonly newJobId: () => string;
}

export type ImportJob = TransferJob<ImportOrder>;

export const sourceKey = (id: string) => `imports/${id}/source`;

/** Announces a file. @throws InvalidInputError for a shop or a field that is not there, or what only CSV has */
export async function createImport(order: ImportOrder, actor: Actor, deps: ImportApiDeps): Promise<ImportJob> {
  const wrong: FieldError[] = Object.keys(order.mapping ?? {})
    .filter((field) => !isImportField(order.kind, field))
    .map((field) => ({ field: `mapping.${field}`, message: `is no field of ${order.kind}` }));
  wrong.push(...onlyForCsv(order));
  if (order.preset && order.kind !== 'orders') wrong.push({ field: 'preset', message: 'is there for orders only' });
  if (!(await deps.shops.freshShop(order.shop))) wrong.push({ field: 'shop', message: 'there is no such shop' });
  if (wrong.length > 0) throw new InvalidInputError(wrong);
  const job = { id: deps.newJobId(), order, createdAt: deps.clock.now() };
  const changed = ['kind', 'format', 'shop'];
  const target = `import/${job.id}`;
  await deps.jobs.createJob(job, { actor, at: job.createdAt, action: 'import.created', target, changed });
  return readImport(job.id, deps);
}

/** NDJSON has no headings to be found: its lines name the fields themselves, in UTF-8. */
function onlyForCsv({ format, mapping, preset, encoding }: ImportOrder): FieldError[] {
  if (format === 'csv') return [];
  const asked = { mapping, preset, encoding: encoding === 'utf-8' ? undefined : encoding };
  return Object.entries(asked).flatMap(([field, value]) =>
    value === undefined ? [] : [{ field, message: 'is for CSV: each line of NDJSON names its fields, in UTF-8' }],
  );
}

/** @throws NotFoundError when there is no such import */
export async function readImport(id: string, { jobs }: Pick<ImportApiDeps, 'jobs'>): Promise<ImportJob> {
  const job = await jobs.readJob(id);
  if (!job || !isImport(job)) throw new NotFoundError('There is no such import.');
  return job;
}

export function isImport(job: TransferJob): job is ImportJob {
  return job.order.direction === 'import';
}

/** Links for parts of the file. @throws NotFoundError, StateConflictError once the import has started */
export async function linkParts(
  id: string,
  numbers: readonly number[],
  deps: ImportApiDeps,
): Promise<{ number: number; url: string }[]> {
  const job = await waiting(id, deps);
  const key = sourceKey(id);
  const uploadId = job.uploadId ?? (await deps.jobs.keepUpload(id, await deps.files.startUpload(key)));
  return Promise.all(
    numbers.map(async (number) => ({ number, url: await deps.files.partLink(key, uploadId, number) })),
  );
}

/**
 * Starts an import once its file is there. Asked again while it runs it goes on as it was: the first answer may be lost.
 * @param parts what was uploaded in parts; none: the file was put as a whole
 * @throws NotFoundError, StateConflictError once it has ended, InvalidInputError when nothing was uploaded
 */
export async function startImport(
  id: string,
  parts: readonly UploadedPart[],
  actor: Actor,
  deps: ImportApiDeps,
): Promise<ImportJob> {
  const job = await readImport(id, deps);
  if (job.status === 'done' || job.status === 'failed') throw ended(job);
  if (job.status === 'waiting') {
    if (parts.length > 0) await complete(job, parts, deps);
    const bytes = await deps.files.sizeOf(sourceKey(id));
    if (bytes === undefined) {
      throw new InvalidInputError([{ field: 'parts', message: 'nothing has been uploaded: put the file first' }]);
    }
    const at = deps.clock.now();
    const change = { actor, at, action: 'import.started', target: `import/${id}`, changed: [] };
    await deps.jobs.startJob(id, at, bytes, change);
  }
  await deps.workQueue.send({ type: 'import.split', job: id });
  return readImport(id, deps);
}

async function complete(job: ImportJob, parts: readonly UploadedPart[], { files }: ImportApiDeps): Promise<void> {
  if (job.uploadId === undefined) {
    throw new InvalidInputError([{ field: 'parts', message: 'no links to parts were asked for' }]);
  }
  try {
    await files.completeUpload(sourceKey(job.id), job.uploadId, parts);
  } catch (error) {
    if (!(error instanceof UploadError)) throw error;
    // Completed by a request that was cut off after it.
    if ((await files.sizeOf(sourceKey(job.id))) !== undefined) return;
    throw new InvalidInputError([{ field: 'parts', message: error.message }]);
  }
}

async function waiting(id: string, deps: ImportApiDeps): Promise<ImportJob> {
  const job = await readImport(id, deps);
  if (job.status !== 'waiting') throw ended(job);
  return job;
}

function ended({ status }: ImportJob): StateConflictError {
  return new StateConflictError(`This import is ${status} already.`);
}
