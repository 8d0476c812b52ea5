import type * as z from 'zod';
import { phoneCountries } from '../../domain/customers/identity.ts';
import { consentField, type Statement } from '../../domain/customers/statements.ts';
import type { Channel } from '../../domain/messages/message-class.ts';
import { parseAmount } from '../../domain/money.ts';
import type { Order, OrderDescription, Refund } from '../../domain/orders/order.ts';
import { plainIssue, wrongFields } from '../../domain/plain-issue.ts';
import { genericAnswer } from './generic-answer.ts';
import {
  checkoutSchema,
  customerUpdateSchema,
  deletedCustomerSchema,
  envelopeSchema,
  type GenericCustomer,
  type GenericOrder,
  orderSchema,
} from './generic-body.ts';
import type { BuyerIdentities, FieldError, Platform, Reading, ShopContext, SignedRequest } from './platform.ts';
import { readJson } from './read-json.ts';
import { awaitedBy, defined, identitiesOf, stampAll } from './reading-fields.ts';
import { keyOfSecret, verifyStandardWebhook } from './standard-webhooks.ts';

/** Any shop that can sign: Standard Webhooks with our own order JSON. */
export const generic: Platform = {
  name: 'generic',
  secretMadeBy: 'us',
  checkSecret: (secret) =>
    keyOfSecret(secret) ? undefined : 'is not whsec_ followed by the base64 of 24 to 64 random bytes',
  verify: verifyStandardWebhook,
  eventId: ({ headers }) => headers['webhook-id'],
  kept: { headers: [], query: [] },
  read: readBody,
  answer: genericAnswer,
};

const plainly = { error: plainIssue };

function readBody({ body }: SignedRequest, shop: ShopContext): Reading {
  const json = readJson(body);
  if (!json) return { type: 'not_json' };
  const envelope = envelopeSchema.safeParse(json.value, plainly);
  if (!envelope.success) return invalid(envelope.error, []);
  const { type, timestamp, data } = envelope.data;
  if (type.startsWith('order.')) return readOrder(data, shop);
  if (type === 'customer.updated' || type === 'customer.created') return readCustomer(data, timestamp, shop);
  if (type === 'checkout.started') return readCheckout(data, timestamp, shop);
  if (type === 'customer.deleted') return readDeletion(data, shop);
  return { type: 'ignored', why: 'no such event type is known' };
}

/** An order as the body of a webhook has it under `data`; imports bring the same. */
export function readOrder(data: unknown, shop: ShopContext): Reading {
  const parsed = orderSchema.safeParse(data, plainly);
  if (!parsed.success) return invalid(parsed.error, ['data']);
  const order = parsed.data;
  const buyer = buyerOf(order.customer, phoneCountries(order.address?.country, shop.currency));
  return { type: 'order', order: stateOf(order, shop, buyer), buyer };
}

/** A customer, likewise. @param timestamp when it was said, unless the data say it themselves */
export function readCustomer(data: unknown, timestamp: number | undefined, shop: ShopContext): Reading {
  const parsed = customerUpdateSchema.safeParse(data, plainly);
  if (!parsed.success) return invalid(parsed.error, ['data']);
  const at = parsed.data.updatedAt ?? timestamp;
  if (at === undefined) return { type: 'invalid', errors: [{ field: 'timestamp', message: 'is needed here' }] };
  const buyer = buyerOf(parsed.data, phoneCountries(undefined, shop.currency));
  const stated = { ...statementsOf(parsed.data, undefined, buyer), ...consentsOf(parsed.data, buyer) };
  return { type: 'customer', buyer, statements: stampAll(stated, at) };
}

/** A customer to be forgotten, everywhere and for good: in one that names nobody something is wrong. */
function readDeletion(data: unknown, shop: ShopContext): Reading {
  const parsed = deletedCustomerSchema.safeParse(data, plainly);
  if (!parsed.success) return invalid(parsed.error, ['data']);
  const buyer = buyerOf(parsed.data, phoneCountries(undefined, shop.currency));
  if (Object.keys(buyer).length > 0) return { type: 'erasure', buyer, orders: [] };
  return { type: 'invalid', errors: [{ field: 'data.id', message: 'is needed, or a whole email or phone' }] };
}

/** Somebody began to buy. Resent under one id it is one event; what they bought stands in it where it is one product. */
function readCheckout(data: unknown, timestamp: number | undefined, shop: ShopContext): Reading {
  const parsed = checkoutSchema.safeParse(data, plainly);
  if (!parsed.success) return invalid(parsed.error, ['data']);
  const { id, createdAt: at = timestamp, items = [], customer, address } = parsed.data;
  if (at === undefined) return { type: 'invalid', errors: [{ field: 'timestamp', message: 'is needed here' }] };
  const buyer = buyerOf(customer, phoneCountries(address?.country, shop.currency));
  const stated = { ...statementsOf(customer, address, buyer), ...consentsOf(customer, buyer) };
  const [product, ...others] = new Set(items.map(({ productId }) => productId));
  const event = {
    type: 'checkout_started',
    at,
    ...(product !== undefined && others.length === 0 && { product }),
    ...(id !== undefined && { id: `checkout ${shop.id}#${id}` }),
  };
  return { type: 'behaviour', buyer, statements: stampAll(stated, at), event };
}

function buyerOf(
  customer: Pick<GenericCustomer, 'id' | 'email' | 'phone'> | undefined,
  countries: readonly string[],
): BuyerIdentities {
  return identitiesOf(customer?.id, [customer?.phone], [customer?.email], countries);
}

function stateOf(order: GenericOrder, shop: ShopContext, buyer: BuyerIdentities): Order {
  const { createdAt, paidAt, shippedAt, deliveredAt, completedAt, cancelledAt, updatedAt } = order;
  const milestones = { createdAt, paidAt, shippedAt, deliveredAt, completedAt, cancelledAt };
  return {
    shop: shop.id,
    id: order.id,
    milestones: defined(milestones),
    refunds: refundsOf(order).map((value) => ({ value, at: updatedAt })),
    description: { value: descriptionOf(order), at: updatedAt },
    tracking: order.tracking?.events ?? [],
    identities: [],
    statements: {
      ...stampAll(statementsOf(order.customer, order.address, buyer), updatedAt),
      // A tick at the checkout: later snapshots repeat it, and must not undo an unsubscription in between.
      ...stampAll(consentsOf(order.customer, buyer), createdAt),
    },
    statedAt: createdAt,
  };
}

/** One per id: of several with the same id in one body the last stands. */
function refundsOf(order: GenericOrder): Refund[] {
  const byId = new Map<string, Refund>();
  for (const { id, amount, at, status, reason, items } of order.refunds ?? []) {
    byId.set(id, {
      id,
      amount: minor(amount, order),
      at,
      status: status ?? 'success',
      ...(reason !== undefined && { reason }),
      ...(items && { items: items.map((item) => ({ ...item, amount: minor(item.amount, order) })) }),
    });
  }
  return [...byId.values()];
}

function descriptionOf(order: GenericOrder): OrderDescription {
  const { customer, tracking, address } = order;
  return defined({
    currency: order.currency,
    total: minor(order.total, order),
    discount: order.discount === undefined ? undefined : minor(order.discount, order),
    shipping: order.shipping === undefined ? undefined : minor(order.shipping, order),
    test: order.test,
    paymentMethod: order.paymentMethod,
    // Cash on delivery and transfers wait for nothing that the buyer could do now (DOMAIN 1).
    awaits: order.paidAt === undefined ? awaitedBy(order.paymentMethod ?? '') : undefined,
    items: order.items.map((item) => defined({ ...item, price: minor(item.price, order) })),
    coupons: order.coupons,
    promotions: order.promotions,
    carrier: tracking && defined({ name: tracking.carrier, number: tracking.number, url: tracking.url }),
    buyer: customer && defined({ id: customer.id, email: customer.email, phone: customer.phone, name: customer.name }),
    address: address && defined(address),
    channel: order.channel,
    source: order.source,
  });
}

function minor(amount: string, { currency }: GenericOrder): number {
  return parseAmount(amount, currency) ?? 0;
}

function statementsOf(
  customer: GenericCustomer | undefined,
  address: GenericOrder['address'],
  buyer: BuyerIdentities,
): Record<string, Statement> {
  const { name, gender, birthday, occupation, locale, timezone, attributes } = customer ?? {};
  const basics = { name, gender, birthday, occupation, locale, timezone };
  const stated: Record<string, Statement | undefined> = { ...basics, ...address };
  stated.phone = buyer.phone;
  stated.email = buyer.email;
  for (const [key, value] of Object.entries(attributes ?? {})) stated[`attr.${key}`] = value;
  return defined(stated) as Record<string, Statement>;
}

function consentsOf(customer: GenericCustomer | undefined, buyer: BuyerIdentities): Record<string, Statement> {
  const { consent, phone, email } = customer ?? {};
  return {
    ...consentStated('sms', consent?.sms, phone, buyer.phone),
    ...consentStated('email', consent?.email, email, buyer.email),
    ...consentStated('webhook', consent?.webhook, undefined, undefined),
  };
}

/** Where no address is named the word is about whichever the customer has; a yes for a masked one is for no other. */
function consentStated(
  channel: Channel,
  isGranted: boolean | undefined,
  named: string | undefined,
  address: string | undefined,
): Record<string, Statement> {
  const isForAnother = isGranted && named !== undefined && address === undefined;
  return isGranted === undefined || isForAnother ? {} : { [consentField(channel, address ?? '')]: isGranted };
}

/** One error a field, at most twenty: enough to mend the sender. */
function invalid(error: z.ZodError, prefix: readonly string[]): Reading {
  const errors = new Map<string, FieldError>();
  for (const wrong of wrongFields(error, prefix)) {
    if (!errors.has(wrong.field) && errors.size < 20) errors.set(wrong.field, wrong);
  }
  return { type: 'invalid', errors: [...errors.values()] };
}
