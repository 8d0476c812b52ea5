import * as z from 'zod';
import type { Clock } from '../../../usecases/ports.ts';
import type {
  RecommendationRuns,
  RecommendationsInForce,
} from '../../../usecases/recommendations/recommendation-ports.ts';
import { BriefCache } from './brief-cache.ts';
import { newestItem } from './newest-item.ts';
import type { WorkspaceTable } from './workspace-table.ts';

const ID = 'recommendations';
/** They change once a night. */
const cacheMs = 60_000;

const inForceSchema = z.strictObject({ run: z.string().min(1), asOf: z.int(), writtenAt: z.int() });

/** Which tables of recommendations are in force, one item. */
export function dynamoRecommendationRuns(table: WorkspaceTable, clock: Clock): RecommendationRuns {
  const item = newestItem<RecommendationsInForce>(table, 'nightly', ID, inForceSchema);
  const cache = new BriefCache<RecommendationsInForce>(clock, cacheMs);
  return {
    inForce: () => cache.get(ID, item.read),
    async replace(tables) {
      const isNewest = await item.replace(tables);
      cache.clear();
      return isNewest;
    },
  };
}
