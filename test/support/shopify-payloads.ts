import type { Reading, ShopContext, SignedRequest } from '../../shared/contracts/platforms/platform.ts';
import { shopify } from '../../shared/contracts/platforms/shopify.ts';

/** Bodies as Shopify sends them, of one made-up order. */

export const shopOfShopify: ShopContext = { id: 'north', currency: 'EUR', timezone: 'Europe/Berlin' };

export type Json = Record<string, unknown>;

/** A delivery as it comes: without a topic where none is given. */
export function shopifyRequest(body: unknown, headers: Record<string, string> = {}): SignedRequest {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return { headers, query: new URLSearchParams(), body: bytes };
}

export function readShopify(topic: string | undefined, body: unknown, headers: Record<string, string> = {}): Reading {
  const named = topic === undefined ? headers : { 'x-shopify-topic': topic, ...headers };
  return shopify.read(shopifyRequest(body, named), shopOfShopify);
}

export const money = (amount: string, currency = 'EUR') => ({
  shop_money: { amount, currency_code: 'EUR' },
  presentment_money: { amount, currency_code: currency },
});

/** Two lamps and a card, paid by card when ordered. */
export function shopifyOrder(changes: Json = {}): Json {
  return {
    id: 5001,
    admin_graphql_api_id: 'gid://shopify/Order/5001',
    name: '#1007',
    confirmed: true,
    test: false,
    currency: 'EUR',
    total_price: '120.50',
    total_price_set: money('120.50'),
    total_discounts: '9.50',
    total_shipping_price_set: money('5.00'),
    financial_status: 'paid',
    fulfillment_status: null,
    created_at: '2026-11-20T10:00:00+01:00',
    processed_at: '2026-11-20T10:00:00+01:00',
    updated_at: '2026-11-20T10:00:05+01:00',
    cancelled_at: null,
    cancel_reason: null,
    closed_at: null,
    payment_gateway_names: ['shopify_payments'],
    payment_terms: null,
    buyer_accepts_marketing: false,
    customer_locale: 'de-DE',
    source_name: 'web',
    referring_site: 'https://search.example/',
    landing_site: '/lamps',
    email: 'Ada@Example.com',
    contact_email: 'ada@example.com',
    phone: null,
    customer: shopifyCustomer(),
    shipping_address: {
      country_code: 'DE',
      province: 'Berlin',
      province_code: 'BE',
      city: 'Berlin',
      phone: '030 1234',
    },
    billing_address: { first_name: 'Ada', last_name: 'Weber', country_code: 'DE', city: 'Potsdam' },
    discount_codes: [{ code: 'AUTUMN', amount: '9.50', type: 'fixed_amount' }],
    discount_applications: [
      { type: 'discount_code', code: 'AUTUMN' },
      { type: 'automatic', title: 'Three for two' },
    ],
    line_items: [
      { id: 71, product_id: 801, sku: 'LAMP', title: 'Lamp', quantity: 2, price: '55.00' },
      { id: 72, product_id: null, sku: '', title: 'Card', quantity: 1, price: '15.00' },
    ],
    fulfillments: [],
    refunds: [],
    ...changes,
  };
}

export function shopifyCustomer(changes: Json = {}): Json {
  return {
    id: 9001,
    admin_graphql_api_id: 'gid://shopify/Customer/9001',
    email: 'ada@example.com',
    phone: '+4915112345678',
    first_name: 'Ada',
    last_name: 'Weber',
    verified_email: true,
    updated_at: '2026-11-20T10:00:02+01:00',
    default_address: { country_code: 'DE', province: 'Berlin', city: 'Berlin' },
    ...changes,
  };
}

/** Of the same buyer, before it is an order. */
export function shopifyCheckout(changes: Json = {}): Json {
  return {
    id: 981_820_079,
    token: 'b1946ac92492d2347c6235b4d2611184',
    abandoned_checkout_url: 'https://shop.example/checkouts/b1946ac9/recover',
    created_at: '2026-11-20T09:50:00+01:00',
    updated_at: '2026-11-20T09:55:00+01:00',
    completed_at: null,
    currency: 'EUR',
    total_price: '110.00',
    buyer_accepts_marketing: false,
    customer_locale: 'de-DE',
    email: 'Ada@Example.com',
    phone: null,
    customer: shopifyCustomer(),
    shipping_address: {
      first_name: 'Grace',
      country_code: 'DE',
      province: 'Berlin',
      city: 'Berlin',
      phone: '030 1234',
    },
    line_items: [
      { key: 'a', product_id: 801, variant_id: 1, sku: 'LAMP-S', title: 'Lamp', quantity: 2, price: '55.00' },
      { key: 'b', product_id: 801, variant_id: 2, sku: 'LAMP-L', title: 'Lamp', quantity: 1, price: '75.00' },
    ],
    ...changes,
  };
}

export function shopifyTransaction(changes: Json = {}): Json {
  return {
    id: 301,
    order_id: 5001,
    kind: 'sale',
    status: 'success',
    amount: '120.50',
    currency: 'EUR',
    created_at: '2026-11-21T08:59:00+01:00',
    processed_at: '2026-11-21T09:00:00+01:00',
    ...changes,
  };
}

export function shopifyFulfillment(changes: Json = {}): Json {
  return {
    id: 401,
    order_id: 5001,
    status: 'success',
    service: 'manual',
    shipment_status: null,
    created_at: '2026-11-22T12:00:00+01:00',
    updated_at: '2026-11-22T12:00:00+01:00',
    tracking_company: 'DHL',
    tracking_number: '00340434161094042557',
    tracking_url: 'https://track.example/1',
    line_items: [{ id: 71, product_id: 801, quantity: 2, price: '55.00' }],
    ...changes,
  };
}

/** One lamp came back. */
export function shopifyRefund(changes: Json = {}): Json {
  return {
    id: 601,
    admin_graphql_api_id: 'gid://shopify/Refund/601',
    order_id: 5001,
    note: 'too bright',
    created_at: '2026-11-25T09:00:00+01:00',
    processed_at: '2026-11-25T09:00:00+01:00',
    total_duties_set: money('0.00'),
    transactions: [shopifyTransaction({ id: 302, kind: 'refund', amount: '55.00' })],
    refund_line_items: [
      {
        id: 611,
        line_item_id: 71,
        quantity: 1,
        subtotal: 55.0,
        subtotal_set: money('55.00'),
        line_item: { id: 71, product_id: 801, sku: 'LAMP' },
      },
    ],
    order_adjustments: [],
    ...changes,
  };
}
