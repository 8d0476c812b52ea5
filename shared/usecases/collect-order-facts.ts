import type { Settings } from '../domain/settings/settings.ts';
import type { CensusDeps, CensusPart, Collection } from './census-parts.ts';
import type { FactsFiles } from './census-ports.ts';
import { factsOfOrder } from './facts-of-order.ts';
import type { ShopReader, StoredOrder } from './ports.ts';

/** Customers that orders, refunds or touches were recorded with, who may have been merged into another since. */
export type OrderCustomers = readonly (string | null)[];

/** Orders read at a time. */
const pageSize = 500;

/** Gathers orders; they are written once it is known who was merged into whom. */
export function collectOrders(
  { run, asOf, segment, segments }: CensusPart,
  settings: Settings,
  deps: Pick<CensusDeps, 'store' | 'facts' | 'shops'>,
): Collection<StoredOrder> {
  const zoneOf = zonesOf(deps.shops);
  let gathered = nothingGathered(deps.facts);
  return {
    get size() {
      return gathered.orders.size;
    },
    readPage: (after) => deps.store.scanStoredOrders(segment, segments, after, pageSize),
    async gather(stored) {
      const facts = factsOfOrder(stored, { asOf, zone: await zoneOf(stored.order.shop), settings });
      if (!facts) return;
      gathered.orders.add(facts.order);
      gathered.customers.push(facts.order.customer);
      for (const refund of facts.refunds) {
        gathered.refunds.add(refund);
        gathered.refundCustomers.push(refund.customer);
      }
    },
    async write(name) {
      const { orders, refunds, customers, refundCustomers } = gathered;
      gathered = nothingGathered(deps.facts);
      await orders.begin(run, name, customers);
      if (refunds.size > 0) await refunds.begin(run, name, refundCustomers);
      return { name, rows: { orders: orders.size, refunds: refunds.size } };
    },
  };
}

function nothingGathered(facts: FactsFiles) {
  return {
    orders: facts.beginRows('orders', ['customer']),
    customers: [] as (string | null)[],
    refunds: facts.beginRows('refunds', ['customer']),
    refundCustomers: [] as (string | null)[],
  };
}

/** Zones by shop, each asked for once; of a shop that is gone nobody knows it any more. */
function zonesOf(shops: ShopReader): (shop: string) => Promise<string> {
  const zones = new Map<string, string>();
  return async (id) => {
    const known = zones.get(id);
    if (known !== undefined) return known;
    const zone = (await shops.shop(id))?.timezone ?? 'UTC';
    zones.set(id, zone);
    return zone;
  };
}
