import type { Instant } from '../calendar.ts';

/** What is written into the ledger by hand or by a journey. Append-only; `id` is the caller's idempotency key. */
export interface PointsEntry {
  /** One in the ledger of a customer, see `twin`. */
  readonly id: string;
  readonly kind: 'redeemed' | 'adjusted';
  readonly at: Instant;
  /** What it adds: below zero what is redeemed. */
  readonly points: number;
  readonly reason?: string;
  /** Id of the coupon it was exchanged for. */
  readonly coupon?: string;
  /** From 2: another entry of this id came with a merge. Never stored. */
  readonly twin?: number;
}
