import type { Reading, ShopContext, SignedRequest } from '../../shared/contracts/platforms/platform.ts';
import { woocommerce } from '../../shared/contracts/platforms/woocommerce.ts';

/** Bodies as WooCommerce sends them, of one made-up order. */

export const shopOfWoo: ShopContext = { id: 'north', currency: 'EUR', timezone: 'Europe/Berlin' };

export type Json = Record<string, unknown>;

export function wooRequest(body: unknown, headers: Record<string, string> = {}): SignedRequest {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return { headers, query: new URLSearchParams(), body: bytes };
}

export function readWoo(topic: string | undefined, body: unknown, shop = shopOfWoo): Reading {
  return woocommerce.read(wooRequest(body, topic === undefined ? {} : { 'x-wc-webhook-topic': topic }), shop);
}

/** Two lamps paid by card at the checkout, in Berlin's winter: one hour ahead of UTC. */
export function wooOrder(changes: Json = {}): Json {
  return {
    id: 727,
    number: '727',
    order_key: 'wc_order_a1',
    status: 'processing',
    currency: 'EUR',
    currency_symbol: '&euro;',
    date_created: '2026-11-20T11:00:00',
    date_created_gmt: '2026-11-20T10:00:00',
    date_modified: '2026-11-20T11:00:06',
    date_modified_gmt: '2026-11-20T10:00:06',
    date_paid: '2026-11-20T11:00:05',
    date_paid_gmt: '2026-11-20T10:00:05',
    date_completed: null,
    date_completed_gmt: null,
    discount_total: '9.50',
    shipping_total: '5.00',
    total: '120.50',
    total_tax: '19.24',
    customer_id: 11,
    created_via: 'checkout',
    payment_method: 'stripe',
    payment_method_title: 'Credit card',
    billing: {
      first_name: 'Ada',
      last_name: 'Weber',
      city: 'Potsdam',
      state: 'DE-BB',
      country: 'DE',
      email: 'Ada@Example.com',
      phone: '0151 12345678',
    },
    shipping: { first_name: 'Ben', last_name: 'Weber', city: 'Berlin', state: 'DE-BE', country: 'DE' },
    line_items: [
      { id: 71, product_id: 93, variation_id: 0, name: 'Lamp', sku: 'LAMP', quantity: 2, total: '110.00', price: 55 },
      { id: 72, product_id: 0, name: 'Card', sku: 4711, quantity: 1, total: '15.00', price: 15.000000000000002 },
    ],
    coupon_lines: [{ id: 1, code: 'autumn', discount: '9.5', discount_tax: '0' }],
    refunds: [],
    meta_data: [{ id: 1, key: '_wc_order_attribution_referrer', value: 'https://search.example/' }],
    ...changes,
  };
}

export function wooCustomer(changes: Json = {}): Json {
  return {
    id: 11,
    date_created_gmt: '2026-11-01T08:00:00',
    date_modified_gmt: '2026-11-02T08:00:00',
    email: 'ada@example.com',
    first_name: 'Ada',
    last_name: 'Weber',
    username: 'ada',
    is_paying_customer: true,
    billing: { first_name: '', last_name: '', country: 'DE', phone: '0151 12345678', email: '' },
    shipping: { country: '', state: '', city: '' },
    ...changes,
  };
}
