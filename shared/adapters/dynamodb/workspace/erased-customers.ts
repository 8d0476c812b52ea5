import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { dayMs } from '../../../domain/durations.ts';
import { everyPage } from '../../../usecases/every-page.ts';
import type { ErasedCustomers } from '../../../usecases/ports.ts';
import { named } from '../store-errors.ts';
import { expiring, idOf, itemKey, listItems, type WorkspaceTable } from './workspace-table.ts';

const KIND = 'erased';
const KEPT_MS = 30 * dayMs;
const PAGE = 1000;

/** Ids of customers erased lately, one item each, which go by themselves. */
export function dynamoErasedCustomers(table: WorkspaceTable): ErasedCustomers {
  return {
    async add(customers, at) {
      for (const id of customers) {
        const Item = { ...itemKey(KIND, id), at: { N: String(at) }, ...expiring(at + KEPT_MS) };
        await named(table.client.send(new PutItemCommand({ TableName: table.name, Item })));
      }
    },
    async since(instant) {
      const found = new Set<string>();
      for await (const page of everyPage((after) => listItems(table, { kind: KIND, after, limit: PAGE }))) {
        for (const item of page) if (Number(item.at?.N ?? 0) >= instant) found.add(idOf(item));
      }
      return found;
    },
  };
}
