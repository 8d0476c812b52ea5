import * as z from 'zod';
import type { Day, Instant } from '../calendar.ts';
import type { CustomerFile } from '../customers/customer-file.ts';
import { compareText, shopOfRef } from '../orders/order.ts';

/** A line of one of a customer's purchases. */
export interface Bought {
  readonly shop: string;
  /** Id within its shop. */
  readonly product: string;
  readonly category?: string;
  readonly paidAt: Instant;
  /** On the calendar of its shop. */
  readonly day: Day;
}

/** Who bought within so many days makes a best seller. */
export const bestSellerDays = 90;
/** Of a customer's products in one shop the last so many count for what is bought together: work grows with their square. */
export const mostProductsOfCustomer = 100;

const count = z.int().min(0);

/** What some customers bought, without saying who they are. */
export const tallyNotesSchema = z.record(
  z.string(),
  z.strictObject({
    /** Id, category, when that was said, and recent buyers, of each product. */
    products: z.array(z.tuple([z.string(), z.string().nullable(), z.int(), count])),
    /** Of each customer the places of their products in that list. */
    baskets: z.array(z.array(count)),
  }),
);
export type TallyNotes = z.output<typeof tallyNotesSchema>;

/** A product by how it sold. */
export interface TalliedProduct {
  readonly id: string;
  category: string | null;
  /** When it was last sold under that category. */
  categoryAt: Instant;
  /** Customers who bought it lately. */
  recentBuyers: number;
}

/** Everything bought in one shop: its products, and for each customer the places of theirs among them. */
export interface ShopTally {
  readonly products: TalliedProduct[];
  readonly places: Map<string, number>;
  readonly baskets: (readonly number[])[];
}

/** What a file says was bought by a moment, apart from what was taken back (DOMAIN 1). */
export function boughtBy({ orders }: Pick<CustomerFile, 'orders'>, asOf: Instant): Bought[] {
  const bought: Bought[] = [];
  for (const [ref, { purchase }] of orders) {
    if (!purchase || purchase.paidAt > asOf) continue;
    const { paidAt, day } = purchase;
    const shop = shopOfRef(ref);
    for (const { product, category } of purchase.lines) {
      bought.push({ shop, product, ...(category !== undefined && { category }), paidAt, day });
    }
  }
  return bought;
}

/**
 * Counts who bought what, shop by shop; parts counted apart can be joined in any order. Holds a number for each product of
 * each customer, and an entry for each product.
 */
export class PurchaseTally {
  readonly shops = new Map<string, ShopTally>();

  /** @param bought everything one customer bought  @param today the as-of day */
  add(bought: readonly Bought[], today: Day): void {
    for (const [shop, lines] of Map.groupBy(bought, (line) => line.shop)) this.#addTo(this.#shop(shop), lines, today);
  }

  #addTo(tally: ShopTally, lines: readonly Bought[], today: Day): void {
    const lastAt = new Map<number, Instant>();
    const recent = new Set<number>();
    for (const { product, category, paidAt, day } of lines) {
      const place = placeOf(tally, product);
      sayCategory(tally, place, category ?? null, paidAt);
      lastAt.set(place, Math.max(paidAt, lastAt.get(place) ?? paidAt));
      if (day >= today - bestSellerDays) recent.add(place);
    }
    for (const place of recent) addBuyers(tally, place, 1);
    tally.baskets.push(newestOf(lastAt, tally));
  }

  join(notes: TallyNotes): void {
    for (const [shop, { products, baskets }] of Object.entries(notes)) {
      const tally = this.#shop(shop);
      const places = products.map(([id, category, categoryAt, recentBuyers]) => {
        const place = placeOf(tally, id);
        sayCategory(tally, place, category, categoryAt);
        addBuyers(tally, place, recentBuyers);
        return place;
      });
      for (const basket of baskets) tally.baskets.push(basket.flatMap((place) => places[place] ?? []));
    }
  }

  notes(): TallyNotes {
    const notes: TallyNotes = {};
    for (const [shop, { products, baskets }] of this.shops) {
      notes[shop] = {
        products: products.map(({ id, category, categoryAt, recentBuyers }) => [
          id,
          category,
          categoryAt,
          recentBuyers,
        ]),
        baskets: baskets.map((basket) => [...basket]),
      };
    }
    return notes;
  }

  #shop(shop: string): ShopTally {
    const known = this.shops.get(shop);
    if (known) return known;
    const tally: ShopTally = { products: [], places: new Map(), baskets: [] };
    this.shops.set(shop, tally);
    return tally;
  }
}

function placeOf({ products, places }: ShopTally, id: string): number {
  const known = places.get(id);
  if (known !== undefined) return known;
  products.push({ id, category: null, categoryAt: Number.MIN_SAFE_INTEGER, recentBuyers: 0 });
  places.set(id, products.length - 1);
  return products.length - 1;
}

/** The category it was last sold under; of two at one moment always the same. */
function sayCategory({ products }: ShopTally, place: number, category: string | null, at: Instant): void {
  const product = products[place];
  if (!product || category === null) return;
  const { category: known, categoryAt } = product;
  if (known !== null && (at < categoryAt || (at === categoryAt && compareText(category, known) <= 0))) return;
  product.category = category;
  product.categoryAt = at;
}

function addBuyers({ products }: ShopTally, place: number, buyers: number): void {
  const product = products[place];
  if (product) product.recentBuyers += buyers;
}

/** The products bought last, where there are very many; in no order. */
function newestOf(lastAt: ReadonlyMap<number, Instant>, { products }: ShopTally): number[] {
  if (lastAt.size <= mostProductsOfCustomer) return [...lastAt.keys()];
  const id = (place: number) => products[place]?.id ?? '';
  return [...lastAt]
    .sort(([a, at], [b, bt]) => bt - at || compareText(id(a), id(b)))
    .slice(0, mostProductsOfCustomer)
    .map(([place]) => place);
}
