import { csvFields, nextCsvRecord, nextLine, type RecordBytes } from './csv-records.ts';

export const fileFormats = ['csv', 'ndjson'] as const;
export type FileFormat = (typeof fileFormats)[number];

export const encodings = ['utf-8', 'gb18030'] as const;
export type Encoding = (typeof encodings)[number];

/** How a file is to be read, as its first bytes say. */
export interface FileLayout {
  readonly format: FileFormat;
  readonly encoding: Encoding;
  readonly delimiter: string;
  /** Headings of a CSV file. */
  readonly columns: readonly string[];
  /** Where the first row of data starts. */
  readonly dataStart: number;
}

const delimiters = [',', ';', '\t'];

/**
 * Reads the head of a file. The encoding is the one given, else UTF-8 where the headings are UTF-8, else GB18030, as
 * Chinese exports are; the delimiter is the one of `, ; tab` that the headings have most of.
 * @param head the first bytes; a heading row longer than 64 KiB is none
 * @returns what is wrong, in words for whoever made the file
 */
export function readLayout(head: Uint8Array, format: FileFormat, given?: Encoding): FileLayout | { problem: string } {
  const isWide = (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff);
  if (isWide) return { problem: 'The file is in UTF-16: save it as CSV in UTF-8.' };
  const start = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0;
  if (format === 'ndjson') return { format, encoding: 'utf-8', delimiter: '', columns: [], dataStart: start };
  const first = delimiters.map((delimiter) => ({ delimiter, row: headerWith(head, start, delimiter) }));
  const headings = first.flatMap(({ delimiter, row }) => {
    if (!row || row.isBroken) return [];
    const bytes = head.subarray(start, row.textEnd);
    const encoding = start > 0 ? 'utf-8' : (given ?? (decode(bytes, 'utf-8') === undefined ? 'gb18030' : 'utf-8'));
    const text = decode(bytes, encoding);
    if (text === undefined || text.trim() === '') return [];
    const columns = csvFields(text, delimiter).map((heading) => heading.trim());
    return [{ format, encoding, delimiter, columns, dataStart: row.end }];
  });
  const [best] = headings.toSorted((a, b) => b.columns.length - a.columns.length);
  return best ?? { problem: 'The first row is no row of headings: it is empty, broken or in another encoding.' };
}

function headerWith(head: Uint8Array, start: number, delimiter: string): RecordBytes | undefined {
  return nextCsvRecord(head, start, true, delimiter.charCodeAt(0));
}

const decoders = new Map<Encoding, InstanceType<typeof TextDecoder>>();

/** The text of some bytes; undefined when they are in another encoding. */
export function decode(bytes: Uint8Array, encoding: Encoding): string | undefined {
  const decoder = decoders.get(encoding) ?? new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
  decoders.set(encoding, decoder);
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

/** The record of a file that starts at `start`; undefined while more bytes are needed. */
export function nextRecord(
  layout: FileLayout,
  bytes: Uint8Array,
  start: number,
  isLast: boolean,
): RecordBytes | undefined {
  return layout.format === 'csv'
    ? nextCsvRecord(bytes, start, isLast, layout.delimiter.charCodeAt(0))
    : nextLine(bytes, start, isLast);
}
