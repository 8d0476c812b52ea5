import type { BuyerIdentities } from '../../contracts/platforms/platform.ts';
import { type Identity, type IdentityKey, identityKey, normaliseBuyerId } from '../../domain/customers/identity.ts';

/** The keys of a buyer's identities, sorted. */
export function keysOf(
  shop: string,
  buyer: BuyerIdentities,
  deps: { readonly identityHash: (text: string) => string },
): IdentityKey[] {
  const buyerId = buyer.id === undefined ? undefined : normaliseBuyerId(shop, buyer.id);
  const identities: Identity[] = [];
  if (buyerId !== undefined) identities.push({ kind: 'buyer', value: buyerId });
  if (buyer.phone !== undefined) identities.push({ kind: 'phone', value: buyer.phone });
  if (buyer.email !== undefined) identities.push({ kind: 'email', value: buyer.email });
  return identities.map((identity) => identityKey(identity, deps.identityHash)).sort();
}
