import { timingSafeEqual } from 'node:crypto';
import type { Instant } from '../../domain/calendar.ts';
import type { BuyerIdentities } from './platform.ts';
import { readJson } from './read-json.ts';
import { type Fields, identitiesOf, instantOf } from './reading-fields.ts';

/** What Youzan and Taobao write alike: yuan, Beijing's clock, and texts that stand for nothing. */

export const currency = 'CNY';
const beijing = '+08:00';

/** Within a string a quote is escaped, so a quote right after a colon begins a value. */
const nothing = /(:\s*)"(?:null|\s*|(?:000\d|1970)-\d\d-\d\d[ T][\d:.]*)"/g;
const bigInteger = /([:[,]\s*)(-?\d{16,})(?=\s*[,\]}])/g;

/**
 * Parses JSON in which "", " ", "null" and the dates databases write for "never" are null. Integers beyond 2^53 become
 * text: put in quotes before parsing, which takes a third of the time of a reviver. Within a string that makes no JSON of
 * it, and the reviver has to do it after all.
 */
export function readLooseJson(text: string): { readonly value: unknown } | undefined {
  const loose = text.replace(nothing, '$1null');
  try {
    return { value: JSON.parse(loose.replace(bigInteger, '$1"$2"')) as unknown };
  } catch {
    return readJson(Buffer.from(loose));
  }
}

/** Text or a number as text: of anything else `String` may throw. */
export function wordOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

/** true, "true", 1 or "1". */
export function isTrue(fields: Fields, name: string): boolean {
  return /^(true|1)$/i.test(fields.text(name) ?? String(fields.flag(name)));
}

/** An amount in yuan, as fen. */
export function yuan(fields: Fields, name: string): number | undefined {
  return fields.amount(name, currency);
}

export function neededYuan(fields: Fields, name: string): number {
  return fields.needed(name, yuan(fields, name), 0);
}

export function clock(fields: Fields, name: string): Instant | undefined {
  return fields.time(name, beijing);
}

/** The first id there is of several names. */
export function firstId(fields: Fields, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const id = fields.id(name);
    if (id !== undefined) return id;
  }
  return undefined;
}

/** As `firstId`; it is missed under the first name. */
export function neededId(fields: Fields, name: string, ...others: readonly string[]): string {
  return fields.needed(name, firstId(fields, ...others, name), '');
}

/** The platform's word for where an order stands; one never heard of is fine, what is no word is not. */
export function statusWord(fields: Fields): string {
  const status = fields.needed('status', fields.text('status'), '');
  if (!/^[A-Z]\w*$/i.test(status)) fields.wrong('status', 'is not a status');
  return status;
}

/** The texts of one field of several objects, each once. */
export function textsOf(entries: readonly Fields[], name: string): string[] | undefined {
  const texts = entries.flatMap((entry) => entry.text(name) ?? []);
  return texts.length > 0 ? [...new Set(texts)] : undefined;
}

/** Seconds or milliseconds since 1970, or a time on Beijing's clock. */
export function momentOf(written: string | undefined): Instant | undefined {
  if (written === undefined) return undefined;
  if (!/^\d{9,14}$/.test(written)) return instantOf(written, beijing);
  return Number(written) < 1e11 ? Number(written) * 1000 : Number(written);
}

/** A phone counts in the clear alone: a parser would find digits in a ciphertext, too. */
export function buyerWith(id: string | undefined, phone: string | undefined, email?: string): BuyerIdentities {
  const isPlain = phone !== undefined && /^\+?\d[\d -]{5,18}$/.test(phone);
  return identitiesOf(id, isPlain ? [phone] : [], [email], ['CN']);
}

/** Compares a signature in hex, of either case, with each that would be right; in constant time. */
export function matchesOne(given: string, rights: readonly string[]): boolean {
  const bytes = Buffer.from(given.trim().toLowerCase());
  let matches = 0;
  for (const right of rights.map((text) => Buffer.from(text))) {
    if (bytes.length === right.length && timingSafeEqual(bytes, right)) matches++;
  }
  return matches > 0;
}
