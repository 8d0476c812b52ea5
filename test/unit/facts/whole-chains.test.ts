import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CensusStep } from '../../../shared/usecases/census/census-ports.ts';
import { wholeChains } from '../../../shared/usecases/census/close-census.ts';

const step = (part: string, after?: string, next?: string): CensusStep => ({
  part,
  ...(after !== undefined && { after }),
  ...(next !== undefined && { next }),
  settings: 1,
  unreadable: 0,
  chunks: [],
});
const spans = (steps: readonly CensusStep[] | undefined) =>
  steps?.map(({ part, after = '^', next = '$' }) => `${part} ${after}-${next}`);

describe('the steps of a census', () => {
  test('are followed from the beginning of each part to its end, whatever order they were told in', () => {
    const steps = [step('a', undefined, '3'), step('a', '3', '7'), step('a', '7'), step('b')];
    fc.assert(
      fc.property(fc.shuffledSubarray(steps, { minLength: 4 }), (told) => {
        expect(spans(wholeChains(told, ['a', 'b']))).toEqual(['a ^-3', 'a 3-7', 'a 7-$', 'b ^-$']);
      }),
    );
  });

  test('are not whole while any of them is missing', () => {
    const steps = [step('a', undefined, '3'), step('a', '3', '7'), step('a', '7'), step('b')];
    for (const missing of steps) {
      expect(
        wholeChains(
          steps.filter((one) => one !== missing),
          ['a', 'b'],
        ),
      ).toBeUndefined();
    }
  });

  test('that a step done again leads past are left out', () => {
    const steps = [step('a', undefined, '5'), step('a', '3', '7'), step('a', '5'), step('a', '7')];
    expect(spans(wholeChains(steps, ['a']))).toEqual(['a ^-5', 'a 5-$']);
  });
});
