import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { consentHistory } from '../../../shared/domain/customers/consent-history.ts';
import {
  type CustomerFile,
  emptyFile,
  type Update,
  withUpdate,
} from '../../../shared/domain/customers/customer-file.ts';

const start = emptyFile('c_1');
const about = 'sms:+8613800138001';

function told(file: CustomerFile): unknown[] {
  const words = consentHistory({ file, orders: [], addresses: [], contacts: [] });
  return words.map(({ at, state, source }) => [at, state, source]);
}

function wordAt(at: number, isGranted: boolean, source?: string): Update {
  const where = source === undefined ? {} : { [`consentSource.${about}`]: { value: source, at } };
  return { identities: ['e:1'], statements: { [`consent.${about}`]: { value: isGranted, at }, ...where } };
}

describe('the history of consent', () => {
  test('has every word of one source, with where it was said, and not only the one that stands', () => {
    const words = [wordAt(1, true, 'by phone'), wordAt(2, false, 'by letter'), wordAt(3, true)];
    expect(told(words.reduce(withUpdate, start))).toEqual([
      [1, 'granted', 'by phone'],
      [2, 'denied', 'by letter'],
      [3, 'granted', 'update#e:1'],
    ]);
  });

  test('is the same in whatever order and however often it was told, up to the forty words before the last', () => {
    const some = fc.array(fc.tuple(fc.nat({ max: 60 }), fc.boolean()), { minLength: 1, maxLength: 80 });
    fc.assert(
      fc.property(some, fc.infiniteStream(fc.nat({ max: 1000 })), (words, numbers) => {
        const updates = words.map(([at, isGranted]) => wordAt(at, isGranted));
        const shuffled = [...updates, ...updates.slice(0, 5)]
          .map((update) => ({ update, place: Number(numbers.next().value) }))
          .sort((a, b) => a.place - b.place)
          .map(({ update }) => update);
        const history = told(updates.reduce(withUpdate, start));
        expect(told(shuffled.reduce(withUpdate, start))).toEqual(history);
        const different = new Set(words.map(([at, isGranted]) => `${at} ${isGranted}`));
        expect(history).toHaveLength(Math.min(41, different.size));
      }),
    );
  });
});
