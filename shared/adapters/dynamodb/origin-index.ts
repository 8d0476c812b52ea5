import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { tables } from '../../contracts/tables.ts';
import type { TouchBrief } from '../../domain/effect/touch-brief.ts';
import type { OriginIndex } from '../../usecases/marketing-ports.ts';
import { named } from './store-errors.ts';
import { type Item, originShardKey, originShards, textOf } from './touch-items.ts';

const { partitionKey: CUSTOMER, sortKey: TOUCH, indexes } = tables.touches;

/** All touches of one campaign or journey, a moment behind the table, with what reports count of them. */
export function dynamoOriginIndex(client: DynamoDBClient, table: string): OriginIndex {
  return {
    shards: originShards,
    async readBriefs(origin, shard, after, limit) {
      const { Items = [], LastEvaluatedKey } = await named(
        client.send(
          new QueryCommand({
            TableName: table,
            IndexName: 'byOrigin',
            KeyConditionExpression: '#shard = :shard',
            ExpressionAttributeNames: { '#shard': indexes.byOrigin.partitionKey },
            ExpressionAttributeValues: { ':shard': { S: originShardKey(origin, shard) } },
            Limit: limit,
            ...(after !== undefined && { ExclusiveStartKey: JSON.parse(after) as Item }),
          }),
        ),
      );
      return {
        items: Items.map((item) => ({
          customer: textOf(item, CUSTOMER),
          id: textOf(item, TOUCH),
          brief: JSON.parse(textOf(item, 'brief')) as TouchBrief,
        })),
        ...(LastEvaluatedKey && { next: JSON.stringify(LastEvaluatedKey) }),
      };
    },
  };
}
