import { type AttributeValue, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { LocalTables } from './dynamodb-local.ts';

/** Everything a table holds, straight from it. */
export async function allItems(
  { client, tableNames }: Pick<LocalTables, 'client' | 'tableNames'>,
  table: keyof LocalTables['tableNames'],
): Promise<Record<string, AttributeValue>[]> {
  const items: Record<string, AttributeValue>[] = [];
  let after: Record<string, AttributeValue> | undefined;
  do {
    const page = await client.send(
      new ScanCommand({ TableName: tableNames[table], ConsistentRead: true, ExclusiveStartKey: after }),
    );
    items.push(...(page.Items ?? []));
    after = page.LastEvaluatedKey;
  } while (after);
  return items;
}
