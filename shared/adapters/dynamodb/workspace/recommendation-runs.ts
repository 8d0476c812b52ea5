import * as z from 'zod';
import type { Clock } from '../../../usecases/ports.ts';
import type { RecommendationRuns, RecommendationsInForce } from '../../../usecases/recommendation-ports.ts';
import { BriefCache } from './brief-cache.ts';
import { putUnlessNewer } from './newest-item.ts';
import { payloadOf, readItem, type WorkspaceTable } from './workspace-table.ts';

const KIND = 'nightly';
const ID = 'recommendations';
/** They change once a night. */
const cacheMs = 60_000;

const inForceSchema = z.strictObject({ run: z.string().min(1), asOf: z.int(), writtenAt: z.int() });

/** Which tables of recommendations are in force, one item. */
export function dynamoRecommendationRuns(table: WorkspaceTable, clock: Clock): RecommendationRuns {
  const cache = new BriefCache<RecommendationsInForce>(clock, cacheMs);
  return {
    inForce: () =>
      cache.get(ID, async () => {
        const item = await readItem(table, KIND, ID);
        return item && inForceSchema.parse(payloadOf(item));
      }),
    async replace(tables) {
      const isNewest = await putUnlessNewer(table, KIND, ID, { ...tables });
      cache.clear();
      return isNewest;
    },
  };
}
