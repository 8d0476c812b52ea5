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

/** CDNOW, everybody: days only. */
export function cdnowMaster(): ReferenceOrder[] {
  const [, ...lines] = linesOf('CDNOW_master.txt');
  return lines.map((line, index) => {
    const [customer = '', date = '', , amount = ''] = line.trim().split(/\s+/);
    const day = `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`;
    return { id: String(index + 1), customer, at: `${day}T12:00:00`, amount };
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

/** The cells of the tables below a heading of REFERENCE.md, up to the next one. */
function tableBelow(heading: string): string[][] {
  const text = readFileSync(join(referenceFolder, 'REFERENCE.md'), 'utf8');
  const [below = ''] = (text.split(`## ${heading}`)[1] ?? '').split('\n## ');
  return below
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split('|').slice(1, -1));
}

/** The basic facts of a data set, by name. */
export function basicReference(dataSet: string): (fact: string) => number {
  const [header = [], , ...rows] = tableBelow('Basic facts');
  const column = header.findIndex((name) => name.trim() === dataSet);
  const values = new Map(rows.map((row) => [row[0]?.trim(), Number(row[column])]));
  return (fact) => {
    const value = values.get(fact);
    if (value === undefined || Number.isNaN(value)) throw new Error(`REFERENCE.md has no ${fact} of ${dataSet}`);
    return value;
  };
}

export interface ReferenceCohort {
  readonly month: string;
  readonly size: number;
  /** Customers with an order in the cohort's month, the next one, ... */
  readonly customers: readonly number[];
}

/** The first three cohorts of a data set. */
export function cohortReference(dataSet: string): ReferenceCohort[] {
  const text = readFileSync(join(referenceFolder, 'REFERENCE.md'), 'utf8');
  const cohorts = text.split('## Cohorts')[1]?.split('\n## ')[0]?.split(`\n${dataSet}:`)[1] ?? '';
  const rows = [...cohorts.matchAll(/^\| (\d{4}-\d{2}) \| (\d+) \| ([\d, ]+) \|$/gm)].slice(0, 3);
  if (rows.length < 3) throw new Error(`REFERENCE.md has no cohorts of ${dataSet}`);
  return rows.map(([, month = '', size, cells = '']) => {
    return { month, size: Number(size), customers: cells.split(',').map(Number) };
  });
}

/** The row of REFERENCE.md's life-cycle table, by column. */
export function lifecycleReference(dataSet: string, date: string): Record<string, number> {
  const [header, , ...rows] = tableBelow('Lifecycle stages');
  const row = rows.find(([name, day]) => name?.trim() === dataSet && day?.trim() === date);
  if (header === undefined || row === undefined) throw new Error(`REFERENCE.md has no row ${dataSet} ${date}`);
  return Object.fromEntries(header.map((name, column) => [name.trim(), Number(row[column])]));
}

function linesOf(file: string): string[] {
  return readFileSync(join(referenceFolder, file), 'latin1')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '');
}

/** Stage of the product -> column of REFERENCE.md. */
export const referenceColumns = {
  new_once: 'new, 1 order',
  new_repeat: 'new, >=2 orders',
  returning_once: 'returning, 1 order',
  returning_repeat: 'returning, >=2 orders',
  silent: 'silent',
  sleeping: 'sleeping',
  lost: 'lost',
} as const;
