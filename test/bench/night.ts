import { ScanCommand } from '@aws-sdk/client-dynamodb';
import {
  fileItem,
  type Item,
  migrationItem,
  migrationPartition,
  readFileItem,
} from '../../shared/adapters/dynamodb/customer-items.ts';
import { DynamoCustomerStore } from '../../shared/adapters/dynamodb/customer-store.ts';
import { dynamoNightMarks } from '../../shared/adapters/dynamodb/workspace/night-marks.ts';
import { dynamoRunStore } from '../../shared/adapters/dynamodb/workspace/runs.ts';
import type { Work } from '../../shared/contracts/work.ts';
import { formatDay, type Instant } from '../../shared/domain/calendar.ts';
import { purchasesOf } from '../../shared/domain/customers/customer-file.ts';
import { noticeCustomer } from '../../shared/domain/customers/notice-customer.ts';
import { type Stage, stageAt } from '../../shared/domain/life-cycle/stage.ts';
import { defaultSettings } from '../../shared/domain/settings/settings.ts';
import { planNight } from '../../shared/usecases/life-cycle/plan-night.ts';
import { runRecomputePart } from '../../shared/usecases/life-cycle/run-recompute-part.ts';
import { type LocalTables, startTables } from '../support/dynamodb-local.ts';
import { meterOf, watchRequests } from '../support/sent-requests.ts';
import { type BaseCustomer, customerBase, writeItems } from './customer-base.ts';
import { atLeast, atMost, information, type Measure, type Say } from './measure.ts';
import { inLanes, secondsOf } from './rounds.ts';

/** When the schedule fires: 03:00 of the next day in Shanghai. */
const asOf = Date.UTC(2026, 10, 23, 19);
const customers = 100_000;
const due = customers / 100;

export const night: Measure = {
  name: 'night',
  how:
    `Bases of ${customers.toLocaleString('en')} and of a tenth of it (files of 1 to 6 orders as webhooks make them, ${due} due in each) are run through ` +
    'planNight and runRecomputePart on DynamoDB Local. Items read are profile items (BatchGetItem, Scan); the keys that the ' +
    'due index answered are counted apart. Units: all requests of the night with its plan and progress, by the rules of AWS ' +
    'from item sizes; a changed index key is a delete and a put. Naive night on the same base: scan the whole table in 1 MB ' +
    'pages, recompute everybody, write every file back with BatchWriteItem without conditions, and one item per change of stage. Both must end with the same stages.',
  async run(say) {
    const small = await onBase(customers / 10, say, (base) => base.night());
    const large = await onBase(customers, say, async (base) => {
      const naive = await base.naive();
      say(`naive: ${naive.seconds.toFixed(0)} s, ${naive.units} units`);
      await base.restore();
      return { naive, night: await base.night() };
    });
    const { night: taken, naive } = large;
    return [
      atMost('profile items read / customers due', taken.profilesRead / due, 1.1),
      information('index keys read / customers due', taken.keysRead / due),
      atMost('request units on ten times the base / on the base', taken.units / small.units, 1.2),
      information('request units of a night per customer due', taken.units / due),
      atLeast(
        `request units, naive night / night (${customers.toLocaleString('en')} customers, 1 % due)`,
        naive.units / taken.units,
        20,
        '',
        1,
      ),
      information('request units of the naive night', naive.units, '', 0),
      information('request units of the night', taken.units, '', 0),
      information('seconds of the naive night', naive.seconds, '', 1),
      information('seconds of the night', taken.seconds, '', 1),
    ];
  },
};

interface Cost {
  readonly units: number;
  readonly seconds: number;
  readonly profilesRead: number;
  readonly keysRead: number;
}

interface Base {
  night(): Promise<Cost>;
  naive(): Promise<Cost>;
  /** Puts those who were due back to where they were before the night. */
  restore(): Promise<void>;
}

async function onBase<T>(size: number, say: Say, use: (base: Base) => Promise<T>): Promise<T> {
  const tables = await startTables();
  try {
    const { client, tableNames } = tables;
    const dueCustomers: BaseCustomer[] = [];
    const seconds = await secondsOf(() => writeItems(client, tableNames.customers, seeding(size, dueCustomers)));
    say(
      `${size.toLocaleString('en')} customers written in ${seconds.toFixed(0)} s, ${dueCustomers.length} of them due`,
    );
    const checked = async (run: () => Promise<unknown>) => {
      const cost = await metered(tables, run);
      await expectStages(dueCustomers, tables);
      return cost;
    };
    return await use({
      night: () => checked(() => runNight(tables)),
      naive: () => checked(() => scanAndRewrite(tables)),
      restore: async () =>
        void (await writeItems(
          client,
          tableNames.customers,
          dueCustomers.map(({ item }) => item),
        )),
    });
  } finally {
    await tables.stop();
  }
}

function* seeding(size: number, dueCustomers: BaseCustomer[]): Generator<Item> {
  for (const customer of customerBase(size, due, asOf)) {
    if (customer.isDue) dueCustomers.push(customer);
    yield customer.item;
  }
}

async function metered({ client, tableNames }: LocalTables, run: () => Promise<unknown>): Promise<Cost> {
  const meter = meterOf(tableNames);
  const read = { profiles: 0, keys: 0 };
  const stop = watchRequests(client, ({ operation, input, output, failure }) => {
    meter.record('night', operation, input, output, failure);
    const items = (output.Items ?? (output.Responses as Record<string, unknown> | undefined)?.[tableNames.customers]) as
      | readonly unknown[]
      | undefined;
    if (operation === 'Query' && input.IndexName !== undefined) read.keys += items?.length ?? 0;
    else if (operation !== 'GetItem') read.profiles += items?.length ?? 0;
  });
  const seconds = await secondsOf(run);
  stop();
  const { readUnits, writeUnits } = meter.read();
  return { units: readUnits + writeUnits, seconds, profilesRead: read.profiles, keysRead: read.keys };
}

async function runNight({ client, tableNames }: LocalTables): Promise<void> {
  const workspace = { client, name: tableNames.workspace };
  const parts: Work[] = [];
  const clock = { now: () => asOf + 60_000 };
  const runs = dynamoRunStore(workspace);
  const work = { send: async (part: Work) => void parts.push(part) };
  await planNight(asOf, { runs, nights: dynamoNightMarks(workspace), work, clock });
  const deps = {
    store: new DynamoCustomerStore(client, tableNames),
    settings: { settings: async () => defaultSettings },
    shops: { shop: async () => undefined, freshShop: async () => undefined },
    runs,
    work,
    clock,
    onFailure: (_customer: string, error: unknown) => {
      throw error;
    },
    pause: async () => undefined,
    random: Math.random,
  };
  await inLanes(4, parts, async (part) => {
    // The census that goes beside it has a measure of its own.
    if (part.type !== 'night.due') return;
    await runRecomputePart(part, () => 60_000, deps);
  });
}

/** What a night without a due index does: everybody is read, reckoned and written back. */
async function scanAndRewrite(tables: LocalTables): Promise<void> {
  const segments = 4;
  await inLanes(segments, [0, 1, 2, 3], async (segment) => {
    let after: Item | undefined;
    do {
      const page = await tables.client.send(
        new ScanCommand({
          TableName: tables.tableNames.customers,
          Segment: segment,
          TotalSegments: segments,
          ExclusiveStartKey: after,
        }),
      );
      await rewrite(page.Items ?? [], tables);
      after = page.LastEvaluatedKey;
    } while (after);
  });
}

async function rewrite(page: readonly Item[], { client, tableNames }: LocalTables): Promise<void> {
  const files: Item[] = [];
  const migrations: Item[] = [];
  for (const item of page) {
    const { value, version } = readFileItem(item);
    if (value.type !== 'file') continue;
    const { file } = value;
    const told = noticeCustomer(file, asOf, 'time', defaultSettings);
    const due = told.dueAt === undefined ? {} : { dueAt: told.dueAt };
    files.push(fileItem({ value: { type: 'file', file: { ...file, noticed: told.noticed }, ...due }, version }));
    for (const migration of told.migrations) {
      const day = formatDay(migration.day);
      migrations.push(migrationItem(migrationPartition(day.slice(0, 7), 0), `${day}#${file.id}`, [migration]));
    }
  }
  await writeItems(client, tableNames.customers, files);
  await writeItems(client, tableNames.migrations, migrations);
}

/** @throws when the stored stage of somebody due is not the one that the purchases give */
async function expectStages(dueCustomers: readonly BaseCustomer[], tables: LocalTables): Promise<void> {
  const store = new DynamoCustomerStore(tables.client, tables.tableNames);
  const stored = await store.readFiles(dueCustomers.map(({ file }) => file.id));
  for (const { file } of dueCustomers) {
    const found = stored.get(file.id)?.value;
    const stage = found?.type === 'file' ? found.file.noticed?.stage : undefined;
    if (stage !== stageOf(file, asOf)) throw new Error(`${file.id} is ${stage}`);
  }
}

function stageOf(file: BaseCustomer['file'], at: Instant): Stage {
  return stageAt(purchasesOf(file), at, defaultSettings.stages, defaultSettings.timezone);
}
