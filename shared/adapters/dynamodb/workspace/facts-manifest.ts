import { type FactsManifest, factsManifestSchema } from '../../../contracts/facts-files.ts';
import type { FactsManifests } from '../../../usecases/census/census-ports.ts';
import { newestItem } from './newest-item.ts';
import type { WorkspaceTable } from './workspace-table.ts';

/** Which facts are in force, one item. */
export function dynamoFactsManifests(table: WorkspaceTable): FactsManifests {
  const { read, replace } = newestItem<FactsManifest>(table, 'facts', 'manifest', factsManifestSchema);
  return { readManifest: read, replaceManifest: replace };
}
