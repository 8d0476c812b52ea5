import { phoneCountries } from '../../domain/customers/identity.ts';
import type { Platform, Reading, ShopContext, SignedRequest } from './platform.ts';
import { readJson } from './read-json.ts';
import { accountDeleted, Fields, identitiesOf, nameOf, stampAll } from './reading-fields.ts';
import { acknowledge, checkCopiedSecret, verifyMac } from './signed-body.ts';
import { addressOf, modifiedAt } from './woocommerce-fields.ts';
import { readOrder } from './woocommerce-order.ts';

/** WooCommerce's webhooks. It never tries again, and switches a webhook off after five failures. */
export const woocommerce: Platform = {
  name: 'woocommerce',
  secretMadeBy: 'us',
  checkSecret: checkCopiedSecret,
  verify: (request, secrets) =>
    isPing(request)
      ? { ok: true }
      : verifyMac(
          request.body,
          [request.headers['x-wc-webhook-signature']],
          secrets.map(signingKeyOf),
          'X-WC-Webhook-Signature',
        ),
  // Its delivery id is one of an attempt, and two of one second share it: the body's hash tells bodies apart.
  eventId: ({ headers }) =>
    [headers['x-wc-webhook-source'], headers['x-wc-webhook-topic']].filter(Boolean).join(' ') || undefined,
  kept: { headers: ['x-wc-webhook-topic'], query: [] },
  read,
  answer: acknowledge,
};

/** `webhook_id=12`: sent unsigned when a webhook is saved first. It says nothing, so nobody need have signed it. */
function isPing({ headers, body }: SignedRequest): boolean {
  const isSigned = headers['x-wc-webhook-signature'] !== undefined;
  return !isSigned && body.length < 40 && /^webhook_id=\d+$/.test(body.toString('latin1'));
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' };

/** The key signed with is the secret as PHP decodes it: `a&amp;b` is shown where the key is `a&b`. */
function signingKeyOf(secret: string): string {
  return secret.replace(/&(?:(amp|lt|gt|quot)|#0*(3[489]|6[02])|#[xX]0*(2[267]));/g, (_all, name, decimal, hex) =>
    name ? (entities[name] ?? '') : String.fromCharCode(decimal ? Number(decimal) : Number.parseInt(hex, 16)),
  );
}

function read(request: SignedRequest, shop: ShopContext): Reading {
  if (isPing(request)) return { type: 'ignored', why: 'a ping' };
  const json = readJson(request.body);
  if (!json) return { type: 'not_json' };
  const body = Fields.ofBody(json.value);
  if (body.invalid) return body.invalid;
  const topic = request.headers['x-wc-webhook-topic']?.toLowerCase() || topicByShape(body);
  if (topic === 'customer.deleted') return accountDeleted();
  if (topic.startsWith('customer.')) return readCustomer(body, shop);
  // A deleted order is known by its id alone, and stays as it was.
  const isOrder = topic.startsWith('order.') && topic !== 'order.deleted';
  return isOrder ? readOrder(body, shop) : { type: 'ignored', why: 'this topic carries nothing that is kept' };
}

/** What nothing tells anything of is read as an order, so that the answer names what an order needs. */
function topicByShape(body: Fields): string {
  if (body.has('delivery_url', 'discount_type', 'arg', 'billing_period', 'regular_price')) return 'other';
  if (body.has('username', 'is_paying_customer')) return 'customer.updated';
  return body.names.length === 1 && body.has('id') ? 'order.deleted' : 'order.updated';
}

/** WooCommerce knows of no consent. */
function readCustomer(customer: Fields, shop: ShopContext): Reading {
  const billing = customer.object('billing');
  const buyer = identitiesOf(
    customer.needed('id', customer.id('id'), ''),
    [billing?.text('phone')],
    [customer.text('email'), billing?.text('email')],
    phoneCountries(billing?.text('country'), shop.currency),
  );
  const { phone, email } = buyer;
  const name = nameOf(customer) ?? nameOf(billing);
  const statements = stampAll({ name, phone, email, ...addressOf(customer) }, modifiedAt(customer, shop.timezone));
  return customer.invalid ?? { type: 'customer', buyer, statements };
}
