import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import type * as z from 'zod';
import { ConflictError } from '../../../usecases/ports.ts';
import { named } from '../store-errors.ts';
import { payloadOf, readItem, versionedItem, type WorkspaceTable } from './workspace-table.ts';

/** What is in force as of a moment: one item, replaced only by one as late or later. */
export interface NewestItem<Value extends { readonly asOf: number }> {
  /** Undefined while there is none. */
  read(): Promise<Value | undefined>;
  /** @returns false when what is in force is of a later moment; then nothing is changed */
  replace(value: Value): Promise<boolean>;
}

export function newestItem<Value extends { readonly asOf: number }>(
  table: WorkspaceTable,
  kind: string,
  id: string,
  schema: z.ZodType<Value>,
): NewestItem<Value> {
  return {
    async read() {
      const item = await readItem(table, kind, id);
      return item && schema.parse(payloadOf(item));
    },
    async replace(value) {
      const asOf = { N: String(value.asOf) };
      const put = new PutItemCommand({
        TableName: table.name,
        Item: { ...versionedItem(kind, id, 1, value), asOf },
        ConditionExpression: 'attribute_not_exists(asOf) OR asOf <= :asOf',
        ExpressionAttributeValues: { ':asOf': asOf },
      });
      try {
        await named(table.client.send(put));
        return true;
      } catch (error) {
        if (error instanceof ConflictError) return false;
        throw error;
      }
    },
  };
}
