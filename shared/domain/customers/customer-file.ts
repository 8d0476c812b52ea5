import type { Instant } from '../calendar.ts';
import { canonicalJson } from '../canonical.ts';
import type { Stage } from '../life-cycle/stage.ts';
import { compareText, type Order, orderRef } from '../orders/order.ts';
import { type Earning, earningOf, type Purchase, purchaseOf } from '../orders/purchase.ts';
import { refundOpenSince } from '../orders/status.ts';
import type { PointsEntry } from '../value/points-entry.ts';
import { type EarlierWord, earlierWords } from './earlier-words.ts';
import { compareStrength, type IdentityKey } from './identity.ts';
import { isConsent, joinStatements, type Said, type Statements } from './statements.ts';

/** A statement about a customer with the time and the source (an order's ref, or an update's) it comes from. */
export interface Stamped {
  readonly value: Said;
  readonly at: Instant;
  readonly ref: string;
}

/** What one order brings to its customer's file. Keyed by the order, so that adding it twice changes nothing. */
export interface OrderEntry {
  readonly statedAt: Instant;
  readonly purchase?: Purchase;
  /** Only where money went back: otherwise the purchase says it. */
  readonly earning?: Earning;
  /** Since when a refund has been asked for and not been decided. */
  readonly refundOpenSince?: Instant;
}

/** What was said of a customer outside orders (`customer.updated`), kept per set of identities named. */
export interface Update {
  readonly identities: readonly string[];
  readonly statements: Statements;
  /** On consent, before the statements took their place. */
  readonly earlier?: readonly EarlierWord[];
  /** Points redeemed and adjusted, sorted by id: a set, of which nothing is ever taken away. */
  readonly points?: readonly PointsEntry[];
}

/** What the last write told the world of this customer; serves only to see a change and tell it once. */
export interface Noticed {
  readonly stage: Stage;
  readonly asOf: Instant;
  /** Version of the settings it was reckoned under. */
  readonly settings: number;
  /** Changes of stage up to here have been told, where that is later than `asOf`: a night was run for the past. */
  readonly toldUntil?: Instant;
}

/** The facts of one customer. Stage, totals and the like are pure functions of it. */
export interface CustomerFile {
  readonly id: string;
  /** Keys of the identities that lead here, sorted. Whoever comes by a row read earlier sees whether it still does. */
  readonly identities: readonly IdentityKey[];
  readonly orders: ReadonlyMap<string, OrderEntry>;
  readonly statements: Readonly<Record<string, Stamped>>;
  readonly updates: Readonly<Record<string, Update>>;
  /** Identities joined by hand (`POST /v1/customers/{id}/merge`): each a group that belongs together. */
  readonly links: readonly (readonly string[])[];
  /** Ids of the files merged into this one; they keep resolving. */
  readonly aliases: readonly string[];
  readonly noticed?: Noticed;
}

export function emptyFile(id: string): CustomerFile {
  return { id, identities: [], orders: new Map(), statements: {}, updates: {}, links: [], aliases: [] };
}

/** Every id a customer goes by: the present one, and those of the files merged into it. */
export function idsOf({ id, aliases }: Pick<CustomerFile, 'id' | 'aliases'>): string[] {
  return [id, ...aliases];
}

/** What an order contributes to a file, apart from the identities. Equal contributions need no write of the file. */
export interface Contribution {
  readonly ref: string;
  readonly entry: OrderEntry;
  readonly statements: Statements;
}

export function contributionOf(order: Order, shopZone: string): Contribution {
  const purchase = purchaseOf(order, shopZone);
  const earning = earningOf(order, shopZone);
  const openSince = refundOpenSince(order);
  return {
    ref: orderRef(order.shop, order.id),
    entry: {
      statedAt: order.statedAt,
      ...(purchase && { purchase }),
      ...(earning && { earning }),
      ...(openSince !== undefined && { refundOpenSince: openSince }),
    },
    statements: statementsFrom(order),
  };
}

/**
 * What an order says of its buyer, with the time it counts from: the order's, for a snapshot sent at shipping only repeats
 * it; a consent's own.
 */
export function statementsFrom({ statements, statedAt }: Order): Statements {
  const counted = Object.entries(statements).map(([field, { value, at }]) => {
    return [field, { value, at: isConsent(field) ? at : statedAt }] as const;
  });
  return Object.fromEntries(counted);
}

/** The file with these identities leading to it. */
export function withIdentities(file: CustomerFile, keys: Iterable<IdentityKey>): CustomerFile {
  return { ...file, identities: [...new Set([...file.identities, ...keys])].sort() };
}

/** The file with this order's contribution in place of whatever the order contributed before. */
export function withOrder(file: CustomerFile, { ref, entry, statements }: Contribution): CustomerFile {
  const stamped = Object.entries(statements).map(([field, stated]): [string, Stamped] => [field, { ...stated, ref }]);
  return {
    ...file,
    orders: new Map(file.orders).set(ref, entry),
    statements: joinStamped(file.statements, stamped),
  };
}

/** The file with an update from outside orders joined to what was said before. */
export function withUpdate(file: CustomerFile, update: Update): CustomerFile {
  const key = updateKey(update);
  const known = file.updates[key];
  const joined = known ? joinUpdates(known, update) : update;
  const stamped = Object.entries(joined.statements).map(([field, { value, at }]): [string, Stamped] => [
    field,
    { value, at, ref: updateRef(key) },
  ]);
  return {
    ...file,
    updates: { ...file.updates, [key]: joined },
    statements: joinStamped(file.statements, stamped),
  };
}

/** What a statement names as its source that was made outside orders. @param key of the update in its file */
export function updateRef(key: string): string {
  return `update#${key}`;
}

/** Updates are kept by all the identities they name: two that share some may belong to different people yet. */
function updateKey(update: Update): string {
  return [...update.identities].sort(compareStrength).join(' ');
}

function joinUpdates(a: Update, b: Update): Update {
  const points = joinPoints(a.points ?? [], b.points ?? []);
  const statements = joinStatements(a.statements, b.statements);
  const earlier = earlierWords(a, b, statements);
  return {
    identities: [...new Set([...a.identities, ...b.identities])].sort(),
    statements,
    ...(earlier.length > 0 && { earlier }),
    ...(points.length > 0 && { points }),
  };
}

/** Each id once: one customer's entries. Of two that differ, which no caller brings about, the same one stands everywhere. */
function joinPoints(a: readonly PointsEntry[], b: readonly PointsEntry[]): PointsEntry[] {
  const byId = new Map<string, PointsEntry>();
  for (const entry of [...a, ...b]) {
    const known = byId.get(entry.id);
    if (!known || compareText(canonicalJson(entry), canonicalJson(known)) < 0) byId.set(entry.id, entry);
  }
  return [...byId.values()].sort((x, y) => compareText(x.id, y.id));
}

/**
 * Everything written to the points of a file by hand. A caller's key counts within a customer: where two who were merged had
 * the same one, both entries stand, told apart by `twin`, in an order that does not depend on who was merged into whom.
 */
export function pointsByHand({ updates }: Pick<CustomerFile, 'updates'>): PointsEntry[] {
  const written = new Map<string, PointsEntry>();
  for (const { points = [] } of Object.values(updates)) {
    for (const entry of points) written.set(canonicalJson(entry), entry);
  }
  const inOrder = [...written].sort(([a, { id }], [b, other]) => compareText(id, other.id) || compareText(a, b));
  let [last, twin] = ['', 1];
  return inOrder.map(([, entry]) => {
    twin = entry.id === last ? twin + 1 : 1;
    last = entry.id;
    return twin === 1 ? entry : { ...entry, twin };
  });
}

/** A source replaces its own earlier word, whose time and strictness only grow; between sources the later one stands. */
function joinStamped(
  known: Readonly<Record<string, Stamped>>,
  stated: readonly (readonly [string, Stamped])[],
): Record<string, Stamped> {
  const joined: Record<string, Stamped> = { ...known };
  for (const [field, candidate] of stated) {
    const current = joined[field];
    joined[field] = current && current.ref !== candidate.ref ? laterStamped(field, current, candidate) : candidate;
  }
  return joined;
}

/** The latest statement by its own time; at a tie the stricter consent, else the greater source (DOMAIN 2). */
function laterStamped(field: string, a: Stamped, b: Stamped): Stamped {
  if (a.at !== b.at) return a.at > b.at ? a : b;
  if (isConsent(field) && a.value !== b.value) return a.value === false ? a : b;
  return a.ref >= b.ref ? a : b;
}

/** The union of two files that turned out to be one customer, under the first one's id. */
export function mergeFiles(survivor: CustomerFile, other: CustomerFile): CustomerFile {
  const updates: Record<string, Update> = { ...survivor.updates };
  for (const [key, update] of Object.entries(other.updates)) {
    const own = updates[key];
    updates[key] = own ? joinUpdates(own, update) : update;
  }
  const aliases = new Set([...survivor.aliases, ...other.aliases, other.id]);
  aliases.delete(survivor.id);
  return {
    ...withIdentities(survivor, other.identities),
    orders: new Map([...other.orders, ...survivor.orders]),
    statements: joinStamped(survivor.statements, Object.entries(other.statements)),
    updates,
    links: uniqueGroups([...survivor.links, ...other.links]),
    aliases: [...aliases].sort(),
  };
}

function uniqueGroups(groups: readonly (readonly string[])[]): string[][] {
  const unique = new Map(groups.map((group) => [[...group].sort().join(' '), [...group].sort()]));
  return [...unique.entries()].sort(([a], [b]) => compareText(a, b)).map(([, group]) => group);
}

/** Somebody: a file that has lost its last order to another, and waits for its identity to come again, is nobody. */
export function hasSubstance(file: CustomerFile): boolean {
  return file.orders.size > 0 || Object.keys(file.updates).length > 0;
}

/** Which of several files goes on when they turn out to be one: a fixed rule, so that arrival does not matter. */
export function survivorOf(ids: Iterable<string>): string | undefined {
  return [...ids].sort()[0];
}

/** Purchases, oldest first. */
export function purchasesOf(file: CustomerFile): Purchase[] {
  const purchases: Purchase[] = [];
  for (const { purchase } of file.orders.values()) if (purchase) purchases.push(purchase);
  return purchases.sort((a, b) => a.paidAt - b.paidAt || a.day - b.day);
}

/** Everything a customer's webhooks decide, without ids, noticing and versions: what convergence promises. */
export function factsOf(file: CustomerFile): Record<string, unknown> {
  return {
    identities: file.identities,
    orders: [...file.orders.entries()].sort(([a], [b]) => compareText(a, b)),
    statements: file.statements,
    updates: file.updates,
    links: file.links,
  };
}

/** When this customer was first heard of: the earliest statement. */
export function knownSince(file: CustomerFile): Instant | undefined {
  // 0: of such an order only parts have come, and none said when it was made.
  const times = [...file.orders.values()].flatMap(({ statedAt }) => (statedAt > 0 ? [statedAt] : []));
  for (const { statements } of Object.values(file.updates)) {
    for (const { at } of Object.values(statements)) times.push(at);
  }
  return times.length === 0 ? undefined : Math.min(...times);
}
