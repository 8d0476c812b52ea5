import { connectedGroups } from '../../domain/customers/connected-groups.ts';
import {
  type CustomerFile,
  emptyFile,
  mergeFiles,
  survivorOf,
  withIdentities,
} from '../../domain/customers/customer-file.ts';
import { compareStrength, type IdentityKey } from '../../domain/customers/identity.ts';
import { customerIdFor, type IdentityRow, isSaturated, linkingKeys } from '../../domain/customers/linking.ts';
import type { Migration } from '../../domain/life-cycle/migration.ts';
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
import { noticeFile, redirect } from './attach-to-customer.ts';
import { composeFile } from './compose-file.ts';
import { type ResolvedFiles, resolveFiles } from './resolve-files.ts';

/** Actions in one DynamoDB transaction. */
const transactionLimit = 100;

interface RegroupDeps {
  readonly store: CustomerStore;
  readonly clock: Clock;
}

type Orders = ReadonlyMap<string, Versioned<StoredOrder>>;
type Rows = ReadonlyMap<IdentityKey, Versioned<IdentityRow>>;

/** What was read to decide on. */
interface Scene {
  /** The identity that links no more. */
  readonly row: Versioned<IdentityRow>;
  /** The file it leads to. */
  readonly stored: Versioned<CustomerFile>;
  readonly orders: Orders;
  readonly rows: Rows;
  readonly resolved: ResolvedFiles;
}

/** Part of the file that belongs together by the identities that still link, with the other files these lead to. */
interface Group {
  readonly keys: ReadonlySet<IdentityKey>;
  readonly refs: readonly string[];
  readonly updates: readonly string[];
  readonly files: readonly string[];
}

/** Where a group goes. */
interface Home {
  readonly id: string;
  readonly group: Group;
  /** The identity a new id was made from: its next one must be another. */
  readonly named?: { readonly key: IdentityKey; readonly generation: number };
}

/**
 * Takes apart what an identity had joined before it stopped linking (a reseller's phone, DOMAIN 2): the file becomes as
 * many files as there are groups without that identity, each put together from its own orders, in one transaction. A
 * group whose identities lead to another file as well joins that one.
 * Idempotent: where the identity holds nothing together any more it does nothing.
 * @throws ConflictError when somebody else changed the file meanwhile
 */
export async function regroupCustomers(key: IdentityKey, settings: Settings, deps: RegroupDeps): Promise<void> {
  const row = (await deps.store.readIdentities([key])).get(key);
  if (!row) return;
  const { customer, regroup } = row.value;
  if (!isSaturated(row.value, settings.buyersPerIdentity)) {
    // Marked under a lower limit: it links again, and there is nothing to take apart.
    const { regroup: _void, ...value } = row.value;
    if (regroup) await deps.store.commit({ cause: `regroup#${key}`, identities: [{ ...row, value }] });
    return;
  }
  if (!regroup && customer === undefined) return;
  const scene = await readScene(row, deps.store);
  if (!scene) {
    await deps.store.commit({ cause: `regroup#${key}`, identities: [{ ...row, value: withoutFile(row.value) }] });
    return;
  }
  const groups = groupsOf(scene, settings.buyersPerIdentity);
  const holdsNothing = groups.length === 0 || (groups.length === 1 && groups[0]?.keys.has(key));
  if (holdsNothing && !regroup) return;
  await commitInParts(separate(scene, groups, settings, deps.clock), deps.store);
}

async function readScene(row: Versioned<IdentityRow>, store: CustomerStore): Promise<Scene | undefined> {
  const { customer } = row.value;
  const first = await resolveFiles(customer === undefined ? [] : [customer], store);
  const id = customer === undefined ? undefined : first.idOf(customer);
  const stored = id === undefined ? undefined : first.files.get(id);
  if (!stored) return undefined;
  const orders = await store.readOrders([...stored.value.orders.keys()]);
  const keys = new Set<IdentityKey>([row.value.key]);
  for (const { value } of orders.values()) for (const seen of value.order.identities) keys.add(seen);
  for (const { identities } of Object.values(stored.value.updates)) for (const seen of identities) keys.add(seen);
  const rows = await store.readIdentities([...keys]);
  const leads = [...rows.values()].flatMap(({ value }) => value.customer ?? []);
  const resolved = await resolveFiles([stored.value.id, ...leads], store);
  if (resolved.files.get(stored.value.id)?.version !== stored.version) {
    throw new ConflictError('the file changed while its orders were read');
  }
  return { row, stored, orders, rows, resolved };
}

/** Connected groups of the file's orders, updates and links, strongest identity first. */
function groupsOf({ stored, orders, rows, resolved }: Scene, limit: number): Group[] {
  const file = stored.value;
  const edges = new Map<string, readonly IdentityKey[]>();
  const linked = (keys: readonly IdentityKey[]) =>
    linkingKeys(new Map(keys.map((key) => [key, plain(rows, key)])), limit);
  for (const [ref, { value }] of orders) edges.set(`order ${ref}`, linked(value.order.identities));
  for (const [name, { identities }] of Object.entries(file.updates)) edges.set(`update ${name}`, linked(identities));
  for (const [index, link] of file.links.entries()) edges.set(`link ${index}`, link);
  for (const [id, other] of resolved.files) if (id !== file.id) edges.set(`file ${id}`, other.value.identities);
  const named = (names: readonly string[], kind: string) =>
    names.flatMap((name) => (name.startsWith(`${kind} `) ? [name.slice(kind.length + 1)] : []));
  return connectedGroups(edges)
    .map(({ keys, names }) => ({
      keys,
      refs: named(names, 'order'),
      updates: named(names, 'update'),
      files: named(names, 'file'),
    }))
    .filter(({ refs, updates }) => refs.length + updates.length > 0)
    .sort((a, b) => compareStrength(strongest(a), strongest(b)));
}

function plain(rows: Rows, key: IdentityKey): IdentityRow {
  return rows.get(key)?.value ?? { key, buyers: [] };
}

function strongest(group: Group): IdentityKey {
  return [...group.keys].sort(compareStrength)[0] ?? '';
}

/**
 * The first group keeps the file's id, and with it the ids merged into it. Any other goes to the file its identities lead
 * to, or gets an id nobody had before: the next one of its strongest identity.
 */
function homeOf(group: Group, index: number, { stored, rows }: Scene): Home {
  const id = survivorOf(index === 0 ? [stored.value.id, ...group.files] : group.files);
  if (id !== undefined) return { id, group };
  const key = strongest(group);
  const generation = (plain(rows, key).generation ?? 0) + 1;
  return { id: customerIdFor(key, { generation }), group, named: { key, generation } };
}

function separate(scene: Scene, groups: readonly Group[], settings: Settings, clock: Clock): Required<Changes> {
  const { row, stored, resolved } = scene;
  const homes = groups.map((group, index) => homeOf(group, index, scene));
  const files: Versioned<FileOrRedirect>[] = [];
  const migrations: Migration[] = [];
  for (const home of homes) {
    const told = noticeFile(fileAt(home, scene), 'merge', settings, clock);
    files.push({ value: told.item, version: resolved.files.get(home.id)?.version ?? 0 });
    migrations.push(...told.migrations);
    for (const id of home.group.files) if (id !== home.id) files.push(redirect(id, home.id, resolved));
  }
  const kept = homes[0]?.id;
  if (kept !== undefined && kept !== stored.value.id) files.push(redirect(stored.value.id, kept, resolved));
  const identities = new Map(homes.flatMap((home) => movedRows(home, scene)));
  if (!homes.some(({ group }) => group.keys.has(row.value.key))) {
    identities.set(row.value.key, { ...row, value: withoutFile(row.value) });
  }
  return {
    cause: `regroup#${row.value.key}`,
    files,
    migrations,
    identities: [...identities.values()],
    orders: homes.flatMap((home) => movedOrders(home, scene)),
  };
}

/** The group's file: its part of the one taken apart, joined to the other files its identities lead to. */
function fileAt({ id, group }: Home, { stored, orders, resolved }: Scene): CustomerFile {
  const from = stored.value;
  const own = id === from.id;
  const start: CustomerFile = {
    ...withIdentities(emptyFile(id), group.keys),
    links: from.links.filter((link) => link.some((key) => group.keys.has(key))),
    aliases: own ? from.aliases : [],
    ...(own && from.noticed && { noticed: from.noticed }),
  };
  let file = composeFile(start, from, group.refs, group.updates, orders);
  const home = own ? undefined : resolved.files.get(id)?.value;
  if (home) file = mergeFiles(home, file);
  for (const other of group.files) {
    const joined = other === id ? undefined : resolved.files.get(other)?.value;
    if (joined) file = mergeFiles(file, joined);
  }
  return file;
}

/** Rows of the group that led elsewhere, or bear a mark that is dealt with now. */
function movedRows({ id, group, named }: Home, { rows, resolved }: Scene): [IdentityKey, Versioned<IdentityRow>][] {
  return [...group.keys].flatMap((key) => {
    const row = rows.get(key);
    if (!row) return [];
    const { regroup, ...rest } = row.value;
    const leadsHere = rest.customer !== undefined && resolved.idOf(rest.customer) === id;
    const isNamed = named?.key === key;
    if (leadsHere && !regroup && !isNamed) return [];
    const value = { ...rest, customer: id, ...(isNamed && { generation: named.generation }) };
    return [[key, { ...row, value }] satisfies [IdentityKey, Versioned<IdentityRow>]];
  });
}

/** An identity that holds nobody any more: without a file, and its next one gets a new id. */
function withoutFile({ regroup: _dealtWith, customer: _left, ...row }: IdentityRow): IdentityRow {
  return { ...row, generation: (row.generation ?? 0) + 1 };
}

/** The group's orders that pointed elsewhere. */
function movedOrders({ id, group }: Home, { orders, resolved }: Scene): Versioned<StoredOrder>[] {
  return group.refs.flatMap((ref) => {
    const order = orders.get(ref);
    const { customer } = order?.value ?? {};
    if (!order || (customer !== undefined && resolved.idOf(customer) === id)) return [];
    return [{ ...order, value: { ...order.value, customer: id } }];
  });
}

/** All at once where it fits. An order beyond that finds its file through its identities, should its webhook come first. */
async function commitInParts(changes: Required<Changes>, store: CustomerStore): Promise<void> {
  const { files, identities, migrations, orders, cause } = changes;
  const together = Math.max(0, transactionLimit - files.length - identities.length - migrations.length);
  await store.commit({ ...changes, orders: orders.slice(0, together) });
  for (const order of orders.slice(together)) await store.commit({ cause, orders: [order] });
}
