import type { Day } from '../calendar.ts';
import { dayOfYear } from './day-of-year.ts';
import { solarDayOf } from './lunar-calendar.ts';

/** When a festival is: a day of the year, a lunar one, or the n-th Sunday of a month. */
type Rule =
  | { readonly day: string }
  | { readonly lunar: readonly [month: number, day: number] }
  | { readonly sunday: readonly [nth: number, month: string] };

/**
 * The marketing calendar (DOMAIN 7) in its order. The collections have no day of their own in any calendar: spring
 * and summer ones come with the season, autumn and winter ones when shops show them.
 */
const rules = {
  'new-year': { day: '01-01', zh: '元旦', en: 'New Year' },
  'spring-festival': { lunar: [1, 1], zh: '春节', en: 'Spring Festival' },
  'valentines-day': { day: '02-14', zh: '情人节', en: 'Valentine’s Day' },
  'womens-day': { day: '03-08', zh: '妇女节', en: 'Women’s Day' },
  'white-day': { day: '03-14', zh: '白色情人节', en: 'White Day' },
  'spring-collection': { day: '03-21', zh: '春季上新', en: 'Spring collection' },
  'mothers-day': { sunday: [2, '05'], zh: '母亲节', en: 'Mother’s Day' },
  'travel-day': { day: '05-19', zh: '中国旅游日', en: 'Travel day' },
  'dragon-boat': { lunar: [5, 5], zh: '端午节', en: 'Dragon Boat Festival' },
  'sale-618': { day: '06-18', zh: '618', en: '618' },
  'summer-collection': { day: '06-21', zh: '夏季上新', en: 'Summer collection' },
  qixi: { lunar: [7, 7], zh: '七夕', en: 'Qixi' },
  'teachers-day': { day: '09-10', zh: '教师节', en: 'Teachers’ Day' },
  'mid-autumn': { lunar: [8, 15], zh: '中秋节', en: 'Mid-Autumn Festival' },
  'national-day': { day: '10-01', zh: '国庆节', en: 'National Day' },
  'autumn-collection': { day: '10-15', zh: '秋季上新', en: 'Autumn collection' },
  'double-11': { day: '11-11', zh: '双十一', en: 'Double 11' },
  'double-12': { day: '12-12', zh: '双十二', en: 'Double 12' },
  'winter-collection': { day: '12-15', zh: '冬季上新', en: 'Winter collection' },
  christmas: { day: '12-25', zh: '圣诞节', en: 'Christmas' },
} as const satisfies Record<string, Rule & { readonly zh: string; readonly en: string }>;

export type FestivalId = keyof typeof rules | 'shop-anniversary';
export const festivalIds = [...Object.keys(rules), 'shop-anniversary'] as readonly FestivalId[];

export interface Festival {
  readonly id: FestivalId;
  readonly day: Day;
  readonly names: { readonly zh: string; readonly en: string };
}

const anniversaryNames = { zh: '店庆', en: 'Shop anniversary' };

export function isFestival(id: string): id is FestivalId {
  return id === 'shop-anniversary' || Object.hasOwn(rules, id);
}

export function festivalNames(id: FestivalId): { readonly zh: string; readonly en: string } {
  if (id === 'shop-anniversary') return anniversaryNames;
  const { zh, en } = rules[id];
  return { zh, en };
}

/**
 * The day of a festival in a year; lunar ones in the lunar year that begins in it.
 * @param shopAnniversary `MM-DD`; without it the shop has none
 * @returns undefined where it is not known: no anniversary, or a lunar one outside 1900 to 2100
 */
export function festivalDay(id: FestivalId, year: number, shopAnniversary?: string): Day | undefined {
  if (id !== 'shop-anniversary') return dayByRule(rules[id], year);
  return shopAnniversary === undefined ? undefined : dayOfYear(shopAnniversary, year);
}

/** All of a year, in its order. */
export function festivalsOf(year: number, shopAnniversary?: string): Festival[] {
  const festivals = festivalIds.flatMap((id): Festival[] => {
    const day = festivalDay(id, year, shopAnniversary);
    return day === undefined ? [] : [{ id, day, names: festivalNames(id) }];
  });
  return festivals.sort((a, b) => a.day - b.day);
}

function dayByRule(rule: Rule, year: number): Day | undefined {
  if ('day' in rule) return dayOfYear(rule.day, year);
  if ('lunar' in rule) return solarDayOf({ month: rule.lunar[0], day: rule.lunar[1] }, year);
  const [nth, month] = rule.sunday;
  const first = dayOfYear(`${month}-01`, year);
  return first === undefined ? undefined : first + ((3 - (first % 7) + 7) % 7) + (nth - 1) * 7;
}
