import { readJson } from '../platforms/read-json.ts';
import { defined, filled } from '../platforms/reading-fields.ts';
import { dayText, flagOf, timeOf, wordsOf } from './cells.ts';
import type { RowCells } from './row-cells.ts';

type Json = Readonly<Record<string, unknown>>;

/** A customer as `customer.updated` has one, and what only imports say: tags, the address, the time of the consents. */
export function customerOfRow(row: RowCells, zone: string): Json {
  const flags = Object.fromEntries(row.named('tag.').map(([name, text]) => [name, flagOf(text)]));
  const listed = Object.fromEntries((row.read('tags', wordsOf) ?? []).map((tag) => [tag, true]));
  const customer = {
    id: row.text('id'),
    email: row.text('email'),
    phone: row.text('phone'),
    name: row.text('name'),
    gender: row.text('gender'),
    birthday: row.read('birthday', dayText),
    occupation: row.text('occupation'),
    locale: row.text('locale'),
    timezone: row.text('timezone'),
    consent: filled({ sms: row.read('consent.sms', consentOf), email: row.read('consent.email', consentOf) }),
    consentAt: row.read('consentAt', (text) => timeOf(text, zone)),
    attributes: attributesOf(row),
    address: filled({ country: row.text('country'), province: row.text('province'), city: row.text('city') }),
    tags: filled({ ...listed, ...flags }),
    updatedAt: row.read('updatedAt', (text) => timeOf(text, zone)),
  };
  return filled(customer) ?? {};
}

/**
 * A customer in a line of NDJSON, as webhooks have one or as exports do: with the names and words of columns. What an export
 * tells beside that is derived, and nobody's word.
 */
export function customerOfLine(line: unknown): unknown {
  if (!isObject(line)) return line;
  const { 'consent.sms': sms, 'consent.email': email, country, province, city, tags, ...rest } = line;
  return defined({
    ...rest,
    consent: joined(rest.consent, { sms: consentWord(sms), email: consentWord(email) }),
    address: joined(rest.address, { country, province, city }),
    tags: typeof tags === 'string' ? tags.split(';').filter((tag) => tag !== '') : tags,
  });
}

const consentWord = (said: unknown) => (typeof said === 'string' ? consentOf(said) : said);

/** The object, with what more is said; what is no object stays to be refused. */
function joined(given: unknown, more: Json): unknown {
  const said = Object.entries(more).filter(([, value]) => value !== undefined && value !== null);
  if (said.length === 0 || !(isObject(given) || given === undefined || given === null)) return given;
  return { ...Object.fromEntries(said), ...given };
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Exports say `unknown` of who was never asked: that is no word. */
function consentOf(text: string): boolean | string | undefined {
  return text === 'unknown' ? undefined : flagOf(text);
}

/** Of a column of JSON objects, as exports have one, and of columns of their own, which go first; what is no object stays to be refused. */
function attributesOf(row: RowCells): unknown {
  const whole = row.read('attributes', (text) => readJson(Buffer.from(text))?.value ?? text) ?? {};
  return isObject(whole) ? filled({ ...whole, ...Object.fromEntries(row.named('attributes.')) }) : whole;
}
