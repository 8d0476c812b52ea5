import type { Instant } from '../../domain/calendar.ts';
import type { CouponDefinition, CouponUse, IssuedCoupon } from '../../domain/coupons/coupon.ts';
import type { CouponTally, PoolStock } from '../../domain/coupons/coupon-effect.ts';
import type { AuditedChange, Page, Versioned } from '../ports.ts';

/** A coupon as it is kept. */
export interface StoredCoupon {
  readonly definition: CouponDefinition;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  /** Nobody is given it any more; what is in customers' hands is recognised still. */
  readonly endedAt?: Instant;
}

export interface CouponReader {
  /** May be two seconds old. */
  coupon(id: string): Promise<StoredCoupon | undefined>;
  /** All of them, those that have ended, too; likewise. */
  coupons(): Promise<readonly StoredCoupon[]>;
}

export interface CouponStore extends CouponReader {
  /** As of now. */
  readCoupon(id: string): Promise<Versioned<StoredCoupon> | undefined>;
  listCoupons(after: string | undefined, limit: number): Promise<Page<Versioned<StoredCoupon>>>;
  /** Version 0 makes a new one. @throws ConflictError when it is not at this version */
  saveCoupon(coupon: Versioned<StoredCoupon>, change: AuditedChange): Promise<void>;
}

/** A coupon to be given, once for its cause. */
export interface Giving {
  readonly coupon: string;
  readonly customer: string;
  readonly cause: string;
  readonly at: Instant;
  readonly expiresAt?: Instant;
  /** Most that the customer may have in all. */
  readonly limit: number;
}

export type Given =
  | { readonly type: 'issued'; readonly coupon: IssuedCoupon }
  | { readonly type: 'refused'; readonly reason: 'coupon_stock' | 'coupon_limit' }
  /** The code is another's already: try the next. */
  | { readonly type: 'taken' };

/** A code that we know: in a pool, or in somebody's hands. */
export interface CodeRow {
  /** As it was uploaded or made. */
  readonly code: string;
  readonly coupon: string;
  /** When it was given to somebody; absent while it lies in its pool. */
  readonly issuedAt?: Instant;
  readonly expiresAt?: Instant;
  /** Absent for one in a pool, and once the customer is erased. */
  readonly customer?: string;
  readonly cause?: string;
  /** Purchases that used it; the first of them redeems it. */
  readonly uses: readonly CouponUse[];
}

/** One look at an order, written at once: what its codes are used for, and which codes those are. */
export interface UsesOfOrder {
  readonly order: string;
  /** Version of the order this was decided on: another one decides again. */
  readonly orderVersion: number;
  readonly rows: readonly Versioned<CodeRow>[];
  /** Each changed row's redemption before and after, for the counts. */
  readonly counted: readonly { readonly row: CodeRow; readonly sign: 1 | -1; readonly use: CouponUse }[];
  /** Comparable codes to find again when the order no longer names them. */
  readonly codes: readonly string[];
}

/** What a request brought to a pool. */
export interface AddedCodes {
  readonly added: number;
  /** In this pool before. */
  readonly known: number;
  /** Codes of another coupon, or given to somebody without a pool: they stay there. */
  readonly taken: readonly string[];
}

/** Pools, codes and who holds them. */
export interface CouponLedger {
  /**
   * Gives this code, unless the cause has had one: then that one. One transaction of the customer's row, the code, the
   * customer's number of them and the counts.
   * @throws ConflictError, StoreBusyError; then nothing was given, or the same call finds what was
   */
  giveCode(giving: Giving, code: string): Promise<Given>;
  /** Gives the next code of the pool, likewise; a pool that has none left refuses. */
  drawCode(giving: Giving): Promise<Given>;
  /** What these ids of one customer were given for a cause, and how many of the coupon they have. */
  readGiven(
    coupon: string,
    customers: readonly string[],
    cause: string,
  ): Promise<{ readonly issued?: IssuedCoupon; readonly count: number }>;
  /** Puts codes into a pool, each once, however often they come. @param codes comparable ones differ */
  addCodes(coupon: string, codes: readonly string[]): Promise<AddedCodes>;
  readStock(coupon: string): Promise<PoolStock>;
  readTallies(coupon: string): Promise<readonly CouponTally[]>;
  /** Everything these ids of one customer were given, oldest first. */
  issuedTo(customers: readonly string[]): Promise<readonly IssuedCoupon[]>;
  /** Codes that orders were found to use, by order; and rows of codes, by comparable code. */
  readCodes(
    codes: readonly string[],
    orders: readonly string[],
  ): Promise<{
    readonly rows: ReadonlyMap<string, Versioned<CodeRow>>;
    readonly orders: ReadonlyMap<string, readonly string[]>;
  }>;
  /** @throws ConflictError when a row or the order has changed since */
  saveUses(uses: UsesOfOrder): Promise<void>;
  /** Takes away who was given what; codes, uses and counts stay. Can be repeated. */
  forget(customer: string): Promise<void>;
}
