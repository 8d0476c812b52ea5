import type { Instant } from '../../domain/calendar.ts';
import type { OrderDescription, Refund, RefundStatus, TrackingNode } from '../../domain/orders/order.ts';
import type { Reading } from './platform.ts';
import { defined, type Fields, filled, type StatedMilestones, someOf } from './reading-fields.ts';
import {
  amountIn,
  type Delivery,
  idOf,
  moneyOf,
  type OrderMoney,
  partOf,
  productIdOf,
  shopMoney,
  timeOf,
} from './shopify-fields.ts';

/** refunds/create: a refund alone. */
export function readRefund(refund: Fields, delivery: Delivery): Reading {
  const value = refundOf(refund, moneyOfRefund(refund, delivery));
  return partOf(refund, delivery, { refunds: [value] }, value.at);
}

/** A refund names no currency of its order; what it lists beside the payments does. */
function moneyOfRefund(refund: Fields, { shop }: Delivery): OrderMoney {
  const listed = refund.objects('refund_line_items').map((line) => line.object('subtotal_set'));
  const adjusted = refund.objects('order_adjustments').map((line) => line.object('amount_set'));
  const known = [...listed, ...adjusted, refund.object('total_duties_set')].flatMap((set) => moneyOf(set) ?? []);
  const [payment] = refund.objects('transactions');
  return known.find(({ buyers }) => buyers) ?? known[0] ?? { currency: payment?.currency('currency') ?? shop.currency };
}

const refundStatuses = new Map<string, RefundStatus>([
  ['success', 'success'],
  ['pending', 'requested'],
  ['failure', 'refused'],
  ['error', 'refused'],
]);

/** The money is what its payments gave back: a refund can have money and no lines, or lines and no money. */
export function refundOf(refund: Fields, money: OrderMoney): Refund {
  refund.needed('transactions', refund.has('transactions') || undefined, true);
  const sums = new Map<RefundStatus, number>();
  for (const payment of refund.objects('transactions')) {
    if (payment.needed('kind', payment.text('kind'), '') !== 'refund') continue;
    const status = refundStatuses.get(payment.needed('status', payment.text('status'), ''));
    if (status) sums.set(status, (sums.get(status) ?? 0) + amountIn(money, payment, 'amount'));
    else payment.wrong('status', 'tells not whether the money went back');
  }
  const status = (['success', 'requested', 'refused'] as const).find((known) => sums.has(known)) ?? 'success';
  const items = refund.objects('refund_line_items').map((line) => refundedItem(line, money));
  return defined({
    id: refund.needed('id', idOf(refund), ''),
    amount: sums.get(status) ?? 0,
    at: refund.needed('created_at', timeOf(refund, 'processed_at') ?? timeOf(refund, 'created_at'), 0),
    status,
    reason: refund.text('note'),
    items: someOf(items),
  });
}

function refundedItem(line: Fields, { currency }: OrderMoney) {
  const item = line.object('line_item');
  return {
    productId: item ? productIdOf(item) : `line:${line.id('line_item_id') ?? ''}`,
    quantity: line.needed('quantity', line.quantity('quantity'), 0),
    amount: shopMoney(line, 'subtotal', currency) ?? 0,
  };
}

/** order_transactions/create: money taken is a payment; an authorisation or a failure is none. */
export function readTransaction(transaction: Fields, delivery: Delivery): Reading {
  const kind = transaction.needed('kind', transaction.text('kind'), '');
  const status = transaction.needed('status', transaction.text('status'), '');
  const isPayment = (kind === 'sale' || kind === 'capture') && status === 'success';
  const at = timeOf(transaction, 'processed_at') ?? timeOf(transaction, 'created_at');
  const paidAt = isPayment ? transaction.needed('processed_at', at, 0) : undefined;
  const part = partOf(transaction, delivery, { milestones: { paidAt } }, 0);
  return isPayment || part.type === 'invalid' ? part : { type: 'ignored', why: 'no money was taken' };
}

/** Shipment states that tell where a parcel is; the others are about labels. */
const trackingCodes = new Map([
  ['carrier_picked_up', 'collected'],
  ['in_transit', 'in_transit'],
  ['out_for_delivery', 'out_for_delivery'],
  ['attempted_delivery', 'exception'],
  ['delayed', 'exception'],
  ['failure', 'exception'],
  ['delivered', 'signed'],
  ['picked_up', 'signed'],
]);

export interface Shipment {
  readonly milestones: StatedMilestones;
  readonly tracking: readonly TrackingNode[];
  readonly carrier?: NonNullable<OrderDescription['carrier']>;
}

/** fulfillments/create, fulfillments/update: a shipment. */
export function readFulfillment(fulfillment: Fields, delivery: Delivery): Reading {
  const shipment = shipmentOf(fulfillment);
  const part = partOf(fulfillment, delivery, shipment ?? {}, 0);
  return shipment || part.type === 'invalid' ? part : { type: 'ignored', why: 'nothing was shipped' };
}

/** A fulfilment that failed, was cancelled or is still to come has shipped nothing. */
export function shipmentOf(fulfillment: Fields): Shipment | undefined {
  if (fulfillment.needed('status', fulfillment.text('status'), '') !== 'success') return undefined;
  const shippedAt = fulfillment.needed('created_at', timeOf(fulfillment, 'created_at'), 0);
  const at = timeOf(fulfillment, 'updated_at') ?? shippedAt;
  const { milestones, tracking } = whereabouts(fulfillment.text('shipment_status'), at);
  const carrier = filled({
    name: fulfillment.text('tracking_company'),
    number: fulfillment.text('tracking_number'),
    url: fulfillment.text('tracking_url'),
  });
  return { milestones: { ...milestones, shippedAt }, tracking, ...(carrier && { carrier }) };
}

/** fulfillment_events/create: a carrier's scan. */
export function readFulfillmentEvent(event: Fields, delivery: Delivery): Reading {
  const status = event.needed('status', event.text('status'), '');
  const at = event.needed('happened_at', timeOf(event, 'happened_at') ?? timeOf(event, 'created_at'), 0);
  const said = whereabouts(status, at);
  const part = partOf(event, delivery, said, 0);
  return said.tracking.length > 0 || part.type === 'invalid'
    ? part
    : { type: 'ignored', why: 'the parcel is not on its way' };
}

function whereabouts(status: string | undefined, at: Instant): Shipment {
  const code = trackingCodes.get(status ?? '');
  return {
    milestones: { deliveredAt: code === 'signed' ? at : undefined },
    tracking: code === undefined ? [] : [{ code, at }],
  };
}

/** orders/edited names the order and the lines that came or went: the order itself comes with orders/updated. */
export function readEdit(body: Fields, delivery: Delivery): Reading {
  const edit = body.needed('order_edit', body.object('order_edit'), body);
  return partOf(edit, delivery, {}, 0);
}
