import {
  type Contribution,
  type CustomerFile,
  emptyFile,
  mergeFiles,
  purchasesOf,
  survivorOf,
  type Update,
  withIdentities,
  withOrder,
  withUpdate,
} from '../../domain/customers/customer-file.ts';
import { anonymous, namesErased } from '../../domain/customers/erasure.ts';
import type { IdentityKey } from '../../domain/customers/identity.ts';
import { customerIdFor, type IdentityRow, linkingKeys, meet } from '../../domain/customers/linking.ts';
import { noticeCustomer } from '../../domain/customers/notice-customer.ts';
import type { Migration, MigrationCause } from '../../domain/life-cycle/migration.ts';
import type { Order } from '../../domain/orders/order.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import {
  type Changes,
  type Clock,
  ConflictError,
  type CustomerStore,
  type FileOrRedirect,
  type StoredOrder,
  type Versioned,
} from '../ports.ts';
import { composeFile } from './compose-file.ts';
import { type ResolvedFiles, resolveFiles } from './resolve-files.ts';

/** An order with all it has ever said, to be added to the file of the customer it belongs to. */
export interface OrderSighting {
  readonly type: 'order';
  readonly shop: string;
  readonly identities: readonly IdentityKey[];
  readonly order: Versioned<Order>;
  readonly contribution: Contribution;
  /** The file it contributed to so far. */
  readonly attachedTo?: string;
  /** Milestones that were learnt without telling; see `StoredOrder`. */
  readonly silent?: StoredOrder['silent'];
  /** No identity is new on it, so that its file is still the right one. */
  readonly identitiesKnown: boolean;
}

/** Something said of a customer outside orders. */
export interface UpdateSighting {
  readonly type: 'update';
  readonly shop: string;
  readonly identities: readonly IdentityKey[];
  readonly update: Update;
}

export type Sighting = OrderSighting | UpdateSighting;

export interface Attachment {
  readonly changes: Changes;
  /** Identities that stopped linking by this sighting: what they had joined is to be taken apart after the commit. */
  readonly toRegroup: readonly IdentityKey[];
}

interface AttachDeps {
  readonly store: CustomerStore;
  readonly clock: Clock;
}

type Rows = ReadonlyMap<IdentityKey, Versioned<IdentityRow>>;

/** Rows that were read; an identity asked for and not among them has none yet, and is not asked for again. */
export interface KnownRows {
  readonly asked: readonly IdentityKey[];
  readonly rows: Rows;
}

/**
 * Decides whose file a sighting belongs to: customers are the connected components of the identities seen (DOMAIN 2).
 * Nobody known: a new file; several: they are merged into the one with the smallest id, the others become redirects.
 */
export async function decideAttachment(
  sighting: Sighting,
  known: KnownRows,
  settings: Settings,
  deps: AttachDeps,
): Promise<Attachment> {
  return (await staysWithItsFile(sighting, settings, deps)) ?? (await findsItsFile(sighting, known, settings, deps));
}

/** The short way: an order none of whose identities is new stays where it is, if it is there. */
async function staysWithItsFile(
  sighting: Sighting,
  settings: Settings,
  deps: AttachDeps,
): Promise<Attachment | undefined> {
  if (sighting.type !== 'order' || !sighting.identitiesKnown || sighting.attachedTo === undefined) return undefined;
  const resolved = await resolveFiles([sighting.attachedTo], deps.store);
  const id = resolved.idOf(sighting.attachedTo);
  if (id === undefined || !resolved.files.get(id)?.value.orders.has(sighting.contribution.ref)) return undefined;
  return {
    changes: changesFor(sighting, { survivor: id, linking: [], targets: new Set([id]), resolved }, settings, deps),
    toRegroup: [],
  };
}

async function findsItsFile(
  sighting: Sighting,
  known: KnownRows,
  settings: Settings,
  deps: AttachDeps,
): Promise<Attachment> {
  const rows = await allRows(sighting.identities, known, deps.store);
  const plain = plainRows(rows);
  if (namesErased(plain, sighting.identities, settings.buyersPerIdentity)) {
    return { changes: await changesOfErased(sighting, settings, deps), toRegroup: [] };
  }
  const met = meet(plain, sighting.identities, sighting.shop, settings.buyersPerIdentity);
  const linking = linkingKeys(met, settings.buyersPerIdentity);
  const strongest = linking[0];
  if (strongest === undefined) return { changes: belongsToNobody(sighting), toRegroup: [] };

  const attachedTo = sighting.type === 'order' ? sighting.attachedTo : undefined;
  const leads = linking.flatMap((key) => met.get(key)?.customer ?? []);
  const resolved = await resolveFiles(attachedTo === undefined ? leads : [...leads, attachedTo], deps.store);
  const targets = liveTargets(linking, met, resolved);
  const survivor = survivorOf(targets) ?? customerIdFor(strongest, met.get(strongest));
  const toRegroup = [...met.values()].filter((row) => row.regroup).map(({ key }) => key);
  const changes = changesFor(sighting, { survivor, linking, targets, resolved }, settings, deps);
  const left = await leftBehind(sighting, targets, resolved, settings, deps);
  return {
    changes: {
      ...changes,
      orders: (changes.orders ?? []).map((order) => showing(order, toRegroup)),
      files: [...(changes.files ?? []), ...left.files],
      migrations: [...(changes.migrations ?? []), ...left.migrations],
      identities: changedRows(met, linking, survivor, rows),
    },
    toRegroup,
  };
}

/**
 * The living files the linking identities lead to. Rows and files are not read at one moment, and a row that stays as it
 * is is not checked by the commit: the file has to know the identity still, else both are read again.
 */
function liveTargets(
  linking: readonly IdentityKey[],
  met: ReadonlyMap<IdentityKey, IdentityRow>,
  resolved: ResolvedFiles,
): Set<string> {
  const targets = new Set<string>();
  for (const key of linking) {
    const customer = met.get(key)?.customer;
    if (customer === undefined) continue;
    const live = resolved.idOf(customer);
    if (live === undefined || !resolved.files.get(live)?.value.identities.includes(key)) {
      throw new ConflictError('an identity has moved while its customer was read');
    }
    targets.add(live);
  }
  return targets;
}

/** The rows of every identity in question; those the first read did not ask for cost one more request. */
async function allRows(identities: readonly IdentityKey[], known: KnownRows, store: CustomerStore): Promise<Rows> {
  const missing = identities.filter((key) => !known.asked.includes(key));
  return missing.length === 0 ? known.rows : new Map([...known.rows, ...(await store.readIdentities(missing))]);
}

function plainRows(rows: Rows): Map<IdentityKey, IdentityRow> {
  return new Map([...rows].map(([key, { value }]) => [key, value]));
}

/** Whether what shows these identities belongs to somebody erased; asks for rows only where one of those known says so. */
export async function isOfErased(
  identities: readonly IdentityKey[],
  known: KnownRows,
  settings: Settings,
  store: CustomerStore,
): Promise<boolean> {
  if (![...known.rows.values()].some(({ value }) => value.erased)) return false;
  return namesErased(plainRows(await allRows(identities, known, store)), identities, settings.buyersPerIdentity);
}

/** Somebody erased: their order is counted without them and leaves the file it stood in, anything else said is dropped. */
export async function changesOfErased(sighting: Sighting, settings: Settings, deps: AttachDeps): Promise<Changes> {
  const cause = causeName(sighting);
  if (sighting.type === 'update') return { cause };
  const { order, silent, attachedTo } = sighting;
  const resolved = await resolveFiles(attachedTo === undefined ? [] : [attachedTo], deps.store);
  const left = await leftBehind(sighting, new Set(), resolved, settings, deps);
  const value: StoredOrder = { order: anonymous(order.value), erased: true, ...(silent && { silent }) };
  return { cause, orders: [{ value, version: order.version }], ...left };
}

function belongsToNobody(sighting: Sighting): Changes {
  return { cause: causeName(sighting), orders: sighting.type === 'order' ? [attached(sighting)] : [] };
}

/** The files that one sighting shows to be one customer's. */
interface Joining {
  /** Id under which they live on. */
  readonly survivor: string;
  /** Identities that lead to them. */
  readonly linking: readonly IdentityKey[];
  readonly targets: ReadonlySet<string>;
  readonly resolved: ResolvedFiles;
}

/** The sighting added to the union of the target files, under the survivor's id; the others become redirects. */
function changesFor(
  sighting: Sighting,
  { survivor, linking, targets, resolved }: Joining,
  settings: Settings,
  deps: AttachDeps,
): Changes {
  const before = withIdentities(joinInto(survivor, targets, resolved), linking);
  const after =
    sighting.type === 'order' ? withOrder(before, sighting.contribution) : withUpdate(before, sighting.update);
  const told = noticeFile(after, causeOf(before, after, targets.size), settings, deps.clock);
  const version = resolved.files.get(survivor)?.version ?? 0;
  const losers = [...targets].filter((id) => id !== survivor);
  return {
    cause: causeName(sighting),
    ...(sighting.type === 'order' && { orders: [attached(sighting, survivor)] }),
    files: [{ value: told.item, version }, ...losers.map((id) => redirect(id, survivor, resolved))],
    migrations: told.migrations,
  };
}

function joinInto(survivor: string, targets: ReadonlySet<string>, resolved: ResolvedFiles): CustomerFile {
  let file = resolved.files.get(survivor)?.value ?? emptyFile(survivor);
  for (const id of targets) {
    const other = resolved.files.get(id)?.value;
    if (other && id !== survivor) file = mergeFiles(file, other);
  }
  return file;
}

/** The file as it is to be stored, its stage noticed now, and the changes of stage that this tells. */
export function noticeFile(
  file: CustomerFile,
  cause: MigrationCause,
  settings: Settings,
  clock: Clock,
): { item: FileOrRedirect; migrations: readonly Migration[] } {
  if ((file.noticed?.settings ?? 0) > settings.version) throw new ConflictError('newer settings have come into force');
  const told = noticeCustomer(file, clock.now(), cause, settings);
  return {
    item: {
      type: 'file',
      file: { ...file, noticed: told.noticed },
      ...(told.dueAt !== undefined && { dueAt: told.dueAt }),
    },
    migrations: told.migrations,
  };
}

function causeOf(before: CustomerFile, after: CustomerFile, joined: number): MigrationCause {
  if (joined > 1) return 'merge';
  return purchasesOf(after).length < purchasesOf(before).length ? 'refund' : 'purchase';
}

function causeName(sighting: Sighting): string {
  return sighting.type === 'order' ? sighting.contribution.ref : `update#${sighting.identities[0] ?? ''}`;
}

function attached({ order, silent }: OrderSighting, customer?: string): Versioned<StoredOrder> {
  const value = { order: order.value, ...(customer !== undefined && { customer }), ...(silent && { silent }) };
  return { value, version: order.version };
}

/** The order with what it has shown, should the regrouping not come to pass right after the commit. */
function showing({ value, version }: Versioned<StoredOrder>, keys: readonly IdentityKey[]): Versioned<StoredOrder> {
  return { value: { ...value, ...(keys.length > 0 && { regroup: keys }) }, version };
}

export function redirect(id: string, to: string, resolved: ResolvedFiles): Versioned<FileOrRedirect> {
  return { value: { type: 'redirect', id, to }, version: resolved.files.get(id)?.version ?? 0 };
}

/** Rows that learnt something: a new identity, the buyers it met, that it stopped linking. */
function changedRows(
  met: ReadonlyMap<IdentityKey, IdentityRow>,
  linking: readonly IdentityKey[],
  survivor: string,
  rows: Rows,
): Versioned<IdentityRow>[] {
  const changed: Versioned<IdentityRow>[] = [];
  for (const row of met.values()) {
    const before = rows.get(row.key);
    const value = row.customer === undefined && linking.includes(row.key) ? { ...row, customer: survivor } : row;
    if (value !== before?.value) changed.push({ value, version: before?.version ?? 0 });
  }
  return changed;
}

/**
 * The file an order leaves when its identities now lead elsewhere: a phone that links nobody any more had it, and a
 * buyer id came. It is built anew from the orders it keeps.
 */
async function leftBehind(
  sighting: Sighting,
  targets: ReadonlySet<string>,
  resolved: ResolvedFiles,
  settings: Settings,
  deps: AttachDeps,
): Promise<{ files: Versioned<FileOrRedirect>[]; migrations: readonly Migration[] }> {
  const nothing = { files: [], migrations: [] };
  if (sighting.type !== 'order' || sighting.attachedTo === undefined) return nothing;
  const from = resolved.idOf(sighting.attachedTo);
  const stored = from === undefined || targets.has(from) ? undefined : resolved.files.get(from);
  const { ref } = sighting.contribution;
  if (!stored?.value.orders.has(ref)) return nothing;
  const { value: file } = stored;
  const kept = [...file.orders.keys()].filter((other) => other !== ref);
  const orders = await deps.store.readOrders(kept);
  const start = { ...file, orders: new Map(), statements: {}, updates: {} };
  const remaining = composeFile(start, file, kept, Object.keys(file.updates), orders);
  const told = noticeFile(remaining, 'merge', settings, deps.clock);
  return { files: [{ value: told.item, version: stored.version }], migrations: told.migrations };
}
