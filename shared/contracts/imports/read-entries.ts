import type { ProductBody } from '../http/products.ts';
import { readOrder } from '../platforms/generic.ts';
import type { FieldError, Reading, ShopContext } from '../platforms/platform.ts';
import { readJson } from '../platforms/read-json.ts';
import { decimalOf } from './cells.ts';
import { type Columns, type ImportKind, importFields } from './columns.ts';
import { csvFields } from './csv-records.ts';
import { customerOfLine, customerOfRow } from './customer-rows.ts';
import { decode, type FileLayout, nextRecord } from './file-layout.ts';
import { type OrderJson, orderOfRows, placeOf } from './order-rows.ts';
import type { ImportPreset } from './presets.ts';
import { readImportedCustomer, readProduct } from './read-values.ts';
import { RowCells } from './row-cells.ts';

/** How the rows of a file are to be read. */
export interface EntryRules {
  readonly kind: ImportKind;
  readonly layout: FileLayout;
  /** Columns of a CSV file. */
  readonly columns: Columns;
  readonly preset?: ImportPreset;
  readonly shop: ShopContext;
  /** When the file was made: what a row says without a time of its own is said then. */
  readonly asOf: number;
}

/** Why a row is not in: the row as a spreadsheet counts, what it names, and the field, where it is one. */
export interface RejectedRow {
  readonly row: number;
  readonly id?: string;
  readonly field?: string;
  readonly reason: string;
}

export type EntryValue =
  | Extract<Reading, { type: 'order' | 'customer' }>
  | { readonly type: 'product'; readonly product: ProductBody };

/** What one row, or the adjacent rows of one order, say. */
export interface Entry {
  /** Its first row. */
  readonly row: number;
  /** Undefined where it cannot be read. */
  readonly value?: EntryValue;
  /** What is wrong: with its rows, or with rows right after them. */
  readonly rejected: readonly RejectedRow[];
  /** Rows it was read from, the empty ones left out; and further ones that cannot be read at all. */
  readonly rows: number;
  readonly unreadable: number;
  /** Where, in the bytes read, the next entry starts, and the number of its first row. */
  readonly next: { readonly offset: number; readonly row: number };
}

/** Rows that stand together while the next row is looked at. */
interface Group {
  readonly key: string | undefined;
  readonly rows: RowCells[];
  /** Rows that cannot be read, after the first of its own. */
  readonly broken: RejectedRow[];
  /** How many of them stand before the last row of its own: nobody knows what they said of it. */
  damage: number;
}

/** Column whose value keeps adjacent rows together: orders with a row per line item. */
export function groupColumnOf(kind: ImportKind, columns: Columns): number | undefined {
  const hasLines = [...columns.keys()].some((field) => field.startsWith('items.'));
  return kind === 'orders' && (hasLines || columns.has('group'))
    ? (columns.get('group') ?? columns.get('id'))
    : undefined;
}

/** Reads the records of a part one after the other. @param firstRow number of the first */
export function* readEntries(bytes: Uint8Array, firstRow: number, rules: EntryRules): Generator<Entry> {
  yield* rules.layout.format === 'csv' ? csvEntries(bytes, firstRow, rules) : jsonEntries(bytes, firstRow, rules);
}

interface Row {
  readonly number: number;
  /** Undefined where it cannot be read, for this reason. */
  readonly text: string | undefined;
  readonly reason: string;
  readonly start: number;
  readonly end: number;
}

function* rowsOf(bytes: Uint8Array, firstRow: number, { layout }: EntryRules): Generator<Row> {
  let number = firstRow;
  for (let at = 0; at < bytes.length; ) {
    const record = nextRecord(layout, bytes, at, true);
    if (!record) return;
    const text = record.isBroken ? undefined : decode(bytes.subarray(at, record.textEnd), layout.encoding);
    const reason = record.isBroken ? brokenReason(layout) : `is not text in ${layout.encoding.toUpperCase()}`;
    yield { number, text, reason, start: at, end: record.end };
    at = record.end;
    if (record.endsRow) number++;
  }
}

function brokenReason({ format }: FileLayout): string {
  return format === 'csv' ? 'a quote is not closed, or text follows a closing quote' : 'the line is too long';
}

function* jsonEntries(bytes: Uint8Array, firstRow: number, rules: EntryRules): Generator<Entry> {
  for (const { number, text, reason, end } of rowsOf(bytes, firstRow, rules)) {
    if (text?.trim() === '') continue;
    const next = { offset: end, row: number + 1 };
    const json = text === undefined ? undefined : readJson(Buffer.from(text));
    const place = ({ field }: FieldError) => ({ row: number, field });
    const read = json
      ? readValue(rules.kind === 'customers' ? customerOfLine(json.value) : json.value, rules, place)
      : refused(number, text === undefined ? reason : 'is not JSON');
    yield { ...read, row: number, rows: 1, unreadable: 0, next };
  }
}

function* csvEntries(bytes: Uint8Array, firstRow: number, rules: EntryRules): Generator<Entry> {
  const groupColumn = groupColumnOf(rules.kind, rules.columns);
  const seen = new Set<string>();
  let group: Group | undefined;
  let nextRow = firstRow;
  for (const { number, text, reason, start, end } of rowsOf(bytes, firstRow, rules)) {
    nextRow = number + 1;
    if (text?.trim() === '') continue;
    const values = text === undefined ? undefined : csvFields(text, rules.layout.delimiter);
    const wrong = values ? tooMany(values, rules) : reason;
    if (!values || wrong !== undefined) {
      const rejected = { row: number, reason: wrong ?? reason };
      if (group) group.broken.push(rejected);
      else yield { row: number, rejected: [rejected], rows: 0, unreadable: 1, next: { offset: end, row: nextRow } };
      continue;
    }
    const row = new RowCells(number, rules.columns, values);
    const key = groupColumn === undefined ? undefined : values[groupColumn]?.trim() || undefined;
    if (group && key !== undefined && key === group.key) {
      group.damage = group.broken.length;
      group.rows.push(row);
      continue;
    }
    if (group) yield entryOf(group, seen, { offset: start, row: number }, rules);
    group = { key, rows: [row], broken: [], damage: 0 };
  }
  if (group) yield entryOf(group, seen, { offset: bytes.length, row: nextRow }, rules);
}

/** Too few fields are empty ones that a program left out; too many have come from somewhere else. */
function tooMany(values: readonly string[], { layout }: EntryRules): string | undefined {
  if (values.length <= layout.columns.length) return undefined;
  return `has ${values.length} fields, the headings are ${layout.columns.length}`;
}

function entryOf(group: Group, seen: Set<string>, next: Entry['next'], rules: EntryRules): Entry {
  const { value, rejected } = readGroup(group, seen, rules);
  return {
    ...(value && { value }),
    row: group.rows[0]?.row ?? 0,
    rejected: [...rejected, ...group.broken],
    rows: group.rows.length,
    unreadable: group.broken.length,
    next,
  };
}

type ReadValue = Pick<Entry, 'value' | 'rejected'>;

function readGroup({ key, rows, broken, damage }: Group, seen: Set<string>, rules: EntryRules): ReadValue {
  const row = rows[0]?.row ?? 0;
  const id = rows[0]?.text('id');
  if (damage > 0) {
    const between = broken.slice(0, damage).map((one) => one.row);
    return refused(row, `row ${between.join(', ')} stands between the rows of this order and cannot be read`, id);
  }
  if (key !== undefined && seen.has(key)) {
    return refused(row, 'the rows of this order are not next to each other: others of it stand above', id);
  }
  if (key !== undefined) seen.add(key);
  const place = (error: FieldError) => (rules.kind === 'orders' ? placeOf(error, rows) : { row, field: error.field });
  return readValue(jsonOfRows(rows, rules), rules, place);
}

function refused(row: number, reason: string, id?: string): ReadValue {
  return { rejected: [{ row, ...(id !== undefined && { id }), reason }] };
}

function jsonOfRows(rows: readonly RowCells[], { kind, shop, preset }: EntryRules): OrderJson {
  const [first] = rows;
  if (!first) return {};
  switch (kind) {
    case 'orders':
      return orderOfRows(rows, shop, preset);
    case 'customers':
      return customerOfRow(first, shop.timezone);
    case 'products':
      return productOfRow(first);
  }
}

function productOfRow(row: RowCells): OrderJson {
  return Object.fromEntries(
    importFields.products.flatMap((field) => {
      const text = row.text(field);
      return text === undefined ? [] : [[field, field === 'price' || field === 'cost' ? decimalOf(text) : text]];
    }),
  );
}

function readValue(
  value: unknown,
  rules: EntryRules,
  place: (error: FieldError) => { readonly row: number; readonly field: string },
): ReadValue {
  const reading = readerOf(rules)(value);
  if (reading.type !== 'invalid') return { value: reading, rejected: [] };
  const id = idIn(value);
  const rejected = reading.errors.map(({ field, message }) => {
    const at = place({ field: field.replace(/^data\.?/, ''), message });
    const named = at.field === '' ? {} : { field: at.field };
    return { row: at.row, ...(id !== undefined && { id }), ...named, reason: message };
  });
  return { rejected };
}

type Invalid = { readonly type: 'invalid'; readonly errors: readonly FieldError[] };

function readerOf({ kind, shop, asOf }: EntryRules): (value: unknown) => EntryValue | Invalid {
  switch (kind) {
    case 'orders':
      return (value) => known(readOrder(value, shop));
    case 'customers':
      return (value) => readImportedCustomer(value, asOf, shop);
    case 'products':
      return readProduct;
  }
}

function known(reading: Reading): EntryValue | Invalid {
  if (reading.type === 'order' || reading.type === 'customer' || reading.type === 'invalid') return reading;
  return { type: 'invalid', errors: [{ field: '', message: 'cannot be read' }] };
}

function idIn(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('id' in value)) return undefined;
  return typeof value.id === 'string' || typeof value.id === 'number' ? String(value.id).slice(0, 200) : undefined;
}
