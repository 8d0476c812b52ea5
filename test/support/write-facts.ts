import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ColumnSource, parquetWriteFile } from 'hyparquet-writer';
import { type FactKind, type FactType, factColumns } from '../../shared/contracts/facts.ts';

type Cell = string | number | boolean | null;
/** Columns left out are null. */
export type FactRow = Readonly<Record<string, Cell>>;
export type FactRows = Readonly<Partial<Record<FactKind, readonly FactRow[]>>>;

const written = {
  instant: 'INT64',
  day: 'INT32',
  int: 'INT32',
  long: 'INT64',
  double: 'DOUBLE',
  amount: 'INT64',
  flag: 'BOOLEAN',
  text: 'STRING',
  json: 'STRING',
} as const satisfies Record<FactType, ColumnSource['type']>;

export function factsFolder(): string {
  return mkdtempSync(join(tmpdir(), 'facts-'));
}

/** Writes a part of each kind that has rows, as the census does. */
export function writeFacts(folder: string, rows: FactRows, part = '0'): void {
  for (const [kind, some = []] of Object.entries(rows) as [FactKind, readonly FactRow[]][]) {
    if (some.length === 0) continue;
    mkdirSync(join(folder, kind), { recursive: true });
    const columnData = Object.entries<FactType>(factColumns[kind]).map(([name, type]) => ({
      name,
      type: written[type],
      nullable: true,
      data: some.map((row) => inFile(row[name] ?? null, written[type])),
    }));
    parquetWriteFile({ filename: join(folder, kind, `${part}.parquet`), columnData });
  }
}

function inFile(cell: Cell, type: ColumnSource['type']): Cell | bigint {
  return typeof cell === 'number' && type === 'INT64' ? BigInt(cell) : cell;
}
