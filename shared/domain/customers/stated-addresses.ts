import { isE164, normaliseEmail } from './identity.ts';
import type { Said } from './statements.ts';

export interface StatedAddress {
  readonly channel: 'email' | 'sms';
  /** As identities are written: E.164, or trimmed in lower case. */
  readonly address: string;
}

/** The addresses that statements tell: the phone, the mail address, and those a consent was given for. */
export function statedAddresses(statements: Readonly<Record<string, { readonly value: Said }>>): StatedAddress[] {
  return Object.entries(statements).flatMap(([field, { value }]) => addressIn(field, String(value)));
}

function addressIn(field: string, value: string): StatedAddress[] {
  const consent = /^consent(?:Source)?\.(email|sms):(.*)$/s.exec(field);
  const text = consent?.[2] ?? value;
  if (field === 'email' || consent?.[1] === 'email') {
    const address = normaliseEmail(text);
    return address === undefined ? [] : [{ channel: 'email', address }];
  }
  const isPhone = (field === 'phone' || consent?.[1] === 'sms') && isE164(text);
  return isPhone ? [{ channel: 'sms', address: text }] : [];
}
