import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { tables } from '../../contracts/tables.ts';
import type { LinkedTouches } from '../../usecases/messages/messaging-ports.ts';
import { named } from './store-errors.ts';
import { textOf } from './touch-items.ts';

const { partitionKey: CUSTOMER, sortKey: TOUCH, indexes } = tables.touches;

/** Touches by the name that the links of their text carry: the sparse index of those that have such links. */
export function dynamoLinkedTouches(client: DynamoDBClient, table: string): LinkedTouches {
  return {
    async touchesNamed(name) {
      const { Items = [] } = await named(
        client.send(
          new QueryCommand({
            TableName: table,
            IndexName: 'byLink',
            KeyConditionExpression: '#name = :name',
            ExpressionAttributeNames: { '#name': indexes.byLink.partitionKey },
            ExpressionAttributeValues: { ':name': { S: name } },
          }),
        ),
      );
      return Items.map((item) => ({ customer: textOf(item, CUSTOMER), id: textOf(item, TOUCH) }));
    },
  };
}
