import type { Instant } from '../../domain/calendar.ts';
import { phoneCountries } from '../../domain/customers/identity.ts';
import { consentField, type Statements } from '../../domain/customers/statements.ts';
import type { BuyerIdentities, Reading } from './platform.ts';
import { type Fields, identitiesOf, nameOf, stampAll } from './reading-fields.ts';
import { type Delivery, idOf, timeOf } from './shopify-fields.ts';

/** customers/create, customers/update. */
export function readCustomer(customer: Fields, { shop, triggeredAt }: Delivery): Reading {
  const at = customer.needed('updated_at', timeOf(customer, 'updated_at') ?? triggeredAt, 0);
  const address = addressOf(customer.object('default_address'));
  const phones = [customer.text('phone')];
  const countries = phoneCountries(address.country, shop.currency);
  const buyer = identitiesOf(idOf(customer), phones, [customer.text('email')], countries);
  const { phone, email } = buyer;
  const profile = stampAll({ name: nameOf(customer), phone, email, ...address }, at);
  const statements = { ...profile, ...consentsOf(customer, buyer, at) };
  return customer.invalid ?? { type: 'customer', buyer, statements };
}

/** customers_email_marketing_consent/update, customers_marketing_consent/update. */
export function readConsent(body: Fields, { shop, triggeredAt }: Delivery): Reading {
  const id = body.id('customer_id') ?? idOf(body);
  const emails = [body.text('email_address'), body.text('email')];
  const buyer = identitiesOf(id, [body.text('phone')], emails, phoneCountries(undefined, shop.currency));
  const statements = consentsOf(body, buyer, triggeredAt);
  return body.invalid ?? { type: 'customer', buyer, statements };
}

/** What is no clear yes or no, such as `pending` or `not_subscribed`, is no statement. */
const consentStates = new Map([
  ['subscribed', true],
  ['unsubscribed', false],
  ['redacted', false],
]);

/**
 * Consent to marketing by email and SMS, each at its own time, with the level of a yes.
 * @param otherwise the time of a consent that names none
 */
export function consentsOf(customer: Fields, buyer: BuyerIdentities, otherwise: Instant | undefined): Statements {
  const said = (['email', 'sms'] as const).map((channel): Statements => {
    const consent = customer.object(`${channel}_marketing_consent`);
    const granted = consentStates.get(stateOf(consent));
    const address = channel === 'email' ? buyer.email : buyer.phone;
    // Without the address, which Shopify withholds from some apps, a no still counts for all there are.
    if (!consent || granted === undefined || (granted && address === undefined)) return {};
    const at = consent.needed('consent_updated_at', timeOf(consent, 'consent_updated_at') ?? otherwise, 0);
    const level = granted ? consent.text('opt_in_level') : undefined;
    return stampAll({ [consentField(channel, address ?? '')]: granted, [`attr.${channel}OptInLevel`]: level }, at);
  });
  return Object.assign({}, ...said) as Statements;
}

/** REST writes the state small, GraphQL in capitals. */
export function stateOf(consent: Fields | undefined): string {
  return consent?.text('state')?.toLowerCase() ?? '';
}

export interface Address {
  readonly country?: string | undefined;
  readonly province?: string | undefined;
  readonly city?: string | undefined;
}

export function addressOf(address: Fields | undefined): Address {
  return {
    country: address?.text('country_code') ?? address?.text('country'),
    province: address?.text('province') ?? address?.text('province_code'),
    city: address?.text('city'),
  };
}
