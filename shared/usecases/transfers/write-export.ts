import { type Cell, csvLine } from '../../contracts/exports/csv-text.ts';
import { columnsOf } from '../../contracts/exports/export-columns.ts';
import type { Work } from '../../contracts/work.ts';
import { shopOfRef } from '../../domain/orders/order.ts';
import { customerViews } from '../customers/show-customers.ts';
import { allTouches } from '../messages/explain-contact.ts';
import type { CustomerStore, DueIndex, FoundFile, LinkScan, SegmentStore, WorkQueue } from '../ports.ts';
import { listMembers } from '../segments/live-members.ts';
import { type LiveDeps, liveRule } from '../segments/live-rule.ts';
import { customerRow, type ExportRow, orderRows, touchRow } from './export-rows.ts';
import type { ExportOrder, JobStore, TransferFiles, TransferJob } from './transfer-ports.ts';
import { TextUpload } from './upload-text.ts';

export interface ExportDeps extends LiveDeps {
  readonly jobs: JobStore;
  readonly files: TransferFiles;
  readonly store: CustomerStore & DueIndex & Pick<LinkScan, 'scanOrders'>;
  readonly segments: Pick<SegmentStore, 'readSegment'>;
  readonly work: WorkQueue;
}

export type ExportWrite = Extract<Work, { type: 'export.write' }>;
type ExportJob = TransferJob<ExportOrder>;

export const exportKey = ({ id, order }: ExportJob) => `exports/${id}/${order.kind}.${order.format}`;
const restKey = (id: string) => `exports/${id}/rest`;

const pageSize = 100;
const handOnMs = 25_000;
/** Looking for a page of a segment's members. */
const memberPageMs = 10_000;

export function isExport(job: TransferJob): job is ExportJob {
  return job.order.direction === 'export';
}

/**
 * Writes the file of an export page by page into a multipart upload, in the memory of one part of it; short of time it hands
 * on, and keeps what is not a part yet beside the file. Done twice it writes the same parts anew.
 */
export async function writeExport(work: ExportWrite, remainingMs: () => number, deps: ExportDeps): Promise<void> {
  const job = await deps.jobs.readJob(work.job);
  if (!job || !isExport(job) || job.status !== 'running') return;
  const key = exportKey(job);
  const columns = columnsOf(job.order.kind, job.order.personal);
  const upload = await uploadOf(job, work.from, columns, deps.files);
  let rows = work.from?.rows ?? 0;
  let after = work.from?.after;
  for (;;) {
    const page = await readRows(job, after, deps);
    await upload.add(page.rows.map((row) => lineOf(row, columns, job.order.format)).join(''));
    rows += page.rows.length;
    after = page.next;
    if (after === undefined) break;
    if (remainingMs() < handOnMs) {
      const { uploadId, parts, pending } = upload.state;
      await deps.files.write(restKey(job.id), Buffer.from(pending));
      const from = { after, rows, uploadId, parts: [...parts] };
      return deps.work.send({ type: 'export.write', job: job.id, from });
    }
  }
  await upload.complete();
  const counts = { read: rows, recorded: 0, unchanged: 0, rejected: 0 };
  await deps.jobs.stepDone(job.id, { name: 'written', last: true, counts });
  await deps.jobs.finishJob(job.id, deps.clock.now(), key);
}

/** Goes on with what was handed on, or begins. */
async function uploadOf(
  job: ExportJob,
  from: ExportWrite['from'],
  columns: readonly string[],
  files: TransferFiles,
): Promise<TextUpload> {
  const key = exportKey(job);
  if (!from) return TextUpload.begin(files, key, job.order.format === 'csv' ? `\ufeff${csvLine(columns)}` : '');
  const pending = Buffer.from(await files.readWhole(restKey(job.id))).toString('utf8');
  return new TextUpload(files, key, { ...from, pending });
}

/** A line of the file, with its end. */
export function lineOf(row: ExportRow, columns: readonly string[], format: 'csv' | 'ndjson'): string {
  if (format === 'csv') return csvLine(columns.map((column) => cellOf(row[column] ?? null)));
  const known = columns.flatMap((column) => {
    const value = row[column] ?? null;
    return value === null ? [] : [[column, value] as const];
  });
  return `${JSON.stringify(Object.fromEntries(known))}\n`;
}

function cellOf(value: ExportRow[string]): Cell {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
}

interface Rows {
  readonly rows: readonly ExportRow[];
  readonly next?: string;
}

async function readRows({ order }: ExportJob, after: string | undefined, deps: ExportDeps): Promise<Rows> {
  if (order.kind === 'orders') {
    const { items, next } = await deps.store.scanOrders(0, 1, after, pageSize);
    const wanted = items.filter((ref) => order.shop === undefined || shopOfRef(ref) === order.shop);
    const orders = [...(await deps.store.readOrders(wanted)).values()];
    return { rows: orders.flatMap(({ value }) => orderRows(value)), ...(next !== undefined && { next }) };
  }
  if (order.segment !== undefined) return memberRows(order.segment, order.personal, after, deps);
  const { items, next } = await deps.store.scanFiles(0, 1, after, pageSize);
  const files = items.flatMap((found) => fileOf(found, order.shop) ?? []);
  const rows =
    order.kind === 'customers' ? await customerRows(files, order.personal, deps) : await touchRows(files, deps);
  return { rows, ...(next !== undefined && { next }) };
}

/** The members as they stand when their page is read; of a segment that is gone meanwhile nobody. */
async function memberRows(id: string, personal: boolean, after: string | undefined, deps: ExportDeps): Promise<Rows> {
  const segment = await deps.segments.readSegment(id);
  if (!segment) return { rows: [] };
  const live = await liveRule(segment.value.rule, deps);
  const { items, next } = await listMembers(live, after, pageSize, deps.clock.now() + memberPageMs, deps);
  return { rows: await customerRows(items, personal, deps), ...(next !== undefined && { next }) };
}

type File = NonNullable<ReturnType<typeof fileOf>>;

/** Of a shop: who has an order there. */
function fileOf({ item }: FoundFile, shop: string | undefined) {
  if (item?.value.type !== 'file') return undefined;
  const { file } = item.value;
  const isThere = shop === undefined || [...file.orders.keys()].some((ref) => shopOfRef(ref) === shop);
  return isThere ? file : undefined;
}

/** As the API shows them to a role that sees personal data, or to one that does not. */
async function customerRows(files: readonly File[], personal: boolean, deps: ExportDeps): Promise<ExportRow[]> {
  const views = await customerViews(files, personal ? 'admin' : 'analyst', deps);
  return [...views.values()].map(customerRow);
}

async function touchRows(files: readonly File[], deps: ExportDeps): Promise<ExportRow[]> {
  const rows: ExportRow[] = [];
  for (let from = 0; from < files.length; from += 10) {
    const touches = await Promise.all(files.slice(from, from + 10).map((file) => allTouches(file, deps.touches)));
    rows.push(...touches.flat().map(touchRow));
  }
  return rows;
}
