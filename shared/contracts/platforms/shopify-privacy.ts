import { phoneCountries } from '../../domain/customers/identity.ts';
import type { BuyerIdentities, Reading } from './platform.ts';
import { type Fields, identitiesOf } from './reading-fields.ts';
import type { Delivery } from './shopify-fields.ts';

/** customers/data_request: what a person is to be given, somebody has to send them. */
export function readDataRequest(body: Fields, { topic, shop }: Delivery): Reading {
  return { type: 'privacy_request', what: topic, buyer: buyerOf(body, shop.currency) };
}

/** customers/redact: may come with only some of id, email and phone. One that names nobody is for a person to look at. */
export function readRedaction(body: Fields, { topic, shop }: Delivery): Reading {
  const buyer = buyerOf(body, shop.currency);
  const orders = body.ids('orders_to_redact');
  const namesSomebody = Object.keys(buyer).length + orders.length > 0;
  if (body.invalid || !namesSomebody) return { type: 'privacy_request', what: topic };
  return { type: 'erasure', buyer, orders };
}

/** shop/redact, two days after the app was uninstalled. */
export function readShopRedaction(): Reading {
  return { type: 'shop_erasure' };
}

function buyerOf(body: Fields, currency: string): BuyerIdentities {
  const customer = body.object('customer');
  const countries = phoneCountries(undefined, currency);
  return identitiesOf(customer?.id('id'), [customer?.text('phone')], [customer?.text('email')], countries);
}
