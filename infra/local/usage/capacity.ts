/**
 * What DynamoDB bills, from item sizes, by the rules of its developer guide ("Item sizes and formats", "Read/write
 * capacity"). DynamoDB Local reports capacity by rules of its own, so it is not asked. Pure: no clock, no I/O.
 */

/** One attribute as the wire protocol carries it. */
export type AttributeValue = Readonly<{
  S?: string;
  N?: string;
  B?: string | Uint8Array;
  BOOL?: boolean;
  NULL?: boolean;
  M?: Item;
  L?: readonly AttributeValue[];
  SS?: readonly string[];
  NS?: readonly string[];
  BS?: readonly (string | Uint8Array)[];
}>;

export type Item = { readonly [name: string]: AttributeValue };

/** Containers cost three bytes, and one more for each member. */
const containerBytes = 3;
const memberBytes = 1;

/** Bytes of an item: UTF-8 names plus values. */
export function itemBytes(item: Item): number {
  let total = 0;
  for (const name in item) {
    const value = item[name];
    if (value !== undefined) total += utf8(name) + valueBytes(value);
  }
  return total;
}

/** Bytes of one value, without its name. */
export function valueBytes(value: AttributeValue): number {
  if (value.S !== undefined) return utf8(value.S);
  if (value.N !== undefined) return numberBytes(value.N);
  if (value.BOOL !== undefined || value.NULL !== undefined) return 1;
  if (value.M !== undefined) return containerBytes + itemBytes(value.M) + memberBytes * Object.keys(value.M).length;
  if (value.L !== undefined) return containerBytes + sum(value.L, (one) => valueBytes(one) + memberBytes);
  if (value.B !== undefined) return binaryBytes(value.B);
  if (value.SS !== undefined) return sum(value.SS, utf8);
  if (value.NS !== undefined) return sum(value.NS, numberBytes);
  if (value.BS !== undefined) return sum(value.BS, binaryBytes);
  return 0;
}

const utf8 = (text: string) => Buffer.byteLength(text);

/** About one byte per two significant digits, plus one; a sign costs another. */
function numberBytes(number: string): number {
  const digits = number
    .replace(/e.*$/i, '')
    .replace(/[-+.]/g, '')
    .replace(/^0+|0+$/g, '').length;
  return Math.ceil(digits / 2) + 1 + (number.startsWith('-') ? 1 : 0);
}

/** Base64 text on the wire, bytes within an SDK. */
const binaryBytes = (value: string | Uint8Array) =>
  typeof value === 'string' ? Buffer.byteLength(value, 'base64') : value.byteLength;

function sum<T>(list: readonly T[], size: (one: T) => number): number {
  let total = 0;
  for (const one of list) total += size(one);
  return total;
}

export type Consistency = 'eventual' | 'strong' | 'transactional';

const readFactor: Readonly<Record<Consistency, number>> = { eventual: 0.5, strong: 1, transactional: 2 };

/** Read units of so many bytes: steps of 4 KB, one at least. A page of Query or Scan is rounded up once, as a whole. */
export function readUnits(bytes: number, consistency: Consistency): number {
  return Math.max(1, Math.ceil(bytes / 4096)) * readFactor[consistency];
}

/** Write units of an item of so many bytes (the larger of before and after): steps of 1 KB; a transaction pays double. */
export function writeUnits(bytes: number, transactional: boolean): number {
  return Math.max(1, Math.ceil(bytes / 1024)) * (transactional ? 2 : 1);
}

/** An item as one index sees it: its entry's size, and what tells whether the entry changes. */
export interface IndexEntry {
  readonly bytes: number;
  readonly key: string;
  readonly content: string;
}

/**
 * Write units an index pays for one write of its item. A changed index key is a delete and a put. Index writes happen
 * after the transaction, so they are not doubled.
 */
export function indexWriteUnits(before: IndexEntry | undefined, after: IndexEntry | undefined): number {
  if (before === undefined) return after === undefined ? 0 : writeUnits(after.bytes, false);
  if (after === undefined) return writeUnits(before.bytes, false);
  if (before.key !== after.key) return writeUnits(before.bytes, false) + writeUnits(after.bytes, false);
  return before.content === after.content ? 0 : writeUnits(Math.max(before.bytes, after.bytes), false);
}
