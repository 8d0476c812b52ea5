import { randomBytes } from 'node:crypto';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  type DynamoDBClient,
  type Projection,
} from '@aws-sdk/client-dynamodb';
import { startDynamoDb } from '../../infra/local/engines/dynamodb.ts';
import { dynamoDbClient } from '../../shared/adapters/dynamodb/dynamodb-client.ts';
import { type IndexDefinition, type TableDefinition, type TableName, tables } from '../../shared/contracts/tables.ts';

/** Names the endpoint of an engine that runs already; see `table-engine.ts`. */
export const engineVariable = 'HUITOU_TEST_DYNAMODB';

export interface LocalTables {
  readonly client: DynamoDBClient;
  /** Names of this caller's own tables: files share an engine and never meet. */
  readonly tableNames: Readonly<Record<TableName, string>>;
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** Fresh tables as the contract describes them, on the run's table engine or, outside of a run, on one of their own. */
export async function startTables(): Promise<LocalTables> {
  const running = process.env[engineVariable];
  const engine = running === undefined ? await startDynamoDb(undefined) : undefined;
  const endpoint = running ?? engine?.endpoint ?? '';
  const client = localClient(endpoint);
  const prefix = `t${randomBytes(5).toString('hex')}`;
  const names = Object.keys(tables).map((name) => [name, `${prefix}-${name}`]);
  const tableNames = Object.fromEntries(names) as Record<TableName, string>;
  await createTables(client, tableNames);
  const stop = async () => {
    client.destroy();
    await engine?.stop();
  };
  return { client, tableNames, endpoint, stop };
}

/** A client of a local engine, which takes any key. */
export function localClient(endpoint: string): DynamoDBClient {
  return dynamoDbClient({
    endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
}

async function createTables(client: DynamoDBClient, names: Readonly<Record<TableName, string>>): Promise<void> {
  const definitions = Object.entries(tables) as [TableName, TableDefinition][];
  await Promise.all(
    definitions.map(([name, definition]) => client.send(new CreateTableCommand(creation(names[name], definition)))),
  );
}

function creation(name: string, { partitionKey, sortKey, indexes = {} }: TableDefinition): CreateTableCommandInput {
  const keyOf = (partition: string, sort?: string) => [
    { AttributeName: partition, KeyType: 'HASH' as const },
    ...(sort ? [{ AttributeName: sort, KeyType: 'RANGE' as const }] : []),
  ];
  const all = Object.entries(indexes);
  const attributes = new Set([partitionKey, sortKey, ...all.flatMap(([, i]) => [i.partitionKey, i.sortKey])]);
  return {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: keyOf(partitionKey, sortKey),
    AttributeDefinitions: [...attributes]
      .filter((attribute) => attribute !== undefined)
      .map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const })),
    ...(all.length > 0 && {
      GlobalSecondaryIndexes: all.map(([IndexName, index]) => ({
        IndexName,
        KeySchema: keyOf(index.partitionKey, index.sortKey),
        Projection: projectionOf(index),
      })),
    }),
  };
}

function projectionOf({ projection }: IndexDefinition): Projection {
  return projection === 'KEYS_ONLY'
    ? { ProjectionType: 'KEYS_ONLY' }
    : { ProjectionType: 'INCLUDE', NonKeyAttributes: [...projection.include] };
}
