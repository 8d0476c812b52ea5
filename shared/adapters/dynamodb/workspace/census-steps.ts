import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { factsKeptDays } from '../../../contracts/facts-files.ts';
import type { CensusStep, CensusSteps } from '../../../usecases/census-ports.ts';
import type { Clock } from '../../../usecases/ports.ts';
import { named } from '../store-errors.ts';
import { expiring, listItems, payloadOf, versionedItem, type WorkspaceTable } from './workspace-table.ts';

const RETENTION_MS = factsKeptDays * 86_400_000;
const PAGE = 100;

/** What the steps of a census wrote, one item each, as long as their files are kept. */
export function dynamoCensusSteps(table: WorkspaceTable, clock: Clock): CensusSteps {
  return {
    async saveStep(run, step) {
      const item = versionedItem(kindOf(run), `${step.part}#${step.after ?? ''}`, 1, step);
      const Item = { ...item, ...expiring(clock.now() + RETENTION_MS) };
      await named(table.client.send(new PutItemCommand({ TableName: table.name, Item })));
    },
    async listSteps(run) {
      const steps: CensusStep[] = [];
      let after: string | undefined;
      do {
        const page = await listItems(table, { kind: kindOf(run), after, limit: PAGE });
        steps.push(...page.items.map((item) => payloadOf(item) as CensusStep));
        after = page.next;
      } while (after !== undefined);
      return steps;
    },
  };
}

function kindOf(run: string): string {
  return `census#${run}`;
}
