import * as z from 'zod';
import { compareText } from '../orders/order.ts';
import type { PurchaseTally, ShopTally, TalliedProduct } from './purchase-tally.ts';

/** Two products belong together once so many customers have bought both (DOMAIN 15). */
export const leastCommonBuyers = 5;
/** Products kept beside each, and in each list of best sellers: enough for what remains when a customer's own are left out. */
export const mostBeside = 20;
const mostBestSellers = 100;
/** Products of a shop that are looked at for pairs: those with the most buyers. */
const mostPairedProducts = 20_000;

const count = z.int().min(0);

/** What one shop's customers buy together, and what sells. Products are named by their place in `products`. */
const shopTablesSchema = z.strictObject({
  /** Customers who bought something. */
  customers: count,
  /** Id and buyers of each product that is in one of the lists, in the order of the ids. */
  products: z.array(z.tuple([z.string(), count])),
  /** Of each product, in that order, the ones bought with it and by how many; the greatest lift first. */
  together: z.array(z.array(z.tuple([count, count]))),
  /** The best first. */
  bestSellers: z.array(count),
  bestOfCategory: z.array(z.tuple([z.string(), z.array(count)])),
});
export type ShopTables = z.output<typeof shopTablesSchema>;

export const recommendationTablesSchema = z.strictObject({
  run: z.string().min(1),
  asOf: z.int(),
  /** By the id of the shop. */
  shops: z.record(z.string(), shopTablesSchema),
});
export type RecommendationTables = z.output<typeof recommendationTablesSchema>;

/** The tables of every shop; a function of what was bought, in whatever order it was counted. */
export function tablesOf(tally: PurchaseTally): RecommendationTables['shops'] {
  return Object.fromEntries([...tally.shops].map(([shop, one]) => [shop, shopTables(one)]));
}

/**
 * How many times as often two products have common buyers as they would by chance: P(a and b) / (P(a) P(b)).
 * @param customers who bought anything
 */
export function liftOf(common: number, buyers: number, buyersOfOther: number, customers: number): number {
  return (common * customers) / (buyers * buyersOfOther);
}

/** Products in the order of their ids, each customer's as places among them: `places.slice(starts[c], starts[c + 1])`. */
interface Baskets {
  readonly products: readonly TalliedProduct[];
  readonly places: Int32Array;
  readonly starts: Int32Array;
}

function shopTables(tally: ShopTally): ShopTables {
  const baskets = basketsOf(tally);
  const { products } = baskets;
  const buyers = buyersIn(baskets);
  return withoutUnlisted({
    customers: tally.baskets.length,
    products: products.map(({ id }, place) => [id, buyers[place] ?? 0]),
    together: pairsIn(baskets, buyers, tally.baskets.length),
    ...bestSellersOf(products),
  });
}

/** Most products of a large shop sell too seldom to be in any list. */
function withoutUnlisted({ customers, products, together, bestSellers, bestOfCategory }: ShopTables): ShopTables {
  const listed = new Set([...bestSellers, ...bestOfCategory.flatMap(([, places]) => places)]);
  for (const [place, others] of together.entries()) if (others.length > 0) listed.add(place);
  const kept = [...listed].sort((a, b) => a - b);
  const newPlace = new Map(kept.map((old, place) => [old, place]));
  const moved = (place: number) => newPlace.get(place) ?? 0;
  return {
    customers,
    products: products.filter((_, old) => listed.has(old)),
    together: kept.map((old) => (together[old] ?? []).map(([other, common]) => [moved(other), common])),
    bestSellers: bestSellers.map(moved),
    bestOfCategory: bestOfCategory.map(([category, places]) => [category, places.map(moved)]),
  };
}

function basketsOf({ products, baskets }: ShopTally): Baskets {
  const order = products.map((_, place) => place).sort((a, b) => compareText(idOf(products, a), idOf(products, b)));
  const newPlace = new Int32Array(products.length);
  for (const [place, old] of order.entries()) newPlace[old] = place;
  const starts = new Int32Array(baskets.length + 1);
  for (const [customer, basket] of baskets.entries()) starts[customer + 1] = (starts[customer] ?? 0) + basket.length;
  const places = new Int32Array(starts[baskets.length] ?? 0);
  let next = 0;
  for (const basket of baskets) for (const old of basket) places[next++] = newPlace[old] ?? 0;
  return { products: order.flatMap((old) => products[old] ?? []), places, starts };
}

function idOf(products: readonly TalliedProduct[], place: number): string {
  return products[place]?.id ?? '';
}

function buyersIn({ products, places }: Baskets): Int32Array {
  const buyers = new Int32Array(products.length);
  for (const place of places) buyers[place] = (buyers[place] ?? 0) + 1;
  return buyers;
}

/**
 * One product after another: its buyers' other products are counted, so that no more than one count a product is held at a
 * time. Time grows with the sum of the squares of what customers bought, memory with the sum of it.
 */
function pairsIn(baskets: Baskets, buyers: Int32Array, customers: number): [other: number, common: number][][] {
  const { products, places, starts } = baskets;
  const paired = pairedProducts(buyers);
  const owners = ownersOf(baskets, buyers);
  const common = new Int32Array(products.length);
  return products.map((_, product) => {
    if (!paired[product]) return [];
    const touched: number[] = [];
    for (let at = owners.starts[product] ?? 0; at < (owners.starts[product + 1] ?? 0); at++) {
      const customer = owners.customers[at] ?? 0;
      for (let i = starts[customer] ?? 0; i < (starts[customer + 1] ?? 0); i++) {
        const other = places[i] ?? 0;
        if (other === product || !paired[other]) continue;
        if (common[other] === 0) touched.push(other);
        common[other] = (common[other] ?? 0) + 1;
      }
    }
    const found = touched.flatMap((other): [number, number][] => {
      const times = common[other] ?? 0;
      common[other] = 0;
      return times >= leastCommonBuyers ? [[other, times]] : [];
    });
    const lift = ([other, times]: readonly [number, number]) =>
      liftOf(times, buyers[product] ?? 0, buyers[other] ?? 0, customers);
    return found.sort((a, b) => lift(b) - lift(a) || b[1] - a[1] || a[0] - b[0]).slice(0, mostBeside);
  });
}

/** Fewer buyers than must be common make no pair. */
function pairedProducts(buyers: Int32Array): Uint8Array {
  const enough = [...buyers.keys()].filter((place) => (buyers[place] ?? 0) >= leastCommonBuyers);
  const most = enough.sort((a, b) => (buyers[b] ?? 0) - (buyers[a] ?? 0) || a - b).slice(0, mostPairedProducts);
  const paired = new Uint8Array(buyers.length);
  for (const place of most) paired[place] = 1;
  return paired;
}

/** The customers of each product: `customers.slice(starts[p], starts[p + 1])`. */
function ownersOf({ places, starts }: Baskets, buyers: Int32Array): { customers: Int32Array; starts: Int32Array } {
  const begins = new Int32Array(buyers.length + 1);
  for (const [place, number] of buyers.entries()) begins[place + 1] = (begins[place] ?? 0) + number;
  const next = begins.slice();
  const customers = new Int32Array(places.length);
  for (let customer = 0; customer + 1 < starts.length; customer++) {
    for (let i = starts[customer] ?? 0; i < (starts[customer + 1] ?? 0); i++) {
      const place = places[i] ?? 0;
      customers[next[place] ?? 0] = customer;
      next[place] = (next[place] ?? 0) + 1;
    }
  }
  return { customers, starts: begins };
}

/** By buyers of the last 90 days, ties by id; who has none lately is no best seller. */
function bestSellersOf(products: readonly TalliedProduct[]): Pick<ShopTables, 'bestSellers' | 'bestOfCategory'> {
  const selling = [...products.entries()].filter(([, { recentBuyers }]) => recentBuyers > 0);
  selling.sort(([a, one], [b, other]) => other.recentBuyers - one.recentBuyers || a - b);
  const places = selling.map(([place]) => place);
  const categories = [...Map.groupBy(places, (place) => products[place]?.category ?? null)];
  return {
    bestSellers: places.slice(0, mostBestSellers),
    bestOfCategory: categories
      .flatMap(([category, best]): [string, number[]][] =>
        category === null ? [] : [[category, best.slice(0, mostBestSellers)]],
      )
      .sort(([a], [b]) => compareText(a, b)),
  };
}
