import { type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { tables } from '../../contracts/tables.ts';
import type { FoundTouch, TouchScan } from '../../usecases/census-ports.ts';
import { named } from './store-errors.ts';
import { type Item, readTouchItem, textOf } from './touch-items.ts';

const { partitionKey: CUSTOMER, sortKey: TOUCH } = tables.touches;

/** Every touch there is, segment by segment. */
export function dynamoTouchScan(client: DynamoDBClient, table: string): TouchScan {
  return {
    async scanTouches(segment, total, after, limit) {
      const { Items = [], LastEvaluatedKey: last } = await named(
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
      return { items: Items.map(foundTouch), ...(last && { next: JSON.stringify(last) }) };
    },
  };
}

function foundTouch(item: Item): FoundTouch {
  const ref = `${textOf(item, CUSTOMER)} ${textOf(item, TOUCH)}`;
  try {
    return { ref, item: readTouchItem(item).value };
  } catch (unreadable) {
    return { ref, unreadable };
  }
}
