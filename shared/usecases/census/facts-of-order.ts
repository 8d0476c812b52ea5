import type { FactRow } from '../../contracts/facts-files.ts';
import { dayOf, type Instant, offsetAt } from '../../domain/calendar.ts';
import { amountInBase } from '../../domain/customers/summary.ts';
import { hourMs } from '../../domain/durations.ts';
import type { Milestones, Order } from '../../domain/orders/order.ts';
import { refundShares } from '../../domain/orders/refund-shares.ts';
import { isRefundedInFull, paidAtOf, refundedAmount, statusOf } from '../../domain/orders/status.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import type { StoredOrder } from '../ports.ts';

export interface OrderFacts {
  readonly order: FactRow<'orders'>;
  readonly refunds: readonly FactRow<'refunds'>[];
}

/** What the facts of an order are reckoned with. */
export interface OrderFrame {
  readonly asOf: Instant;
  /** Of the order's shop. */
  readonly zone: string;
  readonly settings: Settings;
}

/**
 * An order as reports see it. What it brought by the as-of moment counts: a payment after it is none yet.
 * @returns undefined when it was made later than the as-of moment
 */
export function factsOfOrder({ order, customer }: StoredOrder, frame: OrderFrame): OrderFacts | undefined {
  const madeAt = madeAtOf(order.milestones);
  if (madeAt !== undefined && madeAt > frame.asOf) return undefined;
  const paidAt = paidAtOf(order);
  const row = orderRow(
    order,
    customer,
    madeAt,
    paidAt !== undefined && paidAt <= frame.asOf ? paidAt : undefined,
    frame,
  );
  return { order: row, refunds: order.description?.value.test ? [] : refundRows(order, customer, frame) };
}

/** When it was made, as far as is known: of some orders only a later milestone has been told. */
function madeAtOf(milestones: Milestones): Instant | undefined {
  if (milestones.createdAt !== undefined) return milestones.createdAt;
  const known = Object.values(milestones);
  return known.length === 0 ? undefined : Math.min(...known);
}

function orderRow(
  order: Order,
  customer: string | undefined,
  madeAt: Instant | undefined,
  paidAt: Instant | undefined,
  frame: OrderFrame,
): FactRow<'orders'> {
  const { zone } = frame;
  const description = order.description?.value;
  const address = description?.address;
  const boughtAt = paidAt ?? madeAt;
  return {
    customer: customer ?? null,
    shop: order.shop,
    order: order.id,
    createdAt: madeAt ?? null,
    createdDay: madeAt === undefined ? null : dayOf(madeAt, zone),
    paidAt: paidAt ?? null,
    paidDay: paidAt === undefined ? null : dayOf(paidAt, zone),
    paid: paidAt !== undefined,
    status: statusOf(order),
    ...amountsOf(order, frame),
    test: description?.test ?? false,
    country: address?.country ?? null,
    province: address?.province ?? null,
    city: address?.city ?? null,
    ...wallClock(boughtAt, zone),
    channel: description?.channel ?? null,
    paymentMethod: description?.paymentMethod ?? null,
  };
}

function wallClock(at: Instant | undefined, zone: string): Pick<FactRow<'orders'>, 'localHour' | 'weekday'> {
  if (at === undefined) return { localHour: null, weekday: null };
  const hours = Math.floor((at + offsetAt(at, zone)) / hourMs);
  // 1970-01-01 was a Thursday.
  const weekday = (((Math.floor(hours / 24) + 3) % 7) + 7) % 7;
  return { localHour: ((hours % 24) + 24) % 24, weekday: weekday + 1 };
}

/** What was refunded is what the total is more than the net amount, so that the two differ by the very purchase. */
function amountsOf(order: Order, frame: OrderFrame): Pick<FactRow<'orders'>, 'total' | 'refunded'> {
  const paid = order.description?.value.total;
  const total = inBase(paid, order, frame);
  if (paid === undefined || total === null) return { total, refunded: null };
  const net = isRefundedInFull(order) ? 0 : Math.max(0, paid - refundedAmount(order));
  return { total, refunded: total - (inBase(net, order, frame) ?? 0) };
}

/** At the rate of the day it was paid, or made while unpaid; refunds too (DOMAIN 1). Null without a rate. */
function inBase(amount: number | undefined, order: Order, { zone, settings }: OrderFrame): number | null {
  const currency = order.description?.value.currency;
  const at = paidAtOf(order) ?? madeAtOf(order.milestones);
  if (amount === undefined || currency === undefined || at === undefined) return null;
  return amountInBase({ amount, currency, day: dayOf(at, zone) }, settings) ?? null;
}

function refundRows(order: Order, customer: string | undefined, frame: OrderFrame): FactRow<'refunds'>[] {
  return order.refunds.flatMap(({ value: refund }) => {
    if (refund.at > frame.asOf) return [];
    const amount = inBase(refund.amount, order, frame);
    return refundShares(order, refund, amount ?? 0).map((share) => ({
      customer: customer ?? null,
      shop: order.shop,
      order: order.id,
      refund: refund.id,
      product: share.product ?? null,
      at: refund.at,
      day: dayOf(refund.at, frame.zone),
      amount: amount === null ? null : share.amount,
      reason: refund.reason ?? null,
      status: refund.status,
    }));
  });
}
