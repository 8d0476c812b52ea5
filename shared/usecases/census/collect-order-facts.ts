import { ProductTally } from '../../domain/cases/product-alerts.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import { productsFromOrders } from '../orders/products-from-orders.ts';
import type { ShopReader, StoredOrder } from '../ports.ts';
import type { CensusDeps, CensusPart, Collection } from './census-parts.ts';
import type { FactsFiles } from './census-ports.ts';
import { factsOfOrder } from './facts-of-order.ts';

/** Customers that orders, refunds or touches were recorded with, who may have been merged into another since. */
export type OrderCustomers = readonly (string | null)[];

/** What a chunk of orders notes of the products in them, for the alerts of the night. */
export const productNotes = (name: string) => `products-${name}`;

/** Orders read at a time. */
const pageSize = 500;

/** Gathers orders, and products from their lines; rows are written once it is known who was merged into whom. */
export function collectOrders(
  { run, asOf, segment, segments }: CensusPart,
  settings: Settings,
  deps: Pick<CensusDeps, 'store' | 'facts' | 'shops' | 'products'>,
): Collection<StoredOrder> {
  const zones = new ShopZones(deps.shops);
  let gathered = nothingGathered(deps.facts);
  const products = productsFromOrders(asOf, deps);
  return {
    get size() {
      return gathered.orders.size;
    },
    async readPage(after, take) {
      const { items, ...page } = await deps.store.scanStoredOrders(segment, segments, after, pageSize);
      await zones.learn(items.flatMap(({ item }) => item?.order.shop ?? []));
      items.forEach(take);
      return page;
    },
    gather(stored) {
      const facts = factsOfOrder(stored, { asOf, zone: zones.of(stored.order.shop), settings });
      if (!facts) return;
      products.see(stored.order);
      gathered.tally.add(stored.order, asOf);
      gathered.orders.add(facts.order);
      gathered.customers.push(facts.order.customer);
      for (const refund of facts.refunds) {
        gathered.refunds.add(refund);
        gathered.refundCustomers.push(refund.customer);
      }
    },
    async write(name) {
      const { orders, refunds, customers, refundCustomers, tally } = gathered;
      gathered = nothingGathered(deps.facts);
      await orders.begin(run, name, customers);
      if (refunds.size > 0) await refunds.begin(run, name, refundCustomers);
      await deps.facts.writeNotes(run, productNotes(name), tally.notes());
      await products.save();
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
    tally: new ProductTally(),
  };
}

/** Zones by shop, each asked for once; of a shop that is gone nobody knows it any more. */
class ShopZones {
  readonly #shops: ShopReader;
  readonly #zones = new Map<string, string>();

  constructor(shops: ShopReader) {
    this.#shops = shops;
  }

  async learn(shops: Iterable<string>): Promise<void> {
    for (const id of new Set(shops)) {
      if (!this.#zones.has(id)) this.#zones.set(id, (await this.#shops.shop(id))?.timezone ?? 'UTC');
    }
  }

  of(shop: string): string {
    return this.#zones.get(shop) ?? 'UTC';
  }
}
