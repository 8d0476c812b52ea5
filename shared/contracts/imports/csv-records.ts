/**
 * CSV (RFC 4180) cut into records by their bytes. No byte of a character in UTF-8 or GB18030 looks like a quote, a
 * delimiter or a line break, so that nothing needs to be decoded to find where a record ends.
 */

/** One record, without its line break. */
export interface RecordBytes {
  /** Where its text ends, and where the next record starts. */
  readonly textEnd: number;
  readonly end: number;
  /** A quote in it is not closed, or something follows a closing quote, or it is too long. */
  readonly isBroken: boolean;
  /** False of a piece of a line that is too long: the next record goes on in the same row. */
  readonly endsRow: boolean;
}

/** A record longer than this is taken for one whose quote is not closed. */
export const maxRecordBytes = 64 * 1024;

const [QUOTE, LF, CR] = [0x22, 0x0a, 0x0d];

/**
 * The record that starts at `start`; undefined while more bytes are needed to tell. A quote is one only where a field
 * begins. Recovery: of a broken record only the first line is given up, and the next line starts a new one, so that a lost
 * quote takes no more than its own row with it. The same bytes are cut the same way, however they arrive.
 * @param isLast no more bytes follow these
 */
export function nextCsvRecord(
  bytes: Uint8Array,
  start: number,
  isLast: boolean,
  delimiter: number,
): RecordBytes | undefined {
  const limit = start + maxRecordBytes;
  let at = start;
  for (;;) {
    if (bytes[at] === QUOTE) {
      const closed = closingQuote(bytes, at + 1, limit, isLast);
      if (closed === undefined) return undefined;
      const after = closed < 0 ? undefined : bytes[closed + 1];
      if (closed < 0 || (after !== undefined && after !== delimiter && after !== LF && after !== CR)) {
        return brokenLine(bytes, start, isLast);
      }
      at = closed + 1;
    } else {
      while (at < bytes.length && at < limit && bytes[at] !== delimiter && bytes[at] !== LF) at++;
    }
    if (at >= limit) return brokenLine(bytes, start, isLast);
    if (at >= bytes.length) return isLast ? whole(at, at) : undefined;
    if (bytes[at] === LF) return whole(bytes[at - 1] === CR && at > start ? at - 1 : at, at + 1);
    if (bytes[at] === CR) {
      // Only after a closing quote: then a line break has to follow.
      if (at + 1 >= bytes.length) return isLast ? whole(at, at + 1) : undefined;
      return bytes[at + 1] === LF ? whole(at, at + 2) : brokenLine(bytes, start, isLast);
    }
    at++;
  }
}

/** A line as a record: NDJSON. */
export function nextLine(bytes: Uint8Array, start: number, isLast: boolean): RecordBytes | undefined {
  const lineBreak = bytes.indexOf(LF, start);
  if (lineBreak >= 0 && lineBreak - start <= maxLineBytes) {
    return whole(lineBreak > start && bytes[lineBreak - 1] === CR ? lineBreak - 1 : lineBreak, lineBreak + 1);
  }
  if (bytes.length - start > maxLineBytes) return piece(start + maxLineBytes);
  return isLast ? whole(bytes.length, bytes.length) : undefined;
}

/** A line of JSON is an order with all its lines. */
const maxLineBytes = 256 * 1024;

/** Where the quoted field ends; -1 when it does not, undefined while that cannot be told. */
function closingQuote(bytes: Uint8Array, from: number, limit: number, isLast: boolean): number | undefined {
  for (let at = from; ; ) {
    const quote = bytes.indexOf(QUOTE, at);
    if (quote < 0 || quote >= limit) return isLast || bytes.length > limit || quote >= limit ? -1 : undefined;
    if (quote + 1 >= bytes.length) return isLast ? quote : undefined;
    if (bytes[quote + 1] !== QUOTE) return quote;
    at = quote + 2;
  }
}

function brokenLine(bytes: Uint8Array, start: number, isLast: boolean): RecordBytes | undefined {
  const lineBreak = bytes.indexOf(LF, start);
  if (lineBreak >= 0 && lineBreak - start < maxRecordBytes) {
    return { textEnd: lineBreak, end: lineBreak + 1, isBroken: true, endsRow: true };
  }
  if (bytes.length - start >= maxRecordBytes) return piece(start + maxRecordBytes);
  return isLast ? { textEnd: bytes.length, end: bytes.length, isBroken: true, endsRow: true } : undefined;
}

const whole = (textEnd: number, end: number): RecordBytes => ({ textEnd, end, isBroken: false, endsRow: true });
const piece = (end: number): RecordBytes => ({ textEnd: end, end, isBroken: true, endsRow: false });

/** The fields of a record that is not broken. */
export function csvFields(text: string, delimiter: string): string[] {
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    if (text[at] === '"') {
      const closed = closingIn(text, at + 1);
      fields.push(text.slice(at + 1, closed).replaceAll('""', '"'));
      at = closed + 1;
    } else {
      const next = text.indexOf(delimiter, at);
      const end = next < 0 ? text.length : next;
      fields.push(text.slice(at, end));
      at = end;
    }
    if (at >= text.length) return fields;
    at += delimiter.length;
  }
}

function closingIn(text: string, from: number): number {
  for (let at = from; ; ) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return text.length;
    if (text[quote + 1] !== '"') return quote;
    at = quote + 2;
  }
}
