import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { SweepMarks } from '../../../usecases/messages/messaging-ports.ts';
import { named } from '../store-errors.ts';
import { itemKey, readItem, type WorkspaceTable } from './workspace-table.ts';

const KIND = 'sweep';
const ID = 'touches';

/** How far the minute's sweep has come, one item. */
export function dynamoSweepMarks(table: WorkspaceTable): SweepMarks {
  return {
    async sweptUntil() {
      const until = (await readItem(table, KIND, ID))?.until?.N;
      return until === undefined ? undefined : Number(until);
    },
    async remember(until) {
      const Item = { ...itemKey(KIND, ID), until: { N: String(until) } };
      await named(table.client.send(new PutItemCommand({ TableName: table.name, Item })));
    },
  };
}
