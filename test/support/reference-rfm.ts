import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ReferenceOrder, referenceFolder } from './reference-data.ts';

/** The invented orders of the R package rfm; days only. */
export function rfmOrders(): ReferenceOrder[] {
  const [, ...lines] = readFileSync(join(referenceFolder, 'rfm_data_orders.csv'), 'utf8').trim().split(/\r?\n/);
  return lines.map((line, index) => {
    const [, customer = '', day = '', amount = ''] = /^"([^"]*)",([\d-]+),(\d+),/.exec(line) ?? [];
    return { id: String(index + 1), customer, at: `${day}T12:00:00`, amount };
  });
}

export interface RfmReference {
  readonly cuts: readonly number[];
  /** Customers with score 1 to 5. */
  readonly counts: readonly number[];
  readonly best: number;
  readonly worst: number;
  readonly cells: number;
}

const text = () => readFileSync(join(referenceFolder, 'REFERENCE.md'), 'utf8');

/** A row of REFERENCE.md's RFM table: measure `recency days`, `orders` or `amount`. */
export function rfmReference(dataSet: string, measure: string): RfmReference {
  const row = text()
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .find((cells) => cells[1] === dataSet && cells[3] === measure && cells.length === 11);
  if (!row) throw new Error(`REFERENCE.md has no RFM row ${dataSet} ${measure}`);
  const numbers = (cell = '', separator: string) => cell.split(separator).map(Number);
  return {
    cuts: numbers(row[4], ', '),
    counts: numbers(row[6], '/'),
    best: Number(row[7]),
    worst: Number(row[8]),
    cells: Number(row[9]),
  };
}

/** The customers whom the package's document shows: `name score | orders | recency days | amount`. */
export function rfmFirstTen(): { name: string; score: string; f: number; r: number; m: number }[] {
  const line = text().split('first ten customers, score | orders | recency days | amount: ')[1]?.split('\n')[0] ?? '';
  return line.split('; ').map((entry) => {
    const [named = '', f, r, m] = entry.replace(/\.$/, '').split(' | ');
    const [, name = '', score = ''] = /^(.*) (\d{3})$/.exec(named) ?? [];
    return { name, score, f: Number(f), r: Number(r), m: Number(m) };
  });
}
