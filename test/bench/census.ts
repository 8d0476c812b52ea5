import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { rootKeys } from '../../shared/adapters/crypto/root-keys.ts';
import { dynamoCaseStore } from '../../shared/adapters/dynamodb/case-store.ts';
import type { Item } from '../../shared/adapters/dynamodb/customer-items.ts';
import { DynamoCustomerStore } from '../../shared/adapters/dynamodb/customer-store.ts';
import { dynamoTouchScan } from '../../shared/adapters/dynamodb/touch-scan.ts';
import { dynamoCensusSteps } from '../../shared/adapters/dynamodb/workspace/census-steps.ts';
import { dynamoFactsManifests } from '../../shared/adapters/dynamodb/workspace/facts-manifest.ts';
import { dynamoNightMarks } from '../../shared/adapters/dynamodb/workspace/night-marks.ts';
import { dynamoNightlyLimits } from '../../shared/adapters/dynamodb/workspace/nightly-limits.ts';
import { dynamoProductStore } from '../../shared/adapters/dynamodb/workspace/products.ts';
import { dynamoRunStore } from '../../shared/adapters/dynamodb/workspace/runs.ts';
import { dynamoStageCounts } from '../../shared/adapters/dynamodb/workspace/stage-counts.ts';
import { s3FactsFiles } from '../../shared/adapters/s3/facts-files.ts';
import type { Work } from '../../shared/contracts/work.ts';
import { defaultSettings } from '../../shared/domain/settings/settings.ts';
import { isCensusPart } from '../../shared/usecases/census/census-parts.ts';
import { closeCensus } from '../../shared/usecases/census/close-census.ts';
import { runCensusPart } from '../../shared/usecases/census/run-census-part.ts';
import { planNight } from '../../shared/usecases/life-cycle/plan-night.ts';
import { type LocalBucket, objectsIn, startBucket } from '../support/bucket-engine.ts';
import { type LocalTables, startTables } from '../support/dynamodb-local.ts';
import { customerBase, writeItems } from './customer-base.ts';
import { atLeast, information, type Measure } from './measure.ts';
import { inLanes, median, secondsOf } from './rounds.ts';

const asOf = Date.UTC(2026, 10, 23, 19);
const customers = 40_000;
const segments = 8;
const rounds = 3;

export const census: Measure = {
  name: 'census',
  how:
    `${customers.toLocaleString('en')} customers (two fifths of the base in the target, for the local engines and this machine share two cores), ` +
    'files of 1 to 6 orders with their lines as webhooks make them, on DynamoDB Local and fauxqs. A census from its first part until its manifest is ' +
    'in force - customers, purchases and lines written as Parquet, scored by limits and predictions fitted on them - against a scan of the same table ' +
    `in ${segments} parallel segments and pages of 1,000 that looks at nothing, both in one thread beside the engines; medians of ${rounds} rounds, one of ` +
    'each in turn. Orders and messages are none, and their parts of the census next to nothing.',
  async run(say) {
    const [tables, bucket] = await Promise.all([startTables(), startBucket()]);
    try {
      await writeItems(tables.client, tables.tableNames.customers, items());
      const seconds: { scan: number[]; census: number[] } = { scan: [], census: [] };
      for (let round = 0; round <= rounds; round++) {
        const scan = await secondsOf(() => bareScan(tables));
        const taken = await secondsOf(() => wholeCensus(tables, bucket, asOf + round));
        say(`scan ${scan.toFixed(2)} s, census ${taken.toFixed(2)} s`);
        // The first round warms both up.
        if (round === 0) continue;
        seconds.scan.push(scan);
        seconds.census.push(taken);
      }
      const [scan, taken] = [median(seconds.scan), median(seconds.census)];
      const files = await objectsIn(bucket, `facts/census-${new Date(asOf).toISOString().replace('.000Z', 'Z')}/`);
      const parquet = [...files].filter(([key]) => key.endsWith('.parquet'));
      const bytes = parquet.reduce((sum, [, { length }]) => sum + length, 0);
      return [
        atLeast('rate of a census / rate of a bare parallel scan', scan / taken, 0.7),
        information('customers a second in a census', customers / taken, '', 0),
        information('customers a second in a bare scan', customers / scan, '', 0),
        information('bytes of Parquet per customer', bytes / customers, '', 0),
      ];
    } finally {
      await Promise.all([tables.stop(), bucket.stop()]);
    }
  },
};

function* items(): Generator<Item> {
  for (const { item } of customerBase(customers, 0, asOf)) yield item;
}

async function bareScan({ client, tableNames }: LocalTables): Promise<void> {
  const all = Array.from({ length: segments }, (_, segment) => segment);
  let found = 0;
  await inLanes(segments, all, async (Segment) => {
    let after: Item | undefined;
    do {
      const page = await client.send(
        new ScanCommand({
          TableName: tableNames.customers,
          Segment,
          TotalSegments: segments,
          ExclusiveStartKey: after,
          // As many as a census reads: pages of 1 MB are slow on a large table of the local engine.
          Limit: 1000,
        }),
      );
      found += page.Items?.length ?? 0;
      after = page.LastEvaluatedKey;
    } while (after);
  });
  if (found !== customers) throw new Error(`the scan found ${found}`);
}

async function wholeCensus({ client, tableNames }: LocalTables, bucket: LocalBucket, at: number): Promise<void> {
  const workspace = { client, name: tableNames.workspace };
  const clock = { now: () => at };
  let waiting: Work[] = [];
  const deps = {
    store: new DynamoCustomerStore(client, tableNames),
    touchScan: dynamoTouchScan(client, tableNames.touches),
    facts: s3FactsFiles(bucket.client, bucket.bucket),
    cases: dynamoCaseStore(client, tableNames),
    steps: dynamoCensusSteps(workspace, clock),
    manifests: dynamoFactsManifests(workspace),
    stageCounts: dynamoStageCounts(workspace),
    limits: dynamoNightlyLimits(workspace, clock),
    settings: { settings: async () => defaultSettings },
    shops: { shop: async () => undefined, freshShop: async () => undefined },
    products: dynamoProductStore(workspace),
    runs: dynamoRunStore(workspace),
    work: { send: async (work: Work) => void waiting.push(work) },
    nights: dynamoNightMarks(workspace),
    clock,
    identityHash: rootKeys('a root secret of sixty-four characters, for the census of a bench').identityHash,
    onFailure: (_name: string, error: unknown) => {
      throw error;
    },
  };
  await planNight(at, deps);
  while (waiting.length > 0) {
    const [parts, closes] = [waiting.filter(isCensusPart), waiting.filter((work) => work.type === 'census.close')];
    waiting = [];
    await inLanes(segments, parts, async (part) => void (await runCensusPart(part, () => 60_000, deps)));
    // Parts that end at once each ask for the close; in the product machines of their own would do it side by side.
    for (const close of closes) await closeCensus(close, () => 60_000, deps);
  }
  const manifest = await deps.manifests.readManifest();
  if (manifest?.asOf !== at || manifest.counts.customers !== customers) throw new Error('the census did not end');
}
