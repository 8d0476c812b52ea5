/** Forms as bytes: a signature is over them, and they may be GBK. Names are in latin1. */
export type Form = ReadonlyMap<string, Buffer>;

/** A form's fields, of several by one name the first; undefined: the body is JSON. */
export function formOf(body: Buffer): Form | undefined {
  if (/^\s*[{[]/.test(body.toString('latin1', 0, 99))) return undefined;
  const fields = new Map<string, Buffer>();
  for (let from = 0, end = 0; end >= 0; from = end + 1) {
    end = body.indexOf('&', from);
    const pair = body.subarray(from, end < 0 ? body.length : end);
    const equals = pair.indexOf('=');
    const name = unescaped(equals < 0 ? pair : pair.subarray(0, equals)).toString('latin1');
    if (!fields.has(name)) fields.set(name, unescaped(equals < 0 ? pair.subarray(0, 0) : pair.subarray(equals + 1)));
  }
  return fields;
}

/** A plus is a blank; a percent sign that begins no two hex digits is one. */
export function unescaped(written: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(written.length);
  let length = 0;
  for (let at = 0; at < written.length; at++) {
    const byte = written[at] ?? 0;
    const escaped = byte === 0x25 ? digit(written[at + 1]) * 16 + digit(written[at + 2]) : noByte;
    bytes[length++] = escaped < 256 ? escaped : byte === 0x2b ? 0x20 : byte;
    if (escaped < 256) at += 2;
  }
  return bytes.subarray(0, length);
}

const noByte = 999;

function digit(byte = 0): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = (byte | 0x20) - 0x57;
  return letter >= 10 && letter <= 15 ? letter : noByte;
}

/** UTF-8, unless the content type says GBK or its like. */
export function textOf(bytes: Buffer, contentType = ''): string {
  return /charset=["']?gb/i.test(contentType) ? new TextDecoder('gb18030').decode(bytes) : bytes.toString();
}
