import type { Order, Refund } from './order.ts';

export const orderStatuses = [
  'created',
  'paid',
  'shipped',
  'delivered',
  'completed',
  'cancelled',
  'partially_refunded',
  'refunded',
] as const;
export type OrderStatus = (typeof orderStatuses)[number];

/** Status derived from what is known, whatever the platform calls it (DOMAIN 1). */
export function statusOf(order: Order): OrderStatus {
  if (isRefundedInFull(order)) return 'refunded';
  if (refundedAmount(order) > 0) return 'partially_refunded';
  const { shippedAt, deliveredAt, completedAt, cancelledAt } = order.milestones;
  const paidAt = paidAtOf(order);
  if (cancelledAt !== undefined && paidAt === undefined) return 'cancelled';
  if (completedAt !== undefined) return 'completed';
  if (deliveredAt !== undefined) return 'delivered';
  if (shippedAt !== undefined) return 'shipped';
  return paidAt === undefined ? 'created' : 'paid';
}

/**
 * When it was paid, if it was: the time that was told, else the best guess, but not before the last snapshot that said it
 * was not. A deposit's transaction looks like any payment: while the newest snapshot says that the balance is to come, it
 * is none (DOMAIN 1).
 */
export function paidAtOf({ milestones, payment, description }: Order): number | undefined {
  const told = milestones.paidAt ?? payment?.guess;
  if (told === undefined || description?.value.awaits === 'balance') return undefined;
  return Math.max(told, payment?.unpaidUntil ?? told);
}

/** Refunds the money of which went back. */
export function successfulRefunds(order: Order): Refund[] {
  return order.refunds.map(({ value }) => value).filter(({ status }) => status === 'success');
}

/** Sum of successful refunds, in minor units of the order's currency. */
export function refundedAmount(order: Order): number {
  return successfulRefunds(order).reduce((sum, { amount }) => sum + amount, 0);
}

function saysNothingOfMoney({ status, amount }: Refund): boolean {
  return status === 'refused' || (status === 'success' && amount === 0);
}

/** When the first of the refunds was asked for that nobody has decided yet. */
export function refundOpenSince(order: Order): number | undefined {
  if (isRefundedInFull(order)) return undefined;
  const asked = order.refunds.flatMap(({ value }) => (value.status === 'requested' ? [value.at] : []));
  return asked.length === 0 ? undefined : Math.min(...asked);
}

/**
 * Refunded in full: successful refunds reach a total above zero; or cancelled after payment with no refund on record,
 * which counts as refunded at that moment (DOMAIN 1). A payment beats an earlier cancellation; a refused refund is none.
 */
export function isRefundedInFull(order: Order): boolean {
  const total = order.description?.value.total;
  // Goods can go back without money: such a refund says nothing of it.
  if (refundedAmount(order) > 0) return total !== undefined && total > 0 && refundedAmount(order) >= total;
  const { cancelledAt } = order.milestones;
  const paidAt = paidAtOf(order);
  const cancelledAfterPayment = paidAt !== undefined && cancelledAt !== undefined && cancelledAt > paidAt;
  return cancelledAfterPayment && order.refunds.every(({ value }) => saysNothingOfMoney(value));
}
