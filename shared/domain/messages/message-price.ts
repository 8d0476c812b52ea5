import { parsePhoneNumberFromString } from 'libphonenumber-js/core';
import phoneMetadata from 'libphonenumber-js/metadata.min';
import { decimalsOf, divideHalfEven } from '../money.ts';
import type { Channel } from './message-class.ts';
import { smsPartsOf } from './sms-parts.ts';

/** What messages cost, as decimal text in the base currency. */
export interface MessagePrices {
  /** One part of a text message, by the country of the phone (ISO 3166); `*`: every other. */
  readonly sms: Readonly<Record<string, string>>;
  readonly email: string;
}

/**
 * What a message costs, in millionths of the base currency (DOMAIN 10a: "cost per part and country"); a webhook costs
 * nothing here.
 * @param country of the phone; undefined where it is not known
 */
export function priceOfMessage(
  channel: Channel,
  parts: number,
  country: string | undefined,
  prices: MessagePrices,
): number {
  if (channel === 'webhook') return 0;
  if (channel === 'email') return millionthsOf(prices.email);
  const { sms } = prices;
  return (
    parts * millionthsOf((country !== undefined && Object.hasOwn(sms, country) && sms[country]) || sms['*'] || '0')
  );
}

/** Country of a phone in E.164, or undefined for one that several countries share. */
export function countryOfPhone(phone: string): string | undefined {
  return parsePhoneNumberFromString(phone, phoneMetadata)?.country;
}

/** A message as it left: its parts are those the provider counted, else those of its text. */
export function costOfMessage(
  message: { readonly channel: Channel; readonly to: string; readonly text: string; readonly parts?: number },
  prices: MessagePrices,
): { readonly parts?: number; readonly cost: number } {
  const { channel, to, text } = message;
  if (channel !== 'sms') return { cost: priceOfMessage(channel, 1, undefined, prices) };
  const parts = message.parts ?? smsPartsOf(text).parts;
  return { parts, cost: priceOfMessage('sms', parts, countryOfPhone(to), prices) };
}

/** Millionths of a currency in its minor units, half to even. */
export function minorOf(millionths: number, currency: string): number {
  return Number(divideHalfEven(BigInt(millionths), BigInt(1_000_000 / 10 ** decimalsOf(currency))));
}

/** Exact: decimal text of up to six places. */
export function millionthsOf(price: string): number {
  const [whole = '0', fraction = ''] = price.split('.');
  return Number(whole) * 1_000_000 + Number(fraction.padEnd(6, '0').slice(0, 6));
}
