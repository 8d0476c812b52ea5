import * as z from 'zod';
import { roles } from '../../../domain/access/roles.ts';
import { everyPage } from '../../../usecases/every-page.ts';
import { type ApiKey, type ApiKeyStore, type Clock, ConflictError } from '../../../usecases/ports.ts';
import { auditPut } from './audit.ts';
import { BriefCache, CACHE_LIFETIME_MS } from './brief-cache.ts';
import {
  type Item,
  idOf,
  listItems,
  listValues,
  payloadOf,
  readItem,
  transact,
  versionedDelete,
  versionedPut,
  versionOf,
  type WorkspaceTable,
} from './workspace-table.ts';

const KIND = 'key';
const PAGE = 100;

const keySchema = z.object({ keyId: z.string(), name: z.string(), role: z.enum(roles), createdAt: z.int() });

/** API keys by their hash: the table never holds a key that opens anything. A removed key works for `cacheMs` more. */
export function dynamoApiKeyStore(
  table: WorkspaceTable,
  clock: Clock,
  cacheMs: number = CACHE_LIFETIME_MS,
): ApiKeyStore {
  const cache = new BriefCache<ApiKey>(clock, cacheMs);
  return {
    findKey: (hash) =>
      cache.get(hash, async () => {
        const item = await readItem(table, KIND, hash);
        return item && keyOf(item);
      }),
    listKeys: (after, limit) => listValues(table, { kind: KIND, after, limit }, keyOf),
    addKey: (hash, key, change) => transact(table, [versionedPut(table, KIND, hash, 0, key), auditPut(table, change)]),
    async removeKey(keyId, change) {
      const item = await itemByKeyId(table, keyId);
      if (!item) return false;
      try {
        await transact(table, [versionedDelete(table, KIND, idOf(item), versionOf(item)), auditPut(table, change)]);
      } catch (error) {
        if (error instanceof ConflictError) return false;
        throw error;
      }
      cache.clear();
      return true;
    },
  };
}

/** There are few keys: a listing finds one by its public name. */
async function itemByKeyId(table: WorkspaceTable, keyId: string): Promise<Item | undefined> {
  for await (const page of everyPage((after) => listItems(table, { kind: KIND, after, limit: PAGE }))) {
    const found = page.find((item) => keyOf(item).keyId === keyId);
    if (found) return found;
  }
  return undefined;
}

function keyOf(item: Item): ApiKey {
  return keySchema.parse(payloadOf(item));
}
