import type { Work } from '../../contracts/work.ts';
import { type RecommendationTables, tablesOf } from '../../domain/recommendations/co-purchase.ts';
import { PurchaseTally, tallyNotesSchema } from '../../domain/recommendations/purchase-tally.ts';
import type { FactsFiles, FactsManifests } from '../census/census-ports.ts';
import { customerNotes } from '../census/collect-customer-facts.ts';
import type { Clock } from '../ports.ts';
import type { RecommendationRuns } from './recommendation-ports.ts';

export interface ComputeDeps {
  readonly facts: Pick<FactsFiles, 'readNotes' | 'writeNotes'>;
  readonly manifests: Pick<FactsManifests, 'readManifest'>;
  readonly recommendations: RecommendationRuns;
  readonly clock: Clock;
}

/** What the tables are called among the notes of their census. */
export const recommendationNotes = 'recommendations';

/**
 * Makes the tables that recommendations come from, out of what each chunk of the census in force noted (DOMAIN 15). They
 * come into force once they are written: until then, and if it fails, those of the night before serve. Done again it
 * writes the same.
 * @returns `older` where other facts or tables are in force by now
 */
export async function computeRecommendations(
  { run, asOf }: Extract<Work, { type: 'recommendations.compute' }>,
  { facts, manifests, recommendations, clock }: ComputeDeps,
): Promise<'in force' | 'older'> {
  const manifest = await manifests.readManifest();
  if (manifest?.run !== run) return 'older';
  const tally = new PurchaseTally();
  for (const name of manifest.parts.customers) {
    tally.join(tallyNotesSchema.parse(await facts.readNotes(run, customerNotes.tally(name))));
  }
  const tables: RecommendationTables = { run, asOf, shops: tablesOf(tally) };
  await facts.writeNotes(run, recommendationNotes, tables);
  return (await recommendations.replace({ run, asOf, writtenAt: clock.now() })) ? 'in force' : 'older';
}
