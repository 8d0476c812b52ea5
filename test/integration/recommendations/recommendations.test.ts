import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoTouchScan } from '../../../shared/adapters/dynamodb/touch-scan.ts';
import { dynamoCensusSteps } from '../../../shared/adapters/dynamodb/workspace/census-steps.ts';
import { dynamoFactsManifests } from '../../../shared/adapters/dynamodb/workspace/facts-manifest.ts';
import { dynamoNightMarks } from '../../../shared/adapters/dynamodb/workspace/night-marks.ts';
import { dynamoNightlyLimits } from '../../../shared/adapters/dynamodb/workspace/nightly-limits.ts';
import { dynamoRecommendationRuns } from '../../../shared/adapters/dynamodb/workspace/recommendation-runs.ts';
import { dynamoRunStore } from '../../../shared/adapters/dynamodb/workspace/runs.ts';
import { dynamoStageCounts } from '../../../shared/adapters/dynamodb/workspace/stage-counts.ts';
import { recommendationReader } from '../../../shared/adapters/recommendations.ts';
import { s3FactsFiles } from '../../../shared/adapters/s3/facts-files.ts';
import type { Work } from '../../../shared/contracts/work.ts';
import { dayOf } from '../../../shared/domain/calendar.ts';
import { identityKey } from '../../../shared/domain/customers/identity.ts';
import type { Order } from '../../../shared/domain/orders/order.ts';
import { tablesOf } from '../../../shared/domain/recommendations/co-purchase.ts';
import { boughtBy, PurchaseTally } from '../../../shared/domain/recommendations/purchase-tally.ts';
import { joinRegisters } from '../../../shared/domain/register.ts';
import { isCensusPart } from '../../../shared/usecases/census/census-parts.ts';
import { closeCensus } from '../../../shared/usecases/census/close-census.ts';
import { runCensusPart } from '../../../shared/usecases/census/run-census-part.ts';
import { planNight } from '../../../shared/usecases/life-cycle/plan-night.ts';
import { recordOrder } from '../../../shared/usecases/orders/record-order.ts';
import { computeRecommendations } from '../../../shared/usecases/recommendations/compute-recommendations.ts';
import type { RecommendationReader } from '../../../shared/usecases/recommendations/recommendation-ports.ts';
import { type LocalBucket, startBucket } from '../../support/bucket-engine.ts';
import { type ApiUnderTest, startApi, testKeys } from '../../support/crm-api.ts';

let api: ApiUnderTest;
let bucket: LocalBucket;
let reader: RecommendationReader;
let ids: ReadonlyMap<string, string>;

/** Six buy tea and pot, five tea and cup, nine cup alone. */
const buyers: readonly (readonly string[])[] = [
  ...Array.from({ length: 6 }, () => ['tea', 'pot']),
  ...Array.from({ length: 5 }, () => ['tea', 'cup']),
  ...Array.from({ length: 9 }, () => ['cup']),
];

const dayMs = 86_400_000;

function orderOf(buyer: string, id: string, products: readonly string[], shop: string): Order {
  const at = api.time - 3 * dayMs;
  const items = products.map((productId) => ({
    productId,
    title: productId,
    category: 'ware',
    quantity: 1,
    price: 100,
  }));
  const description = joinRegisters(undefined, { at, value: { currency: 'CNY', total: 100 * items.length, items } });
  return {
    shop,
    id,
    milestones: { createdAt: at, paidAt: at },
    refunds: [],
    ...(description && { description }),
    tracking: [],
    identities: [identityKey({ kind: 'buyer', value: `${shop}#${buyer}` }, testKeys.identityHash)],
    statements: {},
    statedAt: at,
  };
}

beforeAll(async () => {
  [api, bucket] = await Promise.all([
    startApi({ recommendations: { shopTables: (shop) => reader.shopTables(shop) } }),
    startBucket(),
  ]);
  for (const id of ['north', 'south']) {
    const body = { id, platform: 'generic', name: id, currency: 'CNY', timezone: 'Asia/Shanghai' };
    expect((await api.call('POST', '/v1/shops', { body })).status).toBe(201);
  }
  api.time += 10_000;
  const settings = await api.deps.settings.settings(api.time);
  for (const [place, products] of buyers.entries()) {
    const order = orderOf(`b${place}`, `o${place}`, products, 'north');
    expect((await recordOrder(order, 'Asia/Shanghai', settings, api.deps)).type).toBe('recorded');
  }
  await recordOrder(orderOf('elsewhere', 'o1', ['kite'], 'south'), 'Asia/Shanghai', settings, api.deps);
  const found = buyers.map(async (_, place) => {
    const { json } = await api.call('GET', `/v1/customers?shop=north&buyer=b${place}`);
    return [`b${place}`, json.items[0].id as string] as const;
  });
  ids = new Map(await Promise.all(found));
  const product = {
    shop: 'north',
    id: 'pot',
    title: 'Pot',
    category: 'ware',
    url: 'https://shop.example/pot',
    price: '9.90',
  };
  expect((await api.call('POST', '/v1/products', { body: product })).status).toBe(200);
});
afterAll(() => Promise.all([api?.local.stop(), bucket?.stop()]));

function nightDeps() {
  const { client, tableNames } = api.local;
  const workspace = { client, name: tableNames.workspace };
  const clock = { now: () => api.time };
  const waiting: Work[] = [];
  const facts = s3FactsFiles(bucket.client, bucket.bucket);
  const recommendations = dynamoRecommendationRuns(workspace, clock);
  const deps = {
    ...api.deps,
    store: api.store,
    touchScan: dynamoTouchScan(client, tableNames.touches),
    runs: dynamoRunStore(workspace),
    facts,
    recommendations,
    steps: dynamoCensusSteps(workspace, clock),
    manifests: dynamoFactsManifests(workspace),
    stageCounts: dynamoStageCounts(workspace),
    limits: dynamoNightlyLimits(workspace, clock, 0),
    nights: dynamoNightMarks(workspace),
    work: { send: async (work: Work) => void waiting.push(work) },
    clock,
    onFailure: (name: string, error: unknown) => {
      throw new Error(name, { cause: error });
    },
  };
  return { deps, waiting };
}

/** The night's census, each part in steps of one page. @returns the call for recommendations it ended with */
async function census(asOf: number) {
  const { deps, waiting } = nightDeps();
  await planNight(asOf, deps);
  for (let work = waiting.shift(); work; work = waiting.shift()) {
    if (isCensusPart(work)) await runCensusPart(work, () => 0, deps);
    if (work.type === 'census.close') await closeCensus(work, () => 0, deps);
    if (work.type === 'recommendations.compute') return work;
  }
  throw new Error('no recommendations were called for');
}

function readAnew(): void {
  const { deps } = nightDeps();
  reader = recommendationReader(deps.recommendations, deps.facts, deps.clock);
}

const recommended = async (buyer: string, query = '') =>
  (await api.call('GET', `/v1/customers/${ids.get(buyer)}/recommendations${query}`)).json;

const namesOf = ({ items }: { items: { product: string; reason: string }[] }) =>
  items.map(({ product, reason }) => `${product} ${reason}`);

describe('recommendations', () => {
  it('are none before the first night', async () => {
    readAnew();
    expect(await recommended('b0')).toEqual({ asOf: null, items: [] });
  });

  it('come from the census, the same as from everybody at once, and however often they are computed', async () => {
    const call = await census(api.time);
    const { deps } = nightDeps();
    expect(await computeRecommendations(call, deps)).toBe('in force');
    expect(await computeRecommendations(call, deps)).toBe('in force');
    readAnew();
    const files = await api.store.readFiles([...ids.values()]);
    const tally = new PurchaseTally();
    for (const { value } of files.values()) {
      if (value.type === 'file') tally.add(boughtBy(value.file, api.time), dayOf(api.time, 'Asia/Shanghai'));
    }
    expect((await reader.shopTables('north'))?.tables).toEqual(tablesOf(tally).north);
    // Who has tea and pot is offered what goes with tea; who has a cup, tea and then what sells.
    expect(namesOf(await recommended('b0'))).toEqual(['cup bought_together']);
    expect(namesOf(await recommended('b19'))).toEqual(['tea bought_together', 'pot best_seller']);
    expect(namesOf(await recommended('b19', '?n=1'))).toEqual(['tea bought_together']);
  });

  it('have what the catalogue says, from the shop or from lines of orders, and nulls where it says nothing', async () => {
    const { asOf, items } = await recommended('b19');
    expect(asOf).toBe(new Date(api.time).toISOString().replace('.000Z', 'Z'));
    expect(items[1]).toEqual({
      shop: 'north',
      product: 'pot',
      reason: 'best_seller',
      title: 'Pot',
      category: 'ware',
      url: 'https://shop.example/pot',
      image: null,
      price: '9.90',
    });
    expect(items[0]).toMatchObject({ product: 'tea', title: 'tea', price: '1.00', url: null });
  });

  it('are of the shop asked for', async () => {
    expect(namesOf(await recommended('b0', '?shop=south'))).toEqual(['kite best_seller']);
    expect((await recommended('b0', '?shop=nowhere')).items).toEqual([]);
  });

  it('are refused for nobody, and for a wrong number', async () => {
    expect((await api.call('GET', '/v1/customers/nobody/recommendations')).status).toBe(404);
    for (const n of ['0', '21', '-1', 'x', '1.5']) {
      const { status, json } = await api.call('GET', `/v1/customers/${ids.get('b0')}/recommendations?n=${n}`);
      expect([status, json.errors[0].field], n).toEqual([422, 'n']);
    }
  });

  it('of a night before, told of late, do not replace those of a later one', async () => {
    const before = await census(api.time + dayMs);
    const after = await census(api.time + 2 * dayMs);
    const { deps } = nightDeps();
    expect(await computeRecommendations(before, deps)).toBe('older');
    expect(await computeRecommendations(after, deps)).toBe('in force');
    readAnew();
    expect((await recommended('b0')).asOf).toBe(new Date(after.asOf).toISOString().replace('.000Z', 'Z'));
  });
});
