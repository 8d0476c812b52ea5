import type { Channel } from '../messages/message-class.ts';
import { laterOf, type Register } from '../register.ts';

/** A value stated about a customer. */
export type Statement = string | number | boolean;

/** What is said of a field: null takes an attribute back. */
export type Said = Statement | null;

/**
 * What a source says of a customer, by field: `name`, `email`, `phone`, `gender`, `birthday`, `occupation`, `locale`,
 * `timezone`, `country`, `province`, `city`, `attr.<name>`, and consent per channel and address, `consent.sms:+8613...` (true is
 * granted, false is denied); written down by hand also where they said so, `consentSource.sms:...`. Further `credit`,
 * `tag.<name>` (true or false) and `grant.<tier>` (its last day).
 */
export type Statements = Readonly<Record<string, Register<Said>>>;

/** A webhook has no address: '' stands for it. Likewise for a word that names none: it is about whichever there is. */
export function consentField(channel: Channel, address: string): string {
  return `consent.${channel}:${address}`;
}

/** The fields that speak of an address on a channel: its own, and that of words which named no address. */
export function consentFieldsOf(channel: Channel, address: string): string[] {
  return [...new Set([consentField(channel, channel === 'webhook' ? '' : address), consentField(channel, '')])];
}

/** Where somebody said so who wrote it down by hand. */
export function consentSourceField(channel: Channel, address: string): string {
  return `consentSource.${channel}:${address}`;
}

/** The channel and address that a consent, or where it was said, is about; undefined for any other field. */
export function consentAbout(field: string): { readonly channel: Channel; readonly address: string } | undefined {
  const [, channel, address] = /^consent(?:Source)?\.(\w+):(.*)$/s.exec(field) ?? [];
  return channel === undefined || address === undefined ? undefined : { channel: channel as Channel, address };
}

export function isConsent(field: string): boolean {
  return field.startsWith('consent.');
}

export function isConsentSource(field: string): boolean {
  return field.startsWith('consentSource.');
}

/**
 * Joins what one source said: the later word on each field stands; of two on a consent at the same time the stricter
 * (DOMAIN 2).
 */
export function joinStatements(a: Statements, b: Statements): Record<string, Register<Said>> {
  const joined: Record<string, Register<Said>> = { ...a };
  for (const [field, stated] of Object.entries(b)) {
    const known = joined[field];
    joined[field] = known ? laterStatement(field, known, stated) : stated;
  }
  return joined;
}

function laterStatement(field: string, a: Register<Said>, b: Register<Said>): Register<Said> {
  if (isConsent(field) && a.at === b.at && a.value !== b.value) return a.value === false ? a : b;
  return laterOf(a, b);
}
