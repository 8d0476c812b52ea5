import type { Instant } from '../../domain/calendar.ts';
import { phoneCountries } from '../../domain/customers/identity.ts';
import type { AwaitedPayment, OrderDescription, Refund } from '../../domain/orders/order.ts';
import type { BuyerIdentities, Reading, ShopContext } from './platform.ts';
import {
  awaitedBy,
  defined,
  type Fields,
  filled,
  identitiesOf,
  instantOf,
  nameOf,
  orderState,
  paidOfRefunded,
  refundsById,
  type StatedMilestones,
  someOf,
  stampAll,
} from './reading-fields.ts';
import { addressOf, modifiedAt, timeOf } from './woocommerce-fields.ts';

interface Facts {
  readonly order: Fields;
  readonly shop: ShopContext;
  /** One of WooCommerce's, or whatever a plugin has made up. */
  readonly status: string;
  readonly currency: string;
  readonly total: number;
  readonly refunds: readonly Refund[];
  readonly createdAt: Instant;
  readonly modifiedAt: Instant;
  /** What the way of paying leaves to come, while the order is not paid. */
  readonly awaited: AwaitedPayment | undefined;
  readonly meta: ReadonlyMap<string, Fields>;
}

const drafts = new Set(['draft', 'auto-draft', 'checkout-draft', 'new']);

/** order.created, order.updated, order.restored: the order as it is at the moment of delivery. */
export function readOrder(order: Fields, shop: ShopContext): Reading {
  const facts = factsOf(order, shop);
  if (drafts.has(facts.status)) return { type: 'ignored', why: 'a draft is no order yet' };
  const address = addressOf(order);
  const billing = order.object('billing');
  const buyer = buyerOf(order, billing, shop);
  const milestones = milestonesOf(facts);
  const state = orderState(
    shop.id,
    order.needed('id', order.id('id'), ''),
    {
      milestones,
      refunds: facts.refunds,
      tracking: [],
      description: { ...descriptionOf(facts, billing, address, buyer), ...awaitedOf(facts, milestones) },
      statements: stampAll(
        { name: nameOf(billing), phone: buyer.phone, email: buyer.email, ...address },
        facts.modifiedAt,
      ),
    },
    facts.modifiedAt,
  );
  return order.invalid ?? { type: 'order', order: state, buyer };
}

function factsOf(order: Fields, shop: ShopContext): Facts {
  const currency = order.needed('currency', order.currency('currency'), '');
  const modified = modifiedAt(order, shop.timezone);
  const method = `${order.text('payment_method') ?? ''} ${order.text('payment_method_title') ?? ''}`;
  return {
    order,
    shop,
    status: statusOf(order),
    currency,
    total: order.needed('total', order.amount('total', currency), 0),
    refunds: refundsById(order.objects('refunds').map((refund) => refundOf(refund, currency, modified))),
    createdAt: order.needed('date_created_gmt', timeOf(order, 'date_created', shop.timezone), 0),
    modifiedAt: modified,
    awaited: awaitedBy(method),
    meta: new Map(order.extras('meta_data').map((entry) => [entry.text('key') ?? '', entry])),
  };
}

/** A key of WordPress: plugins add their own, but a number or a sentence is none. */
function statusOf(order: Fields): string {
  const status = order.needed('status', order.text('status'), 'none').replace(/^wc-/, '');
  if (!/^[a-z][a-z0-9_-]{2,}$/.test(status)) order.wrong('status', 'is not a status, such as processing');
  return status;
}

/** An order lists its refunds with totals below zero and without their times. */
function refundOf(refund: Fields, currency: string, at: Instant): Refund {
  return defined({
    id: refund.needed('id', refund.id('id'), ''),
    amount: Math.abs(refund.needed('total', refund.signedAmount('total', currency), 0)),
    at,
    status: 'success',
    reason: refund.text('reason') ?? refund.text('refund'),
  });
}

const unpaidStatuses = new Set(['pending', 'failed']);

function milestonesOf(facts: Facts) {
  const { order, shop, status, createdAt, modifiedAt: modified } = facts;
  const isCompleted = status === 'completed';
  const date = timeOf(order, 'date_completed', shop.timezone);
  const completedAt = isCompleted || status === 'refunded' ? (date ?? (isCompleted ? modified : undefined)) : undefined;
  const paidAt = paidAtOf(facts, date ?? completedAt);
  // WooCommerce has no shipment of its own: what a plugin notes, else completion comes closest.
  const shippedAt = shipmentOf(facts)?.at ?? completedAt;
  return { createdAt, paidAt, shippedAt, completedAt, cancelledAt: cancelledAtOf(facts, paidAt) };
}

/**
 * Cash on delivery is processed unpaid, although WooCommerce then notes a date of payment; it is collected when the order
 * is completed. A status that a plugin made up tells nothing of payment: the date does.
 */
function paidAtOf({ order, shop, status, awaited, modifiedAt: modified }: Facts, completed: Instant | undefined) {
  if (unpaidStatuses.has(status) || (status === 'on-hold' && awaited)) return undefined;
  if (awaited === 'collection') return status === 'processing' ? undefined : completed;
  const isPaid = status === 'processing' || status === 'completed';
  return timeOf(order, 'date_paid', shop.timezone) ?? (isPaid ? (completed ?? modified) : undefined);
}

/**
 * Cancelled; unpaid and in the trash; or refunded by no refund it lists, which counts as cancelled after payment
 * (DOMAIN 1). What is paid in the trash stays a purchase: shops clear away old orders.
 */
function cancelledAtOf({ status, refunds, modifiedAt: modified }: Facts, paidAt: Instant | undefined) {
  const isGivenUp = status === 'cancelled' || (status === 'trash' && paidAt === undefined);
  const isGivenBack = status === 'refunded' && refunds.length === 0;
  if (!isGivenUp && !isGivenBack) return undefined;
  return paidAt === undefined ? modified : Math.max(modified, paidAt + 1);
}

/** What the plugin Shipment Tracking notes of the first parcel. */
function shipmentOf({ meta, shop }: Facts) {
  const parcels = meta.get('_wc_shipment_tracking_items')?.objects('value') ?? [];
  const [parcel] = parcels;
  if (!parcel) return undefined;
  const shipped = parcel.text('date_shipped') ?? '';
  const at = /^\d{9,10}$/.test(shipped) ? Number(shipped) * 1000 : instantOf(`${shipped}T00:00:00`, shop.timezone);
  const name = parcel.text('tracking_provider') ?? parcel.text('custom_tracking_provider');
  const carrier = { name, number: parcel.text('tracking_number'), url: parcel.text('custom_tracking_link') };
  return { at, carrier: filled(carrier) };
}

function descriptionOf(
  facts: Facts,
  billing: Fields | undefined,
  address: ReturnType<typeof addressOf>,
  buyer: BuyerIdentities,
): OrderDescription {
  const { order, status, currency, total, refunds, meta } = facts;
  const coupons = order.objects('coupon_lines').flatMap((line) => line.text('code') ?? []);
  const isTest = testTraces.some(([key, value]) => meta.get(key)?.text('value') === value);
  return defined({
    currency,
    total: status === 'refunded' ? paidOfRefunded(order, status, total, refunds) : total,
    discount: order.amount('discount_total', currency),
    shipping: order.amount('shipping_total', currency),
    test: isTest || undefined,
    paymentMethod: order.text('payment_method') ?? order.text('payment_method_title'),
    items: order.objects('line_items').map((line) => itemOf(line, currency)),
    coupons: someOf(coupons),
    carrier: shipmentOf(facts)?.carrier,
    buyer: filled({
      id: buyer.id,
      email: billing?.text('email'),
      phone: billing?.text('phone'),
      name: nameOf(billing),
    }),
    address: filled(address),
    channel: order.text('created_via'),
    source: (meta.get('_wc_order_attribution_referrer') ?? meta.get('_wc_order_attribution_utm_source'))?.text('value'),
  });
}

/** No test order is marked; gateways in test mode leave a trace. */
const testTraces = [
  ['_wcpay_mode', 'test'],
  ['_ppcp_paypal_payment_mode', 'sandbox'],
] as const;

/** On hold waits for a transfer where that is the way of paying, else for the shop to charge or check a payment. */
function awaitedOf({ status, awaited }: Facts, { paidAt, cancelledAt }: StatedMilestones) {
  if (paidAt !== undefined || cancelledAt !== undefined) return {};
  const awaits = awaited ?? (status === 'on-hold' ? 'capture' : undefined);
  return awaits && { awaits };
}

function itemOf(line: Fields, currency: string): OrderDescription['items'][number] {
  const sku = line.text('sku');
  return defined({
    // 0 where the product is gone from the shop.
    productId: line.id('product_id') ?? sku ?? `line:${line.id('id') ?? ''}`,
    sku,
    title: line.text('name') ?? '',
    quantity: line.needed('quantity', line.quantity('quantity'), 0),
    price: line.needed('price', line.amount('price', currency), 0),
  });
}

/** A guest has customer id 0, and is known by what the bill says. */
function buyerOf(order: Fields, billing: Fields | undefined, shop: ShopContext): BuyerIdentities {
  const countries = phoneCountries(billing?.text('country'), shop.currency);
  return identitiesOf(order.id('customer_id'), [billing?.text('phone')], [billing?.text('email')], countries);
}
