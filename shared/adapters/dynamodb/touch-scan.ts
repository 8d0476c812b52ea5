import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { tables } from '../../contracts/tables.ts';
import type { TouchScan } from '../../usecases/census-ports.ts';
import { foundAs, scanPage } from './scan-page.ts';
import { readTouchItem, textOf } from './touch-items.ts';

const { partitionKey: CUSTOMER, sortKey: TOUCH } = tables.touches;

/** Every touch there is, segment by segment. */
export function dynamoTouchScan(client: DynamoDBClient, table: string): TouchScan {
  return {
    async scanTouches(segment, total, after, limit) {
      const { items, ...page } = await scanPage(client, table, { segment, total, after, limit });
      const touches = items.map((item) => {
        return foundAs(`${textOf(item, CUSTOMER)} ${textOf(item, TOUCH)}`, item, (read) => readTouchItem(read).value);
      });
      return { items: touches, ...page };
    },
  };
}
