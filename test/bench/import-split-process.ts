import { type FileHandle, open } from 'node:fs/promises';
import { findColumns } from '../../shared/contracts/imports/columns.ts';
import { readLayout } from '../../shared/contracts/imports/file-layout.ts';
import { groupColumnOf, readEntries } from '../../shared/contracts/imports/read-entries.ts';
import { FileSplitter } from '../../shared/contracts/imports/split-file.ts';

/** Splits and reads a whole file as an import does, in a process of its own, and says what it took. */
const [path = ''] = process.argv.slice(2);
const chunkBytes = 4 * 1024 * 1024;
const shop = { id: 'north', currency: 'CNY', timezone: 'Asia/Shanghai' };

const file = await open(path);
const { size } = await file.stat();
const started = performance.now();
const head = await bytesOf(file, 0, Math.min(size, chunkBytes));
const layout = readLayout(head, 'csv');
if ('problem' in layout) throw new Error(layout.problem);
const columns = findColumns(layout.columns, { kind: 'orders' });
if ('problem' in columns) throw new Error(columns.problem);
const rules = { layout, partBytes: 256 * 1024, groupColumn: groupColumnOf('orders', columns) };
const splitter = new FileSplitter(rules, layout.dataStart, 2);

let [parts, rows, orders, rejected, splitMs] = [0, 0, 0, 0, 0];
const rejectedRows: number[] = [];
for (let at = layout.dataStart; at < size; ) {
  const end = Math.min(size, at + chunkBytes);
  const chunk = await bytesOf(file, at, end);
  const before = performance.now();
  const found = [...splitter.take(chunk, end === size)];
  splitMs += performance.now() - before;
  for (const part of found) {
    const bytes = await bytesOf(file, part.start, part.end);
    for (const entry of readEntries(bytes, part.row, { kind: 'orders', layout, columns, shop, asOf: 0 })) {
      rows += entry.rows + entry.unreadable;
      if (entry.value) orders++;
      rejected += entry.rejected.length;
      if (rejectedRows.length < 20) rejectedRows.push(...entry.rejected.map(({ row }) => row));
    }
    parts++;
  }
  at = end;
}
await file.close();
const seconds = (performance.now() - started) / 1000;
const peakMb = process.resourceUsage().maxRSS / 1024;
process.stdout.write(
  JSON.stringify({ size, seconds, splitSeconds: splitMs / 1000, parts, rows, orders, rejected, rejectedRows, peakMb }),
);

async function bytesOf(handle: FileHandle, start: number, end: number): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafe(end - start);
  await handle.read(bytes, 0, bytes.length, start);
  return bytes;
}
