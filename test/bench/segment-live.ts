import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { dynamoBehaviourStore } from '../../shared/adapters/dynamodb/behaviour-store.ts';
import { DynamoCustomerStore } from '../../shared/adapters/dynamodb/customer-store.ts';
import { DynamoTouchStore } from '../../shared/adapters/dynamodb/touch-store.ts';
import type { SegmentRule } from '../../shared/domain/segments/rule.ts';
import { segmentRuleSchema } from '../../shared/domain/segments/rule-schema.ts';
import { defaultSettings } from '../../shared/domain/settings/settings.ts';
import { scanMembers } from '../../shared/usecases/segments/live-members.ts';
import { type LiveDeps, liveRule } from '../../shared/usecases/segments/live-rule.ts';
import { type LocalTables, startTables } from '../support/dynamodb-local.ts';
import { customerBase, writeItems } from './customer-base.ts';
import { atLeast, information, type Measure } from './measure.ts';
import { interleaved, median, secondsOf } from './rounds.ts';
import { tenConditions } from './segment-rules.ts';

const asOf = Date.UTC(2026, 10, 23, 19);
const customers = Number(process.env.BENCH_CUSTOMERS ?? 100_000);
const rounds = 5;
const segments = 8;

const byTier: SegmentRule = segmentRuleSchema.parse({
  all: [
    { field: 'tier', op: 'in', value: ['senior', 'vip', 'supreme'] },
    { field: 'points', op: 'gte', value: 100 },
  ],
});

export const segmentLive: Measure = {
  name: 'segment-live',
  how:
    `All members of a rule of 10 conditions among ${customers.toLocaleString('en')} customers (files of 1 to 6 orders) on DynamoDB Local, against a ` +
    `bare scan of the same table: ${segments} segments at once, pages of 1,000, nothing done with the items. In turn, medians of ${rounds} rounds. ` +
    'For information the same with a rule on tier and points, which are reckoned from all purchases. BENCH_CUSTOMERS sets another size.',
  async run(say) {
    const tables = await startTables();
    try {
      const items = function* () {
        for (const { item } of customerBase(customers, customers / 100, asOf)) yield item;
      };
      const seconds = await secondsOf(() => writeItems(tables.client, tables.tableNames.customers, items()));
      say(`${customers.toLocaleString('en')} customers written in ${seconds.toFixed(0)} s`);
      const rates = await against(tenConditions, tables);
      const tierRates = await against(byTier, tables);
      return [
        atLeast('rate of live members / rate of the bare scan', rates.live / rates.bare, 0.8),
        information('customers/s, live members', rates.live, '', 0),
        information('customers/s, bare scan', rates.bare, '', 0),
        information('rate of live members by tier and points / rate of the bare scan', tierRates.live / tierRates.bare),
      ];
    } finally {
      await tables.stop();
    }
  },
};

async function against(rule: SegmentRule, tables: LocalTables): Promise<{ live: number; bare: number }> {
  const deps = depsOn(tables);
  const live = () => secondsOf(() => allMembers(rule, deps));
  const bare = () => secondsOf(() => bareScan(tables));
  const { one, other } = await interleaved(rounds, live, bare);
  return { live: customers / median(one), bare: customers / median(other) };
}

export function depsOn({ client, tableNames }: LocalTables): LiveDeps {
  return {
    store: new DynamoCustomerStore(client, tableNames),
    touches: new DynamoTouchStore(client, tableNames),
    behaviour: dynamoBehaviourStore(client, tableNames),
    settings: { settings: async () => defaultSettings },
    limits: { nightlyLimits: async () => undefined },
    identityHash: (text) => text,
    clock: { now: () => asOf },
  };
}

async function allMembers(rule: SegmentRule, deps: LiveDeps): Promise<void> {
  let [members, seen] = [0, 0];
  await scanMembers(await liveRule(rule, deps), deps.store, (page) => {
    members += page.members.length;
    seen += page.customers;
  });
  if (seen !== customers || members === 0 || members === customers) throw new Error(`${members} of ${seen} belong`);
}

async function bareScan({ client, tableNames }: LocalTables): Promise<void> {
  let seen = 0;
  const scanPart = async (Segment: number) => {
    let ExclusiveStartKey: Record<string, { S: string }> | undefined;
    do {
      const page = await client.send(
        new ScanCommand({
          TableName: tableNames.customers,
          Segment,
          TotalSegments: segments,
          ExclusiveStartKey,
          // As many as the live way reads: pages of 1 MB are three times as slow on a large table of the local engine.
          Limit: 1000,
        }),
      );
      seen += page.Count ?? 0;
      ExclusiveStartKey = page.LastEvaluatedKey as typeof ExclusiveStartKey;
    } while (ExclusiveStartKey);
  };
  await Promise.all(Array.from({ length: segments }, (_, segment) => scanPart(segment)));
  if (seen !== customers) throw new Error(`${seen} were seen`);
}
