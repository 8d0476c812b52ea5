import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { ConflictError } from '../../../usecases/ports.ts';
import { named } from '../store-errors.ts';
import { versionedItem, type WorkspaceTable } from './workspace-table.ts';

/**
 * Writes what is in force as of a moment, unless what is there is of a later one.
 * @returns false when it is; then nothing is changed
 */
export async function putUnlessNewer(
  table: WorkspaceTable,
  kind: string,
  id: string,
  payload: { readonly asOf: number },
): Promise<boolean> {
  const asOf = { N: String(payload.asOf) };
  try {
    await named(
      table.client.send(
        new PutItemCommand({
          TableName: table.name,
          Item: { ...versionedItem(kind, id, 1, payload), asOf },
          ConditionExpression: 'attribute_not_exists(asOf) OR asOf <= :asOf',
          ExpressionAttributeValues: { ':asOf': asOf },
        }),
      ),
    );
    return true;
  } catch (error) {
    if (error instanceof ConflictError) return false;
    throw error;
  }
}
