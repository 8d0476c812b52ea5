import { expect, test } from 'vitest';
import { MemoryCustomerStore } from '../../../shared/adapters/memory/customer-store.ts';
import { withOrdersRead } from '../../../shared/usecases/orders/orders-read.ts';
import type { CustomerStore } from '../../../shared/usecases/ports.ts';
import { recordAll } from '../../support/converge.ts';

test('orders that were read are not asked for again, also those that are not there; others are', async () => {
  const memory = new MemoryCustomerStore();
  const order = (id: string) => ({
    ...{ shop: 'tea', id, milestones: { createdAt: 1 }, refunds: [], tracking: [], identities: [`b:${id}`] },
    ...{ statements: {}, statedAt: 1 },
  });
  await recordAll([order('1'), order('2')], memory);
  const asked: string[][] = [];
  const watched = new Proxy(memory, {
    get: (store, name: keyof CustomerStore) => {
      if (name !== 'readOrders') return store[name].bind(store);
      return (refs: string[]) => {
        asked.push(refs);
        return store.readOrders(refs);
      };
    },
  });
  const store = withOrdersRead(watched, await memory.readOrders(['tea#1', 'tea#gone']), ['tea#1', 'tea#gone']);
  expect([...(await store.readOrders(['tea#1', 'tea#gone'])).keys()]).toEqual(['tea#1']);
  expect(asked).toEqual([]);
  expect([...(await store.readOrders(['tea#1', 'tea#2'])).keys()].sort()).toEqual(['tea#1', 'tea#2']);
  expect(asked).toEqual([['tea#2']]);
});
