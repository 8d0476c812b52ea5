import type { Instant } from '../../domain/calendar.ts';
import { phoneCountries } from '../../domain/customers/identity.ts';
import { consentField, joinStatements, type Statements } from '../../domain/customers/statements.ts';
import type { BuyerIdentities } from './platform.ts';
import { type Fields, identitiesOf, nameOf, stampAll } from './reading-fields.ts';
import { type Address, addressOf, consentsOf, stateOf } from './shopify-customer.ts';
import { idOf } from './shopify-fields.ts';

/** Who buys, as an order and the checkout before it say it in the same fields. */
export interface Buying {
  readonly customer: Fields | undefined;
  readonly name: string | undefined;
  readonly address: Address;
  readonly buyer: BuyerIdentities;
}

/** The recipient's phone and address never identify (DOMAIN 2). @param currency of the shop */
export function buyingIn(body: Fields, currency: string): Buying {
  const customer = body.object('customer');
  const billing = body.object('billing_address');
  const address = addressOf(body.object('shipping_address') ?? billing ?? customer?.object('default_address'));
  const phones = [customer?.text('phone'), body.text('phone')];
  const emails = [customer?.text('email'), body.text('email'), body.text('contact_email')];
  return {
    customer,
    name: nameOf(customer) ?? nameOf(billing),
    address,
    buyer: identitiesOf(customer && idOf(customer), phones, emails, phoneCountries(address.country, currency)),
  };
}

/** What is said of the buyer, as of `updatedAt`; a tick at the checkout was made at `createdAt`. */
export function saidOfBuyer(
  body: Fields,
  { customer, name, address, buyer }: Buying,
  createdAt: Instant,
  updatedAt: Instant,
): Statements {
  const { phone, email } = buyer;
  const profile = stampAll({ name, phone, email, locale: body.text('customer_locale'), ...address }, updatedAt);
  const consents: Statements = customer ? consentsOf(customer, buyer, updatedAt) : {};
  // Not ticked is no objection; and a tick waits where the shop has it confirmed by mail.
  const isPending = stateOf(customer?.object('email_marketing_consent')) === 'pending';
  const isTicked = body.flag('buyer_accepts_marketing') === true && !isPending && email !== undefined;
  const ticked = isTicked ? stampAll({ [consentField('email', email)]: true }, createdAt) : {};
  return { ...profile, ...joinStatements(consents, ticked) };
}
