import type { Instant } from '../../domain/calendar.ts';
import type { AwaitedPayment, OrderDescription, PaymentHints, Refund } from '../../domain/orders/order.ts';
import type { Reading } from './platform.ts';
import {
  awaitedBy,
  defined,
  type Fields,
  filled,
  orderState,
  paidOfRefunded,
  refundsById,
  someOf,
} from './reading-fields.ts';
import { type Buying, buyingIn, saidOfBuyer } from './shopify-buyer.ts';
import { type Delivery, idOf, moneyOf, productIdOf, shopMoney, timeOf } from './shopify-fields.ts';
import { refundOf, type Shipment, shipmentOf } from './shopify-parts.ts';

/** What several parts of an order's reading need to know. */
interface Facts {
  readonly order: Fields;
  readonly delivery: Delivery;
  /** One of Shopify's financial statuses, or one that is not known yet. */
  readonly status: string;
  readonly currency: string;
  readonly total: number;
  readonly refunds: readonly Refund[];
  readonly shipments: readonly Shipment[];
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  /** The names of the ways of paying, as one text. */
  readonly method: string;
}

const paidStatuses = new Set(['paid', 'partially_refunded', 'refunded']);
const unpaidStatuses = new Set(['pending', 'authorized', 'partially_paid', 'voided', 'expired', 'unpaid']);

/** orders/...: the whole order. What it says counts, whatever its topic is called. */
export function readOrder(order: Fields, delivery: Delivery): Reading {
  const facts = factsOf(order, delivery);
  const buying = buyingIn(order, delivery.shop.currency);
  const progress = progressOf(facts);
  const state = orderState(
    delivery.shop.id,
    order.needed('id', idOf(order), ''),
    {
      milestones: progress.milestones,
      tracking: progress.tracking,
      ...(progress.payment && { payment: progress.payment }),
      refunds: facts.refunds,
      description: { ...descriptionOf(facts, buying), ...awaitedOf(facts, progress) },
      statements: saidOfBuyer(order, buying, facts.createdAt, facts.updatedAt),
    },
    facts.updatedAt,
  );
  return order.invalid ?? { type: 'order', order: state, buyer: buying.buyer };
}

function factsOf(order: Fields, delivery: Delivery): Facts {
  const currency = order.needed('currency', order.currency('currency'), '');
  const { buyers } = moneyOf(order.object('total_price_set')) ?? {};
  // Of an imported order only processed_at is the time it was made at.
  const made = [timeOf(order, 'created_at'), timeOf(order, 'processed_at')].filter((time) => time !== undefined);
  const createdAt = order.needed('created_at', made.length > 0 ? Math.min(...made) : undefined, 0);
  return {
    order,
    delivery,
    status: order.needed('financial_status', order.text('financial_status'), '').toLowerCase(),
    currency,
    total: order.needed('total_price', order.amount('total_price', currency), 0),
    refunds: refundsById(order.objects('refunds').map((refund) => refundOf(refund, defined({ currency, buyers })))),
    shipments: order.objects('fulfillments').flatMap((fulfillment) => shipmentOf(fulfillment) ?? []),
    createdAt,
    updatedAt: timeOf(order, 'updated_at') ?? delivery.triggeredAt ?? createdAt,
    method: order.texts('payment_gateway_names').join(', ') || (order.text('gateway') ?? ''),
  };
}

/** Money and goods go their own ways: financial_status and cancelled_at tell of the one, fulfillments of the other. */
function progressOf(facts: Facts): Progress {
  const { order, status, createdAt, shipments } = facts;
  const cancelledAt = cancelledAtOf(facts);
  const isPaid = paidStatuses.has(status);
  const { paidAt, ...payment } = isPaid ? paidAtOf(facts, cancelledAt) : unpaidOf(facts);
  const isDone = isPaid && cancelledAt === undefined && order.text('fulfillment_status') === 'fulfilled';
  return {
    milestones: {
      createdAt,
      paidAt,
      shippedAt: earliest(shipments.map(({ milestones }) => milestones.shippedAt)),
      deliveredAt: earliest(shipments.map(({ milestones }) => milestones.deliveredAt)),
      completedAt: isDone ? timeOf(order, 'closed_at') : undefined,
      cancelledAt,
    },
    tracking: shipments.flatMap(({ tracking }) => tracking),
    isPaid,
    ...(Object.keys(payment).length > 0 && { payment }),
  };
}

interface Progress extends Pick<Shipment, 'milestones' | 'tracking'> {
  readonly isPaid: boolean;
  readonly payment?: PaymentHints;
}

/** Until then it was not paid, whatever a later snapshot lets one guess. Unknown statuses say nothing. */
function unpaidOf({ status, updatedAt }: Facts): PaymentHints & { paidAt?: undefined } {
  return unpaidStatuses.has(status) ? { unpaidUntil: updatedAt } : {};
}

/**
 * Shopify has no field for it: a transaction tells it, and `orders/paid` by the moment it was sent. Else it is a guess: a
 * card is charged when the order is made; what a transfer, cash on delivery or an invoice brings comes later, at the latest
 * with this update. Headers are not signed: one cannot put a payment before its order.
 */
function paidAtOf(facts: Facts, cancelledAt: Instant | undefined): { paidAt?: Instant; guess?: Instant } {
  const { order, delivery, method, createdAt, updatedAt } = facts;
  const isLater = awaitedBy(method) !== undefined || order.has('payment_terms');
  const told = delivery.topic === 'orders/paid' && delivery.triggeredAt;
  const paidAt = told ? Math.max(told, createdAt) : isLater ? updatedAt : (timeOf(order, 'processed_at') ?? createdAt);
  // What is paid and cancelled was paid first: Shopify takes no money for a cancelled order.
  const at = cancelledAt === undefined ? paidAt : Math.min(paidAt, cancelledAt - 1);
  return told ? { paidAt: at } : { guess: at };
}

/** A voided payment is given up; an order refunded by no refund it names counts as cancelled after payment (DOMAIN 1). */
function cancelledAtOf({ order, status, refunds, updatedAt }: Facts): Instant | undefined {
  const isCancelled = order.has('cancel_reason') || status === 'voided';
  const isGivenBack = status === 'refunded' && refunds.length === 0;
  return timeOf(order, 'cancelled_at') ?? (isCancelled || isGivenBack ? updatedAt : undefined);
}

function earliest(times: readonly (Instant | undefined)[]): Instant | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length > 0 ? Math.min(...known) : undefined;
}

function descriptionOf(facts: Facts, { customer, name, address, buyer }: Buying): OrderDescription {
  const { order, status, currency, total, refunds, method, shipments } = facts;
  const coupons = order.objects('discount_codes').flatMap((discount) => discount.text('code') ?? []);
  const promotions = promotionsOf(order).filter((name) => !coupons.includes(name));
  return defined({
    currency,
    total: status.endsWith('refunded') ? paidOfRefunded(order, status, total, refunds) : total,
    discount: order.amount('total_discounts', currency),
    shipping: shopMoney(order, 'total_shipping_price', currency),
    test: isTest(facts) || undefined,
    paymentMethod: method || undefined,
    items: order.objects('line_items').map((line) => itemOf(line, currency)),
    coupons: someOf(coupons),
    promotions: someOf(promotions),
    carrier: shipments.find(({ carrier }) => carrier)?.carrier,
    buyer: filled({
      id: buyer.id,
      email: customer?.text('email') ?? order.text('email') ?? order.text('contact_email'),
      phone: customer?.text('phone') ?? order.text('phone'),
      name,
    }),
    address: filled(address),
    channel: order.text('source_name'),
    source: order.text('referring_site') ?? order.text('landing_site'),
  });
}

/** The test gateway, and the notification an admin can send, whose order is not confirmed. */
function isTest({ order, delivery, method }: Facts): boolean {
  const isNotification = order.text('name') === '#9999' && order.flag('confirmed') === false;
  return (order.flag('test') ?? /\bbogus\b/i.test(method)) || delivery.isTest || isNotification;
}

function awaitedOf({ order, status, method }: Facts, { isPaid, milestones }: Progress) {
  if (isPaid || milestones.cancelledAt !== undefined) return {};
  const owed = awaitedBy(method) ?? (order.has('payment_terms') ? 'transfer' : undefined);
  const awaits = awaitedByStatus.get(status) ?? owed;
  return awaits && { awaits };
}

const awaitedByStatus = new Map<string, AwaitedPayment>([
  ['authorized', 'capture'],
  ['partially_paid', 'balance'],
]);

function itemOf(line: Fields, currency: string): OrderDescription['items'][number] {
  return defined({
    productId: productIdOf(line),
    sku: line.text('sku'),
    title: line.text('title') ?? line.text('name') ?? '',
    quantity: line.needed('quantity', line.quantity('quantity'), 0),
    price: line.needed('price', line.amount('price', currency), 0),
  });
}

/** Discounts without a code: by name. */
function promotionsOf(order: Fields): string[] {
  return order.objects('discount_applications').flatMap((discount) => {
    const name = discount.text('title') ?? discount.text('description');
    return discount.text('type') === 'discount_code' ? [] : (name ?? []);
  });
}
