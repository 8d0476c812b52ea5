import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../infra/local/seeded-random.ts';
import { buyingSampleOf } from '../../../shared/domain/predictions/buying-sample.ts';
import type { BuyingHistory } from '../../../shared/domain/predictions/frequency.ts';
import { correlationOf } from '../../../shared/domain/predictions/gamma-gamma.ts';
import { averagesOf, fitModel, predictionModelSchema } from '../../../shared/domain/predictions/model.ts';
import { shuffled } from '../../support/naive-stages.ts';
import { simulatedBuyer } from '../../support/simulated-buyers.ts';

const frame = { asOf: 20_000, currency: 'CNY' };
const leaving = { r: 0.8, alpha: 8, a: 1, b: 3 };
const spending = { p: 6, q: 4, v: 3000 };

function shop(customers: number, buying = leaving): BuyingHistory[] {
  const chance = seededRandom(5);
  return Array.from({ length: customers }, () => simulatedBuyer(chance, chance() * 80, buying, spending)).map(
    (history) => ({ ...history, amount: Math.round(history.amount) }),
  );
}
const modelOf = (histories: readonly BuyingHistory[]) => fitModel(buyingSampleOf(histories), frame);
const once = { repeats: 0, lastAfter: 0, knownFor: 30, amount: 500, repeatAmount: 0 };

describe('a shop with enough data', () => {
  const histories = shop(1500);
  const model = modelOf(histories);
  test('is fitted, and the model can be stored', () => {
    expect([model.buying.type, model.spending.type]).toEqual(['fitted', 'fitted']);
    expect(predictionModelSchema.parse(JSON.parse(JSON.stringify(model)))).toEqual(model);
  });
  test('in any order of its customers', () => expect(modelOf(shuffled(histories, 3))).toEqual(model));
  test('customers who get things for nothing do not spoil the amounts', () => {
    const gifts = Array.from({ length: 50 }, () => ({ ...once, repeats: 1, lastAfter: 10 }));
    expect(modelOf([...histories, ...gifts]).spending).toEqual(model.spending);
  });
});

describe('not enough data', () => {
  test('no customers at all', () => {
    const { buying, spending: amounts, averages } = modelOf([]);
    const reason = { type: 'not_enough_data', reason: 'too_few_customers', found: 0, needed: 100 };
    expect([buying, amounts]).toEqual([reason, reason]);
    expect(averages).toEqual({ customers: 0, repeatBuyers: 0, purchases: 0 });
  });
  test('99 customers', () =>
    expect(modelOf(shop(99)).buying).toMatchObject({ reason: 'too_few_customers', found: 99 }));
  test('49 who bought again', () => {
    const again = shop(400).filter(({ repeats }) => repeats > 0);
    const model = modelOf([...again.slice(0, 49), ...Array.from({ length: 300 }, () => once)]);
    expect(model.buying).toEqual({
      type: 'not_enough_data',
      reason: 'too_few_repeat_buyers',
      found: 49,
      needed: 50,
    });
    expect(model.spending).toMatchObject({ reason: 'too_few_repeat_buyers', found: 49 });
  });
  test('nobody leaves: P(alive) would say nothing', () => {
    const model = modelOf(shop(1500, { ...leaving, a: 1e-4, b: 10 }));
    expect(model.buying).toMatchObject({ type: 'not_enough_data', reason: 'nobody_seems_to_leave', needed: 4.605 });
    expect(model.spending.type).toBe('fitted');
  });
  test('all alike: the parameters have no limit', () =>
    expect(modelOf(shop(1500, { r: 8000, alpha: 80_000, a: 2500, b: 7500 })).buying).toMatchObject({
      type: 'not_enough_data',
      reason: 'not_identified',
      needed: 0.1,
    }));
  test('who buys often spends more each time: the amounts cannot be foreseen apart', () => {
    const model = modelOf(
      shop(1500).map((each) => ({ ...each, repeatAmount: each.repeats * 1000 + (each.amount % 7) })),
    );
    expect(model.buying.type).toBe('fitted');
    expect(model.spending).toMatchObject({ reason: 'amount_depends_on_frequency', needed: 0.3 });
    expect(model.spending.type === 'fitted' || model.spending.found).toBeGreaterThan(0.99);
  });
  test('everybody pays the same each time', () =>
    expect(modelOf(shop(1500).map((each) => ({ ...each, repeatAmount: 500 }))).spending).toMatchObject({
      reason: 'not_identified',
    }));
  test('amounts without a mean', () => {
    const chance = seededRandom(9);
    const wild = shop(1500).map((each) => ({ ...each, repeatAmount: Math.ceil(100 / (1 - chance()) ** 2) }));
    expect(modelOf(wild).spending).toMatchObject({ reason: 'amounts_without_mean', needed: 1 });
  });
});

test("the shop's averages", () => {
  const sample = buyingSampleOf([
    { repeats: 3, lastAfter: 60, knownFor: 100, amount: 1000, repeatAmount: 300 },
    { repeats: 0, lastAfter: 0, knownFor: 46, amount: 200, repeatAmount: 0 },
  ]);
  expect(averagesOf(sample)).toEqual({
    customers: 2,
    repeatBuyers: 1,
    purchases: 5,
    purchasesPerCustomer: 2.5,
    repeatRate: 0.5,
    amount: 240,
    repeatsPerYear: 7.5,
    daysBetween: 20,
  });
});

test('correlation', () => {
  const of = (repeats: number[], amounts: number[]) =>
    correlationOf({ size: 3, repeats: Int32Array.from(repeats), amounts: Float64Array.from(amounts) });
  expect(of([1, 2, 3], [5, 7, 9])).toBeCloseTo(1, 12);
  expect(of([1, 2, 3], [9, 7, 5])).toBeCloseTo(-1, 12);
  expect(of([1, 2, 3], [1, 3, 1])).toBeCloseTo(0, 12);
  expect(of([1, 1, 1], [1, 3, 1])).toBe(0);
});
