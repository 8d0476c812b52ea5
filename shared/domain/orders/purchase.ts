import { type Day, dayOf, type Instant } from '../calendar.ts';
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
  };
}

function piecesOf(lines: readonly { readonly quantity: number }[]): number {
  return lines.reduce((sum, { quantity }) => sum + quantity, 0);
}

function piecesRefunded(order: Order): number {
  return successfulRefunds(order).reduce((sum, { items }) => sum + piecesOf(items ?? []), 0);
}
