import { Readable } from 'node:stream';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type MeteredTable, UsageMeter } from '../../infra/local/usage/meter.ts';
import { type IndexDefinition, type TableName, tables } from '../../shared/contracts/tables.ts';

/** One request to the tables, with what came of it. */
export interface SentRequest {
  /** `TransactWriteItems` and the like. */
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly output: Readonly<Record<string, unknown>>;
  /** Name of the error, when it was refused. */
  readonly failure?: string;
}

/** Shows every request of this client to `seen`, once it is answered. @returns how to stop that */
export function watchRequests(client: DynamoDBClient, seen: (request: SentRequest) => void): () => void {
  const name = `watch-${Math.random()}`;
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const operation = String(context.commandName).replace(/Command$/, '');
      const input = args.input as Readonly<Record<string, unknown>>;
      try {
        const answer = await next(args);
        seen({ operation, input, output: answer.output as unknown as Record<string, unknown> });
        return answer;
      } catch (error) {
        seen({ operation, input, output: {}, failure: error instanceof Error ? error.name : String(error) });
        throw error;
      }
    },
    { step: 'initialize', name },
  );
  return () => void client.middlewareStack.remove(name);
}

/** Shows the JSON of every answer to this client as it comes over the wire: of scans the client itself sees none. */
export function watchAnswers(client: DynamoDBClient, seen: (answer: Readonly<Record<string, unknown>>) => void): void {
  const { requestHandler } = client.config;
  const handle = requestHandler.handle.bind(requestHandler);
  requestHandler.handle = async (...request) => {
    const answer = await handle(...request);
    const body = Buffer.concat(await (answer.response.body as Readable).toArray());
    seen(JSON.parse(body.toString('utf8')) as Record<string, unknown>);
    answer.response.body = Readable.from([body]);
    return answer;
  };
}

/** True when the request goes to this table, among others. */
export function goesTo({ input }: SentRequest, table: string): boolean {
  return JSON.stringify(input).includes(JSON.stringify(table));
}

/** Prices requests to these tables by the rules of AWS, as the local stack does. */
export function meterOf(names: Readonly<Record<TableName, string>>): UsageMeter {
  return new UsageMeter((Object.keys(tables) as TableName[]).map((table) => metered(table, names[table])));
}

function metered(table: TableName, name: string): MeteredTable {
  const definition: {
    readonly partitionKey: string;
    readonly sortKey?: string;
    readonly indexes?: Readonly<Record<string, IndexDefinition>>;
  } = tables[table];
  return {
    name,
    keySchema: keySchema(definition.partitionKey, definition.sortKey),
    indexes: Object.entries(definition.indexes ?? {}).map(([index, { partitionKey, sortKey, projection }]) => ({
      name: index,
      local: false,
      keySchema: keySchema(partitionKey, sortKey),
      projection: projection === 'KEYS_ONLY' ? projection : 'INCLUDE',
      included: projection === 'KEYS_ONLY' ? [] : projection.include,
    })),
  };
}

function keySchema(partitionKey: string, sortKey?: string): MeteredTable['keySchema'] {
  return [
    { AttributeName: partitionKey, KeyType: 'HASH' },
    ...(sortKey === undefined ? [] : [{ AttributeName: sortKey, KeyType: 'RANGE' as const }]),
  ];
}
