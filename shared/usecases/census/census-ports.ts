import type { FactKind } from '../../contracts/facts.ts';
import type { FactRow, FactsManifest } from '../../contracts/facts-files.ts';
import type { Day } from '../../domain/calendar.ts';
import type { Stage } from '../../domain/life-cycle/stage.ts';
import type { Touch } from '../../domain/touches/touch.ts';
import type { DueIndex, Found, StoredOrder } from '../ports.ts';

/** Everything there is, page by page. */
export interface CensusScan extends Pick<DueIndex, 'scanFiles'> {
  scanStoredOrders(
    segment: number,
    total: number,
    after: string | undefined,
    limit: number,
  ): Promise<{ items: readonly Found<StoredOrder>[]; next?: string }>;
}

/** Rows of one kind, gathered as they will lie in their file until that is written. */
export interface GatheredRows<Row> {
  readonly size: number;
  add(row: Row): void;
  /** Nothing is written for no rows. */
  write(run: string, part: string): Promise<void>;
}

/** Rows of which some columns become known later only. */
export interface BegunRows<Row> extends Omit<GatheredRows<Row>, 'write'> {
  /** @param notes what the other columns will follow from: see `completeRows` */
  begin(run: string, part: string, notes: unknown): Promise<void>;
}

/** Every touch there is, page by page. */
export interface TouchScan {
  scanTouches(
    segment: number,
    total: number,
    after: string | undefined,
    limit: number,
  ): Promise<{ items: readonly Found<Touch>[]; next?: string }>;
}

/** The files of a census. Writing a key again replaces what was there. */
export interface FactsFiles {
  gatherRows<Kind extends FactKind>(kind: Kind): GatheredRows<FactRow<Kind>>;
  /** @param later the columns that rows are begun without */
  beginRows<Kind extends FactKind, Later extends keyof FactRow<Kind>>(
    kind: Kind,
    later: readonly Later[],
  ): BegunRows<Omit<FactRow<Kind>, Later>>;
  /**
   * Writes rows that were begun.
   * @param laterOf gives, from the notes, the columns that were missing: of each row, in the same order
   * @throws when no such rows were begun
   */
  completeRows<Kind extends FactKind>(
    run: string,
    kind: Kind,
    part: string,
    laterOf: (notes: unknown) => Iterable<Partial<FactRow<Kind>>>,
  ): Promise<void>;
  /** What one step of a census keeps for another; names no person either. */
  writeNotes(run: string, name: string, notes: unknown): Promise<void>;
  /** @throws when there are none of this name */
  readNotes(run: string, name: string): Promise<unknown>;
}

/** A range of the scan that is in files of one name. */
export interface CensusChunk {
  readonly name: string;
  /** Rows by kind. */
  readonly rows: Readonly<Partial<Record<FactKind, number>>>;
}

/** One step of a part of a census: what it covers, and what it wrote. */
export interface CensusStep {
  /** Such as `customers 3`. */
  readonly part: string;
  /** Where in its part it began; absent at the beginning. */
  readonly after?: string;
  /** Where the next step goes on; absent at the end. */
  readonly next?: string;
  readonly settings: number;
  readonly unreadable: number;
  readonly chunks: readonly CensusChunk[];
}

export interface CensusSteps {
  /** A step done again replaces its word. */
  saveStep(run: string, step: CensusStep): Promise<void>;
  /** Every step told of so far, in no order. */
  listSteps(run: string): Promise<readonly CensusStep[]>;
}

export interface FactsManifests {
  /** The facts in force; undefined before the first census. */
  readManifest(): Promise<FactsManifest | undefined>;
  /** @returns false when those in force are of a later moment; then nothing is changed */
  replaceManifest(manifest: FactsManifest): Promise<boolean>;
}

/** Customers per stage on one day; a stage in which nobody was may be missing. */
export interface StageCounts {
  readonly day: Day;
  readonly counts: Readonly<Partial<Record<Stage, number>>>;
}

/** The daily counts, as they were when their night ended (DOMAIN 11). */
export interface StageCountLog {
  /** Writes a day down once: whatever is known later, its counts stay. */
  freeze(day: Day, counts: StageCounts['counts']): Promise<void>;
  /** Days within the span, both ends included, in their order; days without a night are missing. */
  listCounts(first: Day, last: Day): Promise<StageCounts[]>;
}
