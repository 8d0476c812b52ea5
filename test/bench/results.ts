import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import type { Figure, Measure } from './measure.ts';

const file = new URL('RESULTS.md', import.meta.url);

/** A figure with the measure it belongs to and the day it was taken. */
export interface Result extends Figure {
  readonly measure: string;
  readonly taken: string;
}

/** Writes RESULTS.md: new results take the place of older ones of the same measure, the others stay. */
export function writeResults(results: readonly Result[], measures: readonly Measure[]): void {
  const fresh = new Set(results.map(({ measure }) => measure));
  const all = [...readResults().filter(({ measure }) => !fresh.has(measure)), ...results];
  const ordered = measures.flatMap(({ name }) => all.filter(({ measure }) => measure === name));
  writeFileSync(file, page(ordered, measures));
}

/** The results as a table for the terminal. */
export function tableOf(results: readonly Result[]): string {
  const rows = results.map((one) => [one.measure, one.what, one.target ?? '', one.result, verdict(one)]);
  return aligned([['measure', 'figure', 'target', 'result', ''], ...rows])
    .map((cells) => cells.join('  ').trimEnd())
    .join('\n');
}

/** Cells filled up to the width of their column. */
function aligned(rows: readonly (readonly string[])[]): string[][] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(3, ...rows.map((row) => (row[column] ?? '').length)));
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)));
}

function page(results: readonly Result[], measures: readonly Measure[]): string {
  const rows = results.map((one) => [one.measure, one.what, one.target ?? '', one.result, verdict(one), one.taken]);
  const [head = [], ...body] = aligned([['measure', 'figure', 'target', 'result', '', 'taken'], ...rows]);
  return [
    '# Benchmark results',
    '',
    `Written by \`npm run bench\` (one measure: \`npm run bench -- <name>\`). ${machine()}.`,
    '',
    'Timings on such a machine vary by a tenth or more from run to run; ratios are taken within one run, and counts do not',
    'vary. Rows without a target are for information.',
    '',
    ...[head, head.map((cell) => '-'.repeat(cell.length)), ...body].map((cells) => `| ${cells.join(' | ')} |`),
    '',
    '## How it is measured',
    '',
    ...measures.map(({ name, how }) => `- **${name}**: ${how}`),
    '',
  ].join('\n');
}

function readResults(): Result[] {
  if (!existsSync(file)) return [];
  const rows = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| ') && !/^\| (measure |---)/.test(line));
  return rows.map((row) => {
    const [measure = '', what = '', target = '', result = '', word = '', taken = ''] = row
      .slice(2, -2)
      .split(' | ')
      .map((cell) => cell.trim());
    return {
      measure,
      what,
      result,
      taken,
      ...(target !== '' && { target }),
      ...(word !== '' && { passed: word === 'pass' }),
    };
  });
}

function verdict({ passed }: Figure): string {
  return passed === undefined ? '' : passed ? 'pass' : 'FAIL';
}

function machine(): string {
  const model = cpus()[0]?.model.trim() || 'unknown processor';
  return `Machine: ${cpus().length} x ${model}, ${Math.round(totalmem() / 2 ** 30)} GB, ${process.platform} ${process.arch}, Node ${process.versions.node}`;
}
