import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/core';
import phoneMetadata from 'libphonenumber-js/metadata.min';

/** DOMAIN 2, strongest first. The letter begins the identity's key, so that keys sort by strength. */
const identityKinds = ['buyer', 'phone', 'email'] as const;
export type IdentityKind = (typeof identityKinds)[number];

export interface Identity {
  readonly kind: IdentityKind;
  /** `shop#buyer`, E.164, or the trimmed lower-case address. */
  readonly value: string;
}

/** A keyed hash of an identity, `b:`, `p:` or `e:` before it: what tables hold instead of the identity itself. */
export type IdentityKey = string;

const prefixes: Readonly<Record<IdentityKind, string>> = { buyer: 'b', phone: 'p', email: 'e' };

export function identityKey(identity: Identity, hash: (text: string) => string): IdentityKey {
  return `${prefixes[identity.kind]}:${hash(`${identity.kind}:${identity.value}`)}`;
}

/** True for the key of a platform buyer id, which always links. */
export function isBuyerKey(key: IdentityKey): boolean {
  return key.startsWith('b:');
}

/** Strongest first: buyer, phone, email; equals by key. */
export function compareStrength(a: IdentityKey, b: IdentityKey): number {
  return 'bpe'.indexOf(a.charAt(0)) - 'bpe'.indexOf(b.charAt(0)) || (a < b ? -1 : a > b ? 1 : 0);
}

/**
 * The countries whose numbering a phone written without one may follow, likeliest first: the address's, then that of the
 * shop's currency (an ISO 4217 code begins with its country's ISO 3166 code; EUR and the like name none).
 */
export function phoneCountries(addressCountry: string | undefined, currency: string): string[] {
  const candidates = [addressCountry?.trim().toUpperCase() ?? '', currency.slice(0, 2)];
  return [...new Set(candidates)].filter((country) => isSupportedCountry(country as CountryCode, phoneMetadata));
}

/** Masked by the platform (`138****1234`, `a***@x.com`): identifies nobody. */
function isMasked(text: string): boolean {
  return /[*＊•×]/.test(text) || /^x{3,}$/i.test(text.trim());
}

/**
 * A phone in E.164, or undefined where it is masked, a private forwarding number (with an extension) or no number.
 * @param countries ISO 3166 codes to try for numbers written without a country, likeliest first
 */
export function normalisePhone(text: string, countries: readonly string[] = []): string | undefined {
  if (isMasked(text) || isForwarding(text)) return undefined;
  for (const country of countries.length > 0 ? countries : [undefined]) {
    const region = country === undefined ? {} : { defaultCountry: country as CountryCode };
    const phone = parsePhoneNumberFromString(text.trim(), region, phoneMetadata);
    if (phone?.isValid() && !phone.ext) return phone.number;
  }
  return undefined;
}

/** True for E.164, as every stored phone is written: cheaper to see than to parse again. */
export function isE164(text: string): boolean {
  return /^\+[1-9]\d{6,14}$/.test(text);
}

/** Taobao's private numbers, `18877771111-123`: they belong to a forwarding pool and expire. */
function isForwarding(text: string): boolean {
  return /^\s*\+?\d{11,13}[-转,]\d{2,6}\s*$/.test(text);
}

/** An address trimmed and in lower case (Unicode NFC), or undefined where it is masked or no address. */
export function normaliseEmail(text: string): string | undefined {
  const address = text.trim().normalize('NFC').toLowerCase();
  if (isMasked(address.replace(/@.*$/, '')) || address.includes('*')) return undefined;
  return /^[^\s@<>"(),:;]{1,64}@[^\s@<>"(),:;.]+(\.[^\s@<>"(),:;.]+)+$/.test(address) && address.length <= 254
    ? address
    : undefined;
}

/** A platform buyer id within its shop, or undefined where it is empty or masked. */
export function normaliseBuyerId(shop: string, id: string): string | undefined {
  const text = id.trim();
  return text === '' || /[*＊]/.test(text) ? undefined : `${shop}#${text}`;
}
