import type { ExportKind } from '../../contracts/exports/export-kinds.ts';
import type { ProductBody, ProductSource } from '../../contracts/http/products.ts';
import type { ImportKind } from '../../contracts/imports/columns.ts';
import type { Encoding, FileFormat, FileLayout } from '../../contracts/imports/file-layout.ts';
import type { ImportPreset } from '../../contracts/imports/presets.ts';
import type { Instant } from '../../domain/calendar.ts';
import type { AuditedChange, Page } from '../ports.ts';

export const jobStatuses = ['waiting', 'running', 'done', 'failed'] as const;
export type JobStatus = (typeof jobStatuses)[number];

/** What an import was asked for. */
export interface ImportOrder {
  readonly direction: 'import';
  readonly kind: ImportKind;
  readonly format: FileFormat;
  readonly shop: string;
  readonly preset?: ImportPreset;
  readonly mapping?: Readonly<Record<string, string>>;
  readonly encoding?: Encoding;
  /** When the file was made: what its rows say without a time of their own was said then. */
  readonly asOf: Instant;
}

/** What an export was asked for. */
export interface ExportOrder {
  readonly direction: 'export';
  readonly kind: ExportKind;
  readonly format: FileFormat;
  readonly shop?: string;
  readonly segment?: string;
  /** Names, addresses and phones are in it. */
  readonly personal: boolean;
}

/** Rows of a file by what became of them; of an import `read` is the sum of the others. */
export interface RowCounts {
  readonly read: number;
  readonly recorded: number;
  readonly unchanged: number;
  readonly rejected: number;
}

/** A file on its way in or out. */
export interface TransferJob<Order = ImportOrder | ExportOrder> {
  readonly id: string;
  readonly order: Order;
  readonly status: JobStatus;
  readonly createdAt: Instant;
  readonly startedAt?: Instant;
  readonly finishedAt?: Instant;
  readonly counts: RowCounts;
  /** Of the file that was uploaded. */
  readonly bytes?: number;
  /** The multipart upload under way. */
  readonly uploadId?: string;
  /** How the file is to be read, once its head was. */
  readonly layout?: FileLayout;
  /** Parts there are, once the file is cut up. */
  readonly parts?: number;
  readonly partsDone: number;
  /** Names of the steps that were counted in. */
  readonly steps: readonly string[];
  /** Keys of the objects that hold rejected rows. */
  readonly rejects: readonly string[];
  /** Key of the file that came of it: the export, or all rejected rows. */
  readonly result?: string;
  /** Why it could not be done, in words for whoever made the file. */
  readonly failure?: string;
}

/** What one message did. */
export interface JobStep {
  readonly name: string;
  /** It was the last of its part. */
  readonly last: boolean;
  readonly counts: RowCounts;
  /** Key of the rows it rejected, if any. */
  readonly rejects?: string;
}

export interface JobStore {
  createJob(job: Pick<TransferJob, 'id' | 'order' | 'createdAt'>, change: AuditedChange): Promise<void>;
  readJob(id: string): Promise<TransferJob | undefined>;
  /** Newest first. */
  listJobs(direction: 'import' | 'export', after: string | undefined, limit: number): Promise<Page<TransferJob>>;
  /** The first upload id stands. @returns the one that does */
  keepUpload(id: string, uploadId: string): Promise<string>;
  /**
   * From waiting to running. @param change is in the audit log if it was this call that started it
   * @returns false when it was started before
   */
  startJob(id: string, at: Instant, bytes?: number, change?: AuditedChange): Promise<boolean>;
  keepLayout(id: string, layout: FileLayout): Promise<void>;
  /** Counts a step in once, however often it is reported. @returns the job after it */
  stepDone(id: string, step: JobStep): Promise<TransferJob | undefined>;
  /** How many parts there are, which nobody knew before. @returns the job after it */
  keepParts(id: string, parts: number): Promise<TransferJob | undefined>;
  /** From running to done. */
  finishJob(id: string, at: Instant, result?: string): Promise<void>;
  /** From whatever it is, unless it is done, to failed. */
  failJob(id: string, at: Instant, failure: string): Promise<void>;
}

/** A part of a multipart upload, as the store of files names what it got. */
export interface UploadedPart {
  readonly number: number;
  readonly etag: string;
}

/** Nobody has uploaded what is asked for, or not as it was announced. */
export class UploadError extends Error {
  override name = 'UploadError';
}

/** Seconds that links are good for: a large file takes its time to upload. */
export const linkSeconds = { upload: 3600, download: 600 } as const;

/** Files on their way in and out; they are deleted after a week. Links are good for `linkSeconds`. */
export interface TransferFiles {
  /** A link that takes a whole file by PUT. */
  putLink(key: string): Promise<string>;
  startUpload(key: string): Promise<string>;
  /** A link that takes one part by PUT. */
  partLink(key: string, uploadId: string, part: number): Promise<string>;
  uploadPart(key: string, uploadId: string, part: number, body: Uint8Array): Promise<UploadedPart>;
  /** @throws UploadError when the parts are not those uploaded */
  completeUpload(key: string, uploadId: string, parts: readonly UploadedPart[]): Promise<void>;
  /** Bytes of a file; undefined when there is none. */
  sizeOf(key: string): Promise<number | undefined>;
  /** Bytes [start, end) of a file. */
  read(key: string, start: number, end: number): Promise<Uint8Array>;
  readWhole(key: string): Promise<Uint8Array>;
  write(key: string, body: Uint8Array): Promise<void>;
  /** A link that gives a file under a name. */
  downloadLink(key: string, name: string): Promise<string>;
}

/** What was said of a product, and when. */
export interface ShopProduct extends ProductBody {
  readonly shop: string;
  readonly updatedAt: Instant;
}

/** A product of the catalogue. */
export interface Product extends ShopProduct {
  readonly source: ProductSource;
}

/** A place in the catalogue: its product is absent once it was removed. */
export interface CataloguedProduct {
  readonly source: ProductSource;
  readonly updatedAt: Instant;
  readonly product?: ShopProduct;
}

export interface ProductStore {
  readProduct(shop: string, id: string): Promise<Product | undefined>;
  /** In the order of their ids. */
  listProducts(shop: string, after: string | undefined, limit: number): Promise<Page<Product>>;
  /** The shop's own word, in place of what stands there, unless that says the same. @returns whether anything changed */
  saveProduct(product: ShopProduct, change?: AuditedChange): Promise<boolean>;
  /** Everything of one shop, by id, what was removed too. */
  readCatalogue(shop: string): Promise<ReadonlyMap<string, CataloguedProduct>>;
  /** The word of an order, unless the shop's own stands there, or a later one. @returns whether it was written */
  saveFromOrder(product: ShopProduct): Promise<boolean>;
  /** Orders made until then do not bring it back. @returns false when there is none */
  removeProduct(shop: string, id: string, change: AuditedChange): Promise<boolean>;
}
