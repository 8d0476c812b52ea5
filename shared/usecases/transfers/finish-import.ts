import { csvLine } from '../../contracts/exports/csv-text.ts';
import type { RejectedRow } from '../../contracts/imports/read-entries.ts';
import type { Clock, WorkQueue } from '../ports.ts';
import type { JobStore, TransferFiles, TransferJob } from './transfer-ports.ts';
import { TextUpload } from './upload-text.ts';

export interface FinishDeps {
  readonly jobs: JobStore;
  readonly files: TransferFiles;
  readonly work: WorkQueue;
  readonly clock: Clock;
}

export const rejectedKey = (id: string) => `imports/${id}/rejected.csv`;

const columns = ['row', 'id', 'field', 'reason'] as const;

/** Calls for the end of an import once all its parts are done; called for twice it ends once. */
export async function finishWhenDone(job: TransferJob | undefined, { work }: Pick<FinishDeps, 'work'>): Promise<void> {
  if (job?.status !== 'running' || job.parts === undefined || job.partsDone < job.parts) return;
  await work.send({ type: 'import.finish', job: job.id });
}

/** Joins the rejected rows of all parts into one list, in the order of the file, and says that the import is done. */
export async function finishImport(id: string, deps: FinishDeps): Promise<TransferJob | undefined> {
  const job = await deps.jobs.readJob(id);
  if (job?.status !== 'running') return undefined;
  const result = job.rejects.length > 0 ? await joinRejected(job, deps.files) : undefined;
  await deps.jobs.finishJob(id, deps.clock.now(), result);
  return job;
}

async function joinRejected({ id, rejects }: TransferJob, files: TransferFiles): Promise<string> {
  const key = rejectedKey(id);
  const upload = await TextUpload.begin(files, key, `\ufeff${csvLine(columns)}`);
  // Keys are in the order of the file.
  for (const part of rejects.toSorted()) {
    const rows = Buffer.from(await files.readWhole(part))
      .toString('utf8')
      .trimEnd()
      .split('\n');
    await upload.add(rows.map((row) => csvLine(cellsOf(JSON.parse(row) as RejectedRow))).join(''));
  }
  await upload.complete();
  return key;
}

function cellsOf({ row, id, field, reason }: RejectedRow): (string | number | null)[] {
  return [row, id ?? null, field ?? null, reason];
}
