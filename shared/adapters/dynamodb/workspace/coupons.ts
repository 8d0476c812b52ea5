import * as z from 'zod';
import { couponSchema } from '../../../domain/coupons/coupon.ts';
import type { CouponStore, StoredCoupon } from '../../../usecases/coupons/coupon-ports.ts';
import { everyPage } from '../../../usecases/every-page.ts';
import type { Clock, Versioned } from '../../../usecases/ports.ts';
import { auditPut } from './audit.ts';
import { BriefCache, CACHE_LIFETIME_MS } from './brief-cache.ts';
import {
  type Item,
  listValues,
  payloadOf,
  readItem,
  transact,
  versionedPut,
  versionOf,
  type WorkspaceTable,
} from './workspace-table.ts';

const KIND = 'coupon';
const pageSize = 100;

const storedCoupon = z.object({
  definition: couponSchema,
  createdAt: z.int(),
  updatedAt: z.int(),
  endedAt: z.int().exactOptional(),
});

/** Definitions of coupons by their id; each change with its entry in the audit log. */
export function dynamoCouponStore(table: WorkspaceTable, clock: Clock): CouponStore {
  const single = new BriefCache<StoredCoupon>(clock, CACHE_LIFETIME_MS);
  const all = new BriefCache<readonly StoredCoupon[]>(clock, CACHE_LIFETIME_MS);
  const list: CouponStore['listCoupons'] = (after, limit) => listValues(table, { kind: KIND, after, limit }, couponOf);
  const read: CouponStore['readCoupon'] = async (id) => {
    const item = await readItem(table, KIND, id);
    return item && couponOf(item);
  };
  return {
    readCoupon: read,
    listCoupons: list,
    coupon: (id) => single.get(id, async () => (await read(id))?.value),
    coupons: async () => (await all.get(KIND, () => listAll(list))) ?? [],
    async saveCoupon({ value, version }, change) {
      const id = value.definition.id;
      await transact(table, [versionedPut(table, KIND, id, version, value), auditPut(table, change)]);
      single.clear();
      all.clear();
    },
  };
}

async function listAll(list: CouponStore['listCoupons']): Promise<readonly StoredCoupon[]> {
  const coupons: StoredCoupon[] = [];
  for await (const page of everyPage((after) => list(after, pageSize))) {
    for (const { value } of page) coupons.push(value);
  }
  return coupons;
}

function couponOf(item: Item): Versioned<StoredCoupon> {
  return { value: storedCoupon.parse(payloadOf(item)), version: versionOf(item) };
}
