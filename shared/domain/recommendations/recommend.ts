import { liftOf, type ShopTables } from './co-purchase.ts';

/** Why a product is recommended. */
export const recommendationReasons = ['bought_together', 'best_of_category', 'best_seller'] as const;
export type RecommendationReason = (typeof recommendationReasons)[number];

export interface Recommendation {
  /** Id within its shop. */
  readonly product: string;
  readonly reason: RecommendationReason;
}

/** What is known of the customer it is for. */
export interface Taste {
  /** Ids of the products of this shop that they have. */
  readonly owned: ReadonlySet<string>;
  readonly category?: string;
}

/**
 * The `n` products of a shop that suit a customer (DOMAIN 15): what is bought most above chance with one of theirs, then
 * best sellers of the category they prefer, then those of the shop; none that they have. Equals stand in the order of
 * their common buyers, then of their ids.
 */
export function recommend({ owned, category }: Taste, tables: ShopTables, n: number): Recommendation[] {
  const { bestSellers, bestOfCategory } = tables;
  const ofCategory = bestOfCategory.find(([name]) => name === category);
  const inOrder: [RecommendationReason, readonly number[]][] = [
    ['bought_together', boughtWith(owned, tables)],
    ['best_of_category', ofCategory?.[1] ?? []],
    ['best_seller', bestSellers],
  ];
  const found = new Map<string, RecommendationReason>();
  for (const [reason, places] of inOrder) {
    for (const place of places) {
      const id = tables.products[place]?.[0];
      if (id !== undefined && !owned.has(id) && !found.has(id)) found.set(id, reason);
    }
  }
  return [...found].slice(0, n).map(([product, reason]) => ({ product, reason }));
}

interface Candidate {
  readonly place: number;
  readonly lift: number;
  readonly common: number;
}

function boughtWith(owned: ReadonlySet<string>, { products, together, customers }: ShopTables): number[] {
  const best = new Map<number, Candidate>();
  for (const id of owned) {
    const own = placeIn(products, id);
    if (own === undefined) continue;
    for (const [place, common] of together[own] ?? []) {
      const lift = liftOf(common, products[own]?.[1] ?? 0, products[place]?.[1] ?? 0, customers);
      const candidate = { place, lift, common };
      const known = best.get(place);
      if (!known || better(candidate, known) < 0) best.set(place, candidate);
    }
  }
  return [...best.values()].sort(better).map(({ place }) => place);
}

/** Places are in the order of ids. */
function better(a: Candidate, b: Candidate): number {
  return b.lift - a.lift || b.common - a.common || a.place - b.place;
}

/** Found by halving: products are in the order of their ids. */
function placeIn(products: ShopTables['products'], id: string): number | undefined {
  let low = 0;
  let high = products.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const known = products[middle]?.[0] ?? '';
    if (known === id) return middle;
    if (known < id) low = middle + 1;
    else high = middle - 1;
  }
  return undefined;
}
