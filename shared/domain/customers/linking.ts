import { compareStrength, type IdentityKey, isBuyerKey } from './identity.ts';

/** Which customer an identity leads to, and whom it has met. */
export interface IdentityRow {
  readonly key: IdentityKey;
  /** Id of a file, possibly one merged since. */
  readonly customer?: string;
  /** Buyer ids it has been seen with, as `shop buyerKey`, sorted: a phone met by many is a reseller's. */
  readonly buyers: readonly string[];
  /** It has stopped linking, and the files it had joined are still to be taken apart. */
  readonly regroup?: 'pending';
  /** Counts how often it lost its file to others, so that its next one gets an id of its own. */
  readonly generation?: number;
  /**
   * Whoever had it was erased, and nobody comes back by it; `shared` where it had stopped linking by then, and says so only
   * of what names nobody else.
   */
  readonly erased?: 'own' | 'shared';
}

/** The id of the customer first seen under this identity: computed from its cause, so that two at once collide. */
export function customerIdFor(key: IdentityKey, row?: Pick<IdentityRow, 'generation'>): string {
  const generation = row?.generation ?? 0;
  return `c_${key.charAt(0)}${key.slice(2)}${generation > 0 ? `-${generation}` : ''}`;
}

/** Beyond this many buyers nothing more is learnt from the next one. */
const buyersKept = 50;

/** True when this identity has met more buyer ids of one shop than the limit: it links nobody any more (DOMAIN 2). */
export function isSaturated(row: Pick<IdentityRow, 'buyers'>, limit: number): boolean {
  const perShop = new Map<string, number>();
  for (const buyer of row.buyers) {
    const shop = buyer.slice(0, buyer.indexOf(' '));
    const met = (perShop.get(shop) ?? 0) + 1;
    if (met > limit) return true;
    perShop.set(shop, met);
  }
  return false;
}

/** The rows after an order of `shop` was seen with these identities together: phones and emails note the buyer ids. */
export function meet(
  rows: ReadonlyMap<IdentityKey, IdentityRow>,
  identities: readonly IdentityKey[],
  shop: string,
  limit: number,
): Map<IdentityKey, IdentityRow> {
  const buyers = identities.filter(isBuyerKey).map((key) => `${shop} ${key}`);
  const met = new Map<IdentityKey, IdentityRow>();
  for (const key of identities) {
    const row = rows.get(key) ?? { key, buyers: [] };
    met.set(key, isBuyerKey(key) || row.erased ? row : withBuyers(row, buyers, limit));
  }
  return met;
}

function withBuyers(row: IdentityRow, buyers: readonly string[], limit: number): IdentityRow {
  const all = [...new Set([...row.buyers, ...buyers])];
  if (all.length === row.buyers.length || row.buyers.length >= buyersKept) return row;
  const next = { ...row, buyers: all.sort() };
  const stopsLinking = isSaturated(next, limit) && !isSaturated(row, limit) && row.customer !== undefined;
  return stopsLinking ? { ...next, regroup: 'pending' } : next;
}

/**
 * The identities that decide whose order this is: all that still link, else the strongest of the others alone.
 * Customers are the connected components of these (DOMAIN 2).
 */
export function linkingKeys(rows: ReadonlyMap<IdentityKey, IdentityRow>, limit: number): IdentityKey[] {
  const keys = [...rows.keys()].sort(compareStrength);
  const linking = keys.filter((key) => isBuyerKey(key) || stillLinks(rows.get(key), limit));
  return linking.length > 0 ? linking : keys.slice(0, 1);
}

function stillLinks(row: IdentityRow | undefined, limit: number): boolean {
  return !row || (row.erased !== 'shared' && !isSaturated(row, limit));
}
