import type { Instant } from '../calendar.ts';
import { formatAmount } from '../money.ts';
import { type Order, orderRef, type Refund } from '../orders/order.ts';
import { purchaseOf } from '../orders/purchase.ts';
import { paidAtOf, statusOf } from '../orders/status.ts';
import type { Occurrence } from './enter.ts';
import type { Trigger } from './journey.ts';
import { daysAfter } from './waits.ts';

export type OrderTrigger = Extract<Trigger, { readonly on: `order.${string}` } | { readonly on: 'refund.changed' }>;

const readers: { readonly [On in OrderTrigger['on']]: OccurrenceReader<Extract<OrderTrigger, { on: On }>> } = {
  'order.paid': (_trigger, order, zone) => (purchaseOf(order, zone) ? happened('paid', order, paidAtOf(order)) : []),
  'order.unpaid': (_trigger, order) => (waitsForPayment(order) ? happened('unpaid', order, createdAt(order)) : []),
  'order.shipped': (_trigger, order) => onItsWay(order, 'shipped', order.milestones.shippedAt),
  'order.outForDelivery': (_trigger, order) => onItsWay(order, 'out_for_delivery', nodeTimes(order, outCode)[0]),
  'order.exception': (_trigger, order) => exceptions(order),
  'order.delivered': (_trigger, order) => onItsWay(order, 'delivered', deliveredAt(order)),
  'order.received': (trigger, order, zone) => received(trigger, order, zone),
  'refund.changed': (trigger, order) => refunds(order, trigger.status),
};

type OccurrenceReader<One> = (trigger: One, order: Order, shopZone: string) => Occurrence[];

export function isOrderTrigger(trigger: Trigger): trigger is OrderTrigger {
  return Object.hasOwn(readers, trigger.on);
}

/**
 * What an order as it stands at `now` has triggered; nothing where it says nothing of that any more: a journey on payment
 * has lost its cause when the order is paid back. Tests trigger nothing, nor do orders of which only parts have come.
 */
export function occurrencesOfOrder(trigger: Trigger, order: Order, shopZone: string, now: Instant): Occurrence[] {
  const description = order.description?.value;
  if (!isOrderTrigger(trigger) || !description || description.test) return [];
  const read = readers[trigger.on] as OccurrenceReader<OrderTrigger>;
  return read(trigger, order, shopZone).filter(({ at, newsAt = at }) => newsAt <= now);
}

/**
 * Not paid, and nothing else is awaited: cash on delivery, transfers, authorised orders and deposits get no reminder
 * (DOMAIN 1); nor does what costs nothing.
 */
export function waitsForPayment(order: Order): boolean {
  const description = order.description?.value;
  if (!description || description.test || description.awaits !== undefined || description.total <= 0) return false;
  return statusOf(order) === 'created';
}

function createdAt({ milestones, statedAt }: Order): Instant | undefined {
  return milestones.createdAt ?? (statedAt > 0 ? statedAt : undefined);
}

function happened(word: string, order: Order, at: Instant | undefined): Occurrence[] {
  const ref = orderRef(order.shop, order.id);
  return at === undefined ? [] : [{ name: `${word} ${ref}`, at, order: ref, shop: order.shop }];
}

/** Nothing is told of the way of what was called off. */
function onItsWay(order: Order, word: string, at: Instant | undefined): Occurrence[] {
  const status = statusOf(order);
  return status === 'cancelled' || status === 'refunded' ? [] : happened(word, order, at);
}

const outCode = 'out_for_delivery';

/** Each by itself: a second attempt can fail, too. */
function exceptions(order: Order): Occurrence[] {
  return nodeTimes(order, 'exception').flatMap((at) => onItsWay(order, `exception ${at}`, at));
}

/** Earliest first. Shops write codes in their own way: `Out for delivery`, `OUT-FOR-DELIVERY`. */
function nodeTimes({ tracking }: Order, wanted: string): Instant[] {
  const times = tracking.flatMap(({ code, at }) =>
    code
      .trim()
      .toLowerCase()
      .replaceAll(/[\s-]+/g, '_') === wanted
      ? [at]
      : [],
  );
  return [...new Set(times)].sort((a, b) => a - b);
}

function deliveredAt(order: Order): Instant | undefined {
  return order.milestones.deliveredAt ?? nodeTimes(order, 'signed')[0];
}

/** One for each order, which moves when a delivery is told after it was reckoned from shipping (see `moved`). */
function received(
  { afterDelivery, afterShipping }: Extract<Trigger, { on: 'order.received' }>,
  order: Order,
  zone: string,
): Occurrence[] {
  const delivered = deliveredAt(order);
  const newsAt = delivered ?? order.milestones.shippedAt;
  if (newsAt === undefined) return [];
  const at = daysAfter(newsAt, delivered === undefined ? afterShipping : afterDelivery, zone);
  return onItsWay(order, 'received', at).map((occurrence) => ({ ...occurrence, newsAt }));
}

function refunds(order: Order, status: Refund['status'] | undefined): Occurrence[] {
  const currency = order.description?.value.currency ?? '';
  return order.refunds.flatMap(({ value: refund }) => {
    if (status !== undefined && refund.status !== status) return [];
    return happened(`refund ${refund.id} ${refund.status}`, order, refund.at).map((occurrence) => ({
      ...occurrence,
      vars: { refundStatus: refund.status, refundAmount: formatAmount(refund.amount, currency), currency },
    }));
  });
}
