import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { factsKeptDays } from '../../../contracts/facts-files.ts';
import { dayMs } from '../../../domain/durations.ts';
import type { CensusStep, CensusSteps } from '../../../usecases/census/census-ports.ts';
import { everyPage } from '../../../usecases/every-page.ts';
import type { Clock } from '../../../usecases/ports.ts';
import { named } from '../store-errors.ts';
import { expiring, listItems, payloadOf, versionedItem, type WorkspaceTable } from './workspace-table.ts';

const RETENTION_MS = factsKeptDays * dayMs;
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
      const read = (after: string | undefined) => listItems(table, { kind: kindOf(run), after, limit: PAGE });
      for await (const page of everyPage(read)) steps.push(...page.map((item) => payloadOf(item) as CensusStep));
      return steps;
    },
  };
}

function kindOf(run: string): string {
  return `census#${run}`;
}
