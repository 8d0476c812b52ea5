import { type AttributeValue, type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { Found } from '../../usecases/ports.ts';
import { named } from './store-errors.ts';

type Item = Record<string, AttributeValue>;

/** One segment of a scan, and where in it a page begins. */
export interface ScanPlace {
  readonly segment: number;
  readonly total: number;
  readonly after: string | undefined;
  readonly limit: number;
}

/** One page of a scan; `next` continues it. */
export async function scanPage(
  client: DynamoDBClient,
  table: string,
  { segment, total, after, limit }: ScanPlace,
): Promise<{ items: Item[]; next?: string }> {
  const { Items: items = [], LastEvaluatedKey: last } = await named(
    client.send(
      new ScanCommand({
        TableName: table,
        Segment: segment,
        TotalSegments: total,
        Limit: limit,
        ...(after !== undefined && { ExclusiveStartKey: JSON.parse(after) as Item }),
      }),
    ),
  );
  return { items, ...(last && { next: JSON.stringify(last) }) };
}

/** An item as it reads, or why it does not. */
export function foundAs<T>(id: string, item: Item, read: (item: Item) => T): Found<T> {
  try {
    return { id, item: read(item) };
  } catch (unreadable) {
    return { id, unreadable };
  }
}
