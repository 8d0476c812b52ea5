export interface MailHeader {
  /** As written in the mail. */
  readonly name: string;
  readonly value: string;
}

/** The headers of a raw message in their order, unfolded, values otherwise as written. */
export function headersOf(raw: Buffer): MailHeader[] {
  const headers: MailHeader[] = [];
  for (const line of headOf(raw)
    .replace(/\r?\n[ \t]+/g, ' ')
    .split(/\r?\n/)) {
    const at = line.indexOf(':');
    if (at > 0) headers.push({ name: line.slice(0, at), value: line.slice(at + 1).trim() });
  }
  return headers;
}

function headOf(raw: Buffer): string {
  const ends = [raw.indexOf('\r\n\r\n'), raw.indexOf('\n\n')].filter((at) => at >= 0);
  return raw.toString('utf8', 0, ends.length === 0 ? raw.length : Math.min(...ends));
}

/** Value of a header, whatever the case of its name; the first one where it is repeated. */
export function headerNamed(headers: readonly MailHeader[], name: string): string | undefined {
  const wanted = name.toLowerCase();
  return headers.find((header) => header.name.toLowerCase() === wanted)?.value;
}

/** The mail boxes of an address list, each as written, with or without a name: `"Ann, Dr." <ann@example.com>`. */
export function mailboxesIn(list: string): string[] {
  const boxes = list.match(/(?:"(?:[^"\\]|\\.)*"|<[^>]*>|[^,])+/g) ?? [];
  return boxes.map((box) => box.trim()).filter((box) => box !== '');
}

/** The bare address of a mail box. */
export function addressOf(mailbox: string): string {
  return (/<([^<>]+)>\s*$/.exec(mailbox)?.[1] ?? mailbox).trim();
}
