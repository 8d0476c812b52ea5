import { DynamoTouchDueIndex } from '../../shared/adapters/dynamodb/touch-due-index.ts';
import { DynamoTouchStore } from '../../shared/adapters/dynamodb/touch-store.ts';
import type { TouchDueIndex, TouchStore } from '../../shared/usecases/messages/messaging-ports.ts';
import type { LocalTables } from './dynamodb-local.ts';

/** The store and the index of what is due in one, as the one in memory is. */
export function touchesOnTables({
  client,
  tableNames,
}: Pick<LocalTables, 'client' | 'tableNames'>): TouchStore & TouchDueIndex {
  const store = new DynamoTouchStore(client, tableNames);
  const index = new DynamoTouchDueIndex(client, tableNames.touches);
  return {
    readLive: (keys) => store.readLive(keys),
    readOpen: (customer) => store.readOpen(customer),
    readTouch: (key) => store.readTouch(key),
    listTouches: (customer, after, limit) => store.listTouches(customer, after, limit),
    plan: (touch, beside) => store.plan(touch, beside),
    commit: (changes) => store.commit(changes),
    readDueTouches: (shard, range, after, limit) => index.readDueTouches(shard, range, after, limit),
  };
}
