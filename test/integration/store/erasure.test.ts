import { ScanCommand } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readFileItem } from '../../../shared/adapters/dynamodb/customer-items.ts';
import { DynamoCustomerStore } from '../../../shared/adapters/dynamodb/customer-store.ts';
import type { CustomerFile, Update } from '../../../shared/domain/customers/customer-file.ts';
import type { Order } from '../../../shared/domain/orders/order.ts';
import { clearErased } from '../../../shared/usecases/privacy/clear-erased.ts';
import { arbitraryMixedDelivery } from '../../support/arbitrary-orders.ts';
import { type LocalTables, startTables } from '../../support/dynamodb-local.ts';
import { erasing, identitiesByOrder, isOrder, takeIn } from '../../support/erasure.ts';

let tables: LocalTables;
let store: DynamoCustomerStore;
beforeAll(async () => {
  tables = await startTables();
  store = new DynamoCustomerStore(tables.client, tables.tableNames);
});
afterAll(() => tables.stop());

/** Every case gets a world of its own in the same tables: a prefix on shops and identities. */
let worlds = 0;
function inNewWorld(events: readonly (Order | Update)[], world: string): (Order | Update)[] {
  const own = (keys: readonly string[]) => keys.map((key) => `${key.slice(0, 2)}${world}-${key.slice(2)}`);
  return events.map((event) => {
    const identities = own(event.identities);
    return isOrder(event) ? { ...event, shop: `${world}-${event.shop}`, identities } : { ...event, identities };
  });
}

async function filesOf(world: string): Promise<CustomerFile[]> {
  const files: CustomerFile[] = [];
  let after: Parameters<typeof readFileItem>[0] | undefined;
  do {
    const page = await tables.client.send(
      new ScanCommand({ TableName: tables.tableNames.customers, ConsistentRead: true, ExclusiveStartKey: after }),
    );
    for (const item of page.Items ?? []) {
      const { value } = readFileItem(item);
      if (value.type === 'file' && value.file.id.includes(world)) files.push(value.file);
    }
    after = page.LastEvaluatedKey;
  } while (after);
  return files;
}

test('webhooks eight at once with an erasure among them leave nobody, and every order counted', async () => {
  let erasures = 0;
  await fc.assert(
    fc.asyncProperty(
      arbitraryMixedDelivery,
      fc.constantFrom('b:north-b1', 'b:north-b2', 'p:one', 'e:one'),
      fc.nat(12),
      async (delivery, key, before) => {
        const world = `w${worlds++}x`;
        const [inOrder, shuffled] = [inNewWorld(delivery.inOrder, world), inNewWorld(delivery.shuffled, world)];
        for (const event of inOrder.slice(0, before)) await takeIn(event, store);
        const eraser = erasing({ store });
        const customer = await eraser.customerOf(`${key.slice(0, 2)}${world}-${key.slice(2)}`);
        if (customer !== undefined) erasures++;
        const waiting = [...shuffled];
        const lane = async () => {
          for (let event = waiting.shift(); event; event = waiting.shift()) await takeIn(event, store);
        };
        await Promise.all([
          ...Array.from({ length: 7 }, lane),
          customer === undefined ? undefined : eraser.erase(customer),
        ]);
        for (const event of inOrder) await takeIn(event, store);

        const keys = [...new Set(inOrder.flatMap(({ identities }) => identities))];
        const rows = await store.readIdentities(keys);
        const own = new Set(keys.filter((one) => rows.get(one)?.value.erased === 'own'));
        const files = await filesOf(world);
        for (const { identities, updates } of files) {
          const named = [...identities, ...Object.values(updates).flatMap((update) => update.identities)];
          expect(named.filter((one) => own.has(one))).toEqual([]);
        }
        const byOrder = identitiesByOrder(inOrder);
        const orders = await store.readOrders([...byOrder.keys()]);
        for (const [ref, identities] of byOrder) {
          const stored = orders.get(ref)?.value;
          if ([...identities].some((one) => own.has(one))) expect(stored?.erased, ref).toBe(true);
          const counting = files.filter((file) => file.orders.has(ref)).length;
          if (stored?.erased) expect([counting, stored.order.identities, stored.customer]).toEqual([0, [], undefined]);
          else expect(counting, ref).toBe(identities.size > 0 ? 1 : 0);
        }
      },
    ),
    { numRuns: Number(process.env.RUNS ?? 25) },
  );
  expect(erasures).toBeGreaterThan(5);
});

test('hundreds of orders and identities go in parts, and what was cut short goes on', async () => {
  const at = Date.UTC(2026, 0, 1);
  const order = (number: number): Order => ({
    shop: 'big',
    id: String(number),
    milestones: { createdAt: at, paidAt: at },
    refunds: [],
    tracking: [],
    identities: ['b:big-one', `e:big-${number}`],
    statements: { name: { value: 'Zoe', at } },
    statedAt: at,
  });
  for (let number = 0; number < 130; number++) await takeIn(order(number), store);
  const eraser = erasing({ store });
  const customer = (await eraser.customerOf('b:big-one')) ?? '';
  const work = { type: 'customer.erase', customer } as const;
  expect(await clearErased(work, () => 0, eraser.deps)).toBe(false);
  expect(eraser.work).toEqual([work]);
  await eraser.erase(customer);
  const refs = Array.from({ length: 130 }, (_, number) => `big#${number}`);
  const stored = [...(await store.readOrders(refs)).values()].map(({ value }) => value);
  expect(
    stored.filter(({ erased, order: { statements } }) => erased && Object.keys(statements).length === 0),
  ).toHaveLength(130);
  const rows = await store.readIdentities(refs.map((_, number) => `e:big-${number}`));
  expect([...rows.values()].filter(({ value }) => value.erased === 'own')).toHaveLength(130);
  expect((await store.readFiles([customer])).get(customer)?.value).toEqual({
    type: 'erased',
    id: customer,
    at: expect.any(Number),
  });
});
