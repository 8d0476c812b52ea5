import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvFields, maxRecordBytes, nextCsvRecord } from '../../../shared/contracts/imports/csv-records.ts';
import { type FileLayout, readLayout } from '../../../shared/contracts/imports/file-layout.ts';
import { type FilePart, FileSplitter } from '../../../shared/contracts/imports/split-file.ts';

const comma = 0x2c;

interface Found {
  readonly row: number;
  readonly text: string;
  readonly isBroken: boolean;
}

function recordsOf(bytes: Uint8Array, firstRow = 1): Found[] {
  const found: Found[] = [];
  let row = firstRow;
  for (let at = 0; at < bytes.length; ) {
    const record = nextCsvRecord(bytes, at, true, comma);
    if (!record) throw new Error('wants more than there is');
    found.push({
      row,
      text: Buffer.from(bytes.subarray(at, record.textEnd)).toString('latin1'),
      isBroken: record.isBroken,
    });
    at = record.end;
    if (record.endsRow) row++;
  }
  return found;
}

function layoutOf(bytes: Uint8Array): FileLayout {
  const layout = readLayout(bytes, 'csv');
  if ('problem' in layout) throw new Error(layout.problem);
  return layout;
}

/** Cut while it arrives in chunks of the given sizes, in turn. */
function split(bytes: Uint8Array, partBytes: number, chunks: readonly number[], groupColumn?: number): FilePart[] {
  const layout: FileLayout = { format: 'csv', encoding: 'utf-8', delimiter: ',', columns: [], dataStart: 0 };
  const splitter = new FileSplitter({ layout, partBytes, groupColumn }, 0, 1);
  const parts: FilePart[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const end = Math.min(bytes.length, at + (chunks[turn % chunks.length] ?? 1));
    parts.push(...splitter.take(bytes.subarray(at, end), end === bytes.length));
    at = end;
  }
  return parts;
}

/** Text full of what makes CSV hard. */
const wildText = fc
  .array(fc.constantFrom('"', '""', ',', '\n', '\r\n', '\r', 'a', '茶', ' ', 'x,"y"', '"z\n', '\n1,2\n'), {
    maxLength: 60,
  })
  .map((pieces) => pieces.join(''));

const cell = fc
  .array(fc.constantFrom('"', ',', '\n', '\r\n', 'a', 'é', '茶', ' ', '1'), { maxLength: 8 })
  .map((all) => all.join(''));
const quoted = (text: string, always: boolean) =>
  always || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
const table = fc
  .array(fc.array(fc.tuple(cell, fc.boolean()), { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 12 })
  .map((rows) => rows.map((row) => row.map(([text, always]) => ({ text, written: quoted(text, always) }))));

describe('records of CSV', () => {
  it('are the fields that were written, whatever stands in them', () => {
    fc.assert(
      fc.property(table, fc.constantFrom('\n', '\r\n'), (rows, lineBreak) => {
        const text = rows.map((row) => row.map(({ written }) => written).join(',')).join(lineBreak);
        const bytes = Buffer.from(`${text}${lineBreak}`);
        const records = recordsOf(bytes);
        expect(records.every(({ isBroken }) => !isBroken)).toBe(true);
        const read = records.map(({ text: record }) => csvFields(Buffer.from(record, 'latin1').toString('utf8'), ','));
        expect(read).toEqual(rows.map((row) => row.map(({ text: field }) => field)));
        expect(read).toEqual(parse(bytes, { relax_column_count: true, skip_empty_lines: false }));
      }),
    );
  });

  it('are the same whatever parts and chunks any bytes are cut into', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(
        wildText,
        fc.integer({ min: 1, max: 40 }),
        sizes,
        fc.boolean(),
        (text, partBytes, chunks, grouped) => {
          const bytes = Buffer.from(text);
          const parts = split(bytes, partBytes, chunks, grouped ? 0 : undefined);
          expect(parts.map(({ start }) => start)).toEqual([0, ...parts.map(({ end }) => end)].slice(0, parts.length));
          expect(parts.at(-1)?.end ?? 0).toBe(bytes.length);
          const inParts = parts.flatMap(({ start, end, row }) => recordsOf(bytes.subarray(start, end), row));
          expect(inParts).toEqual(recordsOf(bytes));
          expect(split(bytes, partBytes, [bytes.length || 1], grouped ? 0 : undefined)).toEqual(parts);
        },
      ),
    );
  });

  it.each([
    ['a quote that is never closed', 'a,1\n"b,2\nc,3\nd,4\n'],
    ['a quote that the next quoted field closes', 'a,1\nb,"2\nc,"x"\nd,4\n'],
    ['text after a closing quote', 'a,1\n"b" b,2\nc,3\nd,4\n'],
  ])('lose one row to %s', (_, text) => {
    const records = recordsOf(Buffer.from(text));
    expect(records.map(({ row, isBroken }) => [row, isBroken])).toEqual([
      [1, false],
      [2, true],
      [3, false],
      [4, false],
    ]);
  });

  it('take a quote within a field for a letter', () => {
    expect(recordsOf(Buffer.from('5" pipe,1\nb,2\n')).map(({ text, isBroken }) => [text, isBroken])).toEqual([
      ['5" pipe,1', false],
      ['b,2', false],
    ]);
  });

  it('cut a line without end into pieces of one row', () => {
    const bytes = Buffer.from(`${'x'.repeat(maxRecordBytes * 2 + 10)}\nb,2\n`);
    expect(recordsOf(bytes).map(({ row, isBroken }) => [row, isBroken])).toEqual([
      [1, true],
      [1, true],
      [1, false],
      [2, false],
    ]);
  });

  it('of one order are never cut apart', () => {
    const rows = Array.from({ length: 200 }, (_, index) => `order-${Math.floor(index / 7)},line ${index}`);
    const bytes = Buffer.from(`${rows.join('\n')}\n`);
    const parts = split(bytes, 100, [13], 0);
    expect(parts.length).toBeGreaterThan(10);
    const first = parts.map(({ start }) => Buffer.from(bytes.subarray(start, start + 20)).toString());
    const before = parts
      .slice(1)
      .map(({ start }) => Buffer.from(bytes.subarray(0, start)).toString().trimEnd().split('\n').at(-1));
    for (const [index, line] of before.entries()) {
      expect(line?.split(',')[0]).not.toBe(first[index + 1]?.split(',')[0]);
    }
  });
});

describe('the head of a file', () => {
  const encode = (text: string) => Buffer.from(text);
  /** 订单编号,总金额 in GB18030. */
  const chinese = Buffer.from('b6a9b5a5b1e0bac52cd7dcbdf0b6ee0a312c320a', 'hex');

  it('tells encoding, delimiter and headings', () => {
    expect(layoutOf(encode('\ufeffid,"the total"\r\n1,2'))).toMatchObject({
      encoding: 'utf-8',
      delimiter: ',',
      columns: ['id', 'the total'],
      dataStart: 19,
    });
    expect(layoutOf(encode('id;total;a,b\n'))).toMatchObject({ delimiter: ';', columns: ['id', 'total', 'a,b'] });
    expect(layoutOf(chinese)).toMatchObject({ encoding: 'gb18030', columns: ['订单编号', '总金额'] });
  });

  it.each([
    ['UTF-16', Buffer.from('\ufeffid,total\n', 'utf16le'), /UTF-16/],
    ['nothing', Buffer.from(''), /headings/],
    ['a broken heading', Buffer.from('"id,total\n1,2\n'), /headings/],
  ])('says what is wrong with %s', (_, bytes, words) => {
    expect(readLayout(bytes, 'csv')).toEqual({ problem: expect.stringMatching(words) });
  });
});
