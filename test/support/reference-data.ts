import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Published data sets of real shops, which lie beside the project and are not part of it. */
export const referenceFolder = resolve(import.meta.dirname, '../../../shared/data');

export const hasReferenceData = existsSync(join(referenceFolder, 'REFERENCE.md'));

/** Says in the test's name why it is skipped. */
export const whereReferenceDataIs = hasReferenceData ? '' : ` (skipped: there is no ${referenceFolder})`;

/** One order of a data set; the time is the wall clock of its shop, `2010-12-01T08:26:00`. */
export interface ReferenceOrder {
  readonly id: string;
  readonly customer: string;
  readonly at: string;
  /** Decimal, in major units. */
  readonly amount: string;
}

/** CDNOW, the 1/10 sample: days only. Times of day are ours: midnight, noon and the last second take turns. */
export function cdnowSample(): ReferenceOrder[] {
  const times = ['00:00:00', '12:00:00', '23:59:59'];
  return linesOf('CDNOW_sample.txt').map((line, index) => {
    const [, customer = '', date = '', , amount = ''] = line.trim().split(/\s+/);
    const day = `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`;
    return { id: String(index + 1), customer, at: `${day}T${times[index % times.length]}`, amount };
  });
}

/** UCI Online Retail, invoices by REFERENCE.md's rule: of a known customer, no cancellation, amount above zero. */
export function onlineRetail(): ReferenceOrder[] {
  const [, ...lines] = linesOf('online_retail_2010_2011_orders.csv');
  return lines.flatMap((line) => {
    const fields = line.split(',');
    const [id = '', customer = '', at = ''] = fields;
    const amount = fields.at(-1) ?? '';
    if (customer === '' || id.startsWith('C') || !(Number(amount) > 0)) return [];
    return [{ id, customer, at: at.replace(' ', 'T'), amount }];
  });
}

/** The row of REFERENCE.md's life-cycle table, by column. */
export function lifecycleReference(dataSet: string, date: string): Record<string, number> {
  const text = readFileSync(join(referenceFolder, 'REFERENCE.md'), 'utf8');
  const [header, , ...rows] = (text.split('## Lifecycle stages')[1] ?? '')
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split('|').slice(1, -1));
  const row = rows.find(([name, day]) => name?.trim() === dataSet && day?.trim() === date);
  if (header === undefined || row === undefined) throw new Error(`REFERENCE.md has no row ${dataSet} ${date}`);
  return Object.fromEntries(header.map((name, column) => [name.trim(), Number(row[column])]));
}

function linesOf(file: string): string[] {
  return readFileSync(join(referenceFolder, file), 'latin1')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '');
}
