import { factsManifestSchema } from '../../../contracts/facts-files.ts';
import type { FactsManifests } from '../../../usecases/census-ports.ts';
import { putUnlessNewer } from './newest-item.ts';
import { payloadOf, readItem, type WorkspaceTable } from './workspace-table.ts';

const KIND = 'facts';
const ID = 'manifest';

/** Which facts are in force, one item. */
export function dynamoFactsManifests(table: WorkspaceTable): FactsManifests {
  return {
    async readManifest() {
      const item = await readItem(table, KIND, ID);
      return item && factsManifestSchema.parse(payloadOf(item));
    },
    replaceManifest: (manifest) => putUnlessNewer(table, KIND, ID, manifest),
  };
}
