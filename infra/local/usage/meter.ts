import { canonicalJson } from '../../../shared/domain/canonical.ts';
import type { IndexModel, TableModel } from '../model.ts';
import {
  type Consistency,
  type IndexEntry,
  type Item,
  indexWriteUnits,
  itemBytes,
  readUnits,
  valueBytes,
  writeUnits,
} from './capacity.ts';

export interface Tally {
  requests: number;
  readUnits: number;
  writeUnits: number;
  itemsRead: number;
  itemsWritten: number;
}

export interface Usage extends Tally {
  readonly byOperation: Record<string, Tally>;
  readonly byTable: Record<string, Tally>;
  readonly byFunction: Record<string, Tally>;
}

const noTally = (): Tally => ({ requests: 0, readUnits: 0, writeUnits: 0, itemsRead: 0, itemsWritten: 0 });
const noUsage = (): Usage => ({ ...noTally(), byOperation: {}, byTable: {}, byFunction: {} });

/** What the meter needs to know of a table. */
export type MeteredTable = Pick<TableModel, 'name' | 'keySchema' | 'indexes'>;

/** What one request costs one table. */
export interface Charge {
  readonly table: string;
  readonly readUnits: number;
  readonly writeUnits: number;
  readonly itemsRead: number;
  readonly itemsWritten: number;
}

type Json = Readonly<Record<string, unknown>>;

/** What was last seen of an item: enough to price the next write of it. */
interface Seen {
  readonly bytes: number;
  /** Entry per index; undefined when a partial update made it unknown. */
  readonly entries: ReadonlyMap<string, IndexEntry> | undefined;
}

const rememberedItems = 200_000;

/**
 * Prices DynamoDB requests. Exact for reads of whole items and for puts of items seen before; an estimate where the
 * wire does not show the size: filtered-out or projected items count with the mean size of their table, an update
 * counts with the size last seen, and an index entry is taken as changed when the update names its key or projection.
 */
export class CapacityPricer {
  readonly #tables: ReadonlyMap<string, MeteredTable>;
  readonly #seen = new Map<string, Seen>();
  readonly #means = new Map<string, { bytes: number; items: number }>();

  constructor(tables: readonly MeteredTable[]) {
    this.#tables = new Map(tables.map((table) => [table.name, table]));
  }

  /** Charges per table of one answered request. `failure` is the error's name when a condition failed. */
  price(operation: string, input: Json, output: Json, failure?: string): Charge[] {
    switch (operation) {
      case 'GetItem':
        return [this.#get(tableOf(input), [output.Item], 1, input.ProjectionExpression, consistencyOf(input))];
      case 'BatchGetItem':
        return this.#batchGet(input, output);
      case 'TransactGetItems':
        return this.#transactGet(input, output);
      case 'Query':
      case 'Scan':
        return [this.#page(input, output)];
      case 'PutItem':
      case 'UpdateItem':
      case 'DeleteItem':
        return [this.#write(operation, input, false, failure !== undefined)];
      case 'BatchWriteItem':
        return this.#batchWrite(input, output);
      case 'TransactWriteItems':
        return this.#transactWrite(input, failure !== undefined);
      default:
        return [];
    }
  }

  #get(table: string, found: readonly unknown[], asked: number, projection: unknown, how: Consistency): Charge {
    const items = found.filter((item) => item !== undefined) as Item[];
    let units = readUnits(0, how) * Math.max(0, asked - items.length);
    for (const item of items) units += readUnits(this.#size(table, item, projection !== undefined), how);
    return { table, readUnits: units, writeUnits: 0, itemsRead: items.length, itemsWritten: 0 };
  }

  #batchGet(input: Json, output: Json): Charge[] {
    const responses = json(output.Responses);
    const unprocessed = json(output.UnprocessedKeys);
    return Object.entries(json(input.RequestItems)).map(([table, raw]) => {
      const request = json(raw);
      const asked = list(request.Keys).length - list(json(unprocessed[table]).Keys).length;
      return this.#get(table, list(responses[table]), asked, request.ProjectionExpression, consistencyOf(request));
    });
  }

  #transactGet(input: Json, output: Json): Charge[] {
    const responses = list(output.Responses);
    return list(input.TransactItems).map((raw, at) => {
      const get = json(json(raw).Get);
      return this.#get(tableOf(get), [json(responses[at]).Item], 1, get.ProjectionExpression, 'transactional');
    });
  }

  #page(input: Json, output: Json): Charge {
    const table = tableOf(input);
    const items = list(output.Items) as Item[];
    const partial = input.ProjectionExpression !== undefined;
    const scanned = Number(output.ScannedCount ?? items.length);
    const index = input.IndexName;
    let bytes = 0;
    for (const item of items) {
      bytes += index === undefined ? this.#size(table, item, partial) : itemBytes(item);
    }
    bytes += (scanned - items.length) * this.#meanBytes(table);
    return {
      table,
      readUnits: readUnits(bytes, consistencyOf(input)),
      writeUnits: 0,
      itemsRead: scanned,
      itemsWritten: 0,
    };
  }

  #batchWrite(input: Json, output: Json): Charge[] {
    const unprocessed = json(output.UnprocessedItems);
    return Object.entries(json(input.RequestItems)).map(([table, requests]) => {
      const skipped = new Set(list(unprocessed[table]).map((one) => JSON.stringify(one)));
      const done = list(requests).filter((one) => !skipped.has(JSON.stringify(one)));
      return joined(
        table,
        done.map((one) => {
          const { PutRequest: put, DeleteRequest: remove } = json(one);
          const request = { TableName: table, ...json(put ?? remove) };
          return this.#write(put === undefined ? 'DeleteItem' : 'PutItem', request, false, false);
        }),
      );
    });
  }

  #transactWrite(input: Json, failed: boolean): Charge[] {
    return list(input.TransactItems).map((raw) => {
      const [[kind, request] = ['', {}]] = Object.entries(json(raw));
      return this.#write(`${kind}Item`.replace('ConditionCheckItem', 'ConditionCheck'), json(request), true, failed);
    });
  }

  /** A write whose condition fails is billed as if it had been done, by the size of the item that is there. */
  #write(operation: string, request: Json, transactional: boolean, failed: boolean): Charge {
    const table = tableOf(request);
    const definition = this.#tables.get(table);
    const put = operation === 'PutItem' ? (request.Item as Item) : undefined;
    const id = keyOf(definition, put ?? (request.Key as Item));
    const before = this.#seen.get(id);
    const after = this.#after(operation, request, definition, before);
    const bytes = Math.max(before?.bytes ?? 0, failed ? 0 : (after?.bytes ?? 0));
    let units = writeUnits(bytes, transactional);
    const changes = operation !== 'ConditionCheck' && !failed;
    if (changes) {
      units += this.#indexUnits(operation, request, definition, before, after);
      if (after === undefined) this.#seen.delete(id);
      else this.#remember(id, after);
      if (put !== undefined) this.#sample(table, bytes);
    }
    return { table, readUnits: 0, writeUnits: units, itemsRead: 0, itemsWritten: changes ? 1 : 0 };
  }

  #after(
    operation: string,
    request: Json,
    table: MeteredTable | undefined,
    before: Seen | undefined,
  ): Seen | undefined {
    if (operation === 'PutItem') return look(table, request.Item as Item);
    if (operation === 'DeleteItem') return undefined;
    if (operation === 'ConditionCheck') return before;
    const values = Object.values(json(request.ExpressionAttributeValues)) as Item[string][];
    const written = values.reduce((total, value) => total + valueBytes(value), 0);
    const bytes = Math.max(before?.bytes ?? 0, itemBytes((request.Key ?? {}) as Item) + written);
    return { bytes, entries: before?.entries };
  }

  #indexUnits(
    operation: string,
    request: Json,
    table: MeteredTable | undefined,
    before: Seen | undefined,
    after: Seen | undefined,
  ): number {
    let units = 0;
    for (const index of table?.indexes ?? []) {
      const old = before?.entries?.get(index.name);
      if (operation !== 'UpdateItem' && operation !== 'Update') {
        units += indexWriteUnits(old, after?.entries?.get(index.name));
      } else if (touches(request, index)) {
        units += indexWriteUnits(old, { bytes: old?.bytes ?? 100, key: 'changed', content: 'changed' });
      }
    }
    return units;
  }

  /** Size of an item just read; a whole one is remembered for the pricing of later writes. */
  #size(table: string, item: Item, partial: boolean): number {
    if (partial) return Math.max(itemBytes(item), this.#meanBytes(table));
    const definition = this.#tables.get(table);
    const seen = look(definition, item);
    this.#remember(keyOf(definition, item), seen);
    this.#sample(table, seen.bytes);
    return seen.bytes;
  }

  #remember(id: string, seen: Seen): void {
    this.#seen.delete(id);
    this.#seen.set(id, seen);
    if (this.#seen.size <= rememberedItems) return;
    const [oldest] = this.#seen.keys();
    if (oldest !== undefined) this.#seen.delete(oldest);
  }

  #sample(table: string, bytes: number): void {
    const mean = this.#means.get(table) ?? { bytes: 0, items: 0 };
    this.#means.set(table, { bytes: mean.bytes + bytes, items: mean.items + 1 });
  }

  #meanBytes(table: string): number {
    const mean = this.#means.get(table);
    return mean === undefined ? 0 : mean.bytes / mean.items;
  }
}

const json = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const tableOf = (input: Json) =>
  String(input.TableName ?? '')
    .split('/')
    .at(-1) ?? '';
const consistencyOf = (input: Json): Consistency => (input.ConsistentRead === true ? 'strong' : 'eventual');

function keyOf(table: MeteredTable | undefined, item: Item | undefined): string {
  const keys = table?.keySchema.map(({ AttributeName }) => JSON.stringify(item?.[AttributeName])) ?? [];
  return `${table?.name}\n${keys.join('\n')}`;
}

function look(table: MeteredTable | undefined, item: Item): Seen {
  const entries = new Map<string, IndexEntry>();
  for (const index of table?.indexes ?? []) {
    const entry = table === undefined ? undefined : indexEntry(table, index, item);
    if (entry !== undefined) entries.set(index.name, entry);
  }
  return { bytes: itemBytes(item), entries };
}

/** An item is in an index only when it has all of its key attributes. */
function indexEntry(table: MeteredTable, index: IndexModel, item: Item): IndexEntry | undefined {
  const names = index.keySchema.map(({ AttributeName }) => AttributeName);
  if (names.some((name) => item[name] === undefined)) return undefined;
  const key = JSON.stringify(names.map((name) => item[name]));
  if (index.projection === 'ALL') return { bytes: itemBytes(item), key, content: canonicalJson(item) };
  const kept = new Set([...names, ...table.keySchema.map(({ AttributeName }) => AttributeName), ...index.included]);
  const projected: Item = Object.fromEntries(Object.entries(item).filter(([name]) => kept.has(name)));
  return { bytes: itemBytes(projected), key, content: canonicalJson(projected) };
}

/** Whether an update names an attribute that the index holds. */
function touches(request: Json, index: IndexModel): boolean {
  if (index.projection === 'ALL') return true;
  const expression = String(request.UpdateExpression ?? '');
  const named = new Set([...expression.split(/[^\w#]+/), ...Object.values(json(request.ExpressionAttributeNames))]);
  const held = [...index.keySchema.map(({ AttributeName }) => AttributeName), ...index.included];
  return held.some((name) => named.has(name));
}

function joined(table: string, charges: readonly Charge[]): Charge {
  return charges.reduce(
    (total, one) => ({
      table,
      readUnits: total.readUnits + one.readUnits,
      writeUnits: total.writeUnits + one.writeUnits,
      itemsRead: total.itemsRead + one.itemsRead,
      itemsWritten: total.itemsWritten + one.itemsWritten,
    }),
    { table, readUnits: 0, writeUnits: 0, itemsRead: 0, itemsWritten: 0 },
  );
}

/** Sums of what was asked of the tables since the last reset. */
export class UsageMeter {
  readonly #pricer: CapacityPricer;
  #usage = noUsage();

  constructor(tables: readonly MeteredTable[]) {
    this.#pricer = new CapacityPricer(tables);
  }

  /** Counts one answered request. A refused one (`failure` other than a failed condition) costs no units. */
  record(caller: string, operation: string, input: Json, output: Json, failure?: string): void {
    const billed =
      failure === undefined || failure.includes('ConditionalCheckFailed') || failure === 'TransactionCanceledException';
    const charges = billed ? this.#pricer.price(operation, input, output, failure) : [];
    const usage = this.#usage;
    const tallies = [usage, at(usage.byOperation, operation), at(usage.byFunction, caller)];
    for (const tally of tallies) tally.requests += 1;
    for (const table of new Set(charges.map((charge) => charge.table))) at(usage.byTable, table).requests += 1;
    for (const charge of charges) {
      for (const tally of [...tallies, at(usage.byTable, charge.table)]) add(tally, charge);
    }
  }

  read(): Usage {
    return structuredClone(this.#usage);
  }

  reset(): void {
    this.#usage = noUsage();
  }
}

function at(tallies: Record<string, Tally>, name: string): Tally {
  const tally = tallies[name] ?? noTally();
  tallies[name] = tally;
  return tally;
}

function add(tally: Tally, charge: Charge): void {
  tally.readUnits += charge.readUnits;
  tally.writeUnits += charge.writeUnits;
  tally.itemsRead += charge.itemsRead;
  tally.itemsWritten += charge.itemsWritten;
}
