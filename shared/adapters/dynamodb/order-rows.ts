import type { Day } from '../../domain/calendar.ts';
import type { OrderEntry } from '../../domain/customers/customer-file.ts';
import { dayMs } from '../../domain/durations.ts';
import type { BoughtLine } from '../../domain/orders/bought-lines.ts';
import { orderRef, partsOfRef } from '../../domain/orders/order.ts';
import type { Earning, Purchase } from '../../domain/orders/purchase.ts';

/**
 * How the orders of a customer's file are written down. A customer buys in few shops, in one currency, and often the same
 * things: each such word stands once in a list and by its place elsewhere; times stand as distances from another.
 */
export interface OrderTable {
  readonly words: readonly Word[];
  readonly rows: readonly OrderRow[];
  readonly earnings?: readonly EarningRow[];
  /** Of the few orders with a refund that is not decided yet. */
  readonly openRefunds?: readonly (readonly [row: number, since: number])[];
}

/** Digits that are a number's own way to be written stand as that number, without quotes. */
type Word = string | number;
/** Place of a word, from 1; 0 is none. */
type Place = number;

/** Shop and id of the order, when it was stated; for a purchase what it is, and where it has them lines and coupons. */
type OrderRow = readonly [shop: Place, id: Word, statedAt: number, ...PurchaseCells];
type PurchaseCells =
  | readonly []
  | readonly [
      paidAfter: number,
      daysAfterUtc: number,
      amount: number,
      currency: Place,
      items: number,
      lines?: readonly number[],
      coupons?: readonly Place[],
    ];
/** Refunds as id, time and amount in turn. */
type EarningRow = readonly [
  row: number,
  paidAt: number,
  day: Day,
  paid: number,
  currency: Place,
  refunds: readonly (string | number)[],
];

class WordList {
  readonly #places = new Map<string, Place>();

  placeOf(word: string | undefined): Place {
    if (word === undefined) return 0;
    const known = this.#places.get(word);
    if (known !== undefined) return known;
    this.#places.set(word, this.#places.size + 1);
    return this.#places.size;
  }

  get words(): Word[] {
    return [...this.#places.keys()].map(shortest);
  }
}

function shortest(word: string): Word {
  const number = Number(word);
  return Number.isSafeInteger(number) && String(number) === word ? number : word;
}

export function orderTable(orders: ReadonlyMap<string, OrderEntry>): OrderTable {
  const list = new WordList();
  const entries = [...orders];
  const rows = entries.map(([ref, entry]) => rowOf(ref, entry, list));
  const earnings = entries.flatMap(([, { earning }], row) => (earning ? [earningRow(row, earning, list)] : []));
  const openRefunds = entries.flatMap(([, { refundOpenSince: since }], row) =>
    since === undefined ? [] : [[row, since] as const],
  );
  return {
    words: list.words,
    rows,
    ...(earnings.length > 0 && { earnings }),
    ...(openRefunds.length > 0 && { openRefunds }),
  };
}

function rowOf(ref: string, { statedAt, purchase }: OrderEntry, list: WordList): OrderRow {
  const { shop, id } = partsOfRef(ref);
  const order = [list.placeOf(shop), shortest(id), statedAt] as const;
  return purchase ? [...order, ...purchaseCells(purchase, statedAt, list)] : order;
}

function purchaseCells(purchase: Purchase, statedAt: number, list: WordList): PurchaseCells {
  const { paidAt, day, amount, currency, items, lines, coupons } = purchase;
  const cells = [paidAt - statedAt, day - Math.floor(paidAt / dayMs), amount, list.placeOf(currency), items] as const;
  if (lines.length === 0 && coupons.length === 0) return cells;
  const goods = lines.flatMap((line) => [
    list.placeOf(line.product),
    skuPlace(line, list),
    list.placeOf(line.category),
    line.amount,
  ]);
  return coupons.length === 0 ? [...cells, goods] : [...cells, goods, coupons.map((code) => list.placeOf(code))];
}

/** Many shops begin an SKU with its product's id: then only the rest is a word, and its place is negative. */
function skuPlace({ product, sku }: BoughtLine, list: WordList): number {
  if (sku === undefined) return list.placeOf(undefined);
  const isLonger = product !== '' && sku.length > product.length && sku.startsWith(product);
  return isLonger ? -list.placeOf(sku.slice(product.length)) : list.placeOf(sku);
}

function earningRow(row: number, { paidAt, day, paid, currency, refunds }: Earning, list: WordList): EarningRow {
  return [row, paidAt, day, paid, list.placeOf(currency), refunds.flatMap(({ id, at, amount }) => [id, at, amount])];
}

export function readOrderTable({ words: written, rows, earnings, openRefunds }: OrderTable): Map<string, OrderEntry> {
  const words = written.map(String);
  const entries = rows.map((row) => readRow(row, words));
  for (const row of earnings ?? []) extend(entries, row[0], { earning: readEarning(row, words) });
  for (const [row, since] of openRefunds ?? []) extend(entries, row, { refundOpenSince: since });
  return new Map(entries);
}

function extend(entries: [string, OrderEntry][], row: number, more: Partial<OrderEntry>): void {
  const known = entries[row];
  if (known) known[1] = { ...known[1], ...more };
}

/** By index, without spreading and taking apart: a scan reads a million of these. */
function readRow(row: OrderRow, words: readonly string[]): [string, OrderEntry] {
  const statedAt = row[2];
  const ref = orderRef(wordAt(words, row[0]), String(row[1]));
  return [ref, row.length > 3 ? { statedAt, purchase: readPurchase(row, words) } : { statedAt }];
}

function readPurchase(row: OrderRow, words: readonly string[]): Purchase {
  const paidAt = row[2] + (row[3] ?? 0);
  return {
    paidAt,
    day: (row[4] ?? 0) + Math.floor(paidAt / dayMs),
    amount: row[5] ?? 0,
    currency: wordAt(words, row[6] ?? 0),
    items: row[7] ?? 0,
    lines: readLines(row[8] ?? none, words),
    coupons: (row[9] ?? none).map((place) => wordAt(words, place)),
  };
}

const none: readonly never[] = [];

function readLines(cells: readonly number[], words: readonly string[]): BoughtLine[] {
  const lines: BoughtLine[] = [];
  for (let cell = 0; cell < cells.length; cell += 4) {
    const product = wordAt(words, cells[cell] ?? 0);
    const line: Line = { product, amount: cells[cell + 3] ?? 0 };
    const sku = cells[cell + 1] ?? 0;
    const category = cells[cell + 2] ?? 0;
    if (sku !== 0) line.sku = sku > 0 ? wordAt(words, sku) : product + wordAt(words, -sku);
    if (category > 0) line.category = wordAt(words, category);
    lines.push(line);
  }
  return lines;
}
type Line = { -readonly [Member in keyof BoughtLine]: BoughtLine[Member] };

function readEarning([, paidAt, day, paid, currency, cells]: EarningRow, words: readonly string[]): Earning {
  const refunds: { id: string; at: number; amount: number }[] = [];
  for (let cell = 0; cell < cells.length; cell += 3) {
    refunds.push({ id: String(cells[cell]), at: Number(cells[cell + 1]), amount: Number(cells[cell + 2]) });
  }
  return { paidAt, day, paid, currency: wordAt(words, currency), refunds };
}

function wordAt(words: readonly string[], place: Place): string {
  return words[place - 1] ?? '';
}

/** `[ref, statedAt]`, and for a purchase also paidAt, day, amount, currency, items: as written before lines were kept. */
export type OlderOrderRow = readonly [
  string,
  number,
  ...(readonly [] | readonly [number, Day, number, string, number]),
];

export function readOlderRows(
  rows: readonly OlderOrderRow[],
  openRefunds: readonly (readonly [ref: string, since: number])[] = [],
): Map<string, OrderEntry> {
  const orders = new Map(rows.map(readOlderRow));
  for (const [ref, since] of openRefunds) {
    const entry = orders.get(ref);
    if (entry) orders.set(ref, { ...entry, refundOpenSince: since });
  }
  return orders;
}

function readOlderRow([ref, statedAt, ...cells]: OlderOrderRow): [string, OrderEntry] {
  if (cells.length === 0) return [ref, { statedAt }];
  const [paidAt, day, amount, currency, items] = cells;
  return [ref, { statedAt, purchase: { paidAt, day, amount, currency, items, lines: [], coupons: [] } }];
}
