import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { tables } from '../../contracts/tables.ts';
import type { Instant } from '../../domain/calendar.ts';
import type { TouchDueIndex, TouchKey } from '../../usecases/messages/messaging-ports.ts';
import type { Page } from '../../usecases/ports.ts';
import { dueKey, dueShardKey } from './customer-items.ts';
import { named } from './store-errors.ts';
import { type Item, textOf } from './touch-items.ts';

const { partitionKey: CUSTOMER, sortKey: TOUCH, indexes } = tables.touches;

/** Touches that wait, by their minute: the sparse index of what is planned or claimed. */
export class DynamoTouchDueIndex implements TouchDueIndex {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async readDueTouches(
    shard: number,
    { from, until }: { readonly from?: Instant; readonly until: Instant },
    after: string | undefined,
    limit: number,
  ): Promise<Page<TouchKey>> {
    // To DynamoDB, bounds that cross are an error.
    if (from !== undefined && from >= until) return { items: [] };
    const { due } = indexes;
    // Bounds of BETWEEN are inclusive; instants are whole milliseconds.
    const start = dueKey(from === undefined ? 0 : from + 1);
    const { Items = [], LastEvaluatedKey } = await named(
      this.#client.send(
        new QueryCommand({
          TableName: this.#table,
          IndexName: 'due',
          KeyConditionExpression: '#shard = :shard AND #at BETWEEN :from AND :until',
          ExpressionAttributeNames: { '#shard': due.partitionKey, '#at': due.sortKey },
          ExpressionAttributeValues: {
            ':shard': { S: dueShardKey(shard) },
            ':from': { S: start },
            ':until': { S: dueKey(until) },
          },
          Limit: limit,
          ...(after !== undefined && { ExclusiveStartKey: JSON.parse(after) as Item }),
        }),
      ),
    );
    return {
      items: Items.map((item) => ({ customer: textOf(item, CUSTOMER), id: textOf(item, TOUCH) })),
      ...(LastEvaluatedKey && { next: JSON.stringify(LastEvaluatedKey) }),
    };
  }
}
