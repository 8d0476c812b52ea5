import { describe, expect, it } from 'vitest';
import type { AuditedChange, WorkQueue } from '../../../shared/usecases/ports.ts';
import {
  createImport,
  type ImportApiDeps,
  sourceKey,
  startImport,
} from '../../../shared/usecases/transfers/import-file.ts';
import type { ImportOrder, JobStore, TransferJob } from '../../../shared/usecases/transfers/transfer-ports.ts';
import { filesInMemory } from '../../support/files-in-memory.ts';

const actor = { keyId: 'k', name: 'Test', role: 'marketer', requestId: 'r' } as const;
const now = Date.UTC(2026, 10, 23);
const shop = { id: 'north', platform: 'generic', name: 'North', currency: 'CNY', timezone: 'Asia/Shanghai' };

function world() {
  const audited: AuditedChange[] = [];
  const sent: Parameters<WorkQueue['send']>[0][] = [];
  let job: TransferJob | undefined;
  const jobs: Partial<JobStore> = {
    async createJob(created, change) {
      const counts = { read: 0, recorded: 0, unchanged: 0, rejected: 0 };
      job = { ...created, status: 'waiting', counts, partsDone: 0, steps: [], rejects: [] };
      audited.push(change);
    },
    readJob: async () => job,
    async startJob(_id, startedAt, bytes = 0, change) {
      if (job?.status !== 'waiting') return false;
      job = { ...job, status: 'running', startedAt, bytes };
      if (change) audited.push(change);
      return true;
    },
  };
  const files = filesInMemory();
  const known = async (id: string) => (id === 'north' ? shop : undefined);
  const deps = {
    jobs,
    files,
    shops: { shop: known, freshShop: known },
    workQueue: { send: async (work: Parameters<WorkQueue['send']>[0]) => void sent.push(work) },
    clock: { now: () => now },
    newJobId: () => 'job1',
  } as unknown as ImportApiDeps;
  return { deps, files, audited, sent };
}

const order = (more: Partial<ImportOrder> = {}): ImportOrder => ({
  direction: 'import',
  kind: 'orders',
  format: 'csv',
  shop: 'north',
  asOf: now,
  ...more,
});

describe('a file that is announced', () => {
  const message = 'is for CSV: each line of NDJSON names its fields, in UTF-8';

  it.each([
    ['mapping', { mapping: { id: 'Order no.' } }],
    ['preset', { preset: 'shopify' }],
    ['encoding', { encoding: 'gb18030' }],
  ] as const)('may have %s as CSV only', async (field, more) => {
    expect(await createImport(order(more), actor, world().deps)).toMatchObject({ id: 'job1' });
    const { deps, audited } = world();
    await expect(createImport(order({ ...more, format: 'ndjson' }), actor, deps)).rejects.toMatchObject({
      errors: [{ field, message }],
    });
    expect(audited).toEqual([]);
  });

  it('is taken as NDJSON, which is in UTF-8', async () => {
    const asked = order({ kind: 'customers', format: 'ndjson', encoding: 'utf-8' });
    expect(await createImport(asked, actor, world().deps)).toMatchObject({ order: asked });
  });
});

describe('an import that is started', () => {
  it('is in the audit log, once, with who started it', async () => {
    const { deps, files, audited, sent } = world();
    await createImport(order(), actor, deps);
    await expect(startImport('job1', [], actor, deps)).rejects.toThrow('nothing has been uploaded');
    expect(audited).toHaveLength(1);
    files.objects.set(sourceKey('job1'), Buffer.from('id,total,createdAt\n'));
    for (const time of [1, 2]) {
      expect(await startImport('job1', [], actor, deps)).toMatchObject({ status: 'running' });
      expect(sent).toHaveLength(time);
    }
    expect(audited.slice(1)).toEqual([
      { actor, at: now, action: 'import.started', target: 'import/job1', changed: [] },
    ]);
  });
});
