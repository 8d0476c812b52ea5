import { formatInstant } from '../../domain/calendar.ts';
import { instantOf } from '../platforms/reading-fields.ts';

/**
 * The text of a cell: trimmed, and taken out of what programs wrap around it to keep it text: `="0012"` of Taobao, the
 * apostrophe before what a spreadsheet would take for a formula.
 */
export function cellText(raw: string | undefined): string | undefined {
  const text = (raw ?? '').trim();
  const wrapped = /^="(.*)"$/s.exec(text)?.[1];
  const plain = (wrapped ?? (/^'[=+\-@＝＋－＠\d\t\r\n]/.test(text) ? text.slice(1) : text)).trim();
  return plain === '' ? undefined : plain;
}

/** `¥1,234.50` as the decimal it is; other text as it stands, for the schema to refuse. */
export function decimalOf(text: string): string {
  const bare = text.replace(/^(CN¥|RMB|[¥￥$€£])\s*/i, '').replace(/\s*元$/, '');
  const grouped = /^\d{1,3}(,\d{3})+(\.\d+)?$/.test(bare) ? bare.replaceAll(',', '') : bare;
  return /^\.\d+$/.test(grouped) ? `0${grouped}` : grouped;
}

/**
 * A time as spreadsheets write it, without an offset on the wall clock of `zone`: `2026-11-23T19:00:00Z`,
 * `2026-11-23 19:00:00 +0800`, `2026/11/3 9:05`, `2026-11-23`. Other text as it stands, for the schema to refuse.
 */
export function timeOf(text: string, zone: string): string {
  const [, year, month = '', day = '', hour = '0', minute = '00', second = '00', rest = ''] =
    /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]+(\d{1,2}):(\d\d)(?::(\d\d(?:\.\d+)?))?)?(.*)$/.exec(text) ?? [];
  if (year === undefined) return text;
  const two = (digits: string) => digits.padStart(2, '0');
  const instant = instantOf(`${year}-${two(month)}-${two(day)}T${two(hour)}:${minute}:${second}${rest}`, zone);
  return instant === undefined ? text : formatInstant(instant);
}

/** A day as spreadsheets write it: `1990/2/8` is `1990-02-08`. */
export function dayText(text: string): string {
  const [, year, month = '', day = ''] = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/.exec(text) ?? [];
  return year === undefined ? text : `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}

/** Yes or no, as people write it; other text as it stands, for the schema to refuse. */
export function flagOf(text: string): boolean | string {
  if (/^(true|yes|y|1|granted|subscribed|是|同意)$/i.test(text)) return true;
  if (/^(false|no|n|0|denied|unsubscribed|not_subscribed|否|不同意)$/i.test(text)) return false;
  return text;
}

/** A whole number; other text as it stands, for the schema to refuse. */
export function countOf(text: string): number | string {
  return /^\d{1,9}(\.0+)?$/.test(text) ? Number(text) : text;
}

/** Several words in one cell. */
export function wordsOf(text: string): string[] {
  return text
    .split(/[,;|，；、]/)
    .map((word) => word.trim())
    .filter((word) => word !== '');
}
