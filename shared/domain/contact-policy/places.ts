import type { Instant } from '../calendar.ts';
import { dayMs } from '../durations.ts';
import { isTransactional } from '../messages/message-class.ts';
import { contactOf, type Touch } from '../touches/touch.ts';
import { keptContacts, type RecentContact } from './caps.ts';
import type { ContactPolicy } from './policy.ts';
import type { AddressRow, ContactRow } from './standing.ts';

/** How long an address remembers what went to it; an occurrence is not repeated after that. */
const claimsKeptMs = 90 * dayMs;
const claimsKept = 40;

/** The place a touch takes in its customer's caps while it is under way; undefined for what is not counted. */
export function placeOf(touch: Touch, at: Instant): RecentContact | undefined {
  const { id, customer, class: messageClass, channel, own } = touch;
  if (isTransactional(messageClass)) return undefined;
  return { touch: id, customer, contact: contactOf(touch), channel, class: messageClass, at, ...(own && { own }) };
}

/** The row with the place taken; what no window reaches any more goes. */
export function withPlace(row: ContactRow, place: RecentContact, policy: ContactPolicy, now: Instant): ContactRow {
  const { customer = row.customer, ...rest } = place;
  const others = withoutPlace(row, { customer, id: place.touch }).recent;
  const taken = customer === row.customer ? rest : place;
  return { ...row, recent: [...keptContacts(others, policy, now), taken] };
}

/** @returns the same object where it had none */
export function withoutPlace(row: ContactRow, { customer, id }: Pick<Touch, 'customer' | 'id'>): ContactRow {
  const recent = row.recent.filter((place) => place.touch !== id || (place.customer ?? row.customer) !== customer);
  return recent.length === row.recent.length ? row : { ...row, recent };
}

/** The address with this touch's claim on it. */
export function withClaim(row: AddressRow, touch: Touch, at: Instant): AddressRow {
  const others = withoutClaim(row, touch).claims.filter((claim) => claim.at > at - claimsKeptMs);
  const claim = { contact: contactOf(touch), customer: touch.customer, touch: touch.id, at };
  return { ...row, claims: [...others, claim].slice(-claimsKept) };
}

/** @returns the same object where it had none */
export function withoutClaim(row: AddressRow, { customer, id }: Pick<Touch, 'customer' | 'id'>): AddressRow {
  const claims = row.claims.filter((claim) => claim.touch !== id || claim.customer !== customer);
  return claims.length === row.claims.length ? row : { ...row, claims };
}
