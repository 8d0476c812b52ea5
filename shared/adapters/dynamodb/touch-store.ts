import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { type TableName, tables } from '../../contracts/tables.ts';
import { type Touch, touchName } from '../../domain/touches/touch.ts';
import type {
  LiveKeys,
  LiveRows,
  TouchChanges,
  TouchKey,
  TouchStore,
} from '../../usecases/messages/messaging-ports.ts';
import { ConflictError, type Page, type Versioned } from '../../usecases/ports.ts';
import { batchGet, type TableKey } from './batch-get.ts';
import { atVersion, conditionalPut } from './conditional-put.ts';
import { readFileItem, readOrderItem } from './customer-items.ts';
import { enrolmentKeyItem, enrolmentName, readEnrolmentItem } from './enrolment-items.ts';
import { named } from './store-errors.ts';
import {
  addressItem,
  addressKey,
  contactItem,
  contactKey,
  firstTouch,
  type Item,
  isTouchItem,
  readAddressItem,
  readContactItem,
  readTouchItem,
  textOf,
  touchItem,
  touchKeyItem,
} from './touch-items.ts';

export type TouchTables = Readonly<Record<Extract<TableName, 'customers' | 'orders' | 'contacts' | 'touches'>, string>>;

const { partitionKey: CUSTOMER, sortKey: TOUCH, indexes } = tables.touches;
const { partitionKey: CONTACT } = tables.contacts;

/** Touches, caps and addresses in DynamoDB; every write conditional on the version it was decided on. */
export class DynamoTouchStore implements TouchStore {
  readonly #client: DynamoDBClient;
  readonly #names: TouchTables;

  constructor(client: DynamoDBClient, names: TouchTables) {
    this.#client = client;
    this.#names = names;
  }

  async readLive(keys: LiveKeys): Promise<LiveRows> {
    const { customers, contacts, orders, touches } = this.#names;
    const wanted = {
      contacts: [...new Set(keys.contacts)],
      addresses: [...new Set(keys.addresses)],
    };
    const found = await batchGet(this.#client, this.#tableKeys(keys), true);
    const limits = new Map((found.get(contacts) ?? []).map((item) => [textOf(item, CONTACT), item]));
    const byKey = (key: Item) => limits.get(textOf(key, CONTACT));
    const beside = Map.groupBy(found.get(touches) ?? [], (item) => isTouchItem(item));
    const rows = <T>(table: string, key: string, read: (item: Item) => T) =>
      new Map((found.get(table) ?? []).map((item) => [textOf(item, key), read(item)]));
    return {
      files: rows(customers, tables.customers.partitionKey, readFileItem),
      orders: rows(orders, tables.orders.partitionKey, readOrderItem),
      contacts: new Map(wanted.contacts.map((id) => [id, readContactItem(id, byKey(contactKey(id)))])),
      addresses: new Map(wanted.addresses.map((key) => [key, readAddressItem(key, byKey(addressKey(key)))])),
      touches: new Map((beside.get(true) ?? []).map(readTouchItem).map((touch) => [touchName(touch.value), touch])),
      enrolments: new Map(
        (beside.get(false) ?? []).map(readEnrolmentItem).map((one) => [enrolmentName(one.value), one]),
      ),
    };
  }

  #tableKeys(keys: LiveKeys): TableKey[] {
    const { customers, contacts, orders, touches } = this.#names;
    const each = (ids: Iterable<string> | undefined, table: string, key: (id: string) => Item) =>
      [...new Set(ids)].map((id) => ({ table, key: key(id) }));
    const named = new Map([...(keys.touches ?? [])].map((touch) => [touchName(touch), touch]));
    const enrolled = new Map([...(keys.enrolments ?? [])].map((key) => [`${key.customer} ${key.entry}`, key]));
    return [
      ...each(keys.customers, customers, (id) => ({ [tables.customers.partitionKey]: { S: id } })),
      ...each(keys.orders, orders, (ref) => ({ [tables.orders.partitionKey]: { S: ref } })),
      ...each(keys.contacts, contacts, contactKey),
      ...each(keys.addresses, contacts, addressKey),
      ...[...named.values()].map((touch) => ({ table: touches, key: touchKeyItem(touch) })),
      ...[...enrolled.values()].map((one) => ({ table: touches, key: enrolmentKeyItem(one) })),
    ];
  }

  async readOpen(customer: string): Promise<Versioned<Touch>[]> {
    const { partitionKey } = indexes.due;
    const touches: Versioned<Touch>[] = [];
    let after: Item | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await named(
        this.#client.send(
          new QueryCommand({
            TableName: this.#names.touches,
            ConsistentRead: true,
            KeyConditionExpression: '#customer = :customer AND #touch >= :first',
            FilterExpression: 'attribute_exists(#due)',
            ExpressionAttributeNames: { '#customer': CUSTOMER, '#touch': TOUCH, '#due': partitionKey },
            ExpressionAttributeValues: { ':customer': { S: customer }, ':first': { S: firstTouch } },
            ExclusiveStartKey: after,
          }),
        ),
      );
      touches.push(...Items.map(readTouchItem));
      after = LastEvaluatedKey;
    } while (after);
    return touches;
  }

  async readTouch(key: TouchKey): Promise<Versioned<Touch> | undefined> {
    const { Item } = await named(
      this.#client.send(
        new GetItemCommand({ TableName: this.#names.touches, Key: touchKeyItem(key), ConsistentRead: true }),
      ),
    );
    return Item && readTouchItem(Item);
  }

  async listTouches(customer: string, after: string | undefined, limit: number): Promise<Page<Touch>> {
    const { Items = [], LastEvaluatedKey } = await named(
      this.#client.send(
        new QueryCommand({
          TableName: this.#names.touches,
          ConsistentRead: true,
          Limit: limit,
          KeyConditionExpression: '#customer = :customer AND #touch >= :first',
          ExpressionAttributeNames: { '#customer': CUSTOMER, '#touch': TOUCH },
          ExpressionAttributeValues: { ':customer': { S: customer }, ':first': { S: firstTouch } },
          ...(after !== undefined && { ExclusiveStartKey: touchKeyItem({ customer, id: after }) }),
        }),
      ),
    );
    const items = Items.map((item) => readTouchItem(item).value);
    return { items, ...(LastEvaluatedKey && { next: textOf(LastEvaluatedKey, TOUCH) }) };
  }

  async plan(touch: Touch, beside: readonly TouchKey[] = []): Promise<boolean> {
    const put = conditionalPut(this.#names.touches, touchItem({ value: touch, version: 0 }), CUSTOMER, 0);
    const checks = beside.map((key) => ({
      ConditionCheck: { TableName: this.#names.touches, Key: touchKeyItem(key), ...atVersion(CUSTOMER, 0) },
    }));
    try {
      await named<unknown>(
        checks.length === 0
          ? this.#client.send(new PutItemCommand(put))
          : this.#client.send(new TransactWriteItemsCommand({ TransactItems: [{ Put: put }, ...checks] })),
      );
      return true;
    } catch (error) {
      // Only the condition proves that it is there: a write refused for another's transaction is a conflict as well.
      if (error instanceof ConflictError && failedOnCondition(error.cause)) return false;
      throw error;
    }
  }

  async commit({ touches = [], contacts = [], addresses = [], unchangedFiles = [] }: TouchChanges): Promise<void> {
    const names = this.#names;
    const puts = [
      ...touches.map((touch) => conditionalPut(names.touches, touchItem(touch), CUSTOMER, touch.version)),
      ...contacts.map((row) => conditionalPut(names.contacts, contactItem(row), CONTACT, row.version)),
      ...addresses.map((row) => conditionalPut(names.contacts, addressItem(row), CONTACT, row.version)),
    ];
    const [only] = puts;
    if (!only) return;
    if (puts.length === 1 && unchangedFiles.length === 0) {
      await named(this.#client.send(new PutItemCommand(only)));
      return;
    }
    const checks: TransactWriteItem[] = unchangedFiles.map(({ id, version }) => ({
      ConditionCheck: {
        TableName: names.customers,
        Key: { [tables.customers.partitionKey]: { S: id } },
        ...atVersion(tables.customers.partitionKey, version),
      },
    }));
    const TransactItems = [...puts.map((Put) => ({ Put })), ...checks];
    await named(this.#client.send(new TransactWriteItemsCommand({ TransactItems })));
  }
}

function failedOnCondition(error: unknown): boolean {
  if (error instanceof TransactionCanceledException) {
    return (error.CancellationReasons ?? []).some(({ Code }) => Code === 'ConditionalCheckFailed');
  }
  return error instanceof ConditionalCheckFailedException;
}
