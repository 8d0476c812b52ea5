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
    consent: filled({ sms: row.read('consent.sms', flagOf), email: row.read('consent.email', flagOf) }),
    consentAt: row.read('consentAt', (text) => timeOf(text, zone)),
    attributes: filled(Object.fromEntries(row.named('attributes.'))),
    address: filled({ country: row.text('country'), province: row.text('province'), city: row.text('city') }),
    tags: filled({ ...listed, ...flags }),
    updatedAt: row.read('updatedAt', (text) => timeOf(text, zone)),
  };
  return filled(customer) ?? {};
}
