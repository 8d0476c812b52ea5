import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { CustomerFile, Update } from '../../domain/customers/customer-file.ts';
import type { IdentityRow } from '../../domain/customers/linking.ts';
import type { Migration } from '../../domain/life-cycle/migration.ts';
import { type Milestones, milestoneNames, type Order, orderRef, partsOfRef } from '../../domain/orders/order.ts';
import { dueShards, shardOf } from '../../domain/sharding.ts';
import type { ErasureLeft, FileOrRedirect, Silenced, StoredOrder, Versioned } from '../../usecases/ports.ts';
import { nextVersion, versionOf } from './conditional-put.ts';
import { type OlderOrderRow, type OrderTable, orderTable, readOlderRows, readOrderTable } from './order-rows.ts';
import { readStamped, readStatements, type StatementRow, statementRows } from './statement-rows.ts';

/**
 * How customers' things lie in the tables. What a condition or an index needs is an attribute; the rest is one JSON
 * text, because a text costs a third of the bytes of nested attributes, and half the time to read.
 */
export type Item = Record<string, AttributeValue>;

export function orderItem({ value, version }: Versioned<StoredOrder>): Item {
  return {
    order: { S: orderRef(value.order.shop, value.order.id) },
    ...nextVersion(version),
    ...(value.customer !== undefined && { customer: { S: value.customer } }),
    ...(value.regroup && { regroup: { S: JSON.stringify(value.regroup) } }),
    ...(value.silent && { silent: { S: JSON.stringify(value.silent) } }),
    ...(value.erased && { erased: { BOOL: true } }),
    state: { S: JSON.stringify(orderText(value.order)) },
  };
}

/** An order without what its key says, and without the lists that are empty; milestones in the order of their names. */
interface OrderText extends Omit<Order, 'shop' | 'id' | 'milestones' | 'refunds' | 'tracking' | 'statements'> {
  readonly milestones: readonly (number | null)[];
  readonly refunds?: Order['refunds'];
  readonly tracking?: Order['tracking'];
  readonly statements: readonly StatementRow[];
}

function orderText({ shop: _shop, id: _id, milestones, refunds, tracking, statements, ...rest }: Order): OrderText {
  return {
    ...rest,
    milestones: milestoneNames.map((name) => milestones[name] ?? null),
    ...(refunds.length > 0 && { refunds }),
    ...(tracking.length > 0 && { tracking }),
    statements: statementRows(statements),
  };
}

export function readOrderItem(item: Item): Versioned<StoredOrder> {
  const stored = JSON.parse(text(item, 'state')) as OrderText;
  const { milestones, refunds = [], tracking = [], statements, ...rest } = stored;
  const order: Order = {
    ...partsOfRef(text(item, 'order')),
    ...rest,
    milestones: readMilestones(milestones),
    refunds,
    tracking,
    statements: readStatements(statements),
  };
  const customer = item.customer?.S;
  const regroup = item.regroup?.S;
  const silent = item.silent?.S;
  return {
    value: {
      order,
      ...(customer !== undefined && { customer }),
      ...(regroup !== undefined && { regroup: JSON.parse(regroup) as string[] }),
      ...(silent !== undefined && { silent: readSilenced(silent) }),
      ...(item.erased?.BOOL === true && { erased: true }),
    },
    version: versionOf(item),
  };
}

/** A list of milestones alone is from before the time was kept. */
function readSilenced(text: string): Silenced {
  const silent = JSON.parse(text) as Silenced | Silenced['milestones'];
  return 'milestones' in silent ? silent : { milestones: silent, at: 0 };
}

function readMilestones(times: OrderText['milestones']): Milestones {
  const milestones: { -readonly [Name in keyof Milestones]: Milestones[Name] } = {};
  for (const [index, name] of milestoneNames.entries()) {
    const at = times[index];
    if (at !== null && at !== undefined) milestones[name] = at;
  }
  return milestones;
}

export function identityItem({ value, version }: Versioned<IdentityRow>): Item {
  const { key, ...rest } = value;
  return { identity: { S: key }, ...nextVersion(version), row: { S: JSON.stringify(rest) } };
}

export function readIdentityItem(item: Item): Versioned<IdentityRow> {
  const rest = JSON.parse(text(item, 'row')) as Omit<IdentityRow, 'key'>;
  return { value: { key: text(item, 'identity'), ...rest }, version: versionOf(item) };
}

interface FileText {
  readonly identities: readonly string[];
  readonly bought?: OrderTable;
  /** In place of `bought`, as files were written before it. */
  readonly orders?: readonly OlderOrderRow[];
  readonly openRefunds?: readonly (readonly [ref: string, since: number])[];
  readonly statements: readonly StatementRow[];
  readonly updates?: Readonly<Record<string, Update>>;
  readonly links?: readonly (readonly string[])[];
  readonly aliases?: readonly string[];
  readonly noticed?: CustomerFile['noticed'];
}

export function fileItem({ value, version }: Versioned<FileOrRedirect>): Item {
  const next = nextVersion(version);
  if (value.type === 'redirect') return { customer: { S: value.id }, ...next, redirect: { S: value.to } };
  if (value.type === 'erased') {
    const { id, at, left } = value;
    const rest = left && { left: { S: JSON.stringify(left) } };
    return { customer: { S: id }, ...next, erasedAt: { N: String(at) }, ...rest };
  }
  const { file, dueAt } = value;
  return {
    customer: { S: file.id },
    ...next,
    ...factsAttribute(JSON.stringify(fileText(file))),
    ...(dueAt !== undefined && {
      dueShard: { S: dueShardKey(shardOf(file.id, dueShards)) },
      dueAt: { S: dueKey(dueAt) },
    }),
  };
}

/** Partition of the due index. */
export function dueShardKey(shard: number): string {
  return `due#${String(shard).padStart(2, '0')}`;
}

/** Sort key of the due index: an instant as text that sorts by time. */
export function dueKey(instant: number): string {
  return new Date(instant).toISOString();
}

/** Characters of facts from which they are packed: some 350 purchases. Below, a text is smaller work and easier to look at. */
const packedFrom = 32_000;

/** Packed they take two fifths, so that 400 kB hold some 8,000 purchases of five lines, and a write costs less. */
function factsAttribute(facts: string): Item {
  return facts.length < packedFrom ? { facts: { S: facts } } : { packed: { B: deflateRawSync(facts) } };
}

function factsOf(item: Item): FileText {
  const packed: Uint8Array | string | undefined = item.packed?.B;
  if (packed === undefined) return JSON.parse(text(item, 'facts')) as FileText;
  // A scan's answer is read from the wire, where bytes are base64.
  const bytes = typeof packed === 'string' ? Buffer.from(packed, 'base64') : packed;
  return JSON.parse(inflateRawSync(bytes).toString('utf8')) as FileText;
}

function fileText(file: CustomerFile): FileText {
  return {
    identities: file.identities,
    bought: orderTable(file.orders),
    statements: statementRows(file.statements),
    ...(Object.keys(file.updates).length > 0 && { updates: file.updates }),
    ...(file.links.length > 0 && { links: file.links }),
    ...(file.aliases.length > 0 && { aliases: file.aliases }),
    ...(file.noticed && { noticed: file.noticed }),
  };
}

export function readFileItem(item: Item): Versioned<FileOrRedirect> {
  const id = text(item, 'customer');
  const version = versionOf(item);
  const to = item.redirect?.S;
  if (to !== undefined) return { value: { type: 'redirect', id, to }, version };
  if (item.erasedAt?.N !== undefined) {
    const left = item.left?.S;
    const at = Number(item.erasedAt.N);
    const rest = left !== undefined && { left: JSON.parse(left) as ErasureLeft };
    return { value: { type: 'erased', id, at, ...rest }, version };
  }
  const facts = factsOf(item);
  const dueAt = item.dueAt?.S;
  const file: CustomerFile = {
    id,
    identities: facts.identities,
    orders: facts.bought ? readOrderTable(facts.bought) : readOlderRows(facts.orders ?? [], facts.openRefunds),
    statements: readStamped(facts.statements),
    updates: facts.updates ?? {},
    links: facts.links ?? [],
    aliases: facts.aliases ?? [],
    ...(facts.noticed && { noticed: facts.noticed }),
  };
  return { value: { type: 'file', file, ...(dueAt !== undefined && { dueAt: Date.parse(dueAt) }) }, version };
}

/** Partitions of one month of the migrations log. */
export const migrationShards = 4;

export function migrationPartition(month: string, shard: number): string {
  return `${month}#${shard}`;
}

/** `[customer, from, to, day, cause, noticedAt]` */
export type MigrationRow = [string, string, string, number, string, number];

export function migrationItem(partition: string, entry: string, migrations: readonly Migration[]): Item {
  const rows = migrations.map((m): MigrationRow => [m.customer, m.from, m.to, m.day, m.cause, m.noticedAt]);
  return { monthShard: { S: partition }, entry: { S: entry }, rows: { S: JSON.stringify(rows) } };
}

export function readMigrationItem(item: Item): Migration[] {
  const rows = JSON.parse(text(item, 'rows')) as MigrationRow[];
  return rows.map(([customer, from, to, day, cause, noticedAt]) => ({
    customer,
    from: from as Migration['from'],
    to: to as Migration['to'],
    day,
    cause: cause as Migration['cause'],
    noticedAt,
  }));
}

/** A stored item that is not what this program writes. */
export class CorruptItemError extends Error {
  override name = 'CorruptItemError';
}

function text(item: Item, attribute: string): string {
  const value = item[attribute]?.S;
  if (value === undefined) throw new CorruptItemError(`attribute ${attribute} is missing`);
  return value;
}
