import { formatDay, parseDay } from '../../../domain/calendar.ts';
import type { StageCountLog, StageCounts } from '../../../usecases/census/census-ports.ts';
import { everyPage } from '../../../usecases/every-page.ts';
import { ConflictError } from '../../../usecases/ports.ts';
import { idOf, listItems, payloadOf, transact, versionedPut, type WorkspaceTable } from './workspace-table.ts';

const KIND = 'stage-counts';
const PAGE = 400;

/** Customers per stage, an item a day that is never written again. */
export function dynamoStageCounts(table: WorkspaceTable): StageCountLog {
  return {
    async freeze(day, counts) {
      try {
        await transact(table, [versionedPut(table, KIND, formatDay(day), 0, counts)]);
      } catch (error) {
        if (!(error instanceof ConflictError)) throw error;
      }
    },
    async listCounts(first, last) {
      const found: StageCounts[] = [];
      const read = (after = formatDay(first - 1)) => listItems(table, { kind: KIND, after, limit: PAGE });
      for await (const page of everyPage(read)) {
        for (const item of page) {
          const day = parseDay(idOf(item)) ?? Number.NaN;
          if (day > last) return found;
          found.push({ day, counts: payloadOf(item) as StageCounts['counts'] });
        }
      }
      return found;
    },
  };
}
