import { createHmac } from 'node:crypto';
import type { PlatformBodies } from './platform-bodies.ts';

const secret = 'a shared secret of the bench, for Shopify';

/** orders/paid with two lines, a customer with both consents, every address and every `..._set` that Shopify writes. */
export const shopifyOrders: PlatformBodies = {
  platform: 'shopify',
  what: 'shopify orders',
  shop: { id: 'lamps', currency: 'EUR', timezone: 'Europe/Berlin' },
  secret,
  sign(number) {
    const body = Buffer.from(JSON.stringify(order(number)));
    const headers = {
      'x-shopify-topic': 'orders/paid',
      'x-shopify-shop-domain': 'lamps.myshopify.example',
      'x-shopify-webhook-id': `hook-${number}`,
      'x-shopify-triggered-at': '2026-11-20T09:00:06.412Z',
      'x-shopify-hmac-sha256': createHmac('sha256', secret).update(body).digest('base64'),
    };
    return { headers, query: new URLSearchParams(), body };
  },
  digest: ({ body }) => createHmac('sha256', secret).update(body).digest('base64'),
  parse: ({ body }) => JSON.parse(body.toString('utf8')) as unknown,
};

function order(number: number) {
  const id = 5_400_000_000_000 + number;
  const lamp = (40 + (number % 20)).toFixed(2);
  const goods = (2 * (40 + (number % 20)) + 15).toFixed(2);
  const total = (2 * (40 + (number % 20)) + 10.5).toFixed(2);
  const email = `buyer${number}@mail.example`;
  const phone = `+49151${String(number).padStart(8, '2')}`;
  return {
    id,
    admin_graphql_api_id: `gid://shopify/Order/${id}`,
    app_id: 580111,
    browser_ip: '192.0.2.17',
    buyer_accepts_marketing: true,
    cancel_reason: null,
    cancelled_at: null,
    cart_token: `c1-${'7e3f'.repeat(7)}${number}`,
    checkout_id: 36_100_000_000_000 + number,
    checkout_token: 'bd5a8aa1ecd019dd3520ff791ee3a24c',
    client_details: {
      accept_language: 'de-DE,de;q=0.9,en;q=0.8',
      browser_height: 1042,
      browser_ip: '192.0.2.17',
      browser_width: 1920,
      session_hash: null,
      user_agent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Safari/537.36',
    },
    closed_at: null,
    company: null,
    confirmation_number: `WX${number}`,
    confirmed: true,
    contact_email: email,
    created_at: '2026-11-20T10:00:00+01:00',
    currency: 'EUR',
    ...totals('current_total_price', total),
    ...totals('current_subtotal_price', goods),
    ...totals('current_total_tax', '17.64'),
    ...totals('current_total_discounts', '9.50'),
    current_total_duties_set: null,
    current_total_additional_fees_set: null,
    customer: customer(number, email, phone),
    customer_locale: 'de-DE',
    device_id: null,
    discount_applications: [
      {
        target_type: 'line_item',
        type: 'discount_code',
        value: '9.5',
        value_type: 'fixed_amount',
        allocation_method: 'across',
        target_selection: 'all',
        code: 'AUTUMN',
      },
    ],
    discount_codes: [{ code: 'AUTUMN', amount: '9.50', type: 'fixed_amount' }],
    email,
    estimated_taxes: false,
    financial_status: 'paid',
    fulfillment_status: null,
    fulfillments: [],
    billing_address: address('Potsdam', 'Brandenburg', 'BB', null),
    shipping_address: address('Berlin', 'Berlin', 'BE', '030 1234567'),
    landing_site: '/collections/lamps?utm_source=newsletter&utm_medium=email&utm_campaign=autumn',
    landing_site_ref: null,
    line_items: [line(number, 1, 'Bedside lamp, oak and linen', lamp, 2), line(number, 2, 'Gift card', '15.00', 1)],
    location_id: null,
    merchant_of_record_app_id: null,
    name: `#${1000 + number}`,
    note: null,
    note_attributes: [],
    number,
    order_number: 1000 + number,
    order_status_url: `https://lamps.example/60001/orders/${'5e9a0c'.repeat(5)}/authenticate?key=${'4b1d'.repeat(8)}`,
    original_total_additional_fees_set: null,
    original_total_duties_set: null,
    payment_gateway_names: ['shopify_payments'],
    payment_terms: null,
    phone: null,
    po_number: null,
    presentment_currency: 'EUR',
    processed_at: '2026-11-20T10:00:00+01:00',
    reference: null,
    referring_site: 'https://search.example/',
    refunds: [],
    shipping_lines: [
      {
        id: 4_400_000_000_000 + number,
        carrier_identifier: '650f1a14fa979ec5c74d063e968411d4',
        code: 'Standard',
        discounted_price: '5.00',
        discounted_price_set: money('5.00'),
        is_removed: false,
        phone: null,
        price: '5.00',
        price_set: money('5.00'),
        source: 'shopify',
        title: 'Standard',
        tax_lines: [tax('0.80')],
        discount_allocations: [],
      },
    ],
    source_identifier: null,
    source_name: 'web',
    source_url: null,
    ...totals('subtotal_price', goods),
    tags: 'newsletter, autumn',
    tax_exempt: false,
    tax_lines: [tax('17.64')],
    taxes_included: true,
    test: false,
    token: '9c20fb2a1f9e4d1e8c0db0a2f8b1e6d7',
    total_line_items_price: goods,
    total_line_items_price_set: money(goods),
    total_outstanding: '0.00',
    ...totals('total_price', total),
    ...totals('total_discounts', '9.50'),
    ...totals('total_tax', '17.64'),
    total_shipping_price_set: money('5.00'),
    total_tip_received: '0.00',
    total_weight: 2400,
    updated_at: '2026-11-20T10:00:05+01:00',
    user_id: null,
  };
}

function customer(number: number, email: string, phone: string) {
  const consent = {
    state: 'subscribed',
    opt_in_level: 'single_opt_in',
    consent_updated_at: '2026-11-20T09:59:58+01:00',
  };
  return {
    id: 7_100_000_000_000 + number,
    admin_graphql_api_id: `gid://shopify/Customer/${7_100_000_000_000 + number}`,
    email,
    created_at: '2026-10-02T18:11:25+02:00',
    updated_at: '2026-11-20T10:00:02+01:00',
    first_name: 'Ada',
    last_name: `Weber ${number}`,
    state: 'enabled',
    note: null,
    verified_email: true,
    multipass_identifier: null,
    tax_exempt: false,
    phone,
    email_marketing_consent: consent,
    sms_marketing_consent: { ...consent, consent_collected_from: 'SHOPIFY' },
    tags: '',
    currency: 'EUR',
    tax_exemptions: [],
    default_address: { ...address('Berlin', 'Berlin', 'BE', phone), id: 8_200_000_000_000 + number, default: true },
  };
}

function address(city: string, province: string, code: string, phone: string | null) {
  return {
    first_name: 'Ada',
    address1: 'Lange Straße 12',
    phone,
    city,
    zip: '10243',
    province,
    country: 'Germany',
    last_name: 'Weber',
    address2: 'Hinterhaus, 3. Stock',
    company: null,
    latitude: 52.5112037,
    longitude: 13.4377218,
    name: 'Ada Weber',
    country_code: 'DE',
    province_code: code,
  };
}

function line(number: number, at: number, title: string, price: string, quantity: number) {
  const id = 13_800_000_000_000 + number * 2 + at;
  return {
    id,
    admin_graphql_api_id: `gid://shopify/LineItem/${id}`,
    attributed_staffs: [],
    current_quantity: quantity,
    fulfillable_quantity: quantity,
    fulfillment_service: 'manual',
    fulfillment_status: null,
    gift_card: false,
    grams: 1200,
    name: `${title} - natural`,
    pre_tax_price: price,
    pre_tax_price_set: money(price),
    price,
    price_set: money(price),
    product_exists: true,
    product_id: 9_300_000_000_000 + at,
    properties: [],
    quantity,
    requires_shipping: true,
    sku: `LAMP-${at}`,
    taxable: true,
    title,
    total_discount: '0.00',
    total_discount_set: money('0.00'),
    variant_id: 47_200_000_000_000 + at,
    variant_inventory_management: 'shopify',
    variant_title: 'natural',
    vendor: 'Nordlicht',
    tax_lines: [tax('8.42')],
    duties: [],
    discount_allocations: [{ amount: '4.75', amount_set: money('4.75'), discount_application_index: 0 }],
  };
}

function tax(price: string) {
  return { channel_liable: false, price, price_set: money(price), rate: 0.19, title: 'MwSt' };
}

function totals(name: string, amount: string) {
  return { [name]: amount, [`${name}_set`]: money(amount) };
}

function money(amount: string) {
  return {
    shop_money: { amount, currency_code: 'EUR' },
    presentment_money: { amount, currency_code: 'EUR' },
  };
}
