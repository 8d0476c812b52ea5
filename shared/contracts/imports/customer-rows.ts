import { readJson } from '../platforms/read-json.ts';
import { filled } from '../platforms/reading-fields.ts';
import { dayText, flagOf, timeOf, wordsOf } from './cells.ts';
import type { RowCells } from './row-cells.ts';

/** A customer as `customer.updated` has one, and what only imports say: tags, the address, the time of the consents. */
export function customerOfRow(row: RowCells, zone: string): Readonly<Record<string, unknown>> {
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

/** Exports say `unknown` of who was never asked: that is no word. */
function consentOf(text: string): boolean | string | undefined {
  return text === 'unknown' ? undefined : flagOf(text);
}

/** Of a column of JSON objects, as exports have one, and of columns of their own, which go first; what is no object stays to be refused. */
function attributesOf(row: RowCells): unknown {
  const whole = row.read('attributes', (text) => readJson(Buffer.from(text))?.value ?? text) ?? {};
  const isObject = typeof whole === 'object' && whole !== null && !Array.isArray(whole);
  return isObject ? filled({ ...whole, ...Object.fromEntries(row.named('attributes.')) }) : whole;
}
