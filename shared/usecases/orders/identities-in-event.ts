import type { Platform, PlatformName, ShopContext } from '../../contracts/platforms/platform.ts';
import {
  type Identity,
  type IdentityKey,
  identityKey,
  normaliseBuyerId,
  normaliseEmail,
  normalisePhone,
  phoneCountries,
} from '../../domain/customers/identity.ts';
import { keysOf } from '../customers/keys-of-buyer.ts';
import type { InboundEvent, Shop } from '../ports.ts';

interface NamingDeps {
  readonly platforms: Readonly<Record<PlatformName, Pick<Platform, 'read'>>>;
  readonly identityHash: (text: string) => string;
}

/**
 * Whom an event may name, as keys: what its reader finds, and whatever in the text looks like an address, a phone or an id.
 * Also of bodies that no reader understands.
 */
export function identitiesInEvent(event: InboundEvent, shop: Shop | undefined, deps: NamingDeps): Set<IdentityKey> {
  const body = Buffer.from(event.body, 'base64');
  const context = shop ?? { id: event.shop, currency: '', timezone: 'UTC' };
  const read = shop ? keysOf(event.shop, buyerIn(event, body, shop, deps), deps) : [];
  const texts = new Set([body.toString('utf8'), decoded(body.toString('utf8'))]);
  const found = [...texts].flatMap((text) => identitiesIn(text, context));
  return new Set([...read, ...found.map((identity) => identityKey(identity, deps.identityHash))]);
}

function buyerIn(event: InboundEvent, body: Buffer, shop: Shop, { platforms }: NamingDeps) {
  const request = { headers: event.headers, query: new URLSearchParams(event.query), body };
  try {
    const reading = platforms[shop.platform].read(request, shop);
    return ('buyer' in reading && reading.buyer) || {};
  } catch {
    return {};
  }
}

/** Forms and pushes within pushes hold what they say URL-encoded. */
function decoded(text: string): string {
  return text.replace(/(%[0-9a-f]{2})+/gi, (escaped) => {
    try {
      return decodeURIComponent(escaped);
    } catch {
      return ' ';
    }
  });
}

const emails = /[^\s"'<>(),;:=&\\[\]{}]{1,64}@[^\s"'<>(),;:=&\\[\]{}]{1,190}/g;
const phones = /\+?\d[\d ().-]{5,20}\d/g;
const words = /"([^"\\]{1,200})"|[\w-]{3,64}/g;

function identitiesIn(text: string, { id: shop, currency }: ShopContext): Identity[] {
  const countries = phoneCountries(undefined, currency);
  const found = new Map<string, Identity>();
  const add = (kind: Identity['kind'], value: string | undefined) => {
    if (value !== undefined) found.set(`${kind} ${value}`, { kind, value });
  };
  for (const [address] of text.matchAll(emails)) add('email', normaliseEmail(address));
  for (const [phone] of text.matchAll(phones)) {
    add('phone', normalisePhone(phone, countries));
    add('phone', normalisePhone(phone));
  }
  for (const [word, quoted = word] of text.matchAll(words)) add('buyer', normaliseBuyerId(shop, quoted));
  return [...found.values()];
}
