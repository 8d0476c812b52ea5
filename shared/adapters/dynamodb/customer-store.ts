import {
  type DynamoDBClient,
  type Put,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import type { TableName } from '../../contracts/tables.ts';
import { tables } from '../../contracts/tables.ts';
import { formatDay, type Instant } from '../../domain/calendar.ts';
import type { IdentityRow } from '../../domain/customers/linking.ts';
import type { Migration } from '../../domain/life-cycle/migration.ts';
import { shardOf } from '../../domain/sharding.ts';
import type { CensusScan } from '../../usecases/census/census-ports.ts';
import type {
  Changes,
  CustomerStore,
  DueIndex,
  FileOrRedirect,
  Found,
  FoundFile,
  LinkScan,
  StoredOrder,
  Versioned,
} from '../../usecases/ports.ts';
import { batchGet } from './batch-get.ts';
import { conditionalPut } from './conditional-put.ts';
import {
  dueKey,
  dueShardKey,
  fileItem,
  type Item,
  identityItem,
  migrationItem,
  migrationPartition,
  migrationShards,
  orderItem,
  readFileItem,
  readIdentityItem,
  readOrderItem,
} from './customer-items.ts';
import { foundAs, type ScanPlace, scanPage } from './scan-page.ts';
import { named } from './store-errors.ts';

/** Physical names of the tables customers live in. */
export type CustomerTables = Readonly<
  Record<Exclude<TableName, 'workspace' | 'contacts' | 'touches' | 'ledger'>, string>
>;

/** Orders, files, identities and migrations in DynamoDB; every write conditional on the version it was decided on. */
export class DynamoCustomerStore implements CustomerStore, DueIndex, LinkScan, CensusScan {
  readonly #client: DynamoDBClient;
  readonly #names: CustomerTables;

  constructor(client: DynamoDBClient, names: CustomerTables) {
    this.#client = client;
    this.#names = names;
  }

  async readOrder(
    ref: string,
    identities: readonly string[],
  ): Promise<{ order?: Versioned<StoredOrder>; identities: Map<string, Versioned<IdentityRow>> }> {
    const { orders, identities: rows } = this.#names;
    const found = await batchGet(
      this.#client,
      [{ table: orders, key: { [tables.orders.partitionKey]: { S: ref } } }, ...this.#identityKeys(identities)],
      true,
    );
    const order = found.get(orders)?.map(readOrderItem)[0];
    return {
      ...(order && { order }),
      identities: new Map((found.get(rows) ?? []).map(readIdentityItem).map((row) => [row.value.key, row])),
    };
  }

  async readOrders(refs: readonly string[]): Promise<Map<string, Versioned<StoredOrder>>> {
    const table = this.#names.orders;
    const keys = refs.map((ref) => ({ table, key: { [tables.orders.partitionKey]: { S: ref } } }));
    const found = (await batchGet(this.#client, keys, true)).get(table) ?? [];
    return new Map(found.map((item) => [item.order?.S ?? '', readOrderItem(item)]));
  }

  async readIdentities(keys: readonly string[]): Promise<Map<string, Versioned<IdentityRow>>> {
    const found = (await batchGet(this.#client, this.#identityKeys(keys), true)).get(this.#names.identities) ?? [];
    return new Map(found.map(readIdentityItem).map((row) => [row.value.key, row]));
  }

  async readFiles(ids: readonly string[]): Promise<Map<string, Versioned<FileOrRedirect>>> {
    return this.#files(ids, true);
  }

  async commit(changes: Changes): Promise<void> {
    const puts = this.#puts(changes);
    const [only] = puts;
    if (!only) return;
    await named<unknown>(
      puts.length === 1
        ? this.#client.send(new PutItemCommand(only))
        : this.#client.send(new TransactWriteItemsCommand({ TransactItems: puts.map((Put) => ({ Put })) })),
    );
  }

  async readDue(
    shard: number,
    until: Instant,
    after: string | undefined,
    limit: number,
  ): Promise<{ items: FoundFile[]; next?: string }> {
    const { due } = tables.customers.indexes;
    const page = await named(
      this.#client.send(
        new QueryCommand({
          TableName: this.#names.customers,
          IndexName: 'due',
          KeyConditionExpression: '#shard = :shard AND #at <= :until',
          ExpressionAttributeNames: { '#shard': due.partitionKey, '#at': due.sortKey },
          ExpressionAttributeValues: { ':shard': { S: dueShardKey(shard) }, ':until': { S: dueKey(until) } },
          Limit: limit,
          ...(after !== undefined && { ExclusiveStartKey: JSON.parse(after) as Item }),
        }),
      ),
    );
    const { customers: table } = this.#names;
    const ids = keysOf(page.Items ?? [], tables.customers.partitionKey);
    const keys = ids.map((id) => ({ table, key: { [tables.customers.partitionKey]: { S: id } } }));
    // A stale copy is safe here: the write is conditional on the version read.
    const items = (await batchGet(this.#client, keys, false)).get(table) ?? [];
    const { LastEvaluatedKey: last } = page;
    return { items: items.map(foundFile), ...(last && { next: JSON.stringify(last) }) };
  }

  async scanFiles(
    segment: number,
    total: number,
    after: string | undefined,
    limit: number,
    keeps: (found: FoundFile) => boolean = () => true,
  ) {
    const items: FoundFile[] = [];
    const page = await this.#scan(this.#names.customers, { segment, total, after, limit }, (item) => {
      const found = foundFile(item);
      if (keeps(found)) items.push(found);
    });
    return { items, ...page };
  }

  async scanIdentities(segment: number, total: number, after: string | undefined, limit: number) {
    return this.#scanKeys(this.#names.identities, tables.identities.partitionKey, { segment, total, after, limit });
  }

  async scanOrders(segment: number, total: number, after: string | undefined, limit: number) {
    return this.#scanKeys(this.#names.orders, tables.orders.partitionKey, { segment, total, after, limit });
  }

  async scanStoredOrders(segment: number, total: number, after: string | undefined, limit: number) {
    const items: Found<StoredOrder>[] = [];
    const page = await this.#scan(this.#names.orders, { segment, total, after, limit }, (item) => {
      items.push(foundOrder(item));
    });
    return { items, ...page };
  }

  async #scanKeys(table: string, attribute: string, place: ScanPlace): Promise<{ items: string[]; next?: string }> {
    const items: string[] = [];
    const page = await this.#scan(table, place, (item) => items.push(...keysOf([item], attribute)));
    return { items, ...page };
  }

  #scan(table: string, place: ScanPlace, take: (item: Item) => void): ReturnType<typeof scanPage> {
    return scanPage(this.#client, table, place, take);
  }

  #identityKeys(keys: readonly string[]): { table: string; key: Item }[] {
    return keys.map((key) => ({
      table: this.#names.identities,
      key: { [tables.identities.partitionKey]: { S: key } },
    }));
  }

  async #files(ids: readonly string[], consistent: boolean): Promise<Map<string, Versioned<FileOrRedirect>>> {
    const table = this.#names.customers;
    const keys = [...new Set(ids)].map((id) => ({ table, key: { [tables.customers.partitionKey]: { S: id } } }));
    const found = (await batchGet(this.#client, keys, consistent)).get(table) ?? [];
    return new Map(found.map((item) => [item[tables.customers.partitionKey]?.S ?? '', readFileItem(item)]));
  }

  #puts({ orders = [], files = [], identities = [], migrations = [] }: Changes): Put[] {
    const names = this.#names;
    return [
      ...orders.map((order) =>
        conditionalPut(names.orders, orderItem(order), tables.orders.partitionKey, order.version),
      ),
      ...files.map((file) =>
        conditionalPut(names.customers, fileItem(file), tables.customers.partitionKey, file.version),
      ),
      ...identities.map((row) =>
        conditionalPut(names.identities, identityItem(row), tables.identities.partitionKey, row.version),
      ),
      ...this.#migrationPuts(migrations, files),
    ];
  }

  /** One row per month the changes fall in; named after the first customer's new version, which is written once only. */
  #migrationPuts(migrations: readonly Migration[], files: readonly Versioned<FileOrRedirect>[]): Put[] {
    const versions = new Map(
      files.map(({ value, version }) => [value.type === 'file' ? value.file.id : value.id, version]),
    );
    const months = Map.groupBy(migrations, ({ day }) => formatDay(day).slice(0, 7));
    return [...months].flatMap(([month, changes]) => {
      const [first] = changes;
      if (!first) return [];
      const { customer, day } = first;
      const entry = `${formatDay(day)}#${customer}#${(versions.get(customer) ?? 0) + 1}`;
      const partition = migrationPartition(month, shardOf(customer, migrationShards));
      return [{ TableName: this.#names.migrations, Item: migrationItem(partition, entry, changes) }];
    });
  }
}

function foundFile(item: Item): FoundFile {
  return foundAs(item[tables.customers.partitionKey]?.S ?? '', item, readFileItem);
}

function foundOrder(item: Item): Found<StoredOrder> {
  return foundAs(item[tables.orders.partitionKey]?.S ?? '', item, (read) => readOrderItem(read).value);
}

function keysOf(items: readonly Item[], attribute: string): string[] {
  return items.flatMap((item) => item[attribute]?.S ?? []);
}
