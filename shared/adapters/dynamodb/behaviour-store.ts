import { DeleteItemCommand, type DynamoDBClient, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { type TableName, tables } from '../../contracts/tables.ts';
import { type BehaviourRow, emptyBehaviour, keptFor } from '../../domain/behaviour/behaviour.ts';
import type { BehaviourStore } from '../../usecases/behaviour/behaviour-ports.ts';
import type { Versioned } from '../../usecases/ports.ts';
import { batchGet } from './batch-get.ts';
import { atVersion, conditionalPut, nextVersion, versionOf } from './conditional-put.ts';
import { named } from './store-errors.ts';
import { behaviourKey, type Item, textOf } from './touch-items.ts';

const { partitionKey: CONTACT, expiry: EXPIRY } = tables.contacts;
const { partitionKey: CUSTOMER } = tables.customers;

/** What customers did, in rows of the contacts table beside what was sent to them; a row goes by itself when its last event is too old. */
export function dynamoBehaviourStore(
  client: DynamoDBClient,
  { customers: files, contacts }: Readonly<Record<Extract<TableName, 'customers' | 'contacts'>, string>>,
): BehaviourStore {
  return {
    async readBehaviour(customers) {
      const ids = [...new Set(customers)];
      const keys = ids.map((id) => ({ table: contacts, key: behaviourKey(id) }));
      const found = (await batchGet(client, keys, true)).get(contacts) ?? [];
      const byKey = new Map(found.map((item) => [textOf(item, CONTACT), item]));
      return new Map(ids.map((id) => [id, readBehaviourItem(id, byKey.get(textOf(behaviourKey(id), CONTACT)))]));
    },
    async saveBehaviour(row, fileVersion) {
      const Put = conditionalPut(contacts, behaviourItem(row), CONTACT, row.version);
      const Key = { [CUSTOMER]: { S: row.value.customer } };
      const ConditionCheck = { TableName: files, Key, ...atVersion(CUSTOMER, fileVersion) };
      await named(client.send(new TransactWriteItemsCommand({ TransactItems: [{ Put }, { ConditionCheck }] })));
    },
    async removeBehaviour(customers) {
      const remove = (id: string) =>
        named(client.send(new DeleteItemCommand({ TableName: contacts, Key: behaviourKey(id) })));
      await Promise.all([...new Set(customers)].map(remove));
    },
  };
}

/** One event: what is absent at its end is left out. */
type EventRow = readonly [type: string, at: number, product?: string | null, key?: string];

function behaviourItem({ value: { customer, events }, version }: Versioned<BehaviourRow>): Item {
  const rows = events.map(({ type, at, product, key }): EventRow => {
    if (key !== undefined) return [type, at, product ?? null, key];
    return product === undefined ? [type, at] : [type, at, product];
  });
  const newest = events.at(-1)?.at ?? 0;
  return {
    ...behaviourKey(customer),
    ...nextVersion(version),
    [EXPIRY]: { N: String(Math.ceil((newest + keptFor) / 1000)) },
    state: { S: JSON.stringify(rows) },
  };
}

function readBehaviourItem(customer: string, item: Item | undefined): Versioned<BehaviourRow> {
  if (!item) return { value: emptyBehaviour(customer), version: 0 };
  const rows = JSON.parse(textOf(item, 'state')) as EventRow[];
  const events = rows.map(([type, at, product = null, key]) => ({
    type,
    at,
    ...(product !== null && { product }),
    ...(key !== undefined && { key }),
  }));
  return { value: { customer, events }, version: versionOf(item) };
}
