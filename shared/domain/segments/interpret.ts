import { type Day, dayOf, formatDay, type Instant, parseDay } from '../calendar.ts';
import { normaliseEmail } from '../customers/identity.ts';
import { dayMs } from '../durations.ts';
import { decimalsOf } from '../money.ts';
import type { RecordPurchase, RuleContext, SegmentRecord } from './record.ts';
import type { Condition, SegmentRule, Within } from './rule.ts';

/**
 * The rule language once more, word for word and without a thought of speed. It shares nothing with the compiled
 * predicate but the types, so that the two can only agree by both being right; it also tells `explainRule` what was seen.
 */
export function interpretRule(rule: SegmentRule, record: SegmentRecord, context: RuleContext): boolean {
  if ('all' in rule) return rule.all.every((child) => interpretRule(child, record, context));
  if ('any' in rule) return rule.any.some((child) => interpretRule(child, record, context));
  if ('not' in rule) return !interpretRule(rule.not, record, context);
  return holds(rule, valueSeen(rule, record, context), context);
}

/** An amount, or an average before it is rounded: `total / count`, in minor units of the base currency. */
export interface Quotient {
  readonly total: number;
  readonly count: number;
}

/** What a field of a record is: undefined where it is missing; days as `2026-11-23`, birthdays as `1990-02-28`. */
export type Value = undefined | number | string | boolean | Quotient | readonly string[];

/** The value a condition is about. */
export function valueSeen(condition: Condition, record: SegmentRecord, context: RuleContext): Value {
  const { field, within } = condition;
  const [family, key = ''] = [field.slice(0, field.indexOf('.')), field.slice(field.indexOf('.') + 1)];
  if (family === 'attr') return record.attributes.get(key);
  if (family === 'did') return timesOf(record.events.get(key) ?? [], [{ days: 90 }, windowOf(condition)], context);
  if (family === 'bought') return bought(key, record, within, context);
  const purchases = record.purchases.filter((purchase) => isWithin(purchase, within, context));
  const days = purchases.map(({ day }) => formatDay(day)).sort();
  switch (field) {
    case 'orders.count':
      return purchases.length;
    case 'orders.total':
      return { total: sum(purchases, 'amount'), count: 1 };
    case 'orders.average':
      return purchases.length === 0 ? undefined : { total: sum(purchases, 'amount'), count: purchases.length };
    case 'orders.items':
      return sum(purchases, 'items');
    case 'orders.firstAt':
      return days[0];
    case 'orders.lastAt':
      return days.at(-1);
    case 'opened':
    case 'clicked':
    case 'touched':
      return timesOf(record[field], [windowOf(condition)], context);
    default:
      return personalValue(field, record, context);
  }
}

function personalValue(field: string, record: SegmentRecord, context: RuleContext): Value {
  const { rfm, predicted } = record;
  const birthday = birthdayText(record.birthday);
  const values: Record<string, Value> = {
    id: record.id,
    phone: record.phone,
    email: record.email,
    gender: record.gender,
    birthday,
    age: birthday === undefined ? undefined : ageOf(birthday, todayOf(context)),
    occupation: record.occupation,
    'region.country': record.country,
    'region.province': record.province,
    'region.city': record.city,
    'region.group': groupsOf(record.province, context),
    credit: record.credit,
    stage: record.stage,
    stageSince: dayText(record.stageSince),
    'rfm.r': rfm?.r,
    'rfm.f': rfm?.f,
    'rfm.m': rfm?.m,
    'rfm.group': rfm?.group,
    tier: record.tier,
    points: record.points,
    tags: record.tags,
    shop: record.shops,
    'coupon.used': record.couponsUsed,
    'consent.sms': record.consent.sms,
    'consent.email': record.consent.email,
    'reachable.sms': record.reachable.sms,
    'reachable.email': record.reachable.email,
    'predicted.alive': predicted?.alive,
    'predicted.purchases': predicted?.purchases,
    'predicted.value': predicted?.value === undefined ? undefined : { total: predicted.value, count: 1 },
    'predicted.nextAt': dayText(predicted?.nextAt),
  };
  if (!(field in values)) throw new TypeError('a rule must pass its schema before it is interpreted');
  return values[field];
}

function todayOf({ asOf, zone }: RuleContext): string {
  return formatDay(dayOf(asOf, zone));
}

function dayText(day: Day | undefined): string | undefined {
  return day === undefined ? undefined : formatDay(day);
}

function birthdayText(birthday: number | undefined): string | undefined {
  return birthday === undefined ? undefined : String(birthday).replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3');
}

function sum(purchases: readonly RecordPurchase[], member: 'amount' | 'items'): number {
  return purchases.reduce((total, purchase) => total + purchase[member], 0);
}

function isWithin({ paidAt, day }: RecordPurchase, within: Within | undefined, context: RuleContext): boolean {
  return paidAt <= context.asOf && isDayWithin(day, within, context);
}

function isDayWithin(day: Day, within: Within | undefined, { asOf, zone }: RuleContext): boolean {
  if (within === undefined) return true;
  if ('days' in within) return dayOf(asOf, zone) - day <= within.days;
  return within.from <= formatDay(day) && formatDay(day) <= within.to;
}

/** `withinDays: n` of what happened is a window too. */
function windowOf({ op, value, within }: Condition): Within | undefined {
  return op === 'withinDays' ? { days: Number(value) } : within;
}

function timesOf(moments: readonly Instant[], windows: readonly (Within | undefined)[], context: RuleContext): number {
  return moments.filter(
    (at) => at <= context.asOf && windows.every((window) => isDayWithin(dayOf(at, context.zone), window, context)),
  ).length;
}

function bought(what: string, record: SegmentRecord, within: Within | undefined, context: RuleContext): string[] {
  const purchases = record.purchases.filter((purchase) => isWithin(purchase, within, context));
  const each = purchases.map(({ products, skus, categories }) =>
    what === 'product' ? products : what === 'sku' ? skus : categories,
  );
  return [...new Set(each.flat())];
}

function groupsOf(province: string | undefined, { regionGroups }: RuleContext): string[] {
  return Object.entries(regionGroups).flatMap(([name, provinces]) =>
    provinces.some((one) => one === province) ? [name] : [],
  );
}

/** The day of a birthday in a year: the 28th for 29 February where there is none (DOMAIN 8). */
function birthdayIn(year: number, birthday: string): string {
  const day = `${String(year).padStart(4, '0')}${birthday.slice(4)}`;
  const isThere = !day.endsWith('-02-29') || new Date(`${day}T00:00:00Z`).getUTCDate() === 29;
  return isThere ? day : day.replace('-29', '-28');
}

function ageOf(birthday: string, today: string): number | undefined {
  const years = Number(today.slice(0, 4)) - Number(birthday.slice(0, 4));
  const age = birthdayIn(Number(today.slice(0, 4)), birthday) <= today ? years : years - 1;
  return age < 0 ? undefined : age;
}

function hasBirthdayWithin(birthday: string, days: number, context: RuleContext): boolean {
  const today = dayOf(context.asOf, context.zone);
  const year = Number(formatDay(today).slice(0, 4));
  return [year, year + 1].some((each) => {
    const ahead = Date.parse(`${birthdayIn(each, birthday)}T00:00:00Z`) / dayMs - today;
    return ahead >= 0 && ahead <= days;
  });
}

/** Whether a condition holds of a value. */
function holds({ field, op, value: asked }: Condition, value: Value, context: RuleContext): boolean {
  const isTimes = /^(did\..*|opened|clicked|touched)$/.test(field);
  if (op === 'exists') return (isTimes ? value !== 0 : !isMissing(value)) === asked;
  if (op === 'withinDays' && isTimes) return value !== 0;
  if (field.startsWith('bought.')) return holdsOfBought(op, value, asked);
  if (isMissing(value)) return op === 'ne' || op === 'notIn';
  if (op === 'withinDays') return hasBirthdayWithin(String(value), Number(asked), context);
  if (op === 'contains') return isList(value) ? value.includes(String(asked)) : holdsText(value, asked);
  const listed = [asked].flat().map((one) => (field === 'email' ? normaliseEmail(String(one)) : one));
  const side = (one: unknown) => compare(value, one, context);
  switch (op) {
    case 'eq':
    case 'in':
      return listed.some((one) => isSame(value, one, side));
    case 'ne':
    case 'notIn':
      return !listed.some((one) => isSame(value, one, side));
    case 'gt':
    case 'after':
      return side(asked) > 0;
    case 'gte':
      return side(asked) >= 0;
    case 'lt':
    case 'before':
      return side(asked) < 0;
    case 'lte':
      return side(asked) <= 0;
    case 'between':
      return side(listed[0]) >= 0 && side(listed[1]) <= 0;
    default:
      return false;
  }
}

function isList(value: unknown): value is readonly string[] {
  return Array.isArray(value);
}

function isMissing(value: Value): boolean {
  return value === undefined || (isList(value) && value.length === 0);
}

function holdsOfBought(op: Condition['op'], value: Value, asked: Condition['value']): boolean {
  const has = (one: unknown) => isList(value) && value.some((each) => each === one);
  const listed = [asked].flat();
  if (op === 'all') return listed.every(has);
  return op === 'any' ? listed.some(has) : !listed.some(has);
}

function holdsText(value: Value, asked: unknown): boolean {
  return typeof value === 'string' && value.includes(String(asked));
}

function isSame(value: Value, asked: unknown, side: (asked: unknown) => number): boolean {
  if (isList(value)) return value.some((one) => one === asked);
  return typeof value === 'object' ? side(asked) === 0 : value === asked;
}

/** Negative, 0 or positive; NaN where the two cannot be compared. */
function compare(value: Value, asked: unknown, { baseCurrency }: RuleContext): number {
  if (typeof value === 'number' && typeof asked === 'number') return value - asked;
  if (typeof value === 'object' && 'total' in value) return compareAmount(value, String(asked), baseCurrency);
  if (typeof value !== 'string' || typeof asked !== 'string') return Number.NaN;
  if (parseDay(value) === undefined) return Number.NaN;
  return value === asked ? 0 : value < asked ? -1 : 1;
}

/** Both sides as whole numbers of the ten-thousandth part of a minor unit, times the count. */
function compareAmount({ total, count }: Quotient, asked: string, currency: string): number {
  const [whole = '', fraction = ''] = asked.split('.');
  const bound = BigInt(whole + fraction.padEnd(4, '0')) * 10n ** BigInt(decimalsOf(currency));
  const difference = BigInt(total) * 10_000n - bound * BigInt(count);
  return difference === 0n ? 0 : difference < 0n ? -1 : 1;
}
