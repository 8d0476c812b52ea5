import { type Day, dayOf, formatDay, type Instant, parseDay, startOfDay, yearOf } from '../calendar.ts';
import { dayOfYear } from '../calendar-days/day-of-year.ts';
import { parseLunarDate, solarDayOf } from '../calendar-days/lunar-calendar.ts';
import type { CustomerFile } from '../customers/customer-file.ts';
import { hourMs } from '../durations.ts';
import { wallInstant, wallTimeMs } from '../wall-clock.ts';
import type { Occurrence } from './enter.ts';
import type { Trigger } from './journey.ts';
import { firstPurchase, lastPurchase, lastShop } from './last-purchase.ts';

/** A ladder step fires on crossing its day, at most 3 days late (DOMAIN 8); greetings no later than that either. */
const atMostLate = 72 * hourMs;
/**
 * A date is found this long before its day begins on the customer's clock: the night that finds it comes once in 24 hours,
 * and may have reckoned with the clock of another zone.
 */
const foundBefore = 50 * hourMs;

/** A day of the calendar that comes up for a customer. */
export interface ComingDay {
  readonly name: string;
  readonly day: Day;
  readonly vars?: Readonly<Record<string, string | number>>;
}

type DateTrigger = Extract<Trigger, { readonly on: 'days.sincePurchase' | 'birthday' | 'anniversary' }>;

export function isDateTrigger(trigger: Trigger): trigger is DateTrigger {
  return trigger.on === 'days.sincePurchase' || trigger.on === 'birthday' || trigger.on === 'anniversary';
}

/** The days around a moment on which a date comes up for a customer: it lies a little back, or ahead. */
export function occurrencesOfDates(trigger: DateTrigger, file: CustomerFile, zone: string, now: Instant): Occurrence[] {
  const shop = lastShop(file, now);
  return daysOf(trigger, file, dayOf(now, zone), now).flatMap((coming) => {
    const occurrence = onDay(coming, trigger.at, zone, now);
    return occurrence.map((one) => ({ ...one, ...(shop !== undefined && { shop }) }));
  });
}

/** While `now` is near enough to it. */
export function onDay({ name, day, vars }: ComingDay, wallTime: string, zone: string, now: Instant): Occurrence[] {
  const at = wallInstant(day, wallTimeMs(wallTime), zone);
  if (now < startOfDay(day, zone) - foundBefore || now > at + atMostLate) return [];
  return [{ name, at, ...(vars && { vars }) }];
}

/** Every day near `today` on which the trigger comes up, whether or not it is near enough. */
function daysOf(trigger: DateTrigger, file: CustomerFile, today: Day, now: Instant): ComingDay[] {
  switch (trigger.on) {
    case 'days.sincePurchase':
      return sincePurchase(trigger.day, file, now);
    case 'birthday':
      return birthdays(file, today).map(({ day, ...rest }) => ({ ...rest, day: day - trigger.daysBefore }));
    case 'anniversary':
      return anniversaries(file, today, now);
  }
}

/** Named after the purchase it counts from: a later one, or its refund, takes the cause away. */
export function sincePurchase(count: number, file: CustomerFile, now: Instant): ComingDay[] {
  const last = lastPurchase(file, now);
  return last
    ? [{ name: `day ${count} since ${last.ref}`, day: last.purchase.day + count, vars: { days: count } }]
    : [];
}

/**
 * Birthdays around a day, each named after its year, so that somebody is greeted once in it: the lunar year of a lunar one,
 * of which two can fall into one other year. The lunar date stands in the attribute `lunarBirthday` (`08-15`) and goes
 * before the solar one.
 */
export function birthdays({ statements }: Pick<CustomerFile, 'statements'>, today: Day): ComingDay[] {
  const lunar = parseLunarDate(String(statements['attr.lunarBirthday']?.value ?? ''));
  const solar = String(statements.birthday?.value ?? '');
  if (!lunar && parseDay(solar) === undefined) return [];
  return aroundYear(today).flatMap((year) => {
    const day = lunar ? solarDayOf(lunar, year) : dayOfYear(solar.slice(5), year);
    return day === undefined ? [] : [{ name: `birthday ${year}`, day }];
  });
}

/** Of the first purchase. */
export function anniversaries(file: CustomerFile, today: Day, now: Instant): ComingDay[] {
  const first = firstPurchase(file, now);
  if (!first) return [];
  const began = formatDay(first.purchase.day);
  return aroundYear(today).flatMap((year) => {
    const years = year - Number(began.slice(0, 4));
    const day = dayOfYear(began.slice(5), year);
    return day === undefined || years < 1 ? [] : [{ name: `anniversary ${year}`, day, vars: { years } }];
  });
}

/** Up to the year after next: 60 days before a birthday in February lie in the year before it. */
function aroundYear(today: Day): number[] {
  const year = yearOf(today);
  return [year - 1, year, year + 1, year + 2];
}
