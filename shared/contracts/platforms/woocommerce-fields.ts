import type { Instant } from '../../domain/calendar.ts';
import type { Fields } from './reading-fields.ts';

/** `date_paid_gmt`, which is UTC and does not say so; else `date_paid` on the shop's own clock. */
export function timeOf(fields: Fields, name: string, zone: string): Instant | undefined {
  return fields.time(`${name}_gmt`, 'Z') ?? fields.time(name, zone);
}

/** When the order or customer was changed last, in whole seconds. */
export function modifiedAt(fields: Fields, zone: string): Instant {
  const at = timeOf(fields, 'date_modified', zone) ?? timeOf(fields, 'date_created', zone);
  return fields.needed('date_modified_gmt', at, 0);
}

/** Where the parcel goes, or, with empty texts in every field of that, where the bill goes. */
export function addressOf(fields: Fields) {
  const read = (address: Fields | undefined) => ({
    country: address?.text('country'),
    province: address?.text('state'),
    city: address?.text('city'),
  });
  const shipping = read(fields.object('shipping'));
  const isThere = Object.values(shipping).some((part) => part !== undefined);
  return isThere ? shipping : read(fields.object('billing'));
}
