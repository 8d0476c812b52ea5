import {
  type AttributeValue,
  BatchGetItemCommand,
  type DynamoDBClient,
  type KeysAndAttributes,
} from '@aws-sdk/client-dynamodb';
import { StoreBusyError } from '../../usecases/ports.ts';
import { named } from './store-errors.ts';

type Item = Record<string, AttributeValue>;

export interface TableKey {
  readonly table: string;
  readonly key: Item;
}

/** Keys in one BatchGetItem. */
const batchLimit = 100;

/**
 * Items by table; as many requests as it takes, one for up to a hundred keys.
 * @throws StoreBusyError when throttled
 */
export async function batchGet(
  client: DynamoDBClient,
  keys: readonly TableKey[],
  consistent: boolean,
): Promise<Map<string, Item[]>> {
  const found = new Map<string, Item[]>();
  for (let start = 0; start < keys.length; start += batchLimit) {
    let request: Record<string, KeysAndAttributes> = requestItems(keys.slice(start, start + batchLimit), consistent);
    for (let tries = 1; Object.keys(request).length > 0; tries++) {
      const page = request;
      const answer = await named(client.send(new BatchGetItemCommand({ RequestItems: page })));
      for (const [table, items] of Object.entries(answer.Responses ?? {})) {
        found.set(table, [...(found.get(table) ?? []), ...items]);
      }
      request = answer.UnprocessedKeys ?? {};
      if (Object.keys(request).length > 0 && tries >= 3) throw new StoreBusyError('keys left unprocessed');
    }
  }
  return found;
}

function requestItems(keys: readonly TableKey[], consistent: boolean): Record<string, KeysAndAttributes> {
  const request: Record<string, KeysAndAttributes & { Keys: Item[] }> = {};
  for (const { table, key } of keys) {
    request[table] ??= { Keys: [], ConsistentRead: consistent };
    request[table].Keys.push(key);
  }
  return request;
}
