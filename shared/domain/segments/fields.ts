import { stages } from '../life-cycle/stage.ts';
import { rfmGroups } from '../value/rfm-groups.ts';

/** What a condition may ask. */
export const ops = [
  'eq',
  'ne',
  'in',
  'notIn',
  'gt',
  'gte',
  'lt',
  'lte',
  'between',
  'before',
  'after',
  'contains',
  'exists',
  'any',
  'all',
  'none',
  'withinDays',
] as const;
export type Op = (typeof ops)[number];

const equality = ['eq', 'ne', 'in', 'notIn'] as const;
const ordering = [...equality, 'gt', 'gte', 'lt', 'lte', 'between'] as const;

/**
 * The kinds of value a field can have, each with what may be asked of it. `exists` is added where a value can be missing.
 * - `amount`: money in the base currency; `times`: how often something happened; `stated`: whatever type was stated
 * - `set`: any number of words; `group`: lists of provinces by name; `bought`: what purchases contained
 */
const opsOfType = {
  whole: ordering,
  fraction: ordering,
  amount: ordering,
  day: [...ordering, 'before', 'after'],
  choice: equality,
  text: [...equality, 'contains'],
  flag: ['eq', 'ne'],
  set: [...equality, 'contains'],
  group: equality,
  bought: ['any', 'all', 'none'],
  times: [...ordering, 'withinDays'],
  stated: [...ordering, 'before', 'after', 'contains'],
  birthday: ['withinDays'],
  identity: ['eq', 'in'],
} as const satisfies Record<string, readonly Op[]>;
export type FieldType = keyof typeof opsOfType;

interface Definition {
  readonly type: FieldType;
  readonly meaning: string;
  /** Every customer has a value, so that `exists` would say nothing. */
  readonly always?: true;
  /** `within` may narrow it down. */
  readonly window?: true;
  readonly choices?: readonly string[];
  /** Least and greatest value of a whole number. */
  readonly range?: readonly [number, number];
}

export const consentStates = ['granted', 'denied', 'unknown'] as const;

const score = { type: 'whole', range: [1, 5] } as const;
const consent = { type: 'choice', always: true, choices: consentStates } as const;

/** Every field of a rule: the schema, the predicate, the explanation and the API's description follow from this table. */
const table = {
  'orders.count': { type: 'whole', always: true, window: true, meaning: 'number of purchases' },
  'orders.total': { type: 'amount', always: true, window: true, meaning: 'amount of the purchases' },
  'orders.average': { type: 'amount', window: true, meaning: 'amount per purchase, compared unrounded' },
  'orders.items': { type: 'whole', always: true, window: true, meaning: 'pieces bought' },
  'orders.firstAt': { type: 'day', meaning: 'day of the first purchase' },
  'orders.lastAt': { type: 'day', meaning: 'day of the last purchase' },
  'bought.product': { type: 'bought', window: true, meaning: 'ids of products bought' },
  'bought.sku': { type: 'bought', window: true, meaning: 'SKUs bought' },
  'bought.category': { type: 'bought', window: true, meaning: 'categories bought from' },
  gender: { type: 'text', meaning: 'as stated, such as female' },
  age: { type: 'whole', meaning: 'in whole years' },
  birthday: { type: 'birthday', meaning: 'today or in the next n days' },
  occupation: { type: 'text', meaning: 'as stated' },
  'region.country': { type: 'text', meaning: 'as stated' },
  'region.province': { type: 'text', meaning: 'as stated' },
  'region.city': { type: 'text', meaning: 'as stated' },
  'region.group': { type: 'group', meaning: 'a list of provinces of the settings, by its name' },
  credit: { type: 'stated', meaning: 'credit level' },
  stage: { type: 'choice', always: true, choices: stages, meaning: 'stage of the life cycle' },
  stageSince: { type: 'day', meaning: 'first day of the present stage' },
  'rfm.r': { ...score, meaning: 'score of recency' },
  'rfm.f': { ...score, meaning: 'score of frequency' },
  'rfm.m': { ...score, meaning: 'score of amount' },
  'rfm.group': { type: 'choice', choices: rfmGroups, meaning: 'value group' },
  tier: { type: 'text', meaning: 'name of the tier' },
  points: { type: 'whole', always: true, meaning: 'balance of points' },
  tags: { type: 'set', meaning: 'given by hand, by import or by rule' },
  shop: { type: 'set', meaning: 'shops ordered from' },
  'coupon.used': { type: 'set', meaning: 'coupons redeemed' },
  'consent.sms': { ...consent, meaning: 'consent for SMS' },
  'consent.email': { ...consent, meaning: 'consent for email' },
  'reachable.sms': { type: 'flag', always: true, meaning: 'more than transactional SMS may be sent' },
  'reachable.email': { type: 'flag', always: true, meaning: 'more than transactional email may be sent' },
  opened: { type: 'times', window: true, meaning: 'number of messages opened' },
  clicked: { type: 'times', window: true, meaning: 'number of messages clicked' },
  touched: { type: 'times', window: true, meaning: 'number of messages sent' },
  'predicted.alive': { type: 'fraction', meaning: 'probability of buying again' },
  'predicted.purchases': { type: 'fraction', meaning: 'expected purchases' },
  'predicted.value': { type: 'amount', meaning: 'expected amount' },
  'predicted.nextAt': { type: 'day', meaning: 'expected day of the next purchase' },
  id: { type: 'identity', meaning: 'id of the customer' },
  phone: { type: 'identity', meaning: 'in E.164' },
  email: { type: 'identity', meaning: 'email address' },
} as const satisfies Record<string, Definition>;

/** Fields with a name of the merchant's or the shop's own behind the dot. */
const families = {
  did: { type: 'times', window: true, meaning: 'number of such events in the last 90 days' },
  attr: { type: 'stated', meaning: 'custom attribute' },
} as const satisfies Record<string, Definition>;

type Table = typeof table;
type Families = typeof families;
export type FieldName = keyof Table;

/** Names of the fields of some types. */
export type FieldsOf<Type extends FieldType> = {
  [Name in FieldName]: Table[Name]['type'] extends Type ? Name : never;
}[FieldName];

/** A field as found by its name; `key` is what stands behind the dot of `did.` and `attr.`. */
export type Field = {
  [Type in FieldType]: Omit<Definition, 'type'> &
    (
      | { readonly type: Type; readonly name: FieldsOf<Type>; readonly key?: never }
      | { readonly type: Type; readonly name: FamiliesOf<Type>; readonly key: string }
    );
}[FieldType];
type FamiliesOf<Type extends FieldType> = {
  [Name in keyof Families]: Families[Name]['type'] extends Type ? Name : never;
}[keyof Families];
export type FieldOf<Type extends FieldType> = Extract<Field, { readonly type: Type }>;

/** Attributes and events are named as shops may state them. */
const key = /^[A-Za-z][\w.-]{0,63}$/;

/** @returns undefined where there is no such field */
export function fieldOf(name: string): Field | undefined {
  if (Object.hasOwn(table, name)) return { name, ...table[name as FieldName] } as Field;
  const [family = '', rest] = splitAtDot(name);
  if (rest === undefined || !Object.hasOwn(families, family) || !key.test(rest)) return undefined;
  return { name: family, key: rest, ...families[family as keyof Families] } as Field;
}

function splitAtDot(name: string): [string, string?] {
  const dot = name.indexOf('.');
  return dot < 0 ? [name] : [name.slice(0, dot), name.slice(dot + 1)];
}

/** What may be asked of a field. */
export function opsOf({ type, always }: Pick<Definition, 'type' | 'always'>): readonly Op[] {
  const own: readonly Op[] = opsOfType[type];
  return always || type === 'bought' || type === 'identity' ? own : [...own, 'exists'];
}

/** Every field as one writes it, in the order of the table: for messages and for the API's description. */
export const fieldList: readonly (Definition & { readonly name: string })[] = [
  ...Object.entries<Definition>(table).map(([name, definition]) => ({ name, ...definition })),
  { name: 'did.<event>', ...families.did },
  { name: 'attr.<key>', ...families.attr },
];
