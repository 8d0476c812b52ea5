import { rootKeys } from '../../shared/adapters/crypto/root-keys.ts';
import { dynamoJobStore } from '../../shared/adapters/dynamodb/workspace/jobs.ts';
import { dynamoProductStore } from '../../shared/adapters/dynamodb/workspace/products.ts';
import { intakeDeps } from '../../shared/adapters/intake.ts';
import { readLayout } from '../../shared/contracts/imports/file-layout.ts';
import type { Work } from '../../shared/contracts/work.ts';
import { sourceKey } from '../../shared/usecases/transfers/import-file.ts';
import { type ImportPartDeps, recordImportPart } from '../../shared/usecases/transfers/record-import-part.ts';
import { type LocalTables, startTables } from '../support/dynamodb-local.ts';
import { filesInMemory } from '../support/files-in-memory.ts';
import { environmentOf, intakeOnTables } from '../support/intake-on-tables.ts';
import { fileOrders, orderCsv, orderLines } from '../support/order-files.ts';
import { goesTo, type SentRequest, watchRequests } from '../support/sent-requests.ts';
import { atLeast, information, type Measure } from './measure.ts';
import { send } from './order-events.ts';
import { inLanes, interleaved, median, secondsOf } from './rounds.ts';

const orders = fileOrders(1500, Date.UTC(2025, 0, 1));
const rows = orders.flatMap(orderLines).length;
const lanes = 8;
const rounds = 5;
const job = 'bench';
const keys = rootKeys('a root secret of sixty-four characters, made for the tables of tests');

export const importOrders: Measure = {
  name: 'import-orders',
  how:
    `One part of an import (${orders.length.toLocaleString('en-US')} orders in ${rows.toLocaleString('en-US')} rows of CSV; real adapters, DynamoDB Local) as work-run records it, ` +
    `against the requests of such a pass sent bare, ${lanes} at a time, same SDK client, same engine. In turn, fresh tables for each of ${rounds} rounds after one to warm up, medians.`,
  async run(say) {
    const file = Buffer.from(orderCsv(orders));
    const recorded = await recordRequests(file);
    say(`recorded ${(recorded.requests.length / orders.length).toFixed(2)} requests an order; ${rounds} rounds`);
    const taken = await interleaved(
      rounds,
      () => onTables((tables) => throughImport(file, tables)),
      () => onTables((tables) => bare(recorded, tables)),
    );
    const rates = taken.one.map((seconds) => rows / seconds);
    const ratio = median(taken.one.map((seconds, round) => (taken.other[round] ?? Number.NaN) / seconds));
    return [
      atLeast('rate of the import / rate of its bare requests', ratio, 0.7),
      information('rows/s through the import', median(rates), '', 0),
      information('orders/s through the import', median(taken.one.map((seconds) => orders.length / seconds)), '', 0),
    ];
  },
};

async function onTables(measure: (tables: LocalTables) => Promise<number>): Promise<number> {
  const tables = await startTables();
  try {
    return await measure(tables);
  } finally {
    await tables.stop();
  }
}

async function prepare(file: Buffer, { client, tableNames }: LocalTables) {
  await intakeOnTables({ client, tableNames });
  const workspace = { client, name: tableNames.workspace };
  const jobs = dynamoJobStore(workspace);
  const files = filesInMemory();
  files.objects.set(sourceKey(job), file);
  const layout = readLayout(file, 'csv');
  if ('problem' in layout) throw new Error(layout.problem);
  const actor = { keyId: 'k', name: 'bench', role: 'admin', requestId: 'r' } as const;
  const order = { direction: 'import', kind: 'orders', format: 'csv', shop: 'north', asOf: 0 } as const;
  const change = { actor, at: 0, action: 'import.created', target: 'import/bench', changed: [] };
  await jobs.createJob({ id: job, order, createdAt: Date.now() }, change);
  await jobs.startJob(job, Date.now(), file.length);
  await jobs.keepLayout(job, layout);
  const deps: ImportPartDeps = {
    ...intakeDeps(client, environmentOf(tableNames), keys),
    jobs,
    files,
    products: dynamoProductStore(workspace),
    work: { send: async (_: Work) => undefined },
  };
  const part = { type: 'import.part', job, part: 0, start: layout.dataStart, end: file.length, row: 2 } as const;
  return { deps, part };
}

async function throughImport(file: Buffer, tables: LocalTables): Promise<number> {
  const { deps, part } = await prepare(file, tables);
  return secondsOf(async () => {
    const counts = await recordImportPart(part, () => 600_000, deps);
    if (counts?.recorded !== rows) throw new Error(`recorded ${counts?.recorded} of ${rows} rows`);
  });
}

interface Recorded {
  readonly tableNames: LocalTables['tableNames'];
  readonly requests: readonly SentRequest[];
}

async function recordRequests(file: Buffer): Promise<Recorded> {
  const tables = await startTables();
  try {
    const { deps, part } = await prepare(file, tables);
    const requests: SentRequest[] = [];
    const stop = watchRequests(tables.client, (request) => {
      if (!goesTo(request, tables.tableNames.workspace) && request.failure === undefined) requests.push(request);
    });
    await recordImportPart(part, () => 600_000, deps);
    stop();
    return { tableNames: tables.tableNames, requests };
  } finally {
    await tables.stop();
  }
}

async function bare({ tableNames, requests }: Recorded, { client, tableNames: fresh }: LocalTables): Promise<number> {
  const prefix = (names: LocalTables['tableNames']) => names.orders.slice(0, -'orders'.length);
  const moved = requests.map((request): SentRequest => {
    const input = JSON.stringify(request.input).replaceAll(prefix(tableNames), prefix(fresh));
    return { ...request, input: JSON.parse(input) as SentRequest['input'] };
  });
  return secondsOf(() => inLanes(lanes, moved, async (request) => void (await send(client, request))));
}
