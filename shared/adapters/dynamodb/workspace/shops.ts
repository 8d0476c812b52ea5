import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { platformNames } from '../../../contracts/platforms/platform.ts';
import type { Clock, Shop, ShopRecord, ShopStore, Versioned } from '../../../usecases/ports.ts';
import type { RootKeys } from '../../crypto/root-keys.ts';
import { auditPut } from './audit.ts';
import { BriefCache, CACHE_LIFETIME_MS } from './brief-cache.ts';
import { settingsPut } from './settings.ts';
import {
  type Item,
  idOf,
  listValues,
  payloadOf,
  readItem,
  transact,
  versionedDelete,
  versionedPut,
  versionOf,
  type WorkspaceTable,
} from './workspace-table.ts';

const KIND = 'shop';

/** Secrets are sealed for their shop. */
const shopSchema = z.object({
  platform: z.enum(platformNames),
  name: z.string(),
  currency: z.string(),
  timezone: z.string(),
  createdAt: z.int(),
  updatedAt: z.int(),
  secret: z.string(),
  previous: z.object({ secret: z.string(), until: z.int() }).optional(),
});

type Sealing = Pick<RootKeys, 'seal' | 'open'>;

/** Shops; `shop`, the webhook's question, is answered from a cache for up to `cacheMs`. */
export function dynamoShopStore(
  table: WorkspaceTable,
  keys: Sealing,
  clock: Clock,
  cacheMs: number = CACHE_LIFETIME_MS,
): ShopStore {
  const cache = new BriefCache<Versioned<ShopRecord>>(clock, cacheMs);
  const write = async (items: readonly TransactWriteItem[]) => {
    await transact(table, items);
    cache.clear();
  };
  const readShop = async (id: string) => {
    const item = await readItem(table, KIND, id);
    return item && { value: recordOf(item, keys), version: versionOf(item) };
  };
  return {
    readShop,
    async shop(id) {
      const found = await cache.get(id, () => readShop(id));
      return found && shopAt(found.value, clock.now());
    },
    async freshShop(id) {
      const found = await readShop(id);
      return found && shopAt(found.value, clock.now());
    },
    listShops: (after, limit) => listValues(table, { kind: KIND, after, limit }, (item) => recordOf(item, keys)),
    createShop: (shop, change, settings) =>
      write([
        shopPut(table, { value: shop, version: 0 }, keys),
        auditPut(table, change),
        ...(settings ? [settingsPut(table, settings)] : []),
      ]),
    saveShop: (shop, change) => write([shopPut(table, shop, keys), auditPut(table, change)]),
    removeShop: (id, version, change) => write([versionedDelete(table, KIND, id, version), auditPut(table, change)]),
  };
}

function shopAt(record: ShopRecord, now: number): Shop {
  const { id, platform, name, currency, timezone, secret, previous } = record;
  const secrets = previous && previous.until > now ? [secret, previous.secret] : [secret];
  return { id, platform, name, currency, timezone, secrets };
}

function shopPut(table: WorkspaceTable, { value, version }: Versioned<ShopRecord>, keys: Sealing): TransactWriteItem {
  const { id, previous, ...shop } = value;
  const payload: z.input<typeof shopSchema> = {
    ...shop,
    secret: keys.seal(shop.secret, id),
    ...(previous && { previous: { ...previous, secret: keys.seal(previous.secret, id) } }),
  };
  return versionedPut(table, KIND, id, version, payload);
}

function recordOf(item: Item, keys: Sealing): ShopRecord {
  const id = idOf(item);
  const { previous, ...shop } = shopSchema.parse(payloadOf(item));
  return {
    id,
    ...shop,
    secret: keys.open(shop.secret, id),
    ...(previous && { previous: { ...previous, secret: keys.open(previous.secret, id) } }),
  };
}
