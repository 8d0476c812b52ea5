import { type DynamoDBClient, paginateQuery } from '@aws-sdk/client-dynamodb';
import { tables } from '../../contracts/tables.ts';
import { type Day, formatDay, parseDay } from '../../domain/calendar.ts';
import type { Migration } from '../../domain/life-cycle/migration.ts';
import type { MigrationLog } from '../../usecases/ports.ts';
import { migrationPartition, migrationShards, readMigrationItem } from './customer-items.ts';
import { namedStoreError } from './store-errors.ts';

/** Reads the log by whole months: a row holds changes of several days of its month. */
export function dynamoMigrationLog(client: DynamoDBClient, tableName: string): MigrationLog {
  return {
    async *migrationsBetween(from, to) {
      for (const month of monthsBetween(from, to)) {
        for (let shard = 0; shard < migrationShards; shard++) {
          yield* partitionPages(client, tableName, migrationPartition(month, shard), from, to);
        }
      }
    },
  };
}

async function* partitionPages(
  client: DynamoDBClient,
  tableName: string,
  partition: string,
  from: Day,
  to: Day,
): AsyncGenerator<Migration[]> {
  const pages = paginateQuery(
    { client },
    {
      TableName: tableName,
      KeyConditionExpression: '#partition = :partition',
      ExpressionAttributeNames: { '#partition': tables.migrations.partitionKey },
      ExpressionAttributeValues: { ':partition': { S: partition } },
    },
  );
  try {
    for await (const { Items = [] } of pages) {
      yield Items.flatMap(readMigrationItem).filter(({ day }) => day >= from && day <= to);
    }
  } catch (error) {
    throw namedStoreError(error);
  }
}

/** `2026-11`, ... each month that has a day in [from, to]. */
function monthsBetween(from: Day, to: Day): string[] {
  const months: string[] = [];
  for (let day = from; day <= to; day = firstOfNextMonth(day)) months.push(formatDay(day).slice(0, 7));
  return months;
}

function firstOfNextMonth(day: Day): Day {
  const [year = 0, month = 1] = formatDay(day).split('-').map(Number);
  const next = month === 12 ? `${year + 1}-01-01` : `${year}-${String(month + 1).padStart(2, '0')}-01`;
  return parseDay(next.padStart(10, '0')) ?? day + 31;
}
