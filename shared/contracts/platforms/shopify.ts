import type { Platform, Reading, ShopContext, SignedRequest } from './platform.ts';
import { readJson } from './read-json.ts';
import { accountDeleted, Fields, instantOf } from './reading-fields.ts';
import { readCheckout } from './shopify-checkout.ts';
import { readConsent, readCustomer } from './shopify-customer.ts';
import type { Delivery } from './shopify-fields.ts';
import { readOrder } from './shopify-order.ts';
import { readEdit, readFulfillment, readFulfillmentEvent, readRefund, readTransaction } from './shopify-parts.ts';
import { readDataRequest, readRedaction, readShopRedaction } from './shopify-privacy.ts';
import { acknowledge, checkCopiedSecret, verifyMac } from './signed-body.ts';

/** Shopify's webhooks, classic headers and those of its event subscriptions. After 8 failures it deletes a subscription. */
export const shopify: Platform = {
  name: 'shopify',
  secretMadeBy: 'platform',
  checkSecret: checkCopiedSecret,
  verify: ({ headers, body }, secrets) =>
    verifyMac(
      body,
      [headers['x-shopify-hmac-sha256'], headers['shopify-hmac-sha256']],
      secrets,
      'X-Shopify-Hmac-Sha256',
    ),
  eventId,
  kept: {
    headers: ['topic', 'triggered-at', 'test', 'order-id'].flatMap((name) => [`x-shopify-${name}`, `shopify-${name}`]),
    query: [],
  },
  read,
  answer: acknowledge,
};

function headerOf({ headers }: SignedRequest, name: string): string | undefined {
  return headers[`x-shopify-${name}`] ?? headers[`shopify-${name}`];
}

/** One action of a merchant sends several topics under one event id: never that alone. */
function eventId(request: SignedRequest): string | undefined {
  const id = headerOf(request, 'webhook-id') ?? headerOf(request, 'event-id');
  return id === undefined ? undefined : `${headerOf(request, 'topic') ?? ''}.${id}`;
}

type Reader = (body: Fields, delivery: Delivery) => Reading;

const ignore: Reader = () => ({ type: 'ignored', why: 'this topic carries nothing that is kept' });
/** No request of the person: that comes as customers/redact. */
const keepDeleted: Reader = () => accountDeleted('; a request to be forgotten comes as customers/redact');
/** A body that only looks like it must not empty a whole shop. */
const ask: Reader = (_body, { topic }) => ({ type: 'privacy_request', what: topic });

const orderTopics = ['create', 'updated', 'paid', 'partially_fulfilled', 'fulfilled', 'cancelled'];
const readers = new Map<string, Reader>([
  ...orderTopics.map((event): [string, Reader] => [`orders/${event}`, readOrder]),
  ['orders/edited', readEdit],
  ['refunds/create', readRefund],
  ['order_transactions/create', readTransaction],
  ['fulfillments/create', readFulfillment],
  ['fulfillments/update', readFulfillment],
  ['fulfillment_events/create', readFulfillmentEvent],
  ['customers/create', readCustomer],
  ['customers/update', readCustomer],
  ['customers_email_marketing_consent/update', readConsent],
  ['customers_marketing_consent/update', readConsent],
  ['customers/delete', keepDeleted],
  ['checkouts/create', readCheckout],
  ['checkouts/update', readCheckout],
  ['customers/data_request', readDataRequest],
  ['customers/redact', readRedaction],
  ['shop/redact', readShopRedaction],
  ['shop/redact by its looks', ask],
]);

function read(request: SignedRequest, shop: ShopContext): Reading {
  const json = readJson(request.body);
  if (!json) return { type: 'not_json' };
  const body = Fields.ofBody(json.value);
  if (body.invalid) return body.invalid;
  const named = headerOf(request, 'topic')?.toLowerCase();
  // Event subscriptions name a resource, `Order`, and the body is what the merchant asked for.
  const topic = named?.includes('/') ? named : (topicByShape(body) ?? (named || undefined));
  const triggeredAt = instantOf(headerOf(request, 'triggered-at') ?? '', 'Z');
  const orderId = headerOf(request, 'order-id');
  const delivery: Delivery = {
    shop,
    topic: topic ?? '',
    isTest: headerOf(request, 'test') === 'true',
    ...(triggeredAt !== undefined && { triggeredAt }),
    ...(orderId && { orderId }),
  };
  // What nothing tells anything of is read as an order, so that the answer names what an order needs.
  const reader = topic === undefined ? readOrder : (readers.get(topic) ?? ignore);
  return reader(body, delivery);
}

/** Fields by which a body without a topic is known, the plainest first. */
const shapes: readonly (readonly [topic: string, ...fields: string[]])[] = [
  ['orders/edited', 'order_edit'],
  ['customers/data_request', 'data_request', 'orders_requested'],
  ['customers/redact', 'orders_to_redact'],
  ['shop/redact by its looks', 'shop_domain'],
  ['checkouts/update', 'abandoned_checkout_url'],
  ['fulfillment_events/create', 'happened_at'],
  ['refunds/create', 'refund_line_items'],
  ['fulfillments/update', 'service', 'tracking_number'],
  ['order_transactions/create', 'kind'],
  ['orders/updated', 'financial_status', 'order_number'],
  ['customers/update', 'verified_email'],
  ['customers_marketing_consent/update', 'email_marketing_consent', 'sms_marketing_consent'],
];

function topicByShape(body: Fields): string | undefined {
  if (body.names.length === 1 && body.has('id')) return 'orders/delete';
  return shapes.find(([, ...fields]) => body.has(...fields))?.[0];
}
