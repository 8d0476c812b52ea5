import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { completeParquet, ParquetRows } from '../../../shared/adapters/s3/write-parquet.ts';
import { type FactKind, type FactType, factColumns } from '../../../shared/contracts/facts.ts';

type Row = Record<string, string | number | boolean | null>;

const text = fc.string({ unit: 'grapheme', maxLength: 12 });
const word = fc.constantFrom('CN', 'Zhejiang', '浙江', '', '🍯');
const instants = fc.integer({ min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER });
const int32s = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });

const arbitraryOf: Readonly<Record<FactType, fc.Arbitrary<string | number | boolean>>> = {
  instant: instants,
  amount: instants,
  long: instants,
  day: int32s,
  int: int32s,
  double: fc.double({ noNaN: true, noDefaultInfinity: true }),
  flag: fc.boolean(),
  text: fc.oneof(text, word),
  json: fc.oneof(text, word),
};

/** Some columns full, some with gaps, some empty. */
function someRows(kind: FactKind): fc.Arbitrary<Row[]> {
  const columns = Object.entries<FactType>(factColumns[kind]);
  return fc
    .tuple(fc.integer({ min: 1, max: 40 }), fc.array(fc.constantFrom(0, 0.5, 1), { minLength: 40, maxLength: 40 }))
    .chain(([size, gaps]) => {
      const cells = columns.map(([name, type], index) => {
        const cell = fc
          .tuple(fc.double({ min: 0, max: 1, noNaN: true }), arbitraryOf[type])
          .map(([draw, value]) => (draw < (gaps[index] ?? 0) ? null : value));
        return [name, cell] as const;
      });
      return fc.array(fc.record(Object.fromEntries(cells)) as fc.Arbitrary<Row>, { minLength: size, maxLength: size });
    });
}

function fileOf(kind: FactKind, rows: readonly Row[]): Uint8Array {
  const gathered = new ParquetRows<Row>(kind);
  for (const row of rows) gathered.add(row);
  return gathered.file();
}

/** As an engine reads them that had no part in writing them. */
async function read(file: Uint8Array): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'parquet-'));
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    const path = join(folder, 'rows.parquet');
    writeFileSync(path, file);
    const result = await connection.runAndReadAll(`SELECT * FROM read_parquet('${path}')`);
    return result.getRowObjects().map(withNumbers);
  } finally {
    connection.closeSync();
    rmSync(folder, { recursive: true });
  }
}

function withNumbers(row: Record<string, unknown>): Row {
  const cells = Object.entries(row).map(([name, value]) => [name, typeof value === 'bigint' ? Number(value) : value]);
  return Object.fromEntries(cells) as Row;
}

describe('rows as Parquet', () => {
  test('are read as they were written, of every kind, with gaps', async () => {
    for (const kind of ['customers', 'orders', 'lines'] as const) {
      await fc.assert(
        fc.asyncProperty(someRows(kind), async (rows) => {
          expect(await read(fileOf(kind, rows))).toEqual(rows);
        }),
        { numRuns: 12 },
      );
    }
  });

  test('are read as they were written where words repeat, and where they soon turn out not to', async () => {
    for (const distinct of [1, 7, 300, 5000]) {
      const rows = Array.from({ length: 5000 }, (_, row) => ({
        customer: `c_${row % distinct}`,
        paidAt: row * 1e9,
        day: row,
        product: row % 3 === 0 ? null : `p${(row * 7) % distinct}`,
        sku: null,
        category: '蜂蜜',
        amount: 1 - row,
      }));
      expect(await read(fileOf('lines', rows))).toEqual(rows);
    }
  });

  test('begun without some columns and completed are the rows written at once', async () => {
    const later = ['tags', 'rfmR', 'alive', 'nextAt'];
    await fc.assert(
      fc.asyncProperty(someRows('customers'), async (rows) => {
        const begun = new ParquetRows<Row>('customers', later);
        for (const row of rows) begun.add(row);
        const whole = completeParquet('customers', begun.begun(rows), (notes) => notes as Row[]);
        expect(await read(whole)).toEqual(rows);
      }),
      { numRuns: 12 },
    );
  });

  test('are refused where a number does not fit, or a column lacks rows', () => {
    const row: Row = { customer: 'c', paidAt: 1, day: 1, product: 'p', sku: null, category: null, amount: 1 };
    expect(() => fileOf('lines', [{ ...row, amount: 2 ** 53 }])).toThrow(RangeError);
    expect(() => fileOf('lines', [{ ...row, amount: 0.5 }])).toThrow(RangeError);
    expect(() => fileOf('lines', [{ ...row, day: 2 ** 31 }])).toThrow(RangeError);
    const begun = new ParquetRows<Row>('lines', ['customer']);
    begun.add(row);
    begun.add(row);
    expect(() => completeParquet('lines', begun.begun(null), () => [{ customer: 'c' }])).toThrow(RangeError);
  });
});
