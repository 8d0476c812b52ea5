import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  leastCommonBuyers,
  liftOf,
  mostBeside,
  recommendationTablesSchema,
  type ShopTables,
  tablesOf,
} from '../../../shared/domain/recommendations/co-purchase.ts';
import {
  type Bought,
  bestSellerDays,
  mostProductsOfCustomer,
  PurchaseTally,
  tallyNotesSchema,
} from '../../../shared/domain/recommendations/purchase-tally.ts';
import { recommend } from '../../../shared/domain/recommendations/recommend.ts';
import { someOf } from '../../config/runs.ts';

const today = 20_000;
const dayMs = 86_400_000;

function line(product: string, ago = 0, category?: string, shop = 'east'): Bought {
  const day = today - ago;
  return { shop, product, ...(category !== undefined && { category }), paidAt: day * dayMs, day };
}

type Base = readonly (readonly Bought[])[];

/** Few products, so that many pairs have common buyers; some lines on the limit of the 90 days. */
const arbitraryBase: fc.Arbitrary<Base> = fc
  .array(
    fc.array(
      fc.record({
        shop: fc.constantFrom('east', 'west'),
        product: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
        category: fc.option(fc.constantFrom('tea', 'cup', '__proto__'), { nil: undefined }),
        ago: fc.constantFrom(0, 3, bestSellerDays, bestSellerDays + 1, 400),
      }),
      { maxLength: 6, size: 'max' },
    ),
    { maxLength: 60, size: 'max' },
  )
  .map((customers) =>
    customers.map((lines) => lines.map(({ shop, product, category, ago }) => line(product, ago, category, shop))),
  );

function tallyOf(base: Base): PurchaseTally {
  const tally = new PurchaseTally();
  for (const bought of base) tally.add(bought, today);
  return tally;
}

interface Readable {
  readonly together: Record<string, string[]>;
  readonly bestSellers: string[];
  readonly bestOfCategory: [string, string[]][];
}

function readable({ products, together, bestSellers, bestOfCategory }: ShopTables): Readable {
  const id = (place: number) => products[place]?.[0] ?? 'none';
  return {
    together: Object.fromEntries(
      together.flatMap((others, place) =>
        others.length > 0 ? [[id(place), others.map(([other, common]) => `${id(other)} ${common}`)]] : [],
      ),
    ),
    bestSellers: bestSellers.map(id),
    bestOfCategory: bestOfCategory.map(([category, places]) => [category, places.map(id)]),
  };
}

/** Every pair of products against every customer. */
function naive(base: Base, shop: string): Readable {
  const customers = base.map((bought) => bought.filter((one) => one.shop === shop)).filter(({ length }) => length > 0);
  const ids = [...new Set(customers.flat().map(({ product }) => product))].sort();
  const having = (...wanted: string[]) =>
    customers.filter((bought) => wanted.every((id) => bought.some(({ product }) => product === id))).length;
  const recent = (id: string) =>
    customers.filter((bought) => bought.some(({ product, day }) => product === id && today - day <= bestSellerDays))
      .length;
  const selling = ids.filter((id) => recent(id) > 0).sort((a, b) => recent(b) - recent(a) || (a < b ? -1 : 1));
  const categoryOf = (id: string) =>
    customers
      .flat()
      .filter(({ product, category }) => product === id && category !== undefined)
      .sort((a, b) => b.paidAt - a.paidAt || ((a.category ?? '') > (b.category ?? '') ? -1 : 1))[0]?.category;
  const together: Record<string, string[]> = {};
  for (const a of ids) {
    const others = ids
      .filter((b) => b !== a && having(a, b) >= leastCommonBuyers)
      .map((b) => ({ b, common: having(a, b), lift: liftOf(having(a, b), having(a), having(b), customers.length) }))
      .sort((x, y) => y.lift - x.lift || y.common - x.common || (x.b < y.b ? -1 : 1));
    if (others.length > 0) together[a] = others.map(({ b, common }) => `${b} ${common}`);
  }
  const categories = [...new Set(selling.flatMap((id) => categoryOf(id) ?? []))].sort();
  return {
    together,
    bestSellers: selling,
    bestOfCategory: categories.map((name) => [name, selling.filter((id) => categoryOf(id) === name)]),
  };
}

describe('the tables', () => {
  test('are what every pair and every customer, looked at one by one, give', () => {
    let pairs = 0;
    fc.assert(
      fc.property(arbitraryBase, (base) => {
        const tables = tablesOf(tallyOf(base));
        for (const shop of ['east', 'west']) {
          const expected = naive(base, shop);
          pairs += Object.keys(expected.together).length;
          const found = tables[shop];
          expect(found ? readable(found) : { together: {}, bestSellers: [], bestOfCategory: [] }).toEqual(expected);
        }
      }),
      { numRuns: someOf(150) },
    );
    expect(pairs).toBeGreaterThan(someOf(100));
  });

  test('are the same however the customers are cut into parts, and in whatever order these are joined', () => {
    fc.assert(
      fc.property(arbitraryBase, fc.integer({ min: 1, max: 9 }), fc.boolean(), (base, size, backwards) => {
        const parts: Base[] = [];
        for (let start = 0; start < base.length; start += size) parts.push(base.slice(start, start + size));
        if (backwards) parts.reverse();
        const joined = new PurchaseTally();
        for (const part of parts) {
          joined.join(tallyNotesSchema.parse(JSON.parse(JSON.stringify(tallyOf(part).notes()))));
        }
        expect(tablesOf(joined)).toEqual(tablesOf(tallyOf(base)));
      }),
      { numRuns: someOf(150) },
    );
  });

  test('survive being stored', () => {
    const base = fc.sample(arbitraryBase, 20).flat();
    const tables = { run: 'r', asOf: 1, shops: tablesOf(tallyOf(base)) };
    expect(recommendationTablesSchema.parse(JSON.parse(JSON.stringify(tables)))).toEqual(tables);
  });

  test('want five common buyers', () => {
    const both = [line('a'), line('b')];
    const tables = (times: number) =>
      readable(tablesOf(tallyOf(Array.from({ length: times }, () => both))).east as ShopTables);
    expect(tables(4).together).toEqual({});
    expect(tables(5).together).toEqual({ a: ['b 5'], b: ['a 5'] });
  });

  test('count the hundred products a customer bought last, and keep the best twenty beside each', () => {
    const products = Array.from(
      { length: mostProductsOfCustomer + 1 },
      (_, place) => `p${String(place).padStart(3, '0')}`,
    );
    const bought = products.map((id, place) => line(id, place));
    const { together, products: listed } = tablesOf(tallyOf([bought, bought, bought, bought, bought]))
      .east as ShopTables;
    const last = listed.findIndex(([id]) => id === products.at(-1));
    expect(last < 0 ? [] : together[last]).toEqual([]);
    expect(together[0]).toHaveLength(mostBeside);
    expect(together[0]?.map(([other]) => listed[other]?.[0])).toEqual(products.slice(1, mostBeside + 1));
  });
});

describe('a recommendation', () => {
  const buying = (times: number, ...lines: Bought[]) => Array.from({ length: times }, () => lines);
  /** With a tea goes the pot (lift 1.9) before the cup, which everybody buys. */
  const tables = tablesOf(
    tallyOf([
      ...buying(6, line('tea', 0, 'tea'), line('pot', 0, 'ware')),
      ...buying(5, line('tea', 0, 'tea'), line('cup', 0, 'ware')),
      ...buying(9, line('cup', 0, 'ware')),
      ...buying(3, line('green', 0, 'tea')),
      ...buying(2, line('salt', 0)),
      ...buying(20, line('old', 400, 'tea')),
    ]),
  ).east as ShopTables;
  const forWhom = (owned: string[], category?: string, n = 10) =>
    recommend({ owned: new Set(owned), ...(category !== undefined && { category }) }, tables, n).map(
      ({ product, reason }) => `${product} ${reason}`,
    );

  test('is what goes with theirs, then the best of their category, then of the shop', () => {
    expect(forWhom(['tea'], 'tea')).toEqual([
      'pot bought_together',
      'cup bought_together',
      'green best_of_category',
      'salt best_seller',
    ]);
    expect(forWhom(['tea'], 'tea', 1)).toEqual(['pot bought_together']);
  });

  test('is never what they have, nor what nobody buys any more', () => {
    expect(forWhom(['tea', 'pot', 'cup', 'green'])).toEqual(['salt best_seller']);
    expect(forWhom(['tea', 'pot', 'cup', 'green', 'salt'])).toEqual([]);
  });

  test('for somebody of whom nothing is known is what sells', () => {
    const sells = ['cup best_seller', 'tea best_seller', 'pot best_seller', 'green best_seller', 'salt best_seller'];
    expect(forWhom([])).toEqual(sells);
    expect(forWhom(['gone'], 'unheard of')).toEqual(sells);
  });

  test('goes by the greatest lift with any of theirs', () => {
    fc.assert(
      fc.property(arbitraryBase, fc.subarray(['a', 'b', 'c', 'd', 'e', 'f']), (base, owned) => {
        const shop = tablesOf(tallyOf(base)).east;
        if (!shop) return;
        const customers = base
          .map((all) => all.filter((one) => one.shop === 'east'))
          .filter(({ length }) => length > 0);
        const having = (...ids: string[]) =>
          customers.filter((all) => ids.every((id) => all.some(({ product }) => product === id))).length;
        const lifts = (id: string) =>
          owned.flatMap((own) => {
            const common = having(own, id);
            return common < leastCommonBuyers ? [] : [liftOf(common, having(own), having(id), customers.length)];
          });
        const expected = ['a', 'b', 'c', 'd', 'e', 'f'].filter((id) => !owned.includes(id) && lifts(id).length > 0);
        const found = recommend({ owned: new Set(owned) }, shop, 10).filter(
          ({ reason }) => reason === 'bought_together',
        );
        expect(found.map(({ product }) => product).sort()).toEqual(expected);
        const best = found.map(({ product }) => Math.max(...lifts(product)));
        expect(best).toEqual([...best].sort((a, b) => b - a));
      }),
      { numRuns: someOf(150) },
    );
  });
});
