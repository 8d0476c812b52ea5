import { createHmac } from 'node:crypto';
import type { PlatformBodies } from './platform-bodies.ts';

const secret = 'a shared secret of the bench, for WooCommerce';

/** order.updated as REST v3 has it, escaped as PHP does, with the metadata that plugins leave and the links at the end. */
export const woocommerceOrders: PlatformBodies = {
  platform: 'woocommerce',
  what: 'woocommerce orders',
  shop: { id: 'candles', currency: 'EUR', timezone: 'Europe/Berlin' },
  secret,
  sign(number) {
    const body = Buffer.from(asPhpWrites(order(number)));
    const headers = {
      'x-wc-webhook-source': 'https://candles.example/',
      'x-wc-webhook-topic': 'order.updated',
      'x-wc-webhook-delivery-id': `delivery-${number}`,
      'x-wc-webhook-signature': createHmac('sha256', secret).update(body).digest('base64'),
    };
    return { headers, query: new URLSearchParams(), body };
  },
  digest: ({ body }) => createHmac('sha256', secret).update(body).digest('base64'),
  parse: ({ body }) => JSON.parse(body.toString('utf8')) as unknown,
};

function asPhpWrites(value: unknown): string {
  const escaped = (letter: string) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(value)
    .replaceAll('/', '\\/')
    .replace(/[^\x20-\x7e]/g, escaped);
}

function order(number: number) {
  const price = 9 + (number % 11);
  const total = (3 * price + 12.9 + 4.9).toFixed(2);
  return {
    id: 7000 + number,
    parent_id: 0,
    status: 'processing',
    currency: 'EUR',
    version: '10.3.5',
    prices_include_tax: true,
    date_created: '2026-11-20T11:00:00',
    date_modified: '2026-11-20T11:00:06',
    discount_total: '3.00',
    discount_tax: '0.57',
    shipping_total: '4.90',
    shipping_tax: '0.78',
    cart_tax: '6.84',
    total,
    total_tax: '7.62',
    customer_id: 100 + number,
    order_key: `wc_order_${'Kx7pQ2'}${number}`,
    billing: { ...address(number), email: `Kunde.${number}@mail.example`, phone: `0151 ${20_000_000 + number}` },
    shipping: { ...address(number), phone: '' },
    payment_method: 'stripe',
    payment_method_title: 'Credit / Debit Card',
    transaction_id: `pi_3Q${'a9Zb'.repeat(5)}${number}`,
    customer_ip_address: '192.0.2.44',
    customer_user_agent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148',
    created_via: 'checkout',
    customer_note: 'Bitte beim Nachbarn abgeben, danke schön!',
    date_completed: null,
    date_paid: '2026-11-20T11:00:05',
    cart_hash: 'c2a9f1d8b3e64c7f9a0b1c2d3e4f5a6b',
    number: String(7000 + number),
    meta_data: metadata(number),
    line_items: [line(number, 1, 'Bienenwachskerze, groß', price, 3), line(number, 2, 'Untersetzer', 12.9, 1)],
    tax_lines: [
      {
        id: number * 10 + 5,
        rate_code: 'DE-MWST-1',
        rate_id: 1,
        label: 'MwSt.',
        compound: false,
        tax_total: '6.84',
        shipping_tax_total: '0.78',
        rate_percent: 19,
        meta_data: [],
      },
    ],
    shipping_lines: [
      {
        id: number * 10 + 3,
        method_title: 'Versand',
        method_id: 'flat_rate',
        instance_id: '2',
        total: '4.90',
        total_tax: '0.78',
        taxes: [{ id: 1, total: '0.78', subtotal: '' }],
        tax_status: 'taxable',
        meta_data: [
          {
            id: number * 40 + 31,
            key: 'Artikel',
            value: 'Kerze &times; 3, Untersetzer &times; 1',
            display_key: 'Artikel',
          },
        ],
      },
    ],
    fee_lines: [],
    coupon_lines: [
      {
        id: number * 10 + 4,
        code: 'advent',
        discount: '3',
        discount_tax: '0.57',
        meta_data: [{ id: number * 40 + 32, key: 'coupon_info', value: '[12,"advent","fixed_cart",3]' }],
        discount_type: 'fixed_cart',
        nominal_amount: 3,
        free_shipping: false,
      },
    ],
    refunds: [],
    payment_url: `https://candles.example/kasse/order-pay/${7000 + number}/?pay_for_order=true&key=wc_order_Kx7pQ2${number}`,
    is_editable: false,
    needs_payment: false,
    needs_processing: true,
    date_created_gmt: '2026-11-20T10:00:00',
    date_modified_gmt: '2026-11-20T10:00:06',
    date_completed_gmt: null,
    date_paid_gmt: '2026-11-20T10:00:05',
    currency_symbol: '€',
    _links: {
      self: [
        {
          href: `https://candles.example/wp-json/wc/v3/orders/${7000 + number}`,
          targetHints: { allow: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] },
        },
      ],
      collection: [{ href: 'https://candles.example/wp-json/wc/v3/orders' }],
      customer: [{ href: `https://candles.example/wp-json/wc/v3/customers/${100 + number}` }],
    },
  };
}

function address(number: number) {
  return {
    first_name: 'Jörg',
    last_name: `Müller ${number}`,
    company: '',
    address_1: 'Am Bach 7',
    address_2: '',
    city: 'Köln',
    state: 'DE-NW',
    postcode: '50667',
    country: 'DE',
  };
}

/** Order attribution, the payment plugin's traces, and what a German shop's plugins add. */
function metadata(number: number) {
  const entries: readonly (readonly [string, string])[] = [
    ['is_vat_exempt', 'no'],
    ['_wc_order_attribution_source_type', 'referral'],
    ['_wc_order_attribution_referrer', 'https://search.example/'],
    ['_wc_order_attribution_utm_source', 'search.example'],
    ['_wc_order_attribution_utm_medium', 'referral'],
    ['_wc_order_attribution_session_entry', 'https://candles.example/produkt/bienenwachskerze/'],
    ['_wc_order_attribution_session_start_time', '2026-11-20 09:41:12'],
    ['_wc_order_attribution_session_pages', '7'],
    ['_wc_order_attribution_session_count', '2'],
    ['_wc_order_attribution_user_agent', 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) Mobile/15E148'],
    ['_wc_order_attribution_device_type', 'Mobile'],
    ['_stripe_customer_id', `cus_${number}`],
    ['_stripe_source_id', `pm_1Q${number}`],
    ['_stripe_intent_id', `pi_3Q${number}`],
    ['_stripe_charge_captured', 'yes'],
    ['_stripe_fee', '0.81'],
    ['_stripe_net', '41.99'],
    ['_stripe_currency', 'EUR'],
    ['_gzd_parcel_delivery_opted_in', 'yes'],
    ['_dhl_preferred_day', ''],
  ];
  return entries.map(([key, value], at) => ({ id: number * 40 + at, key, value }));
}

function line(number: number, at: number, name: string, price: number, quantity: number) {
  const total = (price * quantity).toFixed(2);
  return {
    id: number * 10 + at,
    name,
    product_id: 90 + at,
    variation_id: at === 1 ? 412 : 0,
    quantity,
    tax_class: '',
    subtotal: total,
    subtotal_tax: '3.42',
    total,
    total_tax: '3.42',
    taxes: [{ id: 1, total: '3.42', subtotal: '3.42' }],
    meta_data: [
      {
        id: number * 40 + 33 + at,
        key: 'pa_groesse',
        value: 'gross',
        display_key: 'Größe',
        display_value: 'Groß',
      },
    ],
    sku: `KERZE-${at}`,
    global_unique_id: '',
    price,
    image: { id: '311', src: `https://candles.example/wp-content/uploads/2026/08/kerze-${at}-scaled.jpg` },
    parent_name: at === 1 ? name : null,
  };
}
