import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Facts, openFacts } from '../../../shared/adapters/facts/open-facts.ts';
import type { ReportParameters } from '../../../shared/adapters/facts/reports/definition.ts';
import { reports } from '../../../shared/adapters/facts/reports/registry.ts';
import { type Report, runReport } from '../../../shared/adapters/facts/reports/run-report.ts';
import { parseDay } from '../../../shared/domain/calendar.ts';
import { parseAmount } from '../../../shared/domain/money.ts';
import {
  basicReference,
  cdnowMaster,
  cdnowSample,
  cohortReference,
  hasReferenceData,
  lifecycleReference,
  onlineRetail,
  type ReferenceOrder,
  referenceColumns,
  whereReferenceDataIs,
} from '../../support/reference-data.ts';
import { rfmOrders } from '../../support/reference-rfm.ts';
import { type FactRows, factsFolder, writeFacts } from '../../support/write-facts.ts';

const folder = factsFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function factsOf(orders: readonly ReferenceOrder[]): FactRows {
  const firstOf = new Map<string, number>();
  const placed = orders.map(({ id, customer, at, amount }) => {
    const paidAt = Date.parse(`${at}Z`);
    firstOf.set(customer, Math.min(paidAt, firstOf.get(customer) ?? paidAt));
    const day = parseDay(at.slice(0, 10)) ?? Number.NaN;
    return { customer, order: id, paidAt, day, amount: parseAmount(amount, 'GBP') ?? Number.NaN };
  });
  return {
    customers: [...firstOf].map(([customer, knownSince]) => ({ customer, knownSince, stage: 'prospect' })),
    purchases: placed.map((purchase) => ({ ...purchase, shop: 'north', items: 1 })),
    orders: placed.map(({ customer, order, paidAt, day, amount }) => {
      const moments = { createdAt: paidAt, createdDay: day, paidAt, paidDay: day, paid: true, status: 'paid' };
      return { customer, shop: 'north', order, ...moments, total: amount, refunded: 0, test: false };
    }),
  };
}

/** Basic facts and cohorts are told of some. */
const dataSets = [
  {
    ...{ name: 'cdnow_sample', read: cdnowSample, end: '1998-06-30', dates: ['1997-09-30', '1998-06-30'] },
    ...{ hasBasics: true, hasCohorts: true },
  },
  {
    ...{ name: 'or1', read: onlineRetail, end: '2011-12-09', dates: ['2011-06-30', '2011-12-09'] },
    ...{ hasBasics: true, hasCohorts: true },
  },
  {
    ...{ name: 'rfm_orders', read: rfmOrders, end: '2006-12-31', dates: ['2005-12-31', '2006-12-31'] },
    ...{ hasBasics: true, hasCohorts: false },
  },
  {
    ...{ name: 'cdnow_master', read: cdnowMaster, end: '1998-06-30', dates: ['1997-09-30', '1998-06-30'] },
    ...{ hasBasics: false, hasCohorts: false },
  },
];

describe.skipIf(!hasReferenceData).each(dataSets)(
  `reports of $name${whereReferenceDataIs}`,
  ({ name, read, end, dates, hasBasics, hasCohorts }) => {
    let facts: Facts;
    const endOf = (day: string) => Date.parse(`${day}T23:59:59.999Z`);

    beforeAll(async () => {
      writeFacts(`${folder}/${name}`, factsOf(read()));
      facts = await openFacts({ folder: `${folder}/${name}`, asOf: endOf(end), temporary: folder });
    });
    afterAll(() => facts.close());

    function run(report: string, parameters: ReportParameters = {}): Promise<Report> {
      const definition = reports.get(report);
      if (!definition) throw new Error(`no report ${report}`);
      const limits = { l1: 90, l2: 180, l3: 360 };
      const scene = { asOf: endOf(end), zone: 'UTC', baseCurrency: 'GBP', regionGroups: {}, limits };
      return runReport(definition, parameters, scene, facts);
    }

    async function firstRow(report: string): Promise<Record<string, string | number | null>> {
      const { columns, rows } = await run(report);
      return Object.fromEntries(columns.map((column, index) => [column, rows[0]?.[index] ?? null]));
    }

    test.runIf(hasBasics)('orders, customers, repeat rate, revenue and average order', async () => {
      const fact = basicReference(name);
      const repeat = await firstRow('repeat-purchase-rate');
      expect(repeat).toMatchObject({
        buyers: fact('customers'),
        repeatBuyers: fact('repeat_customers(>=2 orders)'),
      });
      expect(repeat.rate).toBeCloseTo(fact('repeat_rate'), 6);
      const average = await firstRow('average-order');
      expect(average).toMatchObject({ orders: fact('orders'), buyers: fact('customers') });
      expect(Number(average.amount)).toBe(fact('revenue'));
      expect(average.perOrder).toBe(fact('aov').toFixed(2));
      expect(average.perBuyer).toBe(fact('revenue_per_customer_mean').toFixed(2));
      expect(await firstRow('payment-rate')).toEqual({ orders: fact('orders'), paid: fact('orders'), rate: 1 });
    });

    test.runIf(hasBasics)('the share of the top 20 %', async () => {
      const fact = basicReference(name);
      const { rows } = await run('pareto');
      const [, customers, , , share] = rows.find(([percent]) => percent === 20) ?? [];
      expect(customers).toBe(fact('top20_customers'));
      expect(share).toBeCloseTo(fact('top20_revenue_share'), 6);
    });

    test.runIf(hasCohorts)('the first three cohorts', async () => {
      const { rows } = await run('retention', { by: 'month' });
      for (const { month, size, customers } of cohortReference(name)) {
        const cells = rows.filter(([cohort]) => cohort === month);
        expect(cells.map(([, cohortSize, k, count]) => [cohortSize, k, count])).toEqual(
          customers.map((count, k) => [size, k, count]),
        );
      }
    });

    test.each(dates)('stages on %s', async (date) => {
      const expected = lifecycleReference(name, date);
      const { rows } = await run('lifecycle-of-facts', { asOf: endOf(date) });
      const counted = Object.fromEntries(rows);
      for (const [stage, column] of Object.entries(referenceColumns))
        expect(counted[stage], stage).toBe(expected[column]);
      expect(counted.prospect).toBe(0);
      expect(rows.reduce((sum, [, count]) => sum + Number(count), 0)).toBe(expected['customers known']);
    });
  },
);
