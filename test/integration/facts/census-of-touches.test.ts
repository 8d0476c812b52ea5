import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rootKeys } from '../../../shared/adapters/crypto/root-keys.ts';
import { dynamoCaseStore } from '../../../shared/adapters/dynamodb/case-store.ts';
import { DynamoCustomerStore } from '../../../shared/adapters/dynamodb/customer-store.ts';
import { touchItem } from '../../../shared/adapters/dynamodb/touch-items.ts';
import { dynamoTouchScan } from '../../../shared/adapters/dynamodb/touch-scan.ts';
import { dynamoCensusSteps } from '../../../shared/adapters/dynamodb/workspace/census-steps.ts';
import { dynamoFactsManifests } from '../../../shared/adapters/dynamodb/workspace/facts-manifest.ts';
import { dynamoNightMarks } from '../../../shared/adapters/dynamodb/workspace/night-marks.ts';
import { dynamoNightlyLimits } from '../../../shared/adapters/dynamodb/workspace/nightly-limits.ts';
import { dynamoProductStore } from '../../../shared/adapters/dynamodb/workspace/products.ts';
import { dynamoRunStore } from '../../../shared/adapters/dynamodb/workspace/runs.ts';
import { dynamoStageCounts } from '../../../shared/adapters/dynamodb/workspace/stage-counts.ts';
import { s3FactsFiles } from '../../../shared/adapters/s3/facts-files.ts';
import { factsManifestSchema } from '../../../shared/contracts/facts-files.ts';
import type { Work } from '../../../shared/contracts/work.ts';
import { planned, type Touch } from '../../../shared/domain/touches/touch.ts';
import { isCensusPart } from '../../../shared/usecases/census/census-parts.ts';
import { closeCensus } from '../../../shared/usecases/census/close-census.ts';
import { runCensusPart } from '../../../shared/usecases/census/run-census-part.ts';
import { scanCustomers } from '../../../shared/usecases/customers/scan-customers.ts';
import { planNight } from '../../../shared/usecases/life-cycle/plan-night.ts';
import { factsOf, type LocalBucket, objectsIn, startBucket } from '../../support/bucket-engine.ts';
import { type LocalTables, startTables } from '../../support/dynamodb-local.ts';
import { type IntakeOnTables, intakeOnTables } from '../../support/intake-on-tables.ts';

const dayMs = 86_400_000;
const asOf = Date.UTC(2026, 10, 23, 19);
const sentAt = asOf - 40 * dayMs;
/** 00:30 of the next day in Shanghai. */
const deliveredAt = Date.UTC(2026, 9, 14, 16, 30);

let tables: LocalTables;
let bucket: LocalBucket;
let intake: IntakeOnTables;
beforeAll(async () => {
  [tables, bucket] = await Promise.all([startTables(), startBucket()]);
  intake = await intakeOnTables(tables);
});
afterAll(() => Promise.all([tables?.stop(), bucket?.stop()]));

async function deliverOrder(id: string, buyer: string, phone: string): Promise<void> {
  const at = new Date(asOf - 300 * dayMs).toISOString();
  const data = {
    id,
    currency: 'CNY',
    total: '100.00',
    createdAt: at,
    paidAt: at,
    updatedAt: at,
    items: [{ productId: 'tea', title: 'Tea', quantity: 1, price: '100.00' }],
    customer: { id: buyer, phone },
  };
  const body = JSON.stringify({ type: 'order.updated', timestamp: at, data });
  expect((await intake.deliver({ id, body })).status).toBe(200);
}

async function customers(): Promise<{ id: string; aliases: readonly string[] }[]> {
  const found: { id: string; aliases: readonly string[] }[] = [];
  await scanCustomers(new DynamoCustomerStore(tables.client, tables.tableNames), ({ id, aliases }) => {
    found.push({ id, aliases });
  });
  return found;
}

function touchOf(customer: string, id: string, how: Partial<Touch>): Touch {
  const plan = {
    customer,
    origin: { type: 'journey', id: 'turned-silent', version: 1, step: 'first' },
    occurrence: id,
    channel: 'sms',
    class: 'promotional',
    purpose: 'other',
    priority: 1,
    template: 'come-back',
    occurredAt: sentAt,
    expiresAt: sentAt + dayMs,
  } as const;
  return { ...planned(plan, id, sentAt, sentAt), ...how };
}

async function put(touch: Touch): Promise<void> {
  const Item = touchItem({ value: touch, version: 0 });
  await tables.client.send(new PutItemCommand({ TableName: tables.tableNames.touches, Item }));
}

/** Every step is short of time after its first page, of two. */
async function census(unreadable: string[]) {
  const { client, tableNames } = tables;
  const workspace = { client, name: tableNames.workspace };
  const clock = { now: () => asOf + 60_000 };
  const waiting: Work[] = [];
  const scan = dynamoTouchScan(client, tableNames.touches);
  const deps = {
    store: new DynamoCustomerStore(client, tableNames),
    touchScan: {
      scanTouches: (segment: number, total: number, after?: string) => scan.scanTouches(segment, total, after, 2),
    },
    facts: s3FactsFiles(bucket.client, bucket.bucket),
    cases: dynamoCaseStore(client, tableNames),
    steps: dynamoCensusSteps(workspace, clock),
    manifests: dynamoFactsManifests(workspace),
    stageCounts: dynamoStageCounts(workspace),
    limits: dynamoNightlyLimits(workspace, clock, 0),
    settings: { settings: async () => ({ ...intake.settings, timezone: 'Asia/Shanghai' }) },
    shops: { shop: async () => undefined, freshShop: async () => undefined },
    products: dynamoProductStore(workspace),
    runs: dynamoRunStore(workspace),
    work: { send: async (work: Work) => void waiting.push(work) },
    clock,
    nights: dynamoNightMarks(workspace),
    identityHash: rootKeys('a root secret of sixty-four characters, made for the tables of tests').identityHash,
    onFailure: (name: string) => void unreadable.push(name),
  };
  await planNight(asOf, deps);
  for (let work = waiting.shift(); work; work = waiting.shift()) {
    if (isCensusPart(work)) await runCensusPart(work, () => 0, deps);
    if (work.type === 'census.close') await closeCensus(work, () => 0, deps);
  }
  const manifest = await deps.manifests.readManifest();
  if (!manifest) throw new Error('no facts are in force');
  return { manifest, facts: await factsOf(manifest, await objectsIn(bucket, manifest.prefix)) };
}

describe('a census of touches', () => {
  test('tells what went out to whom, as who they are now, without addresses', async () => {
    await deliverOrder('o-1', 'b-1', '+8619920000001');
    await deliverOrder('o-2', 'b-2', '+8619920000002');
    const [one, two] = (await customers()).map(({ id }) => id) as [string, string];
    const claim = { at: sentAt, until: sentAt + 60_000, address: 'p:address-key', customer: one };
    const reactions = { delivered: deliveredAt, opened: deliveredAt + 1, clicked: asOf + 1 };
    const brought = { parts: 2, cost: 90_000, coupon: 'back20', credited: { orders: 1, amount: 9900, discount: 500 } };
    await put(touchOf(one, 'a-sms', { state: 'sent', sentAt, claim, reactions, variant: 'b', ...brought }));
    await put(touchOf(two, 'b-sms', { state: 'sent', sentAt, claim }));
    await put(touchOf(two, 'c-sms', { state: 'sent', sentAt, reactions: { softBounced: sentAt + 1 } }));
    await put(touchOf(two, 'd-sms', { state: 'unconfirmed', claim }));
    for (const state of ['planned', 'claimed', 'skipped', 'failed'] as const) {
      await put(touchOf(one, `${state}-sms`, { state, claim }));
    }
    await put(touchOf(one, 'tomorrow-sms', { state: 'sent', sentAt: asOf + 1 }));
    const Item = { customer: { S: one }, touch: { S: 'unreadable-sms' }, version: { N: '1' }, state: { S: '{' } };
    await tables.client.send(new PutItemCommand({ TableName: tables.tableNames.touches, Item }));
    // One and the same phone: they turn out to be one.
    await deliverOrder('o-3', 'b-2', '+8619920000001');
    const [merged, ...others] = await customers();
    expect([others, merged?.aliases.length]).toEqual([[], 1]);

    const unreadable: string[] = [];
    const { manifest, facts } = await census(unreadable);
    expect(unreadable).toEqual([`${one} unreadable-sms`]);
    expect([manifest.counts.touches, manifest.unreadable]).toEqual([4, 1]);
    const row = {
      customer: merged?.id,
      origin: 'turned-silent',
      channel: 'sms',
      class: 'promotional',
      state: 'sent',
      sentAt,
      ...{ deliveredAt: null, bouncedAt: null, openedAt: null, clickedAt: null, unsubscribedAt: null },
      ...{ step: 'first', template: 'come-back', variant: null, coupon: null, parts: null, cost: null },
      ...{ creditedOrders: 0, creditedAmount: 0 },
      day: Date.UTC(2026, 9, 15) / dayMs,
    };
    expect(facts.touches.toSorted((a, b) => String(a.touch).localeCompare(String(b.touch)))).toEqual([
      {
        ...{ ...row, touch: 'a-sms', deliveredAt, openedAt: deliveredAt + 1, variant: 'b', coupon: 'back20' },
        ...{ parts: 2, cost: 90_000, creditedOrders: 1, creditedAmount: 9900 },
      },
      { ...row, touch: 'b-sms', day: Date.UTC(2026, 9, 15) / dayMs },
      { ...row, touch: 'c-sms', bouncedAt: sentAt + 1 },
      { ...row, touch: 'd-sms', state: 'unconfirmed', sentAt: null, day: null },
    ]);
    for (const [key, bytes] of await objectsIn(bucket)) {
      expect(Buffer.from(bytes).includes('address-key'), key).toBe(false);
    }
  });

  test('leaves the facts of before there were touches readable', () => {
    const counts = { customers: 1, purchases: 0, lines: 0, orders: 0, refunds: 0 };
    const parts = { customers: ['0'], purchases: [], lines: [], orders: [], refunds: [] };
    const before = {
      run: 'r',
      asOf,
      settings: 1,
      baseCurrency: 'CNY',
      prefix: 'facts/r/',
      unreadable: 0,
      counts,
      parts,
    };
    expect(factsManifestSchema.parse(before)).toMatchObject({
      counts: { customers: 1, touches: 0 },
      parts: { customers: ['0'], touches: [] },
    });
  });
});
