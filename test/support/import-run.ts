import { setImmediate } from 'node:timers/promises';
import type { Work } from '../../shared/contracts/work.ts';
import { finishImport } from '../../shared/usecases/transfers/finish-import.ts';
import type { ImportPartDeps } from '../../shared/usecases/transfers/record-import-part.ts';
import { recordImportPart } from '../../shared/usecases/transfers/record-import-part.ts';
import { splitImport } from '../../shared/usecases/transfers/split-import.ts';
import { type ExportDeps, writeExport } from '../../shared/usecases/transfers/write-export.ts';
import type { ApiUnderTest } from './crm-api.ts';
import type { FilesInMemory } from './files-in-memory.ts';

export interface RunOptions {
  /** Time a message has left when it looks for the nth time. */
  readonly remainingMs?: (look: number) => number;
  /** Every message is done twice. */
  readonly twice?: boolean;
}

/** What work-run does with the messages of imports and exports, on the tables of an API under test. */
export async function runTransfers(api: ApiUnderTest, options: RunOptions = {}): Promise<Work[]> {
  const deps = { ...api.deps, store: api.store } as unknown as ImportPartDeps & ExportDeps;
  const work = { send: api.deps.workQueue.send };
  const done: Work[] = [];
  for (let message = api.sent.shift(); message; message = api.sent.shift()) {
    for (let time = 0; time < (options.twice ? 2 : 1); time++) {
      let look = 0;
      const remainingMs = () => options.remainingMs?.(++look) ?? 60_000;
      await runOne(message.work, remainingMs, { ...deps, work });
    }
    done.push(message.work);
    await setImmediate();
  }
  return done;
}

async function runOne(work: Work, remainingMs: () => number, deps: ImportPartDeps & ExportDeps): Promise<void> {
  switch (work.type) {
    case 'import.split':
      return splitImport(work, remainingMs, deps);
    case 'import.part':
      return void (await recordImportPart(work, remainingMs, deps));
    case 'import.finish':
      return void (await finishImport(work.job, deps));
    case 'export.write':
      return writeExport(work, remainingMs, deps);
    default:
  }
}

/** Uploads and runs an import; answers with what the API says of it then. */
export async function importFile(
  api: ApiUnderTest,
  file: string | Uint8Array,
  request: Record<string, unknown>,
  options: RunOptions = {},
) {
  const created = await api.call('POST', '/v1/imports', {
    body: { kind: 'orders', format: 'csv', shop: 'north', ...request },
  });
  if (created.status !== 201) throw new Error(created.text);
  const { id } = created.json;
  (api.deps.files as FilesInMemory).objects.set(`imports/${id}/source`, Buffer.from(file));
  await api.call('POST', `/v1/imports/${id}/start`, { body: {} });
  await runTransfers(api, options);
  return (await api.call('GET', `/v1/imports/${id}`)).json;
}

/** The list of rejected rows, a row each. */
export function rejectedOf(api: ApiUnderTest, job: { id: string }): string[] {
  const bytes = (api.deps.files as FilesInMemory).objects.get(`imports/${job.id}/rejected.csv`);
  return bytes ? Buffer.from(bytes).toString('utf8').replace('\ufeff', '').trimEnd().split('\r\n') : [];
}
