import { describe, expect, test } from 'vitest';
import { expectedPurchases } from '../../../shared/domain/predictions/bg-nbd.ts';
import {
  defaultTerms,
  discountedPurchases,
  predictionOf,
  weeksPerMonth,
} from '../../../shared/domain/predictions/customer-value.ts';
import { expectedAmount, populationAmount } from '../../../shared/domain/predictions/gamma-gamma.ts';

const buying = { type: 'fitted', r: 0.243, alpha: 4.414, a: 0.793, b: 2.426, logLikelihood: -1, firstYear: 1 } as const;
const spending = { type: 'fitted', p: 6.25, q: 3.74, v: 15.44, logLikelihood: -1, correlation: 0, mean: 35 } as const;
const refused = { type: 'not_enough_data', reason: 'too_few_customers', found: 3, needed: 100 } as const;

describe('the expected amount of a purchase', () => {
  test.each([
    [3, 35, 35.02791996],
    [1, 35, 35.06674082],
    [0, 0, 35.2189781],
    [2, 22.35, 24.65],
    [1, 11.77, 18.91],
  ])('%d repeats of %d: %d', (x, mean, expected) =>
    expect(expectedAmount(spending, x, mean)).toBeCloseTo(expected, String(expected).length > 6 ? 7 : 1),
  );
  test('nearer to the own mean the more is known', () => {
    const shop = populationAmount(spending);
    const [little, much] = [expectedAmount(spending, 1, 100), expectedAmount(spending, 50, 100)];
    expect(shop).toBeLessThan(little);
    expect(little).toBeLessThan(much);
    expect(much).toBeLessThan(100);
  });
});

describe('the value of a customer', () => {
  const terms = { months: 12, monthlyDiscount: 0.01 };
  test.each([
    ['customer 1', 2, 30.43, 38.86, 22.35, 36.289211],
    ['customer 2', 1, 1.71, 38.86, 11.77, 4.637295],
    ['customer 3', 0, 0, 38.86, 0, 8.369004],
  ])('%s of CDNOW', (_name, x, tx, T, mean, expected) => {
    const purchases = discountedPurchases(buying, { x, tx, T }, terms);
    expect(purchases * expectedAmount(spending, x, mean)).toBeCloseTo(expected, 6);
  });

  test('with days for weeks it would be the figure of the other program: the month counts', () => {
    const mistaken = discountedPurchases(buying, { x: 2, tx: 30.43, T: 38.86 }, terms, 30);
    expect(mistaken * expectedAmount(spending, 2, 22.35)).toBeCloseTo(140.1, 0);
  });

  test('undiscounted it is what is expected over the time', () => {
    const history = { x: 2, tx: 30, T: 38 };
    const plain = discountedPurchases(buying, history, { months: 12, monthlyDiscount: 0 });
    const whole = discountedPurchases(buying, history, { months: 1, monthlyDiscount: 0 }, 12 * weeksPerMonth);
    expect(plain).toBeCloseTo(whole, 12);
  });
});

describe('what is foreseen of a customer', () => {
  const today = 20_000;
  const regular = { repeats: 26, lastAfter: 216, knownFor: 217, amount: 900, repeatAmount: 35 };

  test('of one who buys every week', () => {
    const prediction = predictionOf({ buying, spending }, regular, today);
    expect(prediction?.alive).toBeCloseTo(0.969, 3);
    expect(prediction?.expectedPurchases).toBe(expectedPurchases(buying, { x: 26, tx: 216 / 7, T: 31 }, 90 / 7));
    expect(Number.isInteger(prediction?.value)).toBe(true);
    expect(prediction?.nextDay).toBe(today + 7);
  });
  test('of one who bought once: no day within a year', () => {
    const prediction = predictionOf({ buying, spending }, { ...regular, repeats: 0, lastAfter: 0 }, today);
    expect(prediction).toMatchObject({ alive: 1 });
    expect(prediction).not.toHaveProperty('nextDay');
  });
  test('of one who has most likely left: no day at all', () => {
    const gone = { ...regular, knownFor: 900 };
    const terms = { ...defaultTerms, nextWithinDays: 1e9 };
    expect(predictionOf({ buying, spending }, gone, today, terms)).not.toHaveProperty('nextDay');
  });
  test('a day beyond the horizon is none', () => {
    const within = (nextWithinDays: number) =>
      predictionOf({ buying, spending }, regular, today, { ...defaultTerms, nextWithinDays })?.nextDay;
    expect([within(7), within(6)]).toEqual([today + 7, undefined]);
  });
  test('no value where the amounts could not be fitted', () =>
    expect(predictionOf({ buying, spending: refused }, regular, today)).not.toHaveProperty('value'));
  test('nothing where the buying could not be fitted', () =>
    expect(predictionOf({ buying: refused, spending }, regular, today)).toBeUndefined());
});
