import { type FactKind, type FactType, factColumns } from '../../contracts/facts.ts';
import type { FactRow } from '../../contracts/facts-files.ts';
import { ParquetColumn } from './parquet-column.ts';
import { ParquetFile, type StoredColumn } from './parquet-file.ts';
import type { PhysicalType } from './parquet-values.ts';

/** How each type lies in a file. JSON is written as text: it is JSON text already. */
const storedAs: Readonly<Record<FactType, PhysicalType>> = {
  instant: 'INT64',
  day: 'INT32',
  int: 'INT32',
  long: 'INT64',
  double: 'DOUBLE',
  amount: 'INT64',
  flag: 'BOOLEAN',
  text: 'BYTE_ARRAY',
  json: 'BYTE_ARRAY',
};

/** Rows of a kind as they will lie in one Parquet file, its columns in the order of the contract. */
export class ParquetRows<Row extends object> {
  readonly #kind: FactKind;
  readonly #columns: readonly (readonly [name: string, column: ParquetColumn])[];
  #size = 0;

  /** @param later names of the columns that become known later only */
  constructor(kind: FactKind, later: readonly PropertyKey[] = []) {
    this.#kind = kind;
    const missing = new Set(later);
    const columns = columnsOf(kind).filter(([name]) => !missing.has(name));
    this.#columns = columns.map(([name, type]) => [name, new ParquetColumn(storedAs[type])]);
  }

  get size(): number {
    return this.#size;
  }

  add(row: Row): void {
    for (const [name, column] of this.#columns) column.add((row as Readonly<Record<string, unknown>>)[name]);
    this.#size++;
  }

  /** The whole file. @throws RangeError where columns are missing still */
  file(): Uint8Array {
    return finished(this.#kind, this.#written());
  }

  /** A file without the later columns: the rest as it will lie there, then where, and the notes. */
  begun(notes: unknown): Uint8Array {
    const { bytes, columns } = this.#written().begun;
    const rest: Begun = { columns, notes };
    const text = Buffer.from(JSON.stringify(rest));
    const length = Buffer.alloc(lengthBytes);
    length.writeUInt32LE(text.length);
    return Buffer.concat([bytes, text, length]);
  }

  #written(): ParquetFile {
    const file = new ParquetFile();
    for (const [name, column] of this.#columns) file.add(name, column);
    return file;
  }
}

interface Begun {
  readonly columns: readonly StoredColumn[];
  readonly notes: unknown;
}

const lengthBytes = 4;

/**
 * The file that was begun, with the columns that it lacked.
 * @throws RangeError where these are not so many rows, or not all columns
 */
export function completeParquet<Kind extends FactKind>(
  kind: Kind,
  begun: Uint8Array,
  laterOf: (notes: unknown) => Iterable<Partial<FactRow<Kind>>>,
): Uint8Array {
  const bytes = Buffer.from(begun.buffer, begun.byteOffset, begun.byteLength);
  const until = bytes.length - lengthBytes;
  const end = until - bytes.readUInt32LE(until);
  const { columns, notes } = JSON.parse(bytes.toString('utf8', end, until)) as Begun;
  const file = new ParquetFile({ bytes: bytes.subarray(0, end), columns });
  const known = new Set(columns.map(({ name }) => name));
  const missing = columnsOf(kind).filter(([name]) => !known.has(name));
  const added = missing.map(([name, type]) => [name, new ParquetColumn(storedAs[type])] as const);
  for (const row of laterOf(notes)) {
    for (const [name, column] of added) column.add((row as Readonly<Record<string, unknown>>)[name]);
  }
  for (const [name, column] of added) file.add(name, column);
  return finished(kind, file);
}

function finished(kind: FactKind, file: ParquetFile): Uint8Array {
  return file.finished(columnsOf(kind).map(([name]) => name));
}

function columnsOf(kind: FactKind): [string, FactType][] {
  return Object.entries<FactType>(factColumns[kind]);
}
