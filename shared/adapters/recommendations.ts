import { factsKeptDays } from '../contracts/facts-files.ts';
import { dayMs } from '../domain/durations.ts';
import { type RecommendationTables, recommendationTablesSchema } from '../domain/recommendations/co-purchase.ts';
import type { FactsFiles } from '../usecases/census/census-ports.ts';
import type { Clock } from '../usecases/ports.ts';
import { recommendationNotes } from '../usecases/recommendations/compute-recommendations.ts';
import type { RecommendationReader, RecommendationRuns } from '../usecases/recommendations/recommendation-ports.ts';

/** The tables in force, read once a run and then kept in memory. */
export function recommendationReader(
  runs: Pick<RecommendationRuns, 'inForce'>,
  facts: Pick<FactsFiles, 'readNotes'>,
  clock: Clock,
): RecommendationReader {
  let kept: { readonly run: string; readonly tables: Promise<RecommendationTables> } | undefined;
  const read = async (run: string) => recommendationTablesSchema.parse(await facts.readNotes(run, recommendationNotes));
  const tablesOf = (run: string): Promise<RecommendationTables> => {
    if (kept?.run === run) return kept.tables;
    const tables = read(run);
    const now = { run, tables };
    kept = now;
    tables.catch(() => {
      if (kept === now) kept = undefined;
    });
    return tables;
  };
  return {
    async shopTables(shop) {
      const inForce = await runs.inForce();
      // A day before its file is deleted: no census has ended for so long.
      if (!inForce || inForce.writtenAt < clock.now() - (factsKeptDays - 1) * dayMs) return undefined;
      const { asOf, shops } = await tablesOf(inForce.run);
      const tables = Object.hasOwn(shops, shop) ? shops[shop] : undefined;
      return tables && { asOf, tables };
    },
  };
}
