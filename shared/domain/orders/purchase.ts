import { type Day, dayOf, type Instant } from '../calendar.ts';
import { type BoughtLine, boughtLines } from './bought-lines.ts';
import type { Order } from './order.ts';
import { isRefundedInFull, paidAtOf, refundedAmount, successfulRefunds } from './status.ts';

/** What an order brings to its customer's file. */
export interface Purchase {
  readonly paidAt: Instant;
  /** Calendar day of `paidAt` in the shop's zone. */
  readonly day: Day;
  /** Paid total less successful refunds, in minor units of `currency`. */
  readonly amount: number;
  readonly currency: string;
  /** Pieces bought less pieces refunded. */
  readonly items: number;
  /** What is in it, apart from lines taken back in full. */
  readonly lines: readonly BoughtLine[];
  /** Codes of the coupons used. */
  readonly coupons: readonly string[];
}

/** A payment of which something went back: points are earned on what was paid and taken back at each refund (DOMAIN 5). */
export interface Earning {
  readonly paidAt: Instant;
  /** Calendar day of `paidAt` in the shop's zone. */
  readonly day: Day;
  /** What was paid, in minor units of `currency`. */
  readonly paid: number;
  readonly currency: string;
  /** Successful refunds, sorted by id; a cancellation after payment is one. */
  readonly refunds: readonly { readonly id: string; readonly at: Instant; readonly amount: number }[];
}

/**
 * The purchase an order is, if it is one: paid, neither refunded in full nor a test (DOMAIN 1). A zero amount is one.
 * An order of which only parts are known (no amounts yet) is none until its description arrives.
 */
export function purchaseOf(order: Order, shopZone: string): Purchase | undefined {
  const paidAt = paidAtOf(order);
  const description = order.description?.value;
  if (paidAt === undefined || !description || description.test || isRefundedInFull(order)) return undefined;
  return {
    paidAt,
    day: dayOf(paidAt, shopZone),
    amount: Math.max(0, description.total - refundedAmount(order)),
    currency: description.currency,
    items: Math.max(0, piecesOf(description.items) - piecesRefunded(order)),
    lines: boughtLines(order),
    coupons: [...new Set(description.coupons)].sort(),
  };
}

/**
 * What a paid order earned points by, where the purchase that it is, or no longer is, does not tell: when some of its
 * money went back.
 */
export function earningOf(order: Order, shopZone: string): Earning | undefined {
  const paidAt = paidAtOf(order);
  const description = order.description?.value;
  if (paidAt === undefined || !description || description.test) return undefined;
  const refunds = refundsOf(order, description.total);
  if (refunds.length === 0) return undefined;
  const { total: paid, currency } = description;
  return { paidAt, day: dayOf(paidAt, shopZone), paid, currency, refunds };
}

function refundsOf(order: Order, total: number): Earning['refunds'] {
  const refunds = successfulRefunds(order).flatMap(({ id, at, amount }) => (amount > 0 ? [{ id, at, amount }] : []));
  const { cancelledAt } = order.milestones;
  const isCancelled = refunds.length === 0 && isRefundedInFull(order) && cancelledAt !== undefined && total > 0;
  return isCancelled ? [{ id: 'cancelled', at: cancelledAt, amount: total }] : refunds;
}

function piecesOf(lines: readonly { readonly quantity: number }[]): number {
  return lines.reduce((sum, { quantity }) => sum + quantity, 0);
}

function piecesRefunded(order: Order): number {
  return successfulRefunds(order).reduce((sum, { items }) => sum + piecesOf(items ?? []), 0);
}
