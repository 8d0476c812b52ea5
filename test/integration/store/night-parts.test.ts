import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dueKey, dueShardKey } from '../../../shared/adapters/dynamodb/customer-items.ts';
import { DynamoCustomerStore } from '../../../shared/adapters/dynamodb/customer-store.ts';
import type { Work } from '../../../shared/contracts/work.ts';
import { dayOf } from '../../../shared/domain/calendar.ts';
import { emptyFile } from '../../../shared/domain/customers/customer-file.ts';
import { defaultSettings } from '../../../shared/domain/settings/settings.ts';
import { dueShards, shardOf } from '../../../shared/domain/sharding.ts';
import { noticeFile } from '../../../shared/usecases/customers/attach-to-customer.ts';
import { type RecomputePart, runRecomputePart } from '../../../shared/usecases/life-cycle/run-recompute-part.ts';
import type { RunStep } from '../../../shared/usecases/ports.ts';
import { type LocalTables, startTables } from '../../support/dynamodb-local.ts';

const dayMs = 86_400_000;
const bought = Date.UTC(2026, 0, 10, 4);
const asOf = bought + 100 * dayMs;
const shard = 3;
/** Customers of one shard, all of whom turn silent on the 91st day. */
const ids = Array.from({ length: 10_000 }, (_, number) => `c_b${number}`)
  .filter((id) => shardOf(id, dueShards) === shard)
  .slice(0, 250);

let tables: LocalTables;
let store: DynamoCustomerStore;
beforeAll(async () => {
  tables = await startTables();
  store = new DynamoCustomerStore(tables.client, tables.tableNames);
  const day = dayOf(bought, 'Asia/Shanghai');
  const purchase = { paidAt: bought, day, amount: 100, currency: 'CNY', items: 1, lines: [], coupons: [] };
  for (const id of ids) {
    const file = { ...emptyFile(id), orders: new Map([[`north#${id}`, { statedAt: bought, purchase }]]) };
    const { item } = noticeFile(file, 'purchase', defaultSettings, { now: () => bought });
    await store.commit({ cause: id, files: [{ value: item, version: 0 }] });
  }
  // A file no program wrote: it is due first, and stands in the way of the others.
  await tables.client.send(
    new PutItemCommand({
      TableName: tables.tableNames.customers,
      Item: {
        customer: { S: 'c_unreadable' },
        version: { N: '1' },
        facts: { S: '{' },
        dueShard: { S: dueShardKey(shard) },
        dueAt: { S: dueKey(bought) },
      },
    }),
  );
});
afterAll(() => tables.stop());

function partsDeps(sent: Work[], steps: RunStep[], failed: string[]) {
  return {
    store,
    settings: { settings: async () => defaultSettings },
    shops: { shop: async () => undefined, freshShop: async () => undefined },
    runs: {
      startRun: async () => true,
      readRun: async () => undefined,
      stepDone: async (_run: string, step: RunStep) => void steps.push(step),
    },
    work: { send: async (work: Work) => void sent.push(work) },
    clock: { now: () => asOf },
    onFailure: (customer: string) => void failed.push(customer),
    pause: async () => undefined,
    random: () => 0,
  };
}

describe('a part of a night that has no time left', () => {
  test('hands on the rest until everybody is noticed, once; what cannot be read holds up nobody', async () => {
    const [sent, steps, failed]: [Work[], RunStep[], string[]] = [[], [], []];
    const deps = partsDeps(sent, steps, failed);
    const first: RecomputePart = { type: 'night.due', run: 'night', asOf, shard };
    const totals = { read: 0, changed: 0 };
    for (let part: Work | undefined = first; part?.type === 'night.due'; part = sent.shift()) {
      const counts = await runRecomputePart(part, () => 0, deps);
      totals.read += counts.read;
      totals.changed += counts.changed;
    }
    expect(totals).toEqual({ read: 251, changed: 250 });
    expect(failed).toEqual(['c_unreadable']);
    expect(steps.map(({ last }) => last)).toEqual([false, false, true]);
    const files = await store.readFiles(ids);
    const stages = new Set(
      [...files.values()].map(({ value }) => (value.type === 'file' ? value.file.noticed?.stage : '')),
    );
    expect([...stages]).toEqual(['silent']);
  });

  test('a second time finds nobody but the one that cannot be read', async () => {
    const failed: string[] = [];
    const counts = await runRecomputePart(
      { type: 'night.due', run: 'night', asOf, shard },
      () => 60_000,
      partsDeps([], [], failed),
    );
    expect([counts, failed]).toEqual([{ read: 1, written: 0, changed: 0, failed: 1 }, ['c_unreadable']]);
  });
});

describe('a customer whose points expire', () => {
  test('is due then, is visited once by the night, and changes no stage', async () => {
    const id = Array.from({ length: 10_000 }, (_, number) => `c_p${number}`).find(
      (one) => shardOf(one, dueShards) === 7,
    );
    if (id === undefined) throw new Error('no id in this shard');
    const points = { newcomerMultiplier: '1', expiryMonths: 1 };
    const settings = { ...defaultSettings, points };
    const purchase = { paidAt: bought, day: dayOf(bought, 'Asia/Shanghai'), amount: 500, currency: 'CNY', items: 1 };
    const entry = { statedAt: bought, purchase: { ...purchase, lines: [], coupons: [] } };
    const file = { ...emptyFile(id), orders: new Map([['north#p', entry]]) };
    const { item } = noticeFile(file, 'purchase', settings, { now: () => bought });
    await store.commit({ cause: id, files: [{ value: item, version: 0 }] });
    const dueAt = async () => {
      const value = (await store.readFiles([id])).get(id)?.value;
      return value?.type === 'file' ? value.dueAt : undefined;
    };
    const expiry = Date.parse('2026-02-28T16:00:00Z');
    expect(await dueAt()).toBe(expiry);
    const night: RecomputePart = { type: 'night.due', run: 'night of points', asOf: expiry, shard: 7 };
    const deps = { ...partsDeps([], [], []), settings: { settings: async () => settings } };
    expect(await runRecomputePart(night, () => 60_000, deps)).toEqual({ read: 1, written: 1, changed: 0, failed: 0 });
    expect(await runRecomputePart(night, () => 60_000, deps)).toMatchObject({ read: 0 });
    expect(await dueAt()).toBe(Date.parse('2026-04-10T16:00:00Z'));
  });
});
