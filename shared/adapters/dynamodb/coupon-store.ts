import {
  type CancellationReason,
  type DynamoDBClient,
  QueryCommand,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { type TableName, tables } from '../../contracts/tables.ts';
import type { IssuedCoupon } from '../../domain/coupons/coupon.ts';
import { comparableCode } from '../../domain/coupons/coupon-code.ts';
import type { CouponTally, PoolStock } from '../../domain/coupons/coupon-effect.ts';
import type {
  AddedCodes,
  CodeRow,
  CouponLedger,
  Given,
  Giving,
  UsesOfOrder,
} from '../../usecases/coupons/coupon-ports.ts';
import { ConflictError, type Versioned } from '../../usecases/ports.ts';
import { batchGet } from './batch-get.ts';
import { atVersion, conditionalPut } from './conditional-put.ts';
import {
  type Counts,
  codeItem,
  codeKey,
  codeOf,
  entryOf,
  givenEntry,
  givenItem,
  holderOf,
  type Item,
  isNumber,
  ledgerKey,
  numberKey,
  numberOf,
  orderItem,
  orderKey,
  readCodeItem,
  readGivenItem,
  readOrderCodes,
  readTally,
  tallyHolder,
  tallyShards,
  tallyUpdate,
} from './coupon-items.ts';
import { CouponPool, type PoolSpot } from './coupon-pool.ts';
import { named, namedStoreError } from './store-errors.ts';

export type CouponTables = Readonly<Record<Extract<TableName, 'ledger' | 'orders'>, string>>;

const { partitionKey: HOLDER } = tables.ledger;
/** Codes of a pool that others may take away under our hands before we let somebody else go first. */
const mostMoves = 50;

/** Coupons in customers' hands, in DynamoDB: a code is never in two, and a cause never has two. */
export class DynamoCouponLedger implements CouponLedger {
  readonly #client: DynamoDBClient;
  readonly #names: CouponTables;
  readonly #random: () => number;
  readonly #pool: CouponPool;
  /** Who draws from a pool here, one after the other: they would only lose against each other. */
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(client: DynamoDBClient, names: CouponTables, random: () => number = Math.random) {
    this.#client = client;
    this.#names = names;
    this.#random = random;
    this.#pool = new CouponPool(client, names.ledger, random);
  }

  async giveCode(giving: Giving, code: string): Promise<Given> {
    const row = { value: rowOf(giving, code), version: 0 };
    const refusal = await this.#transact(this.#giving(giving, row));
    if (!refusal) return issued(giving, code);
    return givenBefore(refusal) ?? (refusal.has(Part.code) ? { type: 'taken' } : atLimit(refusal));
  }

  drawCode(giving: Giving): Promise<Given> {
    const before = this.#turns.get(giving.coupon) ?? Promise.resolve();
    const turn = before.then(() => this.#draw(giving));
    this.#turns.set(
      giving.coupon,
      turn.catch(() => undefined),
    );
    return turn;
  }

  async #draw(giving: Giving): Promise<Given> {
    for (let moves = 0; moves < mostMoves; moves++) {
      const spot = await this.#pool.next(giving.coupon);
      if (!spot) return this.#givenOrOutOfStock(giving);
      const outcome = await this.#tryDraw(giving, spot);
      if (outcome) return outcome;
    }
    throw new ConflictError(`others draw all codes of ${giving.coupon}`);
  }

  /** @returns undefined where the code is another's by now */
  async #tryDraw(giving: Giving, spot: PoolSpot): Promise<Given | undefined> {
    const { coupon } = giving;
    const row = { value: rowOf(giving, spot.code), version: uploadedVersion };
    const head = { Update: this.#pool.draw(coupon, spot) };
    try {
      const refusal = await this.#transact([...this.#giving(giving, row), head]);
      if (!refusal) {
        this.#pool.drawnUpTo(coupon, spot.shard, spot.drawn + 1);
        return issued(giving, spot.code);
      }
      const before = givenBefore(refusal);
      if (before) return before;
      if (!refusal.has(Part.head)) return atLimit(refusal);
      this.#pool.drawnUpTo(coupon, spot.shard, numberOf(refusal.get(Part.head), 'drawn'));
      return undefined;
    } catch (error) {
      // Also when nobody knows whether it was written.
      this.#pool.lookElsewhere(coupon);
      throw error;
    }
  }

  /** The last code may have gone to this very cause, by a call whose answer was lost. */
  async #givenOrOutOfStock({ coupon, customer, cause }: Giving): Promise<Given> {
    const { issued: before } = await this.readGiven(coupon, [customer], cause);
    return before ? { type: 'issued', coupon: before } : { type: 'refused', reason: 'coupon_stock' };
  }

  /** In the order of `Part`. */
  #giving(giving: Giving, row: Versioned<CodeRow>): TransactWriteItem[] {
    const table = this.#names.ledger;
    const { customer, coupon, limit } = giving;
    const given = conditionalPut(table, givenItem(giving, row.value.code), HOLDER, 0);
    return [
      { Put: { ...given, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } },
      { Put: conditionalPut(table, codeItem(row), HOLDER, row.version) },
      {
        Update: {
          TableName: table,
          Key: numberKey(customer, coupon),
          UpdateExpression: 'ADD #given :one',
          ConditionExpression: limit > 0 ? 'attribute_not_exists(#given) OR #given < :limit' : '#given < :limit',
          ExpressionAttributeNames: { '#given': 'given' },
          ExpressionAttributeValues: { ':one': { N: '1' }, ':limit': { N: String(limit) } },
        },
      },
      tallyUpdate(table, giving, { issued: 1 }, this.#shard()),
    ];
  }

  #shard(): number {
    return Math.floor(this.#random() * tallyShards);
  }

  /** @returns undefined once written; else which conditions failed, with what was there */
  async #transact(items: TransactWriteItem[]): Promise<Refusal | undefined> {
    try {
      await this.#client.send(new TransactWriteItemsCommand({ TransactItems: items }));
      return undefined;
    } catch (error) {
      const refusal = error instanceof TransactionCanceledException && refusalOf(error.CancellationReasons ?? []);
      if (refusal && refusal.size > 0) return refusal;
      throw namedStoreError(error);
    }
  }

  async readGiven(coupon: string, customers: readonly string[], cause: string) {
    const keys = customers.flatMap((customer) => [
      ledgerKey(customer, givenEntry(coupon, cause)),
      numberKey(customer, coupon),
    ]);
    const items = await this.#read(keys);
    const given = items.find((item) => !isNumber(item));
    const count = items.filter(isNumber).reduce((sum, item) => sum + numberOf(item, 'given'), 0);
    return { ...(given && { issued: readGivenItem(given) }), count };
  }

  async #read(keys: readonly Item[]): Promise<Item[]> {
    const table = this.#names.ledger;
    const found = await batchGet(
      this.#client,
      keys.map((key) => ({ table, key })),
      true,
    );
    return found.get(table) ?? [];
  }

  addCodes(coupon: string, codes: readonly string[]): Promise<AddedCodes> {
    return this.#pool.add(coupon, codes);
  }

  readStock(coupon: string): Promise<PoolStock> {
    return this.#pool.stock(coupon);
  }

  async readTallies(coupon: string): Promise<CouponTally[]> {
    const shards = Array.from({ length: tallyShards }, (_, shard) => this.#queryAll(tallyHolder(coupon, shard)));
    return (await Promise.all(shards)).flat().map(readTally);
  }

  async issuedTo(customers: readonly string[]): Promise<IssuedCoupon[]> {
    const items = (await Promise.all(customers.map((customer) => this.#queryAll(customer)))).flat();
    const given = items.filter((item) => !isNumber(item));
    const codes = given.map((item) => readGivenItem(item).code);
    const { rows } = await this.readCodes(codes, []);
    return given
      .map((item) => readGivenItem(item, rows.get(comparableCode(readGivenItem(item).code))?.value.uses))
      .sort((a, b) => a.at - b.at || (a.code < b.code ? -1 : 1));
  }

  async readCodes(codes: readonly string[], orders: readonly string[]) {
    const comparable = [...new Set(codes.map(comparableCode))];
    const items = await this.#read([...comparable.map(codeKey), ...[...new Set(orders)].map(orderKey)]);
    const isCode = (item: Item) => entryOf(item) === 'code';
    return {
      rows: new Map(items.filter(isCode).map((item) => [codeOf(item), readCodeItem(item)])),
      orders: new Map(items.filter((item) => !isCode(item)).map(readOrderCodes)),
    };
  }

  async saveUses({ order, orderVersion, rows, counted, codes }: UsesOfOrder): Promise<void> {
    const { ledger, orders } = this.#names;
    const TransactItems: TransactWriteItem[] = [
      {
        ConditionCheck: {
          TableName: orders,
          Key: { [tables.orders.partitionKey]: { S: order } },
          ...atVersion(tables.orders.partitionKey, orderVersion),
        },
      },
      codes.length > 0
        ? { Put: { TableName: ledger, Item: orderItem(order, codes) } }
        : { Delete: { TableName: ledger, Key: orderKey(order) } },
      ...rows.map((row) => ({ Put: conditionalPut(ledger, codeItem(row), HOLDER, row.version) })),
      ...this.#countsOf(counted),
    ];
    await named(this.#client.send(new TransactWriteItemsCommand({ TransactItems })));
  }

  /** One update for each item: a transaction takes no item twice. */
  #countsOf(counted: UsesOfOrder['counted']): TransactWriteItem[] {
    const shard = this.#shard();
    const sums = new Map<string, { row: CodeRow; counts: Required<Omit<Counts, 'issued'>> }>();
    for (const { row, sign, use } of counted) {
      const name = `${row.coupon} ${row.expiresAt}`;
      const { counts } = sums.get(name) ?? { counts: { redeemed: 0, discount: 0, revenue: 0 } };
      const sum = {
        redeemed: counts.redeemed + sign,
        discount: counts.discount + sign * use.discount,
        revenue: counts.revenue + sign * use.revenue,
      };
      sums.set(name, { row, counts: sum });
    }
    return [...sums.values()].map(({ row, counts }) => tallyUpdate(this.#names.ledger, row, counts, shard));
  }

  async forget(customer: string): Promise<void> {
    const items = await this.#queryAll(customer);
    for (const item of items) {
      const removal = { Delete: { TableName: this.#names.ledger, Key: ledgerKey(holderOf(item), entryOf(item)) } };
      const code = isNumber(item) ? undefined : readGivenItem(item).code;
      const row = code === undefined ? undefined : (await this.readCodes([code], [])).rows.get(comparableCode(code));
      const puts = row
        ? [{ Put: conditionalPut(this.#names.ledger, codeItem(anonymous(row)), HOLDER, row.version) }]
        : [];
      await named(this.#client.send(new TransactWriteItemsCommand({ TransactItems: [removal, ...puts] })));
    }
  }

  async #queryAll(holder: string): Promise<Item[]> {
    const items: Item[] = [];
    let after: Item | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await named(
        this.#client.send(
          new QueryCommand({
            TableName: this.#names.ledger,
            ConsistentRead: true,
            KeyConditionExpression: '#holder = :holder',
            ExpressionAttributeNames: { '#holder': HOLDER },
            ExpressionAttributeValues: { ':holder': { S: holder } },
            ExclusiveStartKey: after,
          }),
        ),
      );
      items.push(...Items);
      after = LastEvaluatedKey;
    } while (after);
    return items;
  }
}

/** The version of a code that lies in its pool, never touched. */
const uploadedVersion = 1;

/** Places of the parts in the transaction that gives a code. */
const Part = { given: 0, code: 1, number: 2, head: 4 } as const;

/** Parts whose condition failed, by their place, with what was there where that was asked for. */
type Refusal = ReadonlyMap<number, Item>;

/** Where others are at it at this moment only what the cause has had already is certain. */
function refusalOf(reasons: readonly CancellationReason[]): Refusal {
  const isContended = reasons.some(({ Code }) => Code === 'TransactionConflict');
  const failed = failedParts(reasons);
  return isContended && !failed.has(Part.given) ? new Map() : failed;
}

function failedParts(reasons: readonly CancellationReason[]): Refusal {
  return new Map(
    reasons.flatMap(({ Code, Item = {} }, place): [number, Item][] =>
      Code === 'ConditionalCheckFailed' ? [[place, Item]] : [],
    ),
  );
}

function givenBefore(refusal: Refusal): Given | undefined {
  const item = refusal.get(Part.given);
  return item && { type: 'issued', coupon: readGivenItem(item) };
}

function atLimit(refusal: Refusal): Given {
  if (!refusal.has(Part.number)) throw new ConflictError('a code is not as its pool has it');
  return { type: 'refused', reason: 'coupon_limit' };
}

function rowOf({ coupon, customer, cause, at, expiresAt }: Giving, code: string): CodeRow {
  return { code, coupon, issuedAt: at, ...(expiresAt !== undefined && { expiresAt }), customer, cause, uses: [] };
}

function issued({ limit: _, ...giving }: Giving, code: string): Given {
  return { type: 'issued', coupon: { ...giving, code } };
}

function anonymous({ value, version }: Versioned<CodeRow>): Versioned<CodeRow> {
  const { customer: _who, cause: _why, ...rest } = value;
  return { value: rest, version };
}
