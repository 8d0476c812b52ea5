import type { Work } from '../../contracts/work.ts';
import type { CustomerFile } from '../../domain/customers/customer-file.ts';
import { type IdentityRow, linkingKeys } from '../../domain/customers/linking.ts';
import { partsOfRef } from '../../domain/orders/order.ts';
import type { CensusScan } from '../census/census-ports.ts';
import { changesOfErased } from '../customers/attach-to-customer.ts';
import { sightingOf } from '../orders/record-order.ts';
import type { AuditLog, CustomerStore, DueIndex, SettingsReader, ShopStore, Versioned, WorkQueue } from '../ports.ts';
import { retried } from '../retried.ts';
import { workThrough } from '../work-through.ts';
import { type EraseDeps, erasedRow } from './erase-customer.ts';

export interface RequestDeps extends EraseDeps {
  readonly store: CustomerStore & Pick<DueIndex, 'scanFiles'> & Pick<CensusScan, 'scanStoredOrders'>;
  readonly settings: SettingsReader;
  readonly shops: Pick<ShopStore, 'listShops' | 'shop'>;
  readonly audit: Pick<AuditLog, 'record'>;
  readonly work: WorkQueue;
}

type NamedWork = Extract<Work, { type: 'identities.erase' }>;
type ShopWork = Extract<Work, { type: 'shop.erase' }>;

/**
 * Erases whoever a shop's request names, and the orders it names. Of somebody not known the identities are marked all the
 * same: a webhook on its way must not bring them in.
 * @returns how many customers are to be erased
 */
export async function eraseNamed(work: NamedWork, deps: RequestDeps): Promise<number> {
  const { buyersPerIdentity: limit } = await deps.settings.settings(deps.clock.now());
  const rows = await deps.store.readIdentities(work.identities);
  const named = new Map(work.identities.map((key): [string, IdentityRow] => [key, rowOf(key, rows)]));
  const linking = linkingKeys(named, limit);
  const customers = new Set(linking.flatMap((key) => named.get(key)?.customer ?? []));
  for (const customer of customers) await hand(customer, work, deps);
  for (const key of linking) await retried(() => markUnknown(key, limit, deps), deps);
  for (const ref of work.orders) await retried(() => clearOrder(ref, customers, deps), deps);
  return customers.size;
}

function rowOf(key: string, rows: ReadonlyMap<string, Versioned<IdentityRow>>): IdentityRow {
  return rows.get(key)?.value ?? { key, buyers: [] };
}

/** The entry first: one too many tells more than one too few. */
async function hand(customer: string, { shop, request }: NamedWork | ShopWork, deps: RequestDeps): Promise<void> {
  const actor = {
    keyId: `shop/${shop}`,
    name: `privacy request through ${shop}`,
    role: 'admin',
    requestId: request,
  } as const;
  const at = deps.clock.now();
  await deps.audit.record({ actor, at, action: 'customer.erased', target: `customer/${customer}`, changed: [] });
  await deps.work.send({ type: 'customer.erase', customer });
}

async function markUnknown(key: string, limit: number, { store }: RequestDeps): Promise<void> {
  const rows = await store.readIdentities([key]);
  const { customer, erased } = rowOf(key, rows);
  if (customer === undefined && !erased) {
    await store.commit({ cause: `erase#${key}`, identities: [erasedRow(key, rows, limit)] });
  }
}

/** An order that no erased customer's file will lead to: of a guest without identities, say. */
async function clearOrder(ref: string, customers: ReadonlySet<string>, deps: RequestDeps): Promise<void> {
  const stored = (await deps.store.readOrders([ref])).get(ref);
  if (!stored || stored.value.erased || customers.has(stored.value.customer ?? '')) return;
  const shop = await deps.shops.shop(stored.value.order.shop);
  const settings = await deps.settings.settings(deps.clock.now());
  const sighting = sightingOf(stored.value.order, stored, shop?.timezone ?? 'UTC');
  await deps.store.commit(await changesOfErased(sighting, settings, deps));
}

/**
 * Erases everybody in a segment who is known through this shop alone: all their orders are of it, or they have none and it
 * is the only shop. Of its orders that belong to nobody the buyer is taken off after them.
 * @returns how many customers are to be erased
 */
export async function eraseShopPart(work: ShopWork, remainingMs: () => number, deps: RequestDeps): Promise<number> {
  if (work.orders) {
    await clearOrdersOfNobody(work, remainingMs, deps);
    return 0;
  }
  const isOnlyShop = (await deps.shops.listShops(undefined, 2)).items.every(({ id }) => id === work.shop);
  let handed = 0;
  const last = await workThrough({
    after: work.after,
    remainingMs,
    readPage: (after) => deps.store.scanFiles(work.segment, work.segments, after, 100),
    doPage: async (page) => {
      for (const { item } of page) {
        if (item?.value.type !== 'file' || !isKnownThrough(work.shop, item.value.file, isOnlyShop)) continue;
        await hand(item.value.file.id, work, deps);
        handed++;
      }
    },
    handOn: (after) => deps.work.send({ ...work, after }),
  });
  const { after: _, ...part } = work;
  if (last) await deps.work.send({ ...part, orders: true });
  return handed;
}

async function clearOrdersOfNobody(work: ShopWork, remainingMs: () => number, deps: RequestDeps): Promise<void> {
  await workThrough({
    after: work.after,
    remainingMs,
    readPage: (after) => deps.store.scanStoredOrders(work.segment, work.segments, after, 100),
    doPage: async (page) => {
      for (const { id, item } of page) {
        const isOfNobody = item?.order.shop === work.shop && item.customer === undefined && !item.erased;
        if (isOfNobody) await retried(() => clearOrder(id, nobody, deps), deps);
      }
    },
    handOn: (after) => deps.work.send({ ...work, after }),
  });
}

const nobody: ReadonlySet<string> = new Set();

function isKnownThrough(shop: string, { orders }: CustomerFile, isOnlyShop: boolean): boolean {
  const refs = [...orders.keys()];
  return refs.length === 0 ? isOnlyShop : refs.every((ref) => partsOfRef(ref).shop === shop);
}
