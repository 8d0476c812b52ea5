import {
  type AttributeValue,
  type DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { tables } from '../../../contracts/tables.ts';
import type { Page } from '../../../usecases/ports.ts';
import { named } from '../store-errors.ts';

/** The workspace table: small things by kind and id. */
export interface WorkspaceTable {
  readonly client: DynamoDBClient;
  readonly name: string;
}

export type Item = Record<string, AttributeValue>;

const { partitionKey: KIND, sortKey: ID, expiry: EXPIRY } = tables.workspace;

export const itemKey = (kind: string, id: string): Item => ({ [KIND]: { S: kind }, [ID]: { S: id } });

export const idOf = (item: Item): string => item[ID]?.S ?? '';

export const versionOf = (item: Item): number => Number(item.version?.N ?? 0);

export const expiring = (instant: number): Item => ({ [EXPIRY]: { N: String(Math.ceil(instant / 1000)) } });

/** The JSON payload, to be parsed by its schema. */
export function payloadOf(item: Item): unknown {
  return JSON.parse(item.body?.S ?? 'null') as unknown;
}

/** An item whose payload is JSON, under a version. */
export function versionedItem(kind: string, id: string, version: number, payload: unknown): Item {
  return { ...itemKey(kind, id), version: { N: String(version) }, body: { S: JSON.stringify(payload) } };
}

/** Writes version + 1 if the item is still at `version`; 0 = not there. */
export function versionedPut(
  table: WorkspaceTable,
  kind: string,
  id: string,
  version: number,
  payload: unknown,
): TransactWriteItem {
  return {
    Put: { TableName: table.name, Item: versionedItem(kind, id, version + 1, payload), ...atVersion(version) },
  };
}

export function versionedDelete(table: WorkspaceTable, kind: string, id: string, version: number): TransactWriteItem {
  return { Delete: { TableName: table.name, Key: itemKey(kind, id), ...atVersion(version) } };
}

function atVersion(version: number) {
  if (version === 0)
    return { ConditionExpression: 'attribute_not_exists(#id)', ExpressionAttributeNames: { '#id': ID } };
  return {
    ConditionExpression: 'version = :version',
    ExpressionAttributeValues: { ':version': { N: String(version) } },
  };
}

export async function readItem(table: WorkspaceTable, kind: string, id: string): Promise<Item | undefined> {
  const { Item } = await named(
    table.client.send(new GetItemCommand({ TableName: table.name, Key: itemKey(kind, id), ConsistentRead: true })),
  );
  return Item;
}

/** @throws ConflictError when a condition fails; then nothing is written */
export async function transact(table: WorkspaceTable, items: readonly TransactWriteItem[]): Promise<void> {
  await named(table.client.send(new TransactWriteItemsCommand({ TransactItems: [...items] })));
}

export interface Listing {
  readonly kind: string;
  readonly after?: string | undefined;
  readonly limit: number;
  readonly newestFirst?: boolean;
  /** Equal to these attributes; undefined ones do not filter. */
  readonly where?: Readonly<Record<string, string | undefined>>;
  /** Leaves out what has expired and is not deleted yet. */
  readonly now?: number;
}

/** Pages of one request that find nothing before the caller is asked to come back with a cursor. */
const maxRequests = 20;
/** Items looked at in one request where a filter may leave few of them. */
const filteredPage = 250;

/** Items of a kind in the order of their ids, after the id `after`. */
export async function listItems(table: WorkspaceTable, listing: Listing): Promise<Page<Item>> {
  const { kind, limit, newestFirst = false } = listing;
  const isFiltered =
    listing.now !== undefined || Object.values(listing.where ?? {}).some((value) => value !== undefined);
  const items: Item[] = [];
  let start = listing.after === undefined ? undefined : itemKey(kind, listing.after);
  for (let requests = 0; requests < maxRequests; requests++) {
    const { Items = [], LastEvaluatedKey } = await named(
      table.client.send(
        new QueryCommand({
          TableName: table.name,
          ConsistentRead: true,
          ScanIndexForward: !newestFirst,
          Limit: isFiltered ? filteredPage : limit + 1 - items.length,
          ExclusiveStartKey: start,
          ...conditions(listing),
        }),
      ),
    );
    items.push(...Items);
    if (items.length > limit) return { items: items.slice(0, limit), next: idOf(items[limit - 1] ?? {}) };
    if (!LastEvaluatedKey) return { items };
    start = LastEvaluatedKey;
  }
  return { items, ...(start && { next: idOf(start) }) };
}

/** The same, as what each item stands for. */
export async function listValues<Value>(
  table: WorkspaceTable,
  listing: Listing,
  read: (item: Item) => Value,
): Promise<Page<Value>> {
  const { items, next } = await listItems(table, listing);
  return { items: items.map(read), ...(next !== undefined && { next }) };
}

function conditions({ kind, where = {}, now }: Listing) {
  const filters: string[] = [];
  const names: Record<string, string> = { '#kind': KIND };
  const values: Item = { ':kind': { S: kind } };
  for (const [attribute, value] of Object.entries(where)) {
    if (value === undefined) continue;
    filters.push(`#${attribute} = :${attribute}`);
    names[`#${attribute}`] = attribute;
    values[`:${attribute}`] = { S: value };
  }
  if (now !== undefined) {
    filters.push('#expiry > :now');
    names['#expiry'] = EXPIRY;
    values[':now'] = { N: String(Math.floor(now / 1000)) };
  }
  return {
    KeyConditionExpression: '#kind = :kind',
    ...(filters.length > 0 && { FilterExpression: filters.join(' AND ') }),
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: values,
  };
}
