import type { Instant } from '../../domain/calendar.ts';
import type { ShopTables } from '../../domain/recommendations/co-purchase.ts';

/** Which tables are in force, and from when they are. */
export interface RecommendationsInForce {
  readonly run: string;
  readonly asOf: Instant;
  readonly writtenAt: Instant;
}

export interface RecommendationRuns {
  /** May be a cache lifetime old; undefined before the first census. */
  inForce(): Promise<RecommendationsInForce | undefined>;
  /** @returns false when those in force are of a later moment; then nothing is changed */
  replace(tables: RecommendationsInForce): Promise<boolean>;
}

export interface RecommendationReader {
  /** What one shop's customers buy together and what sells there; undefined where there is nothing yet. */
  shopTables(shop: string): Promise<{ readonly asOf: Instant; readonly tables: ShopTables } | undefined>;
}
