import type { ParkReason } from '../contracts/http/operations.ts';
import type { PlatformName } from '../contracts/platforms/platform.ts';
import type { RunType, Work } from '../contracts/work.ts';
import type { Role } from '../domain/access/roles.ts';
import type { Day, Instant } from '../domain/calendar.ts';
import type { CustomerFile } from '../domain/customers/customer-file.ts';
import type { IdentityKey } from '../domain/customers/identity.ts';
import type { IdentityRow } from '../domain/customers/linking.ts';
import type { Migration } from '../domain/life-cycle/migration.ts';
import type { MilestoneName, Order } from '../domain/orders/order.ts';
import type { SegmentRule } from '../domain/segments/rule.ts';
import type { Settings } from '../domain/settings/settings.ts';
import type { NightlyLimits } from '../domain/value/nightly-limits.ts';

/** Something read from storage, with the version a write of it is conditional on; 0 = not there yet. */
export interface Versioned<T> {
  readonly value: T;
  readonly version: number;
}

export interface Silenced {
  readonly milestones: readonly MilestoneName[];
  /** When the last of them was learnt: a stage that its customer had entered by then is old news, too. */
  readonly at: Instant;
}

export interface StoredOrder {
  readonly order: Order;
  /** Id of the file it contributes to, possibly one merged since; undefined without an identity. */
  readonly customer?: string;
  /** Identities that this order showed to link no more: whoever comes next sees to it that they are taken apart. */
  readonly regroup?: readonly IdentityKey[];
  /** What was first learnt from a replay or an import triggers nothing (DOMAIN 1). */
  readonly silent?: Silenced;
  /** Its buyer was erased: it is counted and belongs to nobody, whatever comes of it. */
  readonly erased?: true;
}

/** A file, where it went when it was merged into another, or that it was erased. */
export type FileOrRedirect =
  | { readonly type: 'file'; readonly file: CustomerFile; readonly dueAt?: Instant }
  | { readonly type: 'redirect'; readonly id: string; readonly to: string }
  | ErasedFile;

/** All that is left of a customer who was erased. */
export interface ErasedFile {
  readonly type: 'erased';
  readonly id: string;
  readonly at: Instant;
  /** What is still to be cleared; absent once all is. */
  readonly left?: ErasureLeft;
}

/** Where an erased customer may still be found: keys and keyed hashes only. */
export interface ErasureLeft {
  readonly orders: readonly string[];
  readonly identities: readonly IdentityKey[];
  /** Keys of the addresses that were ever stated. */
  readonly addresses: readonly string[];
  /** Ids the customer had before merges. */
  readonly aliases: readonly string[];
}

/** One atomic change. Every part is conditional on the version it was decided on. */
export interface Changes {
  readonly orders?: readonly Versioned<StoredOrder>[];
  readonly files?: readonly Versioned<FileOrRedirect>[];
  readonly identities?: readonly Versioned<IdentityRow>[];
  readonly migrations?: readonly Migration[];
  /** Names the cause: the same cause writes the same migration rows, so that a retry cannot double them. */
  readonly cause: string;
}

/** Someone else changed what a decision was based on, or the store was busy with it: read again and decide again. */
export class ConflictError extends Error {
  override name = 'ConflictError';
}

/** The store asks for less: throttled or unavailable. Worth trying later, not at once. */
export class StoreBusyError extends Error {
  override name = 'StoreBusyError';
}

/** Something would hold more than the store takes in one piece: trying again does not help. */
export class RecordTooLargeError extends Error {
  override name = 'RecordTooLargeError';
}

export interface CustomerStore {
  /** One request: an order and identity rows, as of now (strongly consistent). */
  readOrder(
    ref: string,
    identities: readonly string[],
  ): Promise<{ order?: Versioned<StoredOrder>; identities: Map<string, Versioned<IdentityRow>> }>;
  readOrders(refs: readonly string[]): Promise<Map<string, Versioned<StoredOrder>>>;
  readIdentities(keys: readonly string[]): Promise<Map<string, Versioned<IdentityRow>>>;
  readFiles(ids: readonly string[]): Promise<Map<string, Versioned<FileOrRedirect>>>;
  /** @throws ConflictError when a condition fails, StoreBusyError when throttled, RecordTooLargeError; then nothing is written. */
  commit(changes: Changes): Promise<void>;
}

/** What an index or a scan found; one that cannot be read comes with the reason, and holds up no other. */
export interface Found<Item> {
  readonly id: string;
  readonly item?: Item;
  readonly unreadable?: unknown;
}

export type FoundFile = Found<Versioned<FileOrRedirect>>;

/** Customers whose stage changes by time alone, found without reading anybody else. */
export interface DueIndex {
  /** Files due at or before `until` in one shard, read in one page; `next` continues it. */
  readDue(
    shard: number,
    until: Instant,
    after: string | undefined,
    limit: number,
  ): Promise<{ items: readonly FoundFile[]; next?: string }>;
  /**
   * Every file of one of `total` segments, page by page.
   * @param keeps leaves a file out of the page as soon as it is read: what most do not pass costs no memory
   */
  scanFiles(
    segment: number,
    total: number,
    after: string | undefined,
    limit: number,
    keeps?: (found: FoundFile) => boolean,
  ): Promise<{ items: readonly FoundFile[]; next?: string }>;
}

/** Everything there is, for the rare case that a rule about identities has changed. */
export interface LinkScan {
  scanIdentities(
    segment: number,
    total: number,
    after: string | undefined,
    limit: number,
  ): Promise<{ items: readonly IdentityKey[]; next?: string }>;
  scanOrders(
    segment: number,
    total: number,
    after: string | undefined,
    limit: number,
  ): Promise<{ items: readonly string[]; next?: string }>;
}

export interface SettingsReader {
  /** The settings in force at `now`; may be a cache lifetime old. */
  settings(now: Instant): Promise<Settings>;
}

export interface Clock {
  now(): Instant;
}

/** A shop as the webhook route needs it; its secrets are decrypted, and go nowhere but into signature checks. */
export interface Shop {
  readonly id: string;
  readonly platform: PlatformName;
  readonly name: string;
  readonly currency: string;
  readonly timezone: string;
  /** Secrets accepted now: the current one, and during rotation the one before. */
  readonly secrets: readonly string[];
}

export interface ShopReader {
  /** May be a cache lifetime old. */
  shop(id: string): Promise<Shop | undefined>;
  /** As it is now, past any cache. */
  freshShop(id: string): Promise<Shop | undefined>;
}

/** A verified webhook as it came, small enough to queue and whole enough to be read again later. */
export interface InboundEvent {
  readonly shop: string;
  /** Same for every delivery of the same event: the platform's event id, else a hash of the body. */
  readonly id: string;
  /** Headers the platform's reader needs, lower case; never the signature. */
  readonly headers: Readonly<Record<string, string>>;
  /** Query parameters it needs. */
  readonly query: Readonly<Record<string, string>>;
  /** The raw body, base64. */
  readonly body: string;
  readonly receivedAt: Instant;
}

/** Why an event could not be recorded, in words for the shop's engineer; values of fields are never in it. */
export interface ParkCause {
  readonly reason: ParkReason;
  readonly detail: string;
  readonly errors?: readonly { readonly field: string; readonly message: string }[];
}

export interface ParkedEvents {
  /** Keeps the event with its reason; the same event on the same day is one row, counting how often it came. */
  park(event: InboundEvent, cause: ParkCause): Promise<void>;
}

export interface OrderQueue {
  /** Puts the event where order-record takes it from, one at a time per `group`. */
  send(event: InboundEvent, group: string): Promise<void>;
}

/** Work cut into parts: the one union all queue-driven work goes through. */
export interface WorkQueue {
  send(work: Work, delaySeconds?: number): Promise<void>;
}

/** Part of a list, in a fixed order; `next` continues it. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next?: string;
}

/** Whose key a request came with. */
export interface Actor {
  readonly keyId: string;
  readonly name: string;
  readonly role: Role;
  readonly requestId: string;
}

/** A change as the audit log keeps it: names of fields, never their values, which can be personal or secret. */
export interface AuditedChange {
  readonly actor: Actor;
  readonly at: Instant;
  readonly action: string;
  readonly target: string;
  readonly changed: readonly string[];
}

export interface AuditEntry extends AuditedChange {
  /** Sorts by time. */
  readonly id: string;
}

export interface AuditLog {
  /** For changes that are not made in the workspace table itself; those write their entry with the change. */
  record(change: AuditedChange): Promise<void>;
  /** Newest first. */
  listAudit(after: string | undefined, limit: number): Promise<Page<AuditEntry>>;
}

/** A shop with its secrets in clear: only the store seals and opens them. */
export interface ShopRecord {
  readonly id: string;
  readonly platform: PlatformName;
  readonly name: string;
  readonly currency: string;
  readonly timezone: string;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  readonly secret: string;
  /** The secret before, accepted until then. */
  readonly previous?: { readonly secret: string; readonly until: Instant };
}

export interface ShopStore extends ShopReader {
  readShop(id: string): Promise<Versioned<ShopRecord> | undefined>;
  listShops(after: string | undefined, limit: number): Promise<Page<ShopRecord>>;
  /** Settings, when given, are saved in the same transaction. @throws ConflictError when the id is taken */
  createShop(shop: ShopRecord, change: AuditedChange, settings?: Versioned<SettingsRecord>): Promise<void>;
  saveShop(shop: Versioned<ShopRecord>, change: AuditedChange): Promise<void>;
  removeShop(id: string, version: number, change: AuditedChange): Promise<void>;
}

/** The settings in force, and those that will be from `effectiveAt` on. */
export interface SettingsRecord {
  readonly current: Settings;
  readonly next?: { readonly settings: Settings; readonly effectiveAt: Instant };
  /** False while the base currency is only the default: the first shop decides it then. */
  readonly baseCurrencyChosen: boolean;
}

export interface SettingsStore extends SettingsReader {
  /** Version 0 with the defaults while nothing has been saved. */
  readSettings(): Promise<Versioned<SettingsRecord>>;
  saveSettings(settings: Versioned<SettingsRecord>, change: AuditedChange): Promise<void>;
}

export interface ApiKey {
  /** Public name of the key; the key itself is known to its holder only. */
  readonly keyId: string;
  readonly name: string;
  readonly role: Role;
  readonly createdAt: Instant;
}

export interface ApiKeyStore {
  /** By the SHA-256 (hex) of the key; may be a cache lifetime old. */
  findKey(hash: string): Promise<ApiKey | undefined>;
  listKeys(after: string | undefined, limit: number): Promise<Page<ApiKey>>;
  addKey(hash: string, key: ApiKey, change: AuditedChange): Promise<void>;
  /** @returns false when there is no such key */
  removeKey(keyId: string, change: AuditedChange): Promise<boolean>;
}

/** An event that waits for a person or a replay, without its body. */
export interface ParkedEvent {
  readonly id: string;
  readonly shop: string;
  /** A `ParkReason`, or a word of the version that parked it. */
  readonly reason: string;
  readonly detail: string;
  readonly errors: readonly { readonly field: string; readonly message: string }[];
  readonly firstAt: Instant;
  readonly lastAt: Instant;
  /** How often it came. */
  readonly seen: number;
  /** Size of the body. */
  readonly bytes: number;
}

export interface ParkedStore extends ParkedEvents {
  /** Newest day first. */
  listParked(
    filter: { readonly shop?: string; readonly reason?: ParkReason },
    after: string | undefined,
    limit: number,
  ): Promise<Page<ParkedEvent>>;
  readParked(id: string): Promise<{ readonly row: ParkedEvent; readonly event: InboundEvent } | undefined>;
  /** Takes it off the list, after a replay that recorded it. Removing what is gone is no error. */
  removeParked(id: string): Promise<void>;
}

/** Who was erased lately: facts written before then still count them, and their readers leave them out. */
export interface ErasedCustomers {
  /** Ids, those before merges included; kept for 30 days, longer than facts are. */
  add(customers: readonly string[], at: Instant): Promise<void>;
  /** Everybody erased at or after this moment. */
  since(instant: Instant): Promise<ReadonlySet<string>>;
}

/** A night or a recompute, cut into parts. */
export interface Run {
  readonly id: string;
  readonly type: RunType;
  readonly asOf: Instant;
  readonly startedAt: Instant;
  readonly finishedAt?: Instant;
  readonly parts: number;
  readonly partsDone: number;
  /** Sums over the parts: customers read, customers whose stage changed, and the like. */
  readonly counts: Readonly<Record<string, number>>;
}

/** One step of a part: the part's name, and where in it the step began. */
export interface RunStep {
  readonly part: string;
  readonly after?: string;
  /** False when the step handed on the rest of its part. */
  readonly last: boolean;
  readonly counts: Readonly<Record<string, number>>;
}

export interface RunStore {
  /** @returns false when a run of this id exists already; then nothing is changed */
  startRun(run: Pick<Run, 'id' | 'type' | 'asOf' | 'startedAt' | 'parts'>): Promise<boolean>;
  readRun(id: string): Promise<Run | undefined>;
  /** Counts a step in once, however often it is reported. @returns the run after it */
  stepDone(id: string, step: RunStep, at: Instant): Promise<Run | undefined>;
}

/** Starts the recompute of everybody, once settings that were saved are in force everywhere. */
export interface Recomputes {
  start(cause: 'config', delaySeconds: number): Promise<{ readonly run: string }>;
  /** Looks at every identity and order again, after the limit at which an identity stops linking has changed. */
  startRelinking(delaySeconds: number): Promise<{ readonly run: string }>;
}

/** The log of stage changes. */
export interface MigrationLog {
  /** Every change with its true day in [from, to], in no particular order, page by page. */
  migrationsBetween(from: Day, to: Day): AsyncIterable<readonly Migration[]>;
}

/** Which night was run last: an earlier one has to visit everybody. */
export interface NightMarks {
  lastAsOf(): Promise<Instant | undefined>;
  remember(asOf: Instant): Promise<void>;
}

/** What only all customers together give, frozen by each night's census. */
export interface NightlyLimitsReader {
  /** Those in force; may be a cache lifetime old. Undefined before the first census. */
  nightlyLimits(): Promise<NightlyLimits | undefined>;
}

export interface NightlyLimitsStore extends NightlyLimitsReader {
  /** @returns false when those in force are of a later moment; then nothing is changed */
  replaceLimits(limits: NightlyLimits): Promise<boolean>;
}

/** A rule under a name, for whoever wants to reach those it holds of. */
export interface Segment {
  readonly id: string;
  readonly name: string;
  readonly rule: SegmentRule;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

export interface SegmentStore {
  readSegment(id: string): Promise<Versioned<Segment> | undefined>;
  /** In the order of their ids. */
  listSegments(after: string | undefined, limit: number): Promise<Page<Versioned<Segment>>>;
  /** Version 0 makes a new one. @throws ConflictError when it is not at this version */
  saveSegment(segment: Versioned<Segment>, change: AuditedChange): Promise<void>;
  /** @throws ConflictError when it is not at this version */
  removeSegment(id: string, version: number, change: AuditedChange): Promise<void>;
}
