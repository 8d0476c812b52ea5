import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { factsManifestSchema } from '../../shared/contracts/facts-files.ts';
import { bucketClient, factsOf, objectsIn } from '../support/bucket-engine.ts';
import { type ShopEvent, sendAll } from '../support/shop-sender.ts';
import { startWholeStack, type WholeStack } from '../support/whole-stack.ts';

const dayMs = 86_400_000;
const night = Date.UTC(2026, 2, 3, 19);
const buyers = 80;

let whole: WholeStack;
beforeAll(async () => {
  whole = await startWholeStack({ time: new Date(night - 7 * 3_600_000) });
  const shop = await whole.connectShop({ id: 'tea', currency: 'CNY', timezone: 'Asia/Shanghai' });
  const { byStatus } = await sendAll(shop, orders(), { patienceMs: 10_000 });
  await whole.stack.idle();
  expect(Object.keys(byStatus).filter((status) => !['200', '202'].includes(status))).toEqual([]);
});
afterAll(() => whole?.stop());

const phoneOf = (buyer: number) => `+86199${String(30_000_000 + buyer)}`;
const emailOf = (buyer: number) => `reader.${buyer}@mailbox.example`;

/** Up to three purchases a buyer, of the last day or of long ago; every eighth has paid nothing. */
function orders(): ShopEvent[] {
  return Array.from({ length: buyers }, (_, buyer) =>
    Array.from({ length: 1 + (buyer % 3) }, (_, number): ShopEvent => {
      const id = `o-${buyer}-${number}`;
      const at = new Date(night - dayMs - (((buyer * 41) % 450) + number * 20) * dayMs).toISOString();
      const data = {
        id,
        currency: 'CNY',
        total: `${20 + buyer}.00`,
        createdAt: at,
        ...(buyer % 8 !== 0 && { paidAt: at }),
        updatedAt: at,
        items: [{ productId: `p-${buyer % 5}`, title: 'Tea', quantity: 1, price: `${20 + buyer}.00` }],
        customer: { id: `b-${buyer}`, name: 'Ouyang Nana', phone: phoneOf(buyer), email: emailOf(buyer) },
      };
      return { id, body: JSON.stringify({ type: 'order.updated', timestamp: at, data }) };
    }),
  ).flat();
}

async function manifestNow() {
  const item = (await whole.items('workspace')).find(({ kind }) => kind?.S === 'facts');
  return item && factsManifestSchema.parse(JSON.parse(item.body?.S ?? 'null'));
}

/** Of the bucket that the template makes, as the functions reach it. */
async function objects(prefix?: string) {
  const client = bucketClient(whole.stack.serviceEndpoint);
  const { Buckets = [] } = await client.send(new ListBucketsCommand());
  const bucket = Buckets.map(({ Name = '' }) => Name).find((name) => name.includes('facts')) ?? '';
  try {
    return await objectsIn({ client, bucket }, prefix);
  } finally {
    client.destroy();
  }
}

test('a night killed here and there leaves facts that say what the reports say, and nobody’s name', async () => {
  whole.stack.setFault({ name: 'lambda.crash', count: 4, ms: 15, function: 'work-run' });
  const counts = await whole.stack.fireSchedule('nightly', new Date(night));
  whole.stack.clearFaults();
  expect(counts.failures['work-run']).toBeGreaterThan(0);
  expect(counts.deadLetters).toBe(0);

  const manifest = await manifestNow();
  if (!manifest) throw new Error('no facts are in force');
  expect(manifest).toMatchObject({ asOf: night, unreadable: 0, counts: { orders: orders().length } });
  const files = await objects(manifest.prefix);
  const facts = await factsOf(manifest, files);

  const report = await whole.call('GET', `/v1/reports/lifecycle?asOf=${new Date(night).toISOString()}`);
  const told = (report.rows as [string, number][]).filter(([, customers]) => customers > 0);
  const counted = Map.groupBy(facts.customers, ({ stage }) => stage);
  expect(Object.fromEntries([...counted].map(([stage, rows]) => [stage, rows.length]))).toEqual(
    Object.fromEntries(told),
  );
  expect(told.length).toBeGreaterThan(3);

  expect(facts.purchases.reduce((sum, { amount }) => sum + (amount ?? 0), 0)).toBe(
    facts.orders.filter(({ paid }) => paid).reduce((sum, { total }) => sum + (total ?? 0), 0),
  );
  expect(facts.lines).toHaveLength(facts.purchases.length);
  expect(new Set(facts.customers.map(({ rfmGroup }) => rfmGroup)).size).toBeGreaterThan(3);

  for (const [key, bytes] of files) {
    const text = Buffer.from(bytes).toString('latin1');
    expect(text.includes('Ouyang'), key).toBe(false);
    for (let buyer = 0; buyer < buyers; buyer++) {
      expect(
        [emailOf(buyer), phoneOf(buyer).slice(3)].filter((word) => text.includes(word)),
        key,
      ).toEqual([]);
    }
  }
});

test('a night of the past leaves the newer facts in force, and says so by ending', async () => {
  const before = await manifestNow();
  await whole.stack.fireSchedule('nightly', new Date(night - 5 * dayMs));
  expect(await manifestNow()).toEqual(before);
  const id = `census-${new Date(night - 5 * dayMs).toISOString().replace('.000Z', 'Z')}`;
  const run = await whole.call('GET', `/v1/runs/${encodeURIComponent(id)}`);
  expect(run).toMatchObject({ type: 'census', partsDone: run.parts, finishedAt: expect.any(String) });
});

test('work-run used no right it lacks, and used those on the bucket', () => {
  const { denied, used } = whole.stack.iam()['work-run'] ?? { denied: [], used: [] };
  expect(denied).toEqual([]);
  const actions = new Set(used.filter(({ resource }) => resource.includes(':s3:')).map(({ action }) => action));
  expect([...actions].sort()).toEqual(['s3:GetObject', 's3:PutObject']);
});
