import type { Instant } from '../../domain/calendar.ts';
import { type CustomerFile, purchasesOf } from '../../domain/customers/customer-file.ts';
import { lastShop } from '../../domain/journeys/last-purchase.ts';
import { boughtBy } from '../../domain/recommendations/purchase-tally.ts';
import { type Recommendation, recommend } from '../../domain/recommendations/recommend.ts';
import { preferencesOf } from '../../domain/value/preferences.ts';
import type { Clock, SettingsReader } from '../ports.ts';
import type { Product, ProductStore } from '../transfers/transfer-ports.ts';
import type { RecommendationReader } from './recommendation-ports.ts';

export interface RecommendDeps {
  readonly recommendations: RecommendationReader;
  readonly products: Pick<ProductStore, 'readProduct'>;
  readonly settings: SettingsReader;
  readonly clock: Clock;
}

export interface RecommendedProduct extends Recommendation {
  readonly shop: string;
  /** As the catalogue has it, where it does. */
  readonly catalogued?: Product;
}

export interface Recommended {
  /** Of which moment the tables are; undefined where there are none yet. */
  readonly asOf?: Instant;
  readonly items: readonly RecommendedProduct[];
}

/**
 * Products of one shop for a customer as they are now, by the tables of the last night (DOMAIN 15).
 * @param asked the shop; otherwise the one they bought from last
 */
export async function recommendProducts(
  file: CustomerFile,
  asked: string | undefined,
  n: number,
  deps: RecommendDeps,
): Promise<Recommended> {
  const now = deps.clock.now();
  const shop = asked ?? lastShop(file, now);
  const found = shop === undefined ? undefined : await deps.recommendations.shopTables(shop);
  if (shop === undefined || !found) return { items: [] };
  const { category } = preferencesOf(purchasesOf(file), now, await deps.settings.settings(now));
  const own = boughtBy(file, now).flatMap((line) => (line.shop === shop ? [line.product] : []));
  const taste = { owned: new Set(own), ...(category !== undefined && { category }) };
  const items = recommend(taste, found.tables, n).map(async (one) => {
    const catalogued = await deps.products.readProduct(shop, one.product);
    return { ...one, shop, ...(catalogued && { catalogued }) };
  });
  return { asOf: found.asOf, items: await Promise.all(items) };
}
