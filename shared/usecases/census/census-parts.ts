import type { Work } from '../../contracts/work.ts';
import type { OrderProductsDeps } from '../orders/products-from-orders.ts';
import type { Clock, Found, RunStore, SettingsReader, ShopReader, WorkQueue } from '../ports.ts';
import type { CensusChunk, CensusScan, CensusSteps, FactsFiles, TouchScan } from './census-ports.ts';

/** One segment of a census's scans. */
export type CensusPart = Extract<Work, { type: 'census.customers' | 'census.orders' | 'census.touches' }>;

/** What a census scans, each in as many segments. */
export const censusScans = [
  'census.customers',
  'census.orders',
  'census.touches',
] as const satisfies CensusPart['type'][];

export function isCensusPart(work: Work): work is CensusPart {
  return (censusScans as readonly string[]).includes(work.type);
}

export interface CensusDeps {
  readonly store: CensusScan;
  readonly touchScan: TouchScan;
  readonly facts: FactsFiles;
  readonly steps: CensusSteps;
  readonly settings: SettingsReader;
  readonly shops: ShopReader;
  readonly products: OrderProductsDeps['products'];
  readonly runs: RunStore;
  readonly work: WorkQueue;
  readonly clock: Clock;
  readonly identityHash: (text: string) => string;
  /** Hears of a customer, an order or a touch that cannot be read; it is in no file, and the others go on. */
  readonly onFailure: (name: string, error: unknown) => void;
}

/** What a part reads: gathered until it is written under one name. */
export interface Collection<Item> {
  /** Customers, orders or touches gathered. */
  readonly size: number;
  /** Shows a page to `take`, one after another as they are read; `next` continues it. */
  readPage(after: string | undefined, take: (found: Found<Item>) => void): Promise<{ readonly next?: string }>;
  /** @throws for one that cannot be told as facts */
  gather(item: Item): void;
  /** Writes what was gathered, and begins anew. */
  write(name: string): Promise<CensusChunk>;
}

/** Parts of a census apart from its close. */
export function scannedParts(segments: number): number {
  return censusScans.length * segments;
}

/** Names of all parts but the close. */
export function partNames(segments: number): string[] {
  return Array.from({ length: segments }, (_, segment) =>
    censusScans.map((type) => partName({ type, segment })),
  ).flat();
}

/** Name of a part in its run. */
export function partName({ type, segment }: Pick<CensusPart, 'type' | 'segment'>): string {
  return `${type.slice('census.'.length)} ${segment}`;
}
