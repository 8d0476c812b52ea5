import { type NightlyLimits, nightlyLimitsSchema } from '../../../domain/value/nightly-limits.ts';
import type { Clock, NightlyLimitsStore } from '../../../usecases/ports.ts';
import { BriefCache, CACHE_LIFETIME_MS } from './brief-cache.ts';
import { putUnlessNewer } from './newest-item.ts';
import { payloadOf, readItem, type WorkspaceTable } from './workspace-table.ts';

const KIND = 'nightly';
const ID = 'limits';

/** What the last census says of the base as a whole, one item. */
export function dynamoNightlyLimits(
  table: WorkspaceTable,
  clock: Clock,
  cacheMs: number = CACHE_LIFETIME_MS,
): NightlyLimitsStore {
  const cache = new BriefCache<NightlyLimits>(clock, cacheMs);
  return {
    nightlyLimits: () =>
      cache.get(ID, async () => {
        const item = await readItem(table, KIND, ID);
        return item && nightlyLimitsSchema.parse(payloadOf(item));
      }),
    async replaceLimits(limits) {
      const isNewest = await putUnlessNewer(table, KIND, ID, limits);
      cache.clear();
      return isNewest;
    },
  };
}
