import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fileItem, readFileItem } from '../../../shared/adapters/dynamodb/customer-items.ts';
import { emptyFile, factsOf, mergeFiles, withUpdate } from '../../../shared/domain/customers/customer-file.ts';
import type { Said } from '../../../shared/domain/customers/statements.ts';
import { compileRule } from '../../../shared/domain/segments/compile.ts';
import { recordMaker } from '../../../shared/domain/segments/record-of-customer.ts';
import { defaultSettings } from '../../../shared/domain/settings/settings.ts';

const asOf = Date.UTC(2026, 10, 23);

/** A file of a person of whom one thing was said at a moment. */
function saying(id: string, value: Said, at: number) {
  return withUpdate(emptyFile(id), { identities: [`b:${id}`], statements: { 'attr.skin': { value, at } } });
}

function isDry(file: ReturnType<typeof saying>): { exists: boolean; other: boolean } {
  const record = recordMaker(new Set(['attr.skin']), defaultSettings, asOf)(file);
  const context = { asOf, zone: 'UTC', baseCurrency: 'CNY', regionGroups: {} };
  return {
    exists: compileRule({ field: 'attr.skin', op: 'exists', value: true }, context)(record),
    other: compileRule({ field: 'attr.skin', op: 'ne', value: 'dry' }, context)(record),
  };
}

describe('an attribute that was taken back', () => {
  test('is gone until somebody says it again, whichever of two files goes on after a merge', () => {
    const said = saying('a', 'dry', 1000);
    for (const [at, value] of [
      [2000, null],
      [500, 'dry'],
    ] as const) {
      const other = saying('b', null, at);
      expect(mergeFiles(said, other).statements['attr.skin']?.value).toBe(value);
      expect(mergeFiles(other, said).statements['attr.skin']?.value).toBe(value);
    }
    const again = withUpdate(mergeFiles(said, saying('b', null, 2000)), {
      identities: ['b:a'],
      statements: { 'attr.skin': { value: 'oily', at: 3000 } },
    });
    expect(again.statements['attr.skin']?.value).toBe('oily');
  });

  test('is missing to rules, and stays so in storage', () => {
    const file = saying('a', null, 1000);
    expect(isDry(file)).toEqual({ exists: false, other: true });
    expect(isDry(saying('a', 'dry', 1000))).toEqual({ exists: true, other: false });
    const { value } = readFileItem(fileItem({ value: { type: 'file', file }, version: 1 }));
    expect(value.type === 'file' && factsOf(value.file)).toEqual(factsOf(file));
  });

  test('is so whatever the order in which the words come', () => {
    const word = fc.record({
      value: fc.constantFrom<Said>(null, 'dry', 'oily', 3, true),
      at: fc.integer({ min: 1, max: 4 }),
      from: fc.constantFrom('b:1', 'b:2'),
    });
    const told = (words: readonly { value: Said; at: number; from: string }[]) =>
      words.reduce(
        (file, { value, at, from }) =>
          withUpdate(file, { identities: [from], statements: { 'attr.skin': { value, at } } }),
        emptyFile('c'),
      );
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 6 }), fc.infiniteStream(fc.nat()), (words, order) => {
        const shuffled = words.map((one) => [order.next().value, one] as const).sort(([a], [b]) => a - b);
        expect(factsOf(told(shuffled.map(([, one]) => one)))).toEqual(factsOf(told(words)));
      }),
    );
  });
});
