import * as z from 'zod';
import { parseDay } from '../calendar.ts';
import { isE164, normaliseEmail } from '../customers/identity.ts';
import type { Field, Op } from './fields.ts';

/** Most values of one list. */
const longestList = 1000;

const word = text('a text of 1 to 200 characters', (value) => value.length >= 1 && value.length <= 200);
const day = text('a day, such as "2026-11-23"', (value) => parseDay(value) !== undefined);
/** 11 digits and 4: so many minor units of any currency are still an exact integer. */
const amount = text('an amount in the base currency as text, such as "123.45"', (value) =>
  /^\d{1,11}(\.\d{1,4})?$/.test(value),
);
const finite = z.number('must be a number');
const flag = z.boolean('must be true or false');

function text(what: string, isRight: (value: string) => boolean) {
  const message = `must be ${what}`;
  return z.string(message).refine((value) => value.isWellFormed() && isRight(value), message);
}

function whole(least: number, greatest: number) {
  const bounds = greatest === Number.MAX_SAFE_INTEGER ? '' : ` from ${least} to ${greatest}`;
  const message = `must be a whole number${bounds}`;
  const isRight = (value: number) => Number.isSafeInteger(value) && value >= least && value <= greatest;
  return z.number(message).refine(isRight, message);
}

const schemas = new Map<string, z.ZodType>();

/** What the value of a condition must be. */
export function operandSchema(field: Field, op: Op): z.ZodType {
  const key = `${field.name} ${op}`;
  const schema = schemas.get(key) ?? madeSchema(field, op);
  schemas.set(key, schema);
  return schema;
}

function madeSchema(field: Field, op: Op): z.ZodType {
  switch (op) {
    case 'exists':
      return flag;
    case 'contains':
      return word;
    case 'before':
    case 'after':
      return day;
    case 'withinDays':
      return field.type === 'birthday' ? whole(0, 366) : whole(0, longestAgo(field));
    case 'in':
    case 'notIn':
    case 'any':
    case 'all':
    case 'none':
      return listOf(singleOf(field, op));
    case 'between':
      return pairOf(singleOf(field, op));
    default:
      return singleOf(field, op);
  }
}

function listOf(single: z.ZodType): z.ZodType {
  const message = `must be a list of 1 to ${longestList} values`;
  return z.array(single, message).min(1, message).max(longestList, message);
}

function pairOf(single: z.ZodType): z.ZodType {
  return z.tuple([single, single], 'must be a list of two values, the least and the greatest').refine(isAscending, {
    error: 'must begin with the lesser of its two values',
    when: ({ issues }) => issues.length === 0,
  });
}

/** Amounts are compared as numbers, days as text, for their digits stand in order. */
function isAscending([least, greatest]: readonly unknown[]): boolean {
  if (typeof least === 'number' && typeof greatest === 'number') return least <= greatest;
  const isDay = parseDay(String(least)) !== undefined;
  return isDay ? String(least) <= String(greatest) : Number(least) <= Number(greatest);
}

function singleOf(field: Field, op: Op): z.ZodType {
  switch (field.type) {
    case 'whole':
      return whole(...(field.range ?? ([Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER] as const)));
    case 'times':
      return whole(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
    case 'fraction':
      return finite;
    case 'amount':
      return amount;
    case 'day':
      return day;
    case 'flag':
      return flag;
    case 'choice':
      return z.enum(field.choices ?? [], `must be one of ${field.choices?.join(', ')}`);
    case 'stated':
      return ['eq', 'ne', 'in', 'notIn'].includes(op)
        ? z.union([word, finite, flag], 'must be a text, a number, true or false')
        : finite;
    case 'identity':
      return identityOf(field.name);
    default:
      return word;
  }
}

function identityOf(name: string): z.ZodType {
  if (name === 'phone') return text('a phone number in E.164, such as "+8613800138000"', isE164);
  if (name === 'email') return text('an email address', (value) => normaliseEmail(value) !== undefined);
  return word;
}

/** Events are kept for this many days; what a rule asked beyond them would be an undercount (DOMAIN 14). */
export const eventDays = 90;
const longestWindow = 36_500;

function longestAgo({ name }: Pick<Field, 'name'>): number {
  return name === 'did' ? eventDays : longestWindow;
}

/** The schema of `within` on a field: of the last days, or of a period with its first and last day. */
export function windowSchema(field: Field, form: 'days' | 'period'): z.ZodType {
  if (form === 'days') return z.strictObject({ days: whole(0, longestAgo(field)) });
  return z.strictObject({ from: day, to: day }).refine(({ from, to }) => from <= to, {
    error: 'must not be before from',
    path: ['to'],
    when: ({ issues }) => issues.length === 0,
  });
}
