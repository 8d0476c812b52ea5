import { isTransactional, type MessageClass } from './message-class.ts';
import type { Locale } from './template.ts';

/**
 * What templates may say, in one list: for the check before saving, for previews, and for whoever reviews what a journey or
 * a campaign would send. Messages are composed of the same names.
 */
interface OfferedVariable {
  readonly name: string;
  readonly example: string | number | readonly Readonly<Record<string, unknown>>[];
  /** What a message has to bring along for it; left out: it is always there. */
  readonly needs?: 'order' | 'refund' | 'coupon' | 'consent';
  /** There in some cases only: a template gives it a default or asks for it by `if`. */
  readonly optional?: true;
  /** Null where it is not known: a template gives it a default or asks for it by `if`. */
  readonly nullable?: true;
}

const offered: readonly OfferedVariable[] = [
  { name: 'locale', example: 'en' },
  { name: 'customer.name', example: 'Anna', nullable: true },
  { name: 'shop.name', example: 'North' },
  { name: 'points', example: 120 },
  { name: 'tier', example: 'Gold', optional: true },
  { name: 'order.id', example: '1001', needs: 'order' },
  { name: 'order.total', example: '¥123.45', needs: 'order' },
  { name: 'order.items', example: [{ title: 'Green tea', quantity: 2, price: '¥9.90' }], needs: 'order' },
  { name: 'order.carrier', example: 'SF Express', needs: 'order', optional: true },
  { name: 'order.tracking', example: 'SF1234567890', needs: 'order', optional: true },
  { name: 'order.trackingUrl', example: 'https://example.com/SF1234567890', needs: 'order', optional: true },
  { name: 'order.refund', example: '¥20.00', needs: 'refund' },
  { name: 'coupon.code', example: 'EXAMPLE1', needs: 'coupon' },
  { name: 'coupon.value', example: '¥20.00', needs: 'coupon' },
  { name: 'coupon.minimum', example: '¥99.00', needs: 'coupon', optional: true },
  { name: 'coupon.expires', example: '2026-12-31', needs: 'coupon', optional: true },
  /** In place of a code: the coupon is drawn when the link is followed. */
  { name: 'claim.url', example: 'https://example.com/c/example', needs: 'coupon' },
  /** Up to three; none where nothing is known of what sells together. */
  {
    name: 'products',
    example: [
      { title: 'Green tea', price: '¥9.90', url: 'https://example.com/tea', image: 'https://example.com/tea.jpg' },
    ],
  },
  { name: 'unsubscribe.url', example: 'https://example.com/u/example', needs: 'consent' },
  { name: 'preferences.url', example: 'https://example.com/p/example' },
  { name: 'questionnaire.url', example: 'https://example.com/q/example' },
];

/** All names, for the API's description. */
export const variableNames: readonly string[] = [...offered.map(({ name }) => name), 'trigger.*'];

/** What a message has besides its customer and shop. */
export interface Situation {
  readonly class: MessageClass;
  /** It is about an order. */
  readonly order: boolean;
  /** It is about a refund of that order. */
  readonly refund: boolean;
  /** A coupon goes with it. */
  readonly coupon: boolean;
  /** Names under `trigger.` that its cause brings; undefined: not known here, and every one passes. */
  readonly trigger?: readonly string[];
}

/** The most a message of this class can have: what is not in it is in no message. */
export function richestSituation(messageClass: MessageClass): Situation {
  return { class: messageClass, order: true, refund: true, coupon: true };
}

/** Whether anything of this path is ever offered: `order.items[0].title`, `order` and `order.id` are, `oder.id` is not. */
export function isKnownVariable(path: string): boolean {
  if (path.startsWith('trigger.')) return true;
  return offered.some(
    ({ name }) =>
      path === name || name.startsWith(`${path}.`) || path.startsWith(`${name}.`) || path.startsWith(`${name}[`),
  );
}

/** Whether a template asks for a variable, or for a part of it: `products`, `products.size`, `products[0].title`. */
export function asksFor(asked: Iterable<string>, name: string): boolean {
  for (const path of asked) {
    if (path === name || path.startsWith(`${name}.`) || path.startsWith(`${name}[`)) return true;
  }
  return false;
}

/**
 * Variables as a message in this situation has them: what a template asks for and does not find here would be missing.
 * @param asked paths the template asks for: those under `trigger.` are made up where they are not known
 * @param withOptional what is there, or known, in some cases only is there
 */
export function exampleVariables(
  situation: Situation,
  locale: Locale,
  asked: Iterable<string>,
  withOptional: boolean,
): Record<string, unknown> {
  const variables: Record<string, unknown> = {};
  for (const { name, needs, optional, nullable, example } of offered) {
    if (!has(situation, needs) || (optional && !withOptional)) continue;
    put(variables, name, nullable && !withOptional ? null : example);
  }
  for (const name of situation.trigger ?? triggersIn(asked)) put(variables, `trigger.${name}`, 'example');
  return { ...variables, locale };
}

function triggersIn(asked: Iterable<string>): string[] {
  return [...asked].flatMap((path) => (path.startsWith('trigger.') ? [path.slice('trigger.'.length)] : []));
}

function has(situation: Situation, need: OfferedVariable['needs']): boolean {
  if (need === 'consent') return !isTransactional(situation.class);
  return need === undefined || situation[need];
}

function put(into: Record<string, unknown>, path: string, value: unknown): void {
  const [head = '', ...rest] = path.split('.');
  if (rest.length === 0) {
    into[head] = value;
    return;
  }
  const inner = into[head] ?? {};
  into[head] = inner;
  put(inner as Record<string, unknown>, rest.join('.'), value);
}
