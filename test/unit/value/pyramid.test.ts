import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pyramidGroupOf, pyramidLimitsOf } from '../../../shared/domain/value/pyramid.ts';

const groupsOf = (amounts: readonly number[]) => {
  const limits = pyramidLimitsOf(Float64Array.from(amounts));
  return amounts.map((amount) => pyramidGroupOf(amount, limits));
};
const shareOf = (amounts: readonly number[], group: string) => groupsOf(amounts).filter((one) => one === group).length;

describe('the pyramid', () => {
  test('is 5 % key, 15 % major and the rest potential where no two are alike', () => {
    const amounts = Array.from({ length: 200 }, (_, index) => 1 + ((index * 7919) % 200));
    expect([shareOf(amounts, 'key'), shareOf(amounts, 'major'), shareOf(amounts, 'potential')]).toEqual([10, 30, 160]);
  });

  test('takes in whoever bought as much as the last of a group', () => {
    const amounts = [9, 9, 9, ...Array.from({ length: 37 }, () => 5)];
    expect([shareOf(amounts, 'key'), shareOf(amounts, 'major')]).toEqual([3, 37]);
  });

  test('has nobody at its top who bought nothing in the year, and prospects at its foot', () => {
    expect(new Set(groupsOf([0, 0, 0, 0, 0]))).toEqual(new Set(['potential']));
    expect(pyramidLimitsOf(new Float64Array())).toEqual({ keyFrom: 1, majorFrom: 1 });
    expect(pyramidGroupOf(undefined, { keyFrom: 1, majorFrom: 1 })).toBe('target');
  });

  test('never leaves a group smaller than its share, nor ranks anybody above who bought more', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 120 }), (amounts) => {
        const limits = pyramidLimitsOf(Float64Array.from(amounts));
        expect(amounts.filter((amount) => amount >= limits.keyFrom).length).toBeGreaterThanOrEqual(amounts.length / 20);
        expect(amounts.filter((amount) => amount >= limits.majorFrom).length).toBeGreaterThanOrEqual(
          amounts.length / 5,
        );
        // One less of either would do no more.
        expect(amounts.filter((amount) => amount > limits.keyFrom).length).toBeLessThan(amounts.length / 20);
        expect(amounts.filter((amount) => amount > limits.majorFrom).length).toBeLessThan(amounts.length / 5);
      }),
    );
  });
});
