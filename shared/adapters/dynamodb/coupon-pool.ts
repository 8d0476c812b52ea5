import { type DynamoDBClient, QueryCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { tables } from '../../contracts/tables.ts';
import { comparableCode } from '../../domain/coupons/coupon-code.ts';
import type { PoolStock } from '../../domain/coupons/coupon-effect.ts';
import type { AddedCodes, CodeRow } from '../../usecases/coupons/coupon-ports.ts';
import { ConflictError, type Versioned } from '../../usecases/ports.ts';
import { batchGet } from './batch-get.ts';
import { conditionalPut } from './conditional-put.ts';
import {
  codeItem,
  codeKey,
  codeOf,
  entryOf,
  holderOf,
  type Item,
  ledgerKey,
  numberOf,
  readCodeItem,
} from './coupon-items.ts';
import { named } from './store-errors.ts';

/** Parts of a pool: whoever draws at once from several does not meet. */
const poolShards = 8;
/** Codes written in one transaction, which takes a hundred items. */
const mostAtOnce = 90;
const tries = 8;

const { partitionKey: HOLDER, sortKey: ENTRY } = tables.ledger;

/**
 * The next code of one part of a pool. Part: `pool#coupon#shard`, `head` with how many codes are in it and how many were
 * drawn; `codes#n` the codes from the n-th on.
 */
export interface PoolSpot {
  readonly shard: number;
  readonly drawn: number;
  readonly code: string;
}

/** Codes of a part that were read together. */
interface Stretch {
  readonly shard: number;
  readonly start: number;
  readonly codes: readonly string[];
  drawn: number;
}

/** The codes of uploaded pools, in the order they are drawn. */
export class CouponPool {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #random: () => number;
  readonly #known = new Map<string, Stretch>();

  constructor(client: DynamoDBClient, table: string, random: () => number) {
    this.#client = client;
    this.#table = table;
    this.#random = random;
  }

  /** A code that is next as far as is known: the write proves it. @returns undefined when all parts are empty */
  async next(coupon: string): Promise<PoolSpot | undefined> {
    const stretch = this.#known.get(coupon) ?? (await this.#findStretch(coupon));
    const code = stretch?.codes[stretch.drawn - stretch.start];
    if (!stretch || code === undefined) return undefined;
    this.#known.set(coupon, stretch);
    return { shard: stretch.shard, drawn: stretch.drawn, code };
  }

  /** So many codes of this part are drawn, as a write or a refusal has shown. */
  drawnUpTo(coupon: string, shard: number, drawn: number): void {
    const stretch = this.#known.get(coupon);
    if (stretch?.shard !== shard) return;
    stretch.drawn = Math.max(stretch.drawn, drawn);
    if (stretch.drawn >= stretch.start + stretch.codes.length) this.#known.delete(coupon);
  }

  /** Somebody else draws from the same part at this moment. */
  lookElsewhere(coupon: string): void {
    this.#known.delete(coupon);
  }

  /** Moves the head past a code: part of the transaction that gives it. */
  draw(coupon: string, { shard, drawn }: PoolSpot) {
    return {
      TableName: this.#table,
      Key: headKey(coupon, shard),
      UpdateExpression: 'SET #drawn = :next',
      ConditionExpression: '#drawn = :drawn',
      ExpressionAttributeNames: { '#drawn': 'drawn' },
      ExpressionAttributeValues: { ':drawn': { N: String(drawn) }, ':next': { N: String(drawn + 1) } },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
    };
  }

  async stock(coupon: string): Promise<PoolStock> {
    const heads = await this.#readHeads(coupon);
    const sum = (attribute: string) => heads.reduce((total, head) => total + numberOf(head, attribute), 0);
    return { loaded: sum('loaded'), drawn: sum('drawn') };
  }

  async #readHeads(coupon: string): Promise<Item[]> {
    const keys = Array.from({ length: poolShards }, (_, shard) => ({
      table: this.#table,
      key: headKey(coupon, shard),
    }));
    return (await batchGet(this.#client, keys, true)).get(this.#table) ?? [];
  }

  /** In any part that has some left: who begins at different ones rarely meets. */
  async #findStretch(coupon: string): Promise<Stretch | undefined> {
    const filled = (await this.#readHeads(coupon)).filter((head) => numberOf(head, 'drawn') < numberOf(head, 'loaded'));
    const head = filled[Math.floor(this.#random() * filled.length)];
    if (!head) return undefined;
    const drawn = numberOf(head, 'drawn');
    const { Items: [item] = [] } = await named(
      this.#client.send(
        new QueryCommand({
          TableName: this.#table,
          ConsistentRead: true,
          KeyConditionExpression: '#holder = :holder AND #entry BETWEEN :first AND :next',
          ExpressionAttributeNames: { '#holder': HOLDER, '#entry': ENTRY },
          ExpressionAttributeValues: {
            ':holder': { S: holderOf(head) },
            ':first': { S: codesEntry(0) },
            ':next': { S: codesEntry(drawn) },
          },
          ScanIndexForward: false,
          Limit: 1,
        }),
      ),
    );
    if (!item) throw new Error(`the pool of ${coupon} has a head and no codes`);
    return {
      shard: Number(holderOf(head).split('#').at(-1)),
      drawn,
      start: Number(entryOf(item).split('#').at(-1)),
      codes: JSON.parse(item.codes?.S ?? '[]') as string[],
    };
  }

  /** Adds codes, spread over the parts; those there already stay where they are. */
  async add(coupon: string, codes: readonly string[]): Promise<AddedCodes> {
    const size = Math.min(mostAtOnce, Math.max(1, Math.ceil(codes.length / poolShards)));
    const batches = Array.from({ length: Math.ceil(codes.length / size) }, (_, index) =>
      codes.slice(index * size, (index + 1) * size),
    );
    const first = Math.floor(this.#random() * poolShards);
    const lanes = Array.from({ length: poolShards }, async (_, lane) => {
      const own: AddedCodes[] = [];
      for (let index = lane; index < batches.length; index += poolShards) {
        own.push(await this.#addBatch(coupon, (first + lane) % poolShards, batches[index] ?? []));
      }
      return own;
    });
    const added = (await Promise.all(lanes)).flat();
    return {
      added: added.reduce((sum, batch) => sum + batch.added, 0),
      known: added.reduce((sum, batch) => sum + batch.known, 0),
      taken: added.flatMap(({ taken }) => taken),
    };
  }

  /** Tried again while others add to the same part, or the same codes. */
  async #addBatch(coupon: string, shard: number, codes: readonly string[]): Promise<AddedCodes> {
    for (let attempt = 1; ; attempt++) {
      const { head, rows } = await this.#readBatch(coupon, shard, codes);
      const fresh = codes.filter((code) => !rows.has(comparableCode(code)));
      const taken = codes.filter((code) => {
        const row = rows.get(comparableCode(code));
        return row !== undefined && row.value.coupon !== coupon;
      });
      try {
        if (fresh.length > 0) await this.#writeBatch(coupon, shard, head, fresh);
        return { added: fresh.length, known: codes.length - fresh.length - taken.length, taken };
      } catch (error) {
        if (!(error instanceof ConflictError) || attempt >= tries) throw error;
      }
    }
  }

  async #readBatch(coupon: string, shard: number, codes: readonly string[]) {
    const keys = [headKey(coupon, shard), ...codes.map(codeKey)].map((key) => ({ table: this.#table, key }));
    const items = (await batchGet(this.#client, keys, true)).get(this.#table) ?? [];
    const isHead = (item: Item) => entryOf(item) === 'head';
    const rows = new Map<string, Versioned<CodeRow>>(
      items.filter((item) => !isHead(item)).map((item) => [codeOf(item), readCodeItem(item)]),
    );
    return { head: items.find(isHead), rows };
  }

  async #writeBatch(coupon: string, shard: number, head: Item | undefined, codes: readonly string[]): Promise<void> {
    const loaded = numberOf(head, 'loaded');
    const grown = {
      TableName: this.#table,
      Key: headKey(coupon, shard),
      UpdateExpression: 'SET #loaded = :after ADD #drawn :none',
      ConditionExpression: head ? '#loaded = :before' : 'attribute_not_exists(#loaded)',
      ExpressionAttributeNames: { '#loaded': 'loaded', '#drawn': 'drawn' },
      ExpressionAttributeValues: {
        ':after': { N: String(loaded + codes.length) },
        ':none': { N: '0' },
        ...(head && { ':before': { N: String(loaded) } }),
      },
    };
    const key = ledgerKey(poolHolder(coupon, shard), codesEntry(loaded));
    const stretch = { ...key, codes: { S: JSON.stringify(codes) } };
    const rows = codes.map((code) => codeItem({ value: { code, coupon, uses: [] }, version: 0 }));
    const puts = [stretch, ...rows].map((item) => ({ Put: conditionalPut(this.#table, item, HOLDER, 0) }));
    await named(this.#client.send(new TransactWriteItemsCommand({ TransactItems: [{ Update: grown }, ...puts] })));
  }
}

function poolHolder(coupon: string, shard: number): string {
  return `pool#${coupon}#${shard}`;
}

function headKey(coupon: string, shard: number): Item {
  return ledgerKey(poolHolder(coupon, shard), 'head');
}

function codesEntry(start: number): string {
  return `codes#${String(start).padStart(12, '0')}`;
}
