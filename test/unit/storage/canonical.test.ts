import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson, sameContent } from '../../../shared/domain/canonical.ts';

/** Few names and values, so that equal ones meet. */
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom('x', '1', 1, 0, true, false, null),
    tie('list'),
    tie('object'),
  ),
  list: fc.array(tie('value'), { maxLength: 2 }),
  object: fc.dictionary(fc.constantFrom('a', 'b'), fc.oneof(tie('value'), fc.constant(undefined)), { maxKeys: 2 }),
}));

test('two values have the same content when their canonical JSON is the same', () => {
  fc.assert(
    fc.property(value, value, (a, b) => {
      expect(sameContent(a, b)).toBe(canonicalJson(a) === canonicalJson(b));
      expect(sameContent(a, structuredClone(a))).toBe(true);
    }),
    { numRuns: 2000 },
  );
});
