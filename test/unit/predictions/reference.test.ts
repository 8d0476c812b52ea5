import { describe, expect, test } from 'vitest';
import { type Day, endOfDay, parseDay } from '../../../shared/domain/calendar.ts';
import { expectedPurchases } from '../../../shared/domain/predictions/bg-nbd.ts';
import { BgNbdLikelihood, fitNbd } from '../../../shared/domain/predictions/bg-nbd-fit.ts';
import { buyingSampleOf } from '../../../shared/domain/predictions/buying-sample.ts';
import { type BuyingHistory, buyingHistoryAt, inWeeks } from '../../../shared/domain/predictions/frequency.ts';
import { expectedAmount } from '../../../shared/domain/predictions/gamma-gamma.ts';
import { fitModel } from '../../../shared/domain/predictions/model.ts';
import { purchaseCycleOf, RepurchaseIntervals, stageMoves } from '../../../shared/domain/predictions/purchase-cycle.ts';
import {
  cdnowSample,
  hasReferenceData,
  lifecycleReference,
  onlineRetail,
  type ReferenceOrder,
  whereReferenceDataIs,
} from '../../support/reference-data.ts';
import { rfmOrders } from '../../support/reference-rfm.ts';

const day = (text: string): Day => parseDay(text.slice(0, 10)) ?? Number.NaN;
const daysByCustomer = (orders: readonly ReferenceOrder[]) =>
  [...Map.groupBy(orders, ({ customer }) => customer).values()].map((own) => own.map(({ at }) => day(at)));

/** Everybody's history at the end of a day, first customer first. */
function historiesAt(orders: readonly ReferenceOrder[], date: string): BuyingHistory[] {
  const asOf = endOfDay(day(date), 'UTC');
  return [...Map.groupBy(orders, ({ customer }) => customer).values()].flatMap((own) => {
    const purchases = own.map(({ at, amount }) => ({
      paidAt: Date.parse(`${at}Z`),
      day: day(at),
      amount: Number(amount),
    }));
    return buyingHistoryAt(purchases, asOf, 'UTC') ?? [];
  });
}

const modelAt = (histories: readonly BuyingHistory[], date: string) =>
  fitModel(buyingSampleOf(histories), { asOf: day(date), currency: 'USD' });

describe.skipIf(!hasReferenceData)(`CDNOW, 39 weeks${whereReferenceDataIs}`, () => {
  const orders = hasReferenceData ? cdnowSample() : [];
  const histories = historiesAt(orders, '1997-09-30');
  const { buying, spending, averages } = modelAt(histories, '1997-09-30');
  if (hasReferenceData && (buying.type !== 'fitted' || spending.type !== 'fitted'))
    throw new Error('CDNOW is not fitted');

  test('the input', () => {
    expect(averages).toMatchObject({ customers: 2357, repeatBuyers: 946, purchases: 2357 + 2457 });
    const meanT = histories.reduce((sum, { knownFor }) => sum + knownFor / 7, 0) / histories.length;
    expect(meanT).toBeCloseTo(32.715862, 6);
    expect(Math.max(...histories.map(({ repeats }) => repeats))).toBe(29);
  });

  test('the parameters of buying', () => {
    const published = { r: 0.2425945, alpha: 4.4136019, a: 0.7929199, b: 2.4258881 };
    for (const name of ['r', 'alpha', 'a', 'b'] as const)
      expect(buying.type === 'fitted' && buying[name] / published[name]).toBeCloseTo(1, 4);
    expect(buying).toMatchObject({ logLikelihood: expect.closeTo(-9582.429, 3), firstYear: expect.closeTo(1.444, 3) });
  });

  test('the parameters of spending', () =>
    expect(spending).toEqual({
      type: 'fitted',
      p: expect.closeTo(6.2493, 2),
      q: expect.closeTo(3.7443, 3),
      v: expect.closeTo(15.4443, 2),
      logLikelihood: expect.closeTo(-4055.91769, 4),
      correlation: expect.closeTo(0.113884, 4),
      mean: expect.closeTo(35.17, 1),
    }));

  test('what the customers spend, on the mean', () => {
    if (spending.type !== 'fitted') throw new Error('not fitted');
    const means = histories.map(({ repeats, repeatAmount }) => expectedAmount(spending, repeats, repeatAmount));
    expect(means.reduce((sum, mean) => sum + mean, 0) / means.length).toBeCloseTo(35.25296, 2);
  });

  test('what they were expected to buy in the next 39 weeks, as published', () => {
    if (buying.type !== 'fitted') throw new Error('not fitted');
    const expected = (some: readonly BuyingHistory[]) =>
      some.reduce((sum, history) => sum + expectedPurchases(buying, inWeeks(history), 39), 0);
    expect(expected(histories)).toBeCloseTo(1653.41, 1);
    for (const [x, mean] of [0.2251, 0.5231, 1.0441, 1.5203].entries()) {
      const some = histories.filter(({ repeats }) => repeats === x);
      expect(expected(some) / some.length).toBeCloseTo(mean, 3);
    }
  });

  test('who would move to the stages of the own cycle', () => {
    const today = day('1998-06-30');
    const customers = daysByCustomer(orders);
    const intervals = new RepurchaseIntervals();
    for (const days of customers) intervals.add(days);
    const cycle = purchaseCycleOf(intervals);
    if (cycle.type !== 'proposed') throw new Error('no cycle');
    expect(cycle.p50).toBe(34);
    const inForce = { l1: 90, l2: 180, l3: 360 };
    const sorted = customers.map((days) => days.sort((a, b) => a - b));
    const { moved, moves } = stageMoves(sorted, today, inForce, cycle.limits);
    expect(moved).toBeGreaterThan(0);
    const left = moves.filter(({ from }) => from === 'silent').reduce((sum, each) => sum + each.customers, 0);
    expect(left).toBeLessThanOrEqual(lifecycleReference('cdnow_sample', '1998-06-30').silent ?? 0);
  });
});

describe.skipIf(!hasReferenceData)(`shops that cannot be fitted${whereReferenceDataIs}`, () => {
  test('or1: nobody seems to leave, and the limit without dropout is the one known', () => {
    const histories = historiesAt(onlineRetail(), '2011-12-09');
    expect(modelAt(histories, '2011-12-09')).toMatchObject({
      buying: { type: 'not_enough_data', reason: 'nobody_seems_to_leave' },
      averages: { customers: 4338, repeatBuyers: 2790, daysBetween: expect.closeTo(45.6569, 4) },
    });
    const nbd = fitNbd(new BgNbdLikelihood(buyingSampleOf(histories).groups()));
    expect(nbd).toEqual({
      r: expect.closeTo(0.82756, 4),
      alpha: expect.closeTo(9.87037, 3),
      logLikelihood: expect.closeTo(-37_645.657, 3),
    });
  });

  test('rfm_orders: all parameters run away', () =>
    expect(modelAt(historiesAt(rfmOrders(), '2006-12-31'), '2006-12-31')).toMatchObject({
      buying: { type: 'not_enough_data', reason: 'not_identified' },
      spending: { type: 'not_enough_data', reason: 'not_identified' },
      averages: { customers: 995, daysBetween: expect.closeTo(145.6172, 4) },
    }));

  test.each([
    ['or1', onlineRetail, 28],
    ['rfm_orders', rfmOrders, 101],
  ] as const)('%s: the median purchase cycle', (_name, read, median) => {
    const intervals = new RepurchaseIntervals();
    for (const days of daysByCustomer(read())) intervals.add(days);
    expect(intervals.quantile(50)).toBe(median);
  });
});
