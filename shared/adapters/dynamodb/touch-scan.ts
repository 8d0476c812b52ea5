import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { tables } from '../../contracts/tables.ts';
import type { Touch } from '../../domain/touches/touch.ts';
import type { TouchScan } from '../../usecases/census/census-ports.ts';
import type { Found } from '../../usecases/ports.ts';
import { foundAs, scanPage } from './scan-page.ts';
import { isTouchItem, readTouchItem, textOf } from './touch-items.ts';

const { partitionKey: CUSTOMER, sortKey: TOUCH } = tables.touches;

/** Every touch there is, segment by segment; what lies beside them is left out. */
export function dynamoTouchScan(client: DynamoDBClient, table: string): TouchScan {
  return {
    async scanTouches(segment, total, after, limit) {
      const items: Found<Touch>[] = [];
      const page = await scanPage(client, table, { segment, total, after, limit }, (item) => {
        if (!isTouchItem(item)) return;
        if (!isTouchItem(item)) return;
        const id = `${textOf(item, CUSTOMER)} ${textOf(item, TOUCH)}`;
        items.push(foundAs(id, item, (read) => readTouchItem(read).value));
      });
      return { items, ...page };
    },
  };
}
