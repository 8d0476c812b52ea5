import type { Work } from '../contracts/work.ts';
import { dayOf } from '../domain/calendar.ts';
import { type CustomerFile, type OrderEntry, purchasesOf } from '../domain/customers/customer-file.ts';
import type { Migration } from '../domain/life-cycle/migration.ts';
import { type Notice, notice, noticeAnew } from '../domain/life-cycle/notice.ts';
import type { Settings } from '../domain/settings/settings.ts';
import {
  type Clock,
  ConflictError,
  type CustomerStore,
  type DueIndex,
  type FileOrRedirect,
  type RunStore,
  type SettingsReader,
  type ShopReader,
  type Versioned,
  type WorkQueue,
} from './ports.ts';

export interface RecomputeDeps {
  readonly store: CustomerStore & DueIndex;
  readonly settings: SettingsReader;
  readonly shops: ShopReader;
  readonly runs: RunStore;
  readonly work: WorkQueue;
  readonly clock: Clock;
}

export type RecomputePart = Extract<Work, { type: 'night.due' | 'recompute.all' }>;

/** What a part did: customers read, files written, changes of stage told. */
export interface PartCounts {
  read: number;
  written: number;
  changed: number;
}

/** Files per transaction: with their migrations well below the limit of 100 actions. */
const pageSize = 25;
/** A part that has less time than this left hands on the rest. */
const handOnMs = 8_000;

/**
 * Works through one part of a night or a recompute, page by page; short of time it hands the rest on as a new message.
 * Run twice it changes nothing more: whoever was noticed is no longer due, and every write is conditional.
 */
export async function runRecomputePart(
  part: RecomputePart,
  remainingMs: () => number,
  deps: RecomputeDeps,
): Promise<PartCounts> {
  const settings = await deps.settings.settings(deps.clock.now());
  const counts: PartCounts = { read: 0, written: 0, changed: 0 };
  let after = part.after;
  let last = false;
  while (!last && (counts.read === 0 || remainingMs() > handOnMs)) {
    const page = await readPage(part, after, deps.store);
    await noticePage(page.files, part, settings, counts, deps);
    after = page.next;
    last = after === undefined;
    if (page.files.length === 0 && !last && remainingMs() <= handOnMs) break;
  }
  if (!last && after !== undefined) await deps.work.send({ ...part, after });
  await deps.runs.stepDone(
    part.run,
    { part: partName(part), ...(part.after !== undefined && { after: part.after }), last, counts: { ...counts } },
    deps.clock.now(),
  );
  return counts;
}

function readPage(part: RecomputePart, after: string | undefined, store: DueIndex) {
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
  page: readonly Versioned<FileOrRedirect>[],
  part: RecomputePart,
  settings: Settings,
  counts: PartCounts,
  deps: RecomputeDeps,
): Promise<void> {
  counts.read += page.length;
  const changes: Change[] = [];
  for (const item of page) {
    const change = await decide(item, part, settings, deps.shops);
    if (change) changes.push(change);
  }
  if (changes.length === 0) return;
  try {
    await commit(changes, part, deps.store);
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    // Somebody wrote one of them meanwhile: one by one, each read again.
    for (const { item } of changes) await noticeAlone(item, part, settings, deps);
  }
  counts.written += changes.length;
  counts.changed += changes.reduce((sum, { migrations }) => sum + migrations.length, 0);
}

async function noticeAlone(
  stale: Versioned<FileOrRedirect>,
  part: RecomputePart,
  settings: Settings,
  deps: RecomputeDeps,
): Promise<void> {
  const id = stale.value.type === 'file' ? stale.value.file.id : stale.value.id;
  for (let tries = 1; ; tries++) {
    const item = (await deps.store.readFiles([id])).get(id);
    const change = item && (await decide(item, part, settings, deps.shops));
    if (!change) return;
    try {
      return await commit([change], part, deps.store);
    } catch (error) {
      if (!(error instanceof ConflictError) || tries >= 5) throw error;
    }
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
  if (value.type === 'redirect') return undefined;
  const file =
    part.type === 'recompute.all' && part.cause === 'config' ? await inShopDays(value.file, shops) : value.file;
  const told = tell(file, part, settings);
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

function tell(file: CustomerFile, part: RecomputePart, settings: Settings): Notice {
  const purchases = purchasesOf(file);
  const cause = part.type === 'night.due' ? 'time' : part.cause;
  const goesBack = cause === 'time' && file.noticed !== undefined && file.noticed.asOf > part.asOf;
  return goesBack
    ? noticeAnew(purchases, part.asOf, settings)
    : notice(file.id, purchases, file.noticed, part.asOf, cause, settings);
}

/** The file with each purchase's day on the calendar its shop has now; the same object where nothing moves. */
async function inShopDays(file: CustomerFile, shops: ShopReader): Promise<CustomerFile> {
  const moved = new Map<string, OrderEntry>();
  for (const [ref, entry] of file.orders) {
    const { purchase } = entry;
    const shop = purchase && (await shops.shop(ref.slice(0, ref.indexOf('#'))));
    const day = purchase && shop ? dayOf(purchase.paidAt, shop.timezone) : purchase?.day;
    if (purchase && day !== undefined && day !== purchase.day)
      moved.set(ref, { ...entry, purchase: { ...purchase, day } });
  }
  return moved.size === 0 ? file : { ...file, orders: new Map([...file.orders, ...moved]) };
}
