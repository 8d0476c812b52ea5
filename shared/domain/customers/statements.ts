import type { Channel } from '../messages/message-class.ts';
import { laterOf, type Register } from '../register.ts';

/** A value stated about a customer. */
export type Statement = string | number | boolean;

/**
 * What a source says of a customer, by field: `name`, `email`, `phone`, `gender`, `birthday`, `locale`, `timezone`,
 * `country`, `province`, `city`, `attr.<name>`, and consent per channel and address, `consent.sms:+8613...` (true is
 * granted, false is denied).
 */
export type Statements = Readonly<Record<string, Register<Statement>>>;

/** A webhook has no address: '' stands for it. */
export function consentField(channel: Channel, address: string): string {
  return `consent.${channel}:${address}`;
}

export function isConsent(field: string): boolean {
  return field.startsWith('consent.');
}

type JoinStatement = (field: string, a: Register<Statement>, b: Register<Statement>) => Register<Statement>;

/**
 * Joins what one order's webhooks said: a field takes the later word; a consent once denied stays denied, for one order
 * is one checkout, and a later "yes" comes with the next order or with an update of its own time.
 */
export function joinOrderStatements(a: Statements, b: Statements): Record<string, Register<Statement>> {
  return joinEach(a, b, (field, x, y) =>
    isConsent(field) && x.value !== y.value ? (x.value === false ? x : y) : laterOf(x, y),
  );
}

/** Joins two updates of one customer: the later word stands; at a tie the stricter consent (DOMAIN 2). */
export function joinUpdateStatements(a: Statements, b: Statements): Record<string, Register<Statement>> {
  return joinEach(a, b, (field, x, y) =>
    isConsent(field) && x.at === y.at && x.value !== y.value ? (x.value === false ? x : y) : laterOf(x, y),
  );
}

function joinEach(a: Statements, b: Statements, join: JoinStatement): Record<string, Register<Statement>> {
  const joined: Record<string, Register<Statement>> = { ...a };
  for (const [field, stated] of Object.entries(b)) {
    const known = joined[field];
    joined[field] = known ? join(field, known, stated) : stated;
  }
  return joined;
}
