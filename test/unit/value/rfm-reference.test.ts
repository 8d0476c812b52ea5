import { describe, expect, test } from 'vitest';
import { endOfDay, parseDay } from '../../../shared/domain/calendar.ts';
import { parseAmount } from '../../../shared/domain/money.ts';
import { rfmRulesOf, rfmScoresOf } from '../../../shared/domain/value/rfm.ts';
import { populationOf, sampleOf } from '../../../shared/domain/value/rfm-population.ts';
import { type RfmValues, rfmValuesAt } from '../../../shared/domain/value/rfm-values.ts';
import {
  hasReferenceData,
  onlineRetail,
  type ReferenceOrder,
  whereReferenceDataIs,
} from '../../support/reference-data.ts';
import { rfmFirstTen, rfmOrders, rfmReference } from '../../support/reference-rfm.ts';

const windowDays = 3650;
const currency = 'GBP';
const rules = rfmRulesOf({ windowDays, scores: { by: 'quintiles' } }, currency);

/** Everybody's values and scores at the end of a day, by the product's rules. */
function scored(orders: readonly ReferenceOrder[], date: string) {
  const asOf = parseDay(date) ?? 0;
  const byCustomer = Map.groupBy(orders, ({ customer }) => customer);
  const values = new Map<string, RfmValues>();
  for (const [customer, own] of byCustomer) {
    const purchases = own.map(({ id, at, amount }) => ({
      ref: id,
      paidAt: Date.parse(`${at}Z`),
      day: parseDay(at.slice(0, 10)) ?? 0,
      amount: parseAmount(amount, currency) ?? Number.NaN,
    }));
    const found = rfmValuesAt(purchases, endOfDay(asOf, 'UTC'), windowDays, 'UTC');
    if (found) values.set(customer, found);
  }
  const population = populationOf(sampleOf(values.values()), { version: 'reference', asOf, windowDays, currency });
  const scores = new Map([...values].map(([customer, each]) => [customer, rfmScoresOf(each, rules, population)]));
  return { values, population, scores };
}

const sets = [
  ['rfm_orders', '2006-12-31', rfmOrders],
  ['or1', '2011-12-09', onlineRetail],
] as const;

describe.skipIf(!hasReferenceData)(`RFM of published data${whereReferenceDataIs}`, () => {
  test.each(sets)('%s at %s: thresholds, customers per score and cells', (name, date, read) => {
    const { population, scores } = scored(read(), date);
    const all = [...scores.values()];
    const cells = all.map((each) => `${each?.r}${each?.f}${each?.m}`);
    for (const [measure, row, unit] of [
      ['r', 'recency days', 1],
      ['f', 'orders', 1],
      ['m', 'amount', 100],
    ] as const) {
      const expected = rfmReference(name, row);
      expect(population?.cuts[measure].map((cut) => Math.round(cut * 1000) / (unit * 1000))).toEqual(expected.cuts);
      expect([1, 2, 3, 4, 5].map((score) => all.filter((each) => each?.[measure] === score).length)).toEqual(
        expected.counts,
      );
      expect(cells.filter((cell) => cell === '555').length).toBe(expected.best);
      expect(cells.filter((cell) => cell === '111').length).toBe(expected.worst);
      expect(new Set(cells).size).toBe(expected.cells);
    }
  });

  test('the ten customers that the package prints', () => {
    const { values, scores } = scored(rfmOrders(), '2006-12-31');
    const printed = rfmFirstTen();
    expect(printed).toHaveLength(10);
    for (const { name, score, r, f, m } of printed) {
      const found = scores.get(name);
      expect({ name, score: `${found?.r}${found?.f}${found?.m}`, ...values.get(name) }).toEqual({
        name,
        score,
        r,
        f,
        m: m * 100,
      });
    }
  });
});
