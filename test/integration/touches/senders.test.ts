import { type AttributeValue, BatchWriteItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fileItem } from '../../../shared/adapters/dynamodb/customer-items.ts';
import { DynamoCustomerStore } from '../../../shared/adapters/dynamodb/customer-store.ts';
import { touchItem } from '../../../shared/adapters/dynamodb/touch-items.ts';
import { type LocalTables, startTables } from '../../support/dynamodb-local.ts';
import { contradictionsIn, worseFirst } from '../../support/touches-contradictions.ts';
import { touchesOnTables } from '../../support/touches-on-tables.ts';
import { type Simulation, simulate } from '../../support/touches-simulation.ts';

let tables: LocalTables;
beforeEach(async () => {
  tables = await startTables();
});
afterEach(() => tables.stop());

/** Twenty-five items a request, several at a time. */
async function writeAll(
  client: DynamoDBClient,
  table: string,
  items: readonly Record<string, AttributeValue>[],
): Promise<void> {
  const puts = items.map((Item) => ({ PutRequest: { Item } }));
  const parts = Array.from({ length: Math.ceil(puts.length / 25) }, (_, part) => puts.slice(part * 25, part * 25 + 25));
  const writer = async () => {
    for (let part = parts.pop(); part; part = parts.pop()) {
      await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: part } }));
    }
  };
  await Promise.all([writer(), writer(), writer(), writer()]);
}

test.each<[string, Omit<Simulation, 'stores' | 'bulk'>]>([
  [
    'two senders at a thousand customers',
    { seed: 1, customers: 1000, senders: 2, sideBySide: 8, touches: 3, trouble: 0, deaths: 0, merges: 0 },
  ],
  [
    'four senders, a provider that refuses or falls silent, and senders that die',
    { seed: 2, customers: 160, senders: 4, sideBySide: 4, touches: 5, trouble: 25, deaths: 8, merges: 0 },
  ],
])('%s: nobody gets a message twice or too many, and every plan adds up', async (_what, simulation) => {
  const { client, tableNames } = tables;
  const outcome = await simulate({
    ...simulation,
    stores: { touches: touchesOnTables(tables), customers: new DynamoCustomerStore(client, tableNames) },
    bulk: {
      plan: (touches) =>
        writeAll(
          client,
          tableNames.touches,
          touches.map((value) => touchItem({ value, version: 0 })),
        ),
      putFiles: (files) =>
        writeAll(
          client,
          tableNames.customers,
          files.map((value) => fileItem({ value, version: 0 })),
        ),
    },
  });
  expect(contradictionsIn(outcome)).toEqual([]);
  if (simulation.trouble === 0) expect(worseFirst(outcome)).toEqual([]);
  const { planned, received, deaths } = outcome;
  expect(planned.length).toBeGreaterThan(1.5 * simulation.customers);
  expect(received.length).toBeGreaterThan(0.8 * simulation.customers);
  expect(deaths > 0).toBe(simulation.deaths > 0);
});
