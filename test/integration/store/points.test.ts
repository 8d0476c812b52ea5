import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DynamoCustomerStore } from '../../../shared/adapters/dynamodb/customer-store.ts';
import type { Order } from '../../../shared/domain/orders/order.ts';
import { defaultSettings } from '../../../shared/domain/settings/settings.ts';
import { membershipAt } from '../../../shared/domain/value/membership.ts';
import { InsufficientPointsError } from '../../../shared/domain/value/points-decisions.ts';
import { type AskedPoints, changePoints } from '../../../shared/usecases/customers/change-points.ts';
import { readCustomer } from '../../../shared/usecases/customers/find-customer.ts';
import { recordOrder } from '../../../shared/usecases/orders/record-order.ts';
import { ConflictError } from '../../../shared/usecases/ports.ts';
import { now, recordingDeps, zone } from '../../support/converge.ts';
import { type LocalTables, startTables } from '../../support/dynamodb-local.ts';

let tables: LocalTables;
let store: DynamoCustomerStore;
beforeAll(async () => {
  tables = await startTables();
  store = new DynamoCustomerStore(tables.client, tables.tableNames);
});
afterAll(() => tables.stop());

/** An order of so many points, refunded as to some of them. */
function orderOf(buyer: string, id: string, points: number, refunded = 0): Order {
  const at = now - 86_400_000;
  return {
    shop: 'north',
    id: `${buyer}-${id}`,
    milestones: { createdAt: at, paidAt: at },
    refunds:
      refunded === 0 ? [] : [{ at: at + 1, value: { id: 'r', amount: refunded * 100, at: at + 1, status: 'success' } }],
    description: {
      at,
      value: { currency: 'CNY', total: points * 100, items: [{ productId: 'p', title: 'P', quantity: 1, price: 1 }] },
    },
    tracking: [],
    identities: [`b:${buyer}`],
    statements: {},
    statedAt: at,
  };
}

/** As a caller who repeats what was lost, with the same key; what comes of it in the end. */
async function insisting<T>(attempt: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
    }
  }
}

const asked: fc.Arbitrary<AskedPoints> = fc
  .record({
    id: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'),
    kind: fc.constantFrom('redeem' as const, 'redeem' as const, 'adjust' as const),
    size: fc.integer({ min: 1, max: 80 }),
    takes: fc.boolean(),
  })
  .map(({ id, kind, size, takes }) => ({
    id: `${id}-${kind}-${size}-${takes}`,
    kind,
    points: adjusted(kind, size, takes),
  }));

function adjusted(kind: string, size: number, takes: boolean): number {
  return kind === 'adjust' && takes ? -size : size;
}

let customers = 0;

describe('points under concurrency, on the table engine', () => {
  test('are never overspent; each key counts once; the ledger sums to the balance', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 150 }),
        fc.array(asked, { minLength: 2, maxLength: 10 }),
        async (earned, wanted) => {
          const buyer = `buyer-${customers++}`;
          const deps = recordingDeps(store);
          await recordOrder(orderOf(buyer, '1', earned), zone, defaultSettings, deps);
          const id = (await store.readIdentities([`b:${buyer}`])).get(`b:${buyer}`)?.value.customer ?? '';
          const given = new Map<string, number>();
          const ask = async (each: AskedPoints) => {
            try {
              const { outcome } = await insisting(() => changePoints(id, each, defaultSettings, deps));
              given.set(each.id, outcome.entry.points);
            } catch (error) {
              if (!(error instanceof InsufficientPointsError)) throw error;
            }
          };
          // All at once, each twice, with another order and a refund of it between them.
          const late = orderOf(buyer, '2', 60);
          await Promise.all([
            ...wanted.map(ask),
            insisting(() => recordOrder(late, zone, defaultSettings, deps)),
            ...wanted.map(ask),
          ]);
          const file = await readCustomer(id, store);
          if (!file) throw new Error('the customer is gone');
          const { balance, movements } = membershipAt(file, defaultSettings, now).points;
          expect(balance).toBeGreaterThanOrEqual(0);
          expect(balance).toBe(earned + 60 + [...given.values()].reduce((sum, points) => sum + points, 0));
          expect(movements.reduce((sum, { points }) => sum + points, 0)).toBe(balance);
          // A refund takes back whatever was spent: only so the balance may go below zero.
          await recordOrder(orderOf(buyer, '2', 60, 60), zone, defaultSettings, deps);
          const after = await readCustomer(id, store);
          expect(after && membershipAt(after, defaultSettings, now).points.balance).toBe(balance - 60);
        },
      ),
      { numRuns: Number(process.env.RUNS ?? 25) },
    );
  });

  test('stay with their person when two files turn out to be one', async () => {
    const deps = recordingDeps(store);
    for (const buyer of ['m1', 'm2']) await recordOrder(orderOf(buyer, '1', 100), zone, defaultSettings, deps);
    const rows = await store.readIdentities(['b:m1', 'b:m2']);
    const ids = ['b:m1', 'b:m2'].map((key) => rows.get(key)?.value.customer ?? '');
    for (const [index, id] of ids.entries()) {
      await changePoints(id, { id: `key-${index}`, kind: 'redeem', points: 30 }, defaultSettings, deps);
    }
    const both = { ...orderOf('m1', '2', 10), identities: ['b:m1', 'b:m2'] };
    await recordOrder(both, zone, defaultSettings, deps);
    for (const id of ids) {
      const file = await readCustomer(id, store);
      expect(file && membershipAt(file, defaultSettings, now).points.balance).toBe(150);
    }
    const again = { id: 'key-1', kind: 'redeem', points: 30 } as const;
    const repeated = await changePoints(ids[0] ?? '', again, defaultSettings, deps);
    expect(repeated.outcome.outcome).toBe('unchanged');
  });
});
