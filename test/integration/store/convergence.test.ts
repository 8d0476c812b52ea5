import { ScanCommand } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readFileItem } from '../../../shared/adapters/dynamodb/customer-items.ts';
import { DynamoCustomerStore } from '../../../shared/adapters/dynamodb/customer-store.ts';
import { type CustomerFile, idsOf } from '../../../shared/domain/customers/customer-file.ts';
import { type Order, orderRef } from '../../../shared/domain/orders/order.ts';
import { defaultSettings } from '../../../shared/domain/settings/settings.ts';
import { recordOrder } from '../../../shared/usecases/orders/record-order.ts';
import { ConflictError } from '../../../shared/usecases/ports.ts';
import { arbitraryDelivery } from '../../support/arbitrary-orders.ts';
import { expectedGroups, factsOfAll, groupsIn, recordAll, recordingDeps, zone } from '../../support/converge.ts';
import { type LocalTables, startTables } from '../../support/dynamodb-local.ts';

let tables: LocalTables;
beforeAll(async () => {
  tables = await startTables();
});
afterAll(() => tables.stop());

/** Every case gets a world of its own in the same tables: a prefix on shops and identities. */
let worlds = 0;
function inNewWorld(hooks: readonly Order[]): { hooks: Order[]; belongs: (file: CustomerFile) => boolean } {
  const world = `w${worlds++}`;
  return {
    hooks: hooks.map((hook) => ({
      ...hook,
      shop: `${world}-${hook.shop}`,
      identities: hook.identities.map((key) => `${key.slice(0, 2)}${world}-${key.slice(2)}`),
    })),
    belongs: (file) => [...file.orders.keys()].some((ref) => ref.startsWith(`${world}-`)),
  };
}

async function livingFiles(belongs: (file: CustomerFile) => boolean): Promise<CustomerFile[]> {
  const files: CustomerFile[] = [];
  let after: Parameters<typeof readFileItem>[0] | undefined;
  do {
    const page = await tables.client.send(
      new ScanCommand({ TableName: tables.tableNames.customers, ConsistentRead: true, ExclusiveStartKey: after }),
    );
    for (const item of page.Items ?? []) {
      const { value } = readFileItem(item);
      if (value.type === 'file' && belongs(value.file)) files.push(value.file);
    }
    after = page.LastEvaluatedKey;
  } while (after);
  return files;
}

/** Facts with the world's prefix taken off, so that two worlds compare. */
function comparable(files: readonly CustomerFile[]): string[] {
  return factsOfAll(files).map((facts) => facts.replaceAll(/w\d+-/g, ''));
}

/** Eight webhooks in flight at any moment; one that loses three times comes again, as the queue would bring it. */
async function recordConcurrently(hooks: readonly Order[], store: DynamoCustomerStore): Promise<void> {
  const waiting = [...hooks];
  const lane = async () => {
    for (let hook = waiting.shift(); hook; hook = waiting.shift()) {
      try {
        await recordOrder(hook, zone, defaultSettings, recordingDeps(store));
      } catch (error) {
        if (!(error instanceof ConflictError)) throw error;
        waiting.push(hook);
      }
    }
  };
  await Promise.all(Array.from({ length: 8 }, lane));
}

describe('convergence of customer files (guarantee 1), on the table engine', () => {
  test('permuted, duplicated and eight at once, the webhooks give the same files', async () => {
    const store = new DynamoCustomerStore(tables.client, tables.tableNames);
    await fc.assert(
      fc.asyncProperty(arbitraryDelivery, async ({ inOrder, shuffled }) => {
        const [one, other] = [inNewWorld(inOrder), inNewWorld(shuffled)];
        await recordAll(one.hooks, store);
        await recordConcurrently(other.hooks, store);
        const [calm, crowded] = [await livingFiles(one.belongs), await livingFiles(other.belongs)];
        expect(comparable(crowded)).toEqual(comparable(calm));
        expect(groupsIn(crowded)).toEqual(expectedGroups(other.hooks));
      }),
      { numRuns: Number(process.env.RUNS ?? 40) },
    );
  });

  test('every order leads to the file that counts it', async () => {
    const store = new DynamoCustomerStore(tables.client, tables.tableNames);
    await fc.assert(
      fc.asyncProperty(arbitraryDelivery, async ({ shuffled }) => {
        const world = inNewWorld(shuffled);
        await recordConcurrently(world.hooks, store);
        const files = await livingFiles(world.belongs);
        const refs = [...new Set(world.hooks.map((hook) => orderRef(hook.shop, hook.id)))];
        const stored = await store.readOrders(refs);
        expect(stored.size).toBe(refs.length);
        for (const [ref, { value }] of stored) {
          const counting = files.filter((file) => file.orders.has(ref));
          expect(counting.length).toBe(value.order.identities.length > 0 ? 1 : 0);
          const [file] = counting;
          if (file) expect(idsOf(file), ref).toContain(value.customer);
        }
      }),
      { numRuns: Number(process.env.RUNS ?? 25) },
    );
  });
});
