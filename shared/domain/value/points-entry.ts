import type { Instant } from '../calendar.ts';

/** What is written into the ledger by hand or by a journey. Append-only; `id` is the caller's idempotency key. */
export interface PointsEntry {
  /** One in all the ledger of a customer, the files merged into it included. */
  readonly id: string;
  readonly kind: 'redeemed' | 'adjusted';
  readonly at: Instant;
  /** What it adds: below zero what is redeemed. */
  readonly points: number;
  readonly reason?: string;
  /** Id of the coupon it was exchanged for. */
  readonly coupon?: string;
}
