import { dayOf, type Instant } from '../../domain/calendar.ts';
import type { MarginTally } from '../../domain/campaigns/review.ts';
import type { CustomerFile } from '../../domain/customers/customer-file.ts';
import { amountInBase } from '../../domain/customers/summary.ts';
import { partsOfRef } from '../../domain/orders/order.ts';
import type { Purchase } from '../../domain/orders/purchase.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import type { ProductStore } from '../transfers/transfer-ports.ts';

/** What a member has bought lately, in minor units of the base currency, and what was left of it after the goods. */
export interface MembersOrders {
  readonly orders: number;
  readonly spent: number;
  readonly margin: MarginTally;
}

/** Days that count for an average order. */
const windowDays = 365;

/** Shares of the price that are left after the cost of the goods, by shop and product; for those whose cost is known. */
export type LeftOf = (shop: string, product: string) => Promise<number | undefined>;

export function leftByCatalogue(products: Pick<ProductStore, 'readCatalogue'>): LeftOf {
  const catalogues = new Map<string, Promise<ReadonlyMap<string, number>>>();
  return async (shop, product) => {
    const known = catalogues.get(shop) ?? readShares(shop, products);
    catalogues.set(shop, known);
    return (await known).get(product);
  };
}

async function readShares(
  shop: string,
  products: Pick<ProductStore, 'readCatalogue'>,
): Promise<ReadonlyMap<string, number>> {
  const shares = new Map<string, number>();
  for (const [id, { product }] of await products.readCatalogue(shop)) {
    const [price, cost] = [Number(product?.price), Number(product?.cost)];
    if (price > 0 && cost >= 0) shares.set(id, (price - cost) / price);
  }
  return shares;
}

export async function ordersOf(
  file: CustomerFile,
  settings: Settings,
  now: Instant,
  leftOf: LeftOf,
): Promise<MembersOrders> {
  const since = dayOf(now, settings.timezone) - windowDays;
  let [orders, spent, amount, left] = [0, 0, 0, 0];
  for (const [ref, { purchase }] of file.orders) {
    if (!purchase || purchase.paidAt > now || purchase.day < since) continue;
    orders++;
    spent += inBase(purchase, purchase.amount, settings);
    for (const { product, amount: paid } of purchase.lines) {
      const share = await leftOf(partsOfRef(ref).shop, product);
      if (share === undefined) continue;
      const worth = inBase(purchase, paid, settings);
      amount += worth;
      left += worth * share;
    }
  }
  return { orders, spent, margin: { amount, left } };
}

function inBase(purchase: Purchase, amount: number, settings: Settings): number {
  return amountInBase({ ...purchase, amount }, settings) ?? 0;
}
