import type { RecordPurchase, SegmentRecord } from '../../shared/domain/segments/record.ts';
import type { FactRow, FactRows } from './write-facts.ts';

/** Records as the census writes them. Lists of one purchase that are of different lengths leave nulls in its lines. */
export function factsOfRecords(records: readonly SegmentRecord[]): FactRows {
  return {
    customers: records.map(customerRow),
    purchases: records.flatMap(({ id, purchases }) =>
      purchases.map(({ paidAt, day, amount, items }, index) => {
        return { customer: id, shop: 'north', order: `${id}-${index}`, paidAt, day, amount, items };
      }),
    ),
    lines: records.flatMap(({ id, purchases }) => purchases.flatMap((purchase) => linesOf(id, purchase))),
  };
}

function customerRow(record: SegmentRecord): FactRow {
  const { id, stage, country, province, city, gender, birthday, occupation, tier, points, rfm, predicted, consent } =
    record;
  const known = { stageSince: record.stageSince, country, province, city, gender, birthday, occupation, tier };
  return {
    ...Object.fromEntries(Object.entries(known).map(([name, value]) => [name, value ?? null])),
    customer: id,
    stage,
    points,
    credit: record.credit === undefined ? null : JSON.stringify(record.credit),
    attributes: JSON.stringify(Object.fromEntries(record.attributes)),
    tags: JSON.stringify(record.tags),
    shops: JSON.stringify(record.shops),
    rfmR: rfm?.r ?? null,
    rfmF: rfm?.f ?? null,
    rfmM: rfm?.m ?? null,
    rfmGroup: rfm?.group ?? null,
    consentSms: consent.sms === 'unknown' ? null : consent.sms,
    consentEmail: consent.email === 'unknown' ? null : consent.email,
    smsKey: record.phone === undefined ? null : `key of ${id}`,
    emailKey: record.email === undefined ? null : `key of ${id}`,
    alive: predicted?.alive ?? null,
    expectedPurchases: predicted?.purchases ?? null,
    predictedValue: predicted?.value ?? null,
    nextAt: predicted?.nextAt ?? null,
  };
}

function linesOf(customer: string, { paidAt, day, products, skus, categories }: RecordPurchase): FactRow[] {
  const count = Math.max(products.length, skus.length, categories.length);
  return Array.from({ length: count }, (_, index) => ({
    customer,
    paidAt,
    day,
    product: products[index] ?? null,
    sku: skus[index] ?? null,
    category: categories[index] ?? null,
    amount: 0,
  }));
}

/** The record as far as facts tell it: reachable is who granted and has an address. */
export function asFactsTell(record: SegmentRecord): SegmentRecord {
  const { consent, phone, email } = record;
  return {
    ...record,
    reachable: {
      sms: consent.sms === 'granted' && phone !== undefined,
      email: consent.email === 'granted' && email !== undefined,
    },
  };
}
