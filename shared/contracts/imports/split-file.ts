import { csvFields, type RecordBytes } from './csv-records.ts';
import { decode, type FileLayout, nextRecord } from './file-layout.ts';

/** A stretch of a file that is imported by itself: bytes [start, end), of which the first record is row `row`. */
export interface FilePart {
  readonly start: number;
  readonly end: number;
  readonly row: number;
}

/** Times `partBytes`: rows beyond it are cut off from their group, which no order comes near. */
const longestPart = 4;

export interface SplitRules {
  readonly layout: FileLayout;
  /** A part is cut off once it has as many bytes. */
  readonly partBytes: number;
  /** Column whose value keeps adjacent rows together; undefined: every row is by itself. */
  readonly groupColumn: number | undefined;
}

/**
 * Cuts a file into parts while it is read: at the end of a record, and only between groups of rows. Memory is what a part
 * and one more record take, whatever the size of the file.
 */
export class FileSplitter {
  readonly #rules: SplitRules;
  #bytes: Uint8Array = new Uint8Array(0);
  /** Position in the file of the first of `#bytes`. */
  #base: number;
  #partStart: number;
  #partRow: number;
  #row: number;
  /** Where in `#bytes` the next record starts. */
  #at = 0;
  /** Of the last record of a part that is long enough: its group; null while the part is not. */
  #lastGroup: string | undefined | null = null;

  /** @param from where to begin: at the start of a part, whose first record is row `row` */
  constructor(rules: SplitRules, from: number, row: number) {
    this.#rules = rules;
    this.#base = from;
    this.#partStart = from;
    this.#partRow = row;
    this.#row = row;
  }

  /** Where the part begins that is not finished yet, and its row. */
  get open(): { readonly start: number; readonly row: number } {
    return { start: this.#partStart, row: this.#partRow };
  }

  /** Takes the next bytes; gives the parts that end in them. */
  *take(chunk: Uint8Array, isLast: boolean): Generator<FilePart> {
    const rest = this.#bytes.subarray(this.#at);
    this.#base += this.#at;
    this.#at = 0;
    this.#bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    while (this.#at < this.#bytes.length) {
      const record = nextRecord(this.#rules.layout, this.#bytes, this.#at, isLast);
      if (!record) break;
      if (this.#lastGroup !== null && this.#mayCutBefore(record)) yield this.#cut();
      const isLong = this.#base + record.end - this.#partStart >= this.#rules.partBytes;
      if (isLong && record.endsRow)
        this.#lastGroup = record.isBroken ? (this.#lastGroup ?? undefined) : this.#groupOf(record);
      this.#at = record.end;
      if (record.endsRow) this.#row++;
    }
    if (isLast && this.#base + this.#at > this.#partStart) yield this.#cut();
  }

  #cut(): FilePart {
    const part = { start: this.#partStart, end: this.#base + this.#at, row: this.#partRow };
    this.#partStart = part.end;
    this.#partRow = this.#row;
    this.#lastGroup = null;
    return part;
  }

  /** A broken row may be one of the group's; a part that is far too long is cut all the same. */
  #mayCutBefore(record: RecordBytes): boolean {
    if (this.#base + this.#at - this.#partStart >= this.#rules.partBytes * longestPart) return true;
    if (record.isBroken) return false;
    const group = this.#groupOf(record);
    return group === undefined || group !== this.#lastGroup;
  }

  /** Undefined of a record that belongs to no other. */
  #groupOf({ textEnd }: RecordBytes): string | undefined {
    const { groupColumn, layout } = this.#rules;
    if (groupColumn === undefined) return undefined;
    const text = decode(this.#bytes.subarray(this.#at, textEnd), layout.encoding);
    return text === undefined ? undefined : csvFields(text, layout.delimiter)[groupColumn]?.trim() || undefined;
  }
}
