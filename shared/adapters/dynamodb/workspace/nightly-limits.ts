import { type NightlyLimits, nightlyLimitsSchema } from '../../../domain/value/nightly-limits.ts';
import type { Clock, NightlyLimitsStore } from '../../../usecases/ports.ts';
import { BriefCache, CACHE_LIFETIME_MS } from './brief-cache.ts';
import { newestItem } from './newest-item.ts';
import type { WorkspaceTable } from './workspace-table.ts';

const ID = 'limits';

/** What the last census says of the base as a whole, one item. */
export function dynamoNightlyLimits(
  table: WorkspaceTable,
  clock: Clock,
  cacheMs: number = CACHE_LIFETIME_MS,
): NightlyLimitsStore {
  const item = newestItem<NightlyLimits>(table, 'nightly', ID, nightlyLimitsSchema);
  const cache = new BriefCache<NightlyLimits>(clock, cacheMs);
  return {
    nightlyLimits: () => cache.get(ID, item.read),
    async replaceLimits(limits) {
      const isNewest = await item.replace(limits);
      cache.clear();
      return isNewest;
    },
  };
}
