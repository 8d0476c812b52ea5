import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as z from 'zod';
import { fileOrders, orderCsv, orderLines } from '../support/order-files.ts';
import { atMost, information, type Measure } from './measure.ts';

const wantedBytes = 500 * 1024 * 1024;
/** Every so many orders a broken line comes in between. */
const brokenEvery = 40_000;

export const importSplit: Measure = {
  name: 'import-split',
  how: '500 MB of orders as CSV, a broken line (a quote that is never closed) after every 40,000th order: split into parts while it is read, each part read and checked as an import does, one core, a process of its own. Peak of its resident memory; work-run has twice the target.',
  async run(say) {
    const folder = mkdtempSync(join(tmpdir(), 'huitou-split-'));
    try {
      const path = join(folder, 'orders.csv');
      const written = await writeFile(path);
      say(`${written.rows.toLocaleString('en-US')} rows written, ${written.broken.length} of them broken`);
      const taken = await split(path);
      const isRight =
        taken.rows === written.rows &&
        taken.rejected === written.broken.length &&
        written.broken.slice(0, 20).every((row, index) => row === taken.rejectedRows[index]);
      if (!isRight)
        throw new Error(`read ${taken.rows} rows, ${taken.rejected} rejected: ${taken.rejectedRows.join(', ')}`);
      return [
        atMost('peak memory', taken.peakMb, 512, ' MB', 0),
        information('rows/s, split, read and checked', taken.rows / taken.seconds, '', 0),
        information('MB/s of splitting alone', taken.size / 1024 / 1024 / taken.splitSeconds, '', 0),
        information('parts', taken.parts, '', 0),
      ];
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

const takenSchema = z.object({
  size: z.number(),
  seconds: z.number(),
  splitSeconds: z.number(),
  parts: z.int(),
  rows: z.int(),
  rejected: z.int(),
  rejectedRows: z.array(z.int()),
  peakMb: z.number(),
});

async function split(path: string): Promise<z.output<typeof takenSchema>> {
  const program = fileURLToPath(new URL('./import-split-process.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [program, path]);
  return takenSchema.parse(JSON.parse(stdout));
}

/** The same thousand orders over and over, under ids of their own. */
async function writeFile(path: string): Promise<{ rows: number; broken: number[] }> {
  const thousand = fileOrders(1000).map((order) => ({ id: order.id, lines: orderLines(order) }));
  const file = createWriteStream(path);
  file.write(orderCsv([]));
  let [row, bytes] = [2, 0];
  const broken: number[] = [];
  for (let turn = 0; bytes < wantedBytes; turn++) {
    const texts: string[] = [];
    for (const { id, lines } of thousand) {
      texts.push(...lines.map((line) => line.replace(id, `${id}-${turn}`)));
      row += lines.length;
    }
    if (turn % (brokenEvery / 1000) === 0) {
      texts.push('broken,"CNY,12.00\n');
      broken.push(row++);
    }
    const text = texts.join('');
    bytes += Buffer.byteLength(text);
    if (!file.write(text)) await once(file, 'drain');
  }
  file.end();
  await finished(file);
  return { rows: row - 2, broken };
}
