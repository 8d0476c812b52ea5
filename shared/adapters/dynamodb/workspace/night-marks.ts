import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { NightMarks } from '../../../usecases/ports.ts';
import { named } from '../store-errors.ts';
import { itemKey, readItem, type WorkspaceTable } from './workspace-table.ts';

const KIND = 'night';
const ID = 'last';

/** The as-of moment of the last night, one item. */
export function dynamoNightMarks(table: WorkspaceTable): NightMarks {
  return {
    async lastAsOf() {
      const asOf = (await readItem(table, KIND, ID))?.asOf?.N;
      return asOf === undefined ? undefined : Number(asOf);
    },
    async remember(asOf) {
      const Item = { ...itemKey(KIND, ID), asOf: { N: String(asOf) } };
      await named(table.client.send(new PutItemCommand({ TableName: table.name, Item })));
    },
  };
}
