import { connectedGroups } from '../domain/customers/connected-groups.ts';
import { type CustomerFile, emptyFile, withIdentities } from '../domain/customers/customer-file.ts';
import { compareStrength, type IdentityKey } from '../domain/customers/identity.ts';
import { customerIdFor, type IdentityRow, linkingKeys } from '../domain/customers/linking.ts';
import type { Migration } from '../domain/life-cycle/migration.ts';
import type { Settings } from '../domain/settings/settings.ts';
import { noticeFile } from './attach-to-customer.ts';
import { composeFile } from './compose-file.ts';
import type { Clock, CustomerStore, FileOrRedirect, StoredOrder, Versioned } from './ports.ts';
import { resolveFiles } from './resolve-files.ts';

/** Actions in one DynamoDB transaction. */
const transactionLimit = 100;

interface RegroupDeps {
  readonly store: CustomerStore;
  readonly clock: Clock;
}

/** Part of a file that belongs together by the identities that still link. */
interface Group {
  readonly keys: ReadonlySet<IdentityKey>;
  readonly refs: readonly string[];
  readonly updates: readonly string[];
}

/**
 * Takes apart what an identity had joined before it stopped linking (a reseller's phone, DOMAIN 2): the file becomes as
 * many files as there are groups without that identity, each built anew from its own orders, in one transaction.
 * Idempotent: without a pending mark it does nothing.
 * @throws ConflictError when somebody else changed the file meanwhile
 */
export async function regroupCustomers(key: IdentityKey, settings: Settings, deps: RegroupDeps): Promise<void> {
  const row = (await deps.store.readIdentities([key])).get(key);
  if (!row?.value.regroup) return;
  const resolved = await resolveFiles(row.value.customer === undefined ? [] : [row.value.customer], deps.store);
  const id = row.value.customer === undefined ? undefined : resolved.idOf(row.value.customer);
  const stored = id === undefined ? undefined : resolved.files.get(id);
  if (!stored) {
    await deps.store.commit({
      cause: `regroup#${key}`,
      identities: [{ ...row, value: settled(row.value, undefined) }],
    });
    return;
  }
  const orders = await deps.store.readOrders([...stored.value.orders.keys()]);
  const rows = await readAllRows(stored.value, orders, row, deps.store);
  const groups = groupsOf(stored.value, orders, rows, settings.buyersPerIdentity);
  await separate(row, stored, groups, orders, rows, settings, deps);
}

type Orders = ReadonlyMap<string, Versioned<StoredOrder>>;
type Rows = ReadonlyMap<IdentityKey, Versioned<IdentityRow>>;

async function readAllRows(
  file: CustomerFile,
  orders: Orders,
  row: Versioned<IdentityRow>,
  store: CustomerStore,
): Promise<Rows> {
  const keys = new Set<IdentityKey>([row.value.key]);
  for (const { value } of orders.values()) for (const key of value.order.identities) keys.add(key);
  for (const { identities } of Object.values(file.updates)) for (const key of identities) keys.add(key);
  return store.readIdentities([...keys]);
}

/** Splits a file's orders and updates into connected groups, the one to keep the file's id first. */
function groupsOf(file: CustomerFile, orders: Orders, rows: Rows, limit: number): Group[] {
  const linked = (keys: readonly IdentityKey[]) =>
    linkingKeys(new Map(keys.flatMap((key) => (rows.has(key) ? [[key, plain(rows, key)]] : []))), limit);
  const edges = new Map<string, readonly IdentityKey[]>();
  for (const [ref, { value }] of orders) edges.set(`order ${ref}`, linked(value.order.identities));
  for (const [name, { identities }] of Object.entries(file.updates)) edges.set(`update ${name}`, linked(identities));
  file.links.forEach((link, index) => {
    edges.set(`link ${index}`, link);
  });
  const groups = connectedGroups(edges).map(({ keys, names }) => ({
    keys,
    refs: names.filter((name) => name.startsWith('order ')).map((name) => name.slice(6)),
    updates: names.filter((name) => name.startsWith('update ')).map((name) => name.slice(7)),
  }));
  return groups.sort((a, b) => compareStrength(strongest(a), strongest(b)));
}

function plain(rows: Rows, key: IdentityKey): IdentityRow {
  return rows.get(key)?.value ?? { key, buyers: [] };
}

function strongest(group: Group): IdentityKey {
  return [...group.keys].sort(compareStrength)[0] ?? '';
}

async function separate(
  row: Versioned<IdentityRow>,
  stored: Versioned<CustomerFile>,
  groups: readonly Group[],
  orders: Orders,
  rows: Rows,
  settings: Settings,
  deps: RegroupDeps,
): Promise<void> {
  const ids = idsFor(stored, groups);
  const files: Versioned<FileOrRedirect>[] = [];
  const identities = new Map<IdentityKey, Versioned<IdentityRow>>();
  const migrations: Migration[] = [];
  for (const [index, group] of groups.entries()) {
    const { id, version } = ids[index] ?? { id: stored.value.id, version: stored.version };
    const told = noticeFile(partOf(stored.value, group, id, orders), 'merge', settings, deps.clock);
    files.push({ value: told.item, version });
    migrations.push(...told.migrations);
    for (const key of group.keys) {
      const known = rows.get(key);
      if (known) identities.set(key, { ...known, value: settled({ ...known.value, customer: id }, id) });
    }
  }
  if (!identities.has(row.value.key)) identities.set(row.value.key, { ...row, value: settled(row.value, undefined) });
  const movedOrders = moved(groups, ids, orders);
  const together = Math.max(0, transactionLimit - files.length - identities.size - migrations.length);
  await deps.store.commit({
    cause: `regroup#${row.value.key}`,
    orders: movedOrders.slice(0, together),
    files,
    migrations,
    identities: [...identities.values()],
  });
  // An order beyond the limit finds its file through its identities, should its own next webhook come first.
  for (const order of movedOrders.slice(together)) {
    await deps.store.commit({ cause: `regroup#${row.value.key}`, orders: [order] });
  }
}

/**
 * The first group keeps the file's id, and with it the ids merged into it; the others get an id that nobody had before,
 * computed from what is taken apart.
 */
function idsFor(stored: Versioned<CustomerFile>, groups: readonly Group[]): { id: string; version: number }[] {
  return groups.map((group, index) =>
    index === 0
      ? { id: stored.value.id, version: stored.version }
      : { id: `${customerIdFor(strongest(group))}.${stored.version}`, version: 0 },
  );
}

function partOf(file: CustomerFile, group: Group, id: string, orders: Orders): CustomerFile {
  const own = id === file.id;
  const start: CustomerFile = {
    ...withIdentities(emptyFile(id), group.keys),
    links: file.links.filter((link) => link.some((key) => group.keys.has(key))),
    aliases: own ? file.aliases : [],
    ...(own && file.noticed && { noticed: file.noticed }),
  };
  return composeFile(start, file, group.refs, group.updates, orders);
}

/** The row without its mark. Without a customer of its own its next one gets a new id. */
function settled(row: IdentityRow, customer: string | undefined): IdentityRow {
  const { regroup: _done, customer: _before, ...rest } = row;
  return customer === undefined ? { ...rest, generation: (row.generation ?? 0) + 1 } : { ...rest, customer };
}

/** The orders that moved, pointed to their new files. */
function moved(groups: readonly Group[], ids: readonly { id: string }[], orders: Orders): Versioned<StoredOrder>[] {
  return groups.flatMap((group, index) => {
    const customer = ids[index]?.id;
    if (index === 0 || customer === undefined) return [];
    return group.refs.flatMap((ref) => {
      const order = orders.get(ref);
      return order ? [{ ...order, value: { ...order.value, customer } }] : [];
    });
  });
}
