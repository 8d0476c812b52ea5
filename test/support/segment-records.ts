import { parseDay, startOfDay } from '../../shared/domain/calendar.ts';
import type { RecordPurchase, RuleContext, SegmentRecord } from '../../shared/domain/segments/record.ts';

/** Noon of 23 November 2026 in Shanghai. */
export const noon: RuleContext = {
  asOf: Date.parse('2026-11-23T04:00:00Z'),
  zone: 'Asia/Shanghai',
  baseCurrency: 'CNY',
  regionGroups: {},
};

/** A customer of whom nothing is known but what is given. */
export function aRecord(known: Partial<SegmentRecord> = {}): SegmentRecord {
  return {
    id: 'c1',
    phone: undefined,
    email: undefined,
    purchases: [],
    gender: undefined,
    birthday: undefined,
    occupation: undefined,
    country: undefined,
    province: undefined,
    city: undefined,
    credit: undefined,
    attributes: new Map(),
    stage: 'prospect',
    stageSince: undefined,
    rfm: undefined,
    tier: undefined,
    points: 0,
    tags: [],
    shops: [],
    couponsUsed: [],
    consent: { sms: 'unknown', email: 'unknown' },
    reachable: { sms: false, email: false },
    events: new Map(),
    opened: [],
    clicked: [],
    touched: [],
    predicted: undefined,
    ...known,
  };
}

/** A purchase at ten in the morning in Shanghai; `amount` in minor units, one piece of each product. */
export function aPurchase(
  on: string,
  amount: number,
  products: readonly string[] = [],
  given: Partial<RecordPurchase> = {},
): RecordPurchase {
  const day = parseDay(on) ?? 0;
  const paidAt = startOfDay(day, 'Asia/Shanghai') + 10 * 3_600_000;
  return { paidAt, day, amount, items: products.length, products, skus: [], categories: [], ...given };
}
