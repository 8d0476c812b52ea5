import type { Work } from '../../contracts/work.ts';
import { dayOf, type Instant } from '../../domain/calendar.ts';
import { zoneOf } from '../../domain/contact-policy/standing.ts';
import type { CustomerFile, Noticed, OrderEntry } from '../../domain/customers/customer-file.ts';
import { noticeCustomer, noticeCustomerAnew } from '../../domain/customers/notice-customer.ts';
import type { Migration } from '../../domain/life-cycle/migration.ts';
import type { Notice } from '../../domain/life-cycle/notice.ts';
import { partsOfRef } from '../../domain/orders/order.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import {
  type Clock,
  type CustomerStore,
  type DueIndex,
  type FileOrRedirect,
  type FoundFile,
  type RunStore,
  type SettingsReader,
  type ShopReader,
  StoreBusyError,
  type Versioned,
  type WorkQueue,
} from '../ports.ts';
import { type Retrying, retried } from '../retried.ts';
import { type WorkPage, workThrough } from '../work-through.ts';

export interface RecomputeDeps extends Retrying {
  readonly store: CustomerStore & DueIndex;
  readonly settings: SettingsReader;
  readonly shops: ShopReader;
  readonly runs: RunStore;
  readonly work: WorkQueue;
  readonly clock: Clock;
  /** Hears of a customer that could not be noticed; the others of the part go on. */
  readonly onFailure: (customer: string, error: unknown) => void;
}

export type RecomputePart = Extract<Work, { type: 'night.due' | 'recompute.all' }>;

/** What a part did: customers read, files written, changes of stage told, customers that could not be noticed. */
export interface PartCounts {
  read: number;
  written: number;
  changed: number;
  failed: number;
}

/** Files read at a time. */
const pageSize = 100;
/** Files per transaction: with their migrations well below the limit of 100 actions. */
const commitSize = 25;

/**
 * Works through one part of a night or a recompute, page by page; short of time it hands the rest on as a new message.
 * Run twice it changes nothing more: whoever was noticed is no longer due, and every write is conditional. One customer
 * that cannot be noticed holds up no other.
 */
export async function runRecomputePart(
  part: RecomputePart,
  remainingMs: () => number,
  deps: RecomputeDeps,
): Promise<PartCounts> {
  const counts: PartCounts = { read: 0, written: 0, changed: 0, failed: 0 };
  const last = await workThrough({
    after: part.after,
    remainingMs,
    readPage: (after) => readPage(part, after, deps.store),
    doPage: (page) => noticePage(page, part, counts, deps),
    handOn: (after) => deps.work.send({ ...part, after }),
  });
  const from = part.after === undefined ? {} : { after: part.after };
  await deps.runs.stepDone(part.run, { part: partName(part), ...from, last, counts: { ...counts } }, deps.clock.now());
  return counts;
}

function readPage(part: RecomputePart, after: string | undefined, store: DueIndex): Promise<WorkPage<FoundFile>> {
  return part.type === 'night.due'
    ? store.readDue(part.shard, part.asOf, after, pageSize)
    : store.scanFiles(part.segment, part.segments, after, pageSize);
}

function partName(part: RecomputePart): string {
  return part.type === 'night.due' ? `shard ${part.shard}` : `segment ${part.segment}`;
}

interface Change {
  readonly item: Versioned<FileOrRedirect>;
  readonly migrations: readonly Migration[];
}

async function noticePage(
  page: readonly FoundFile[],
  part: RecomputePart,
  counts: PartCounts,
  deps: RecomputeDeps,
): Promise<void> {
  counts.read += page.length;
  const settings = await deps.settings.settings(deps.clock.now());
  const changes = new Map<string, Change>();
  for (const { id, item, unreadable } of page) {
    try {
      if (!item) throw unreadable;
      const change = await decide(item, part, settings, deps.shops);
      if (change) changes.set(id, change);
    } catch (error) {
      fail(id, error, counts, deps);
    }
  }
  const all = [...changes];
  for (let start = 0; start < all.length; start += commitSize) {
    await noticeTogether(all.slice(start, start + commitSize), part, settings, counts, deps);
  }
}

async function noticeTogether(
  changes: readonly (readonly [string, Change])[],
  part: RecomputePart,
  settings: Settings,
  counts: PartCounts,
  deps: RecomputeDeps,
): Promise<void> {
  try {
    await commit(
      changes.map(([, change]) => change),
      part,
      deps.store,
    );
    for (const [, change] of changes) count(change, counts);
  } catch (error) {
    if (error instanceof StoreBusyError) throw error;
    // Somebody wrote one of them meanwhile, or one cannot be written: one by one, each read again.
    for (const [id] of changes) await noticeAlone(id, part, settings, counts, deps);
  }
}

function fail(id: string, error: unknown, counts: PartCounts, deps: RecomputeDeps): void {
  if (error instanceof StoreBusyError) throw error;
  counts.failed++;
  deps.onFailure(id, error);
}

function count({ migrations }: Change, counts: PartCounts): void {
  counts.written++;
  counts.changed += migrations.length;
}

async function noticeAlone(
  id: string,
  part: RecomputePart,
  settings: Settings,
  counts: PartCounts,
  deps: RecomputeDeps,
): Promise<void> {
  const attempt = async () => {
    const item = (await deps.store.readFiles([id])).get(id);
    const change = item && (await decide(item, part, settings, deps.shops));
    if (!change) return;
    await commit([change], part, deps.store);
    count(change, counts);
  };
  try {
    await retried(attempt, deps, 5);
  } catch (error) {
    fail(id, error, counts, deps);
  }
}

function commit(changes: readonly Change[], part: RecomputePart, store: CustomerStore): Promise<void> {
  return store.commit({
    cause: part.run,
    files: changes.map(({ item }) => item),
    migrations: changes.flatMap(({ migrations }) => migrations),
  });
}

/** What is to be written of one customer; undefined when nothing changes by `asOf`. */
async function decide(
  { value, version }: Versioned<FileOrRedirect>,
  part: RecomputePart,
  settings: Settings,
  shops: ShopReader,
): Promise<Change | undefined> {
  if (value.type !== 'file') return undefined;
  const file =
    part.type === 'recompute.all' && part.cause === 'config' ? await inShopDays(value.file, shops) : value.file;
  const told = tell(file, value.dueAt, part, settings);
  const unchanged =
    file === value.file &&
    told.migrations.length === 0 &&
    told.noticed.stage === file.noticed?.stage &&
    told.dueAt === value.dueAt;
  if (unchanged) return undefined;
  const item: FileOrRedirect = {
    type: 'file',
    file: { ...file, noticed: told.noticed },
    ...(told.dueAt !== undefined && { dueAt: told.dueAt }),
  };
  return { item: { value: item, version }, migrations: told.migrations };
}

function tell(file: CustomerFile, dueAt: Instant | undefined, part: RecomputePart, settings: Settings): Notice {
  const cause = part.type === 'night.due' ? 'time' : part.cause;
  const clockOf = (one: CustomerFile) => zoneOf(one, settings.timezone);
  if (cause === 'config') {
    const last = file.noticed && keptUntil(file.noticed, dueAt, part.asOf);
    return noticeCustomer(file, part.asOf, cause, settings, last, clockOf);
  }
  const goesBack = file.noticed !== undefined && file.noticed.asOf > part.asOf;
  return goesBack
    ? noticeCustomerAnew(file, part.asOf, settings, clockOf)
    : noticeCustomer(file, part.asOf, cause, settings, file.noticed, clockOf);
}

/**
 * Under the settings before, the stage stood until the customer was due: what is another stage by then is so because
 * the settings changed, not because of the time since it was last noticed.
 */
function keptUntil(noticed: Noticed, dueAt: Instant | undefined, asOf: Instant): Noticed {
  const until = dueAt === undefined ? asOf : Math.min(asOf, dueAt - 1);
  return until > noticed.asOf ? { ...noticed, asOf: until } : noticed;
}

/** The file with each purchase's day on the calendar its shop has now; the same object where nothing moves. */
async function inShopDays(file: CustomerFile, shops: ShopReader): Promise<CustomerFile> {
  const moved = new Map<string, OrderEntry>();
  const zones = new Map<string, string | undefined>();
  for (const [ref, entry] of file.orders) {
    const id = partsOfRef(ref).shop;
    if (!zones.has(id)) zones.set(id, (await shops.shop(id))?.timezone);
    const zone = zones.get(id);
    // Of a shop that is gone the days stay as they were reckoned.
    const inZone = zone === undefined ? entry : onCalendarOf(zone, entry);
    if (inZone !== entry) moved.set(ref, inZone);
  }
  return moved.size === 0 ? file : { ...file, orders: new Map([...file.orders, ...moved]) };
}

/** The same object where no day moves. */
function onCalendarOf(zone: string, entry: OrderEntry): OrderEntry {
  const { purchase, earning } = entry;
  const paidAt = purchase?.paidAt ?? earning?.paidAt;
  const day = paidAt === undefined ? undefined : dayOf(paidAt, zone);
  if (day === undefined || day === (purchase?.day ?? earning?.day)) return entry;
  return {
    ...entry,
    ...(purchase && { purchase: { ...purchase, day } }),
    ...(earning && { earning: { ...earning, day } }),
  };
}
