import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileRule } from '../../../shared/domain/segments/compile.ts';
import { type Op, opsOf } from '../../../shared/domain/segments/fields.ts';
import { interpretRule } from '../../../shared/domain/segments/interpret.ts';
import type { SegmentRule } from '../../../shared/domain/segments/rule.ts';
import { segmentRuleSchema } from '../../../shared/domain/segments/rule-schema.ts';
import { someOf } from '../../config/runs.ts';
import {
  arbitraryRule,
  arbitraryScene,
  conditionOn,
  fieldNames,
  knownField,
  type Scene,
} from '../../support/arbitrary-segments.ts';

const scenes = fc.sample(arbitraryScene, 60);

function answersOf(rule: SegmentRule, some: readonly Scene[]): boolean[] {
  const checked = segmentRuleSchema.parse(rule);
  return some.flatMap(({ context, records }) => records.map(compileRule(checked, context)));
}

function naiveAnswersOf(rule: SegmentRule, some: readonly Scene[]): boolean[] {
  return some.flatMap(({ context, records }) => records.map((record) => interpretRule(rule, record, context)));
}

describe('the predicate of a rule', () => {
  test('says what the naive interpreter says', () => {
    fc.assert(
      fc.property(arbitraryRule, fc.nat(scenes.length - 4), (rule, first) => {
        const some = scenes.slice(first, first + 3);
        expect(answersOf(rule, some)).toEqual(naiveAnswersOf(rule, some));
      }),
      { numRuns: someOf(350) },
    );
  });

  const everyOp = fieldNames.flatMap((name) => opsOf(knownField(name)).map((op) => ({ name, op })));

  /** Both answers there are, checked against the interpreter; what is rarely equal gets more tries. */
  function answersSeen(name: string, op: Op): ReadonlySet<boolean> {
    const seen = new Set<boolean>();
    for (const numRuns of [6, 25, 200]) {
      fc.assert(
        fc.property(conditionOn(name, op), fc.nat(scenes.length - 8), (condition, first) => {
          const some = scenes.slice(first, first + 8);
          const answers = answersOf(condition, some);
          expect(answers).toEqual(naiveAnswersOf(condition, some));
          for (const answer of answers) seen.add(answer);
        }),
        { numRuns },
      );
      if (seen.size === 2) break;
    }
    return seen;
  }

  test('says so for every op of every field, each of which holds of some customers and not of others', () => {
    expect(everyOp.filter(({ name, op }) => answersSeen(name, op).size < 2)).toEqual([]);
  });

  test('is turned round by `not`, and back by a second one', () => {
    fc.assert(
      fc.property(arbitraryRule, fc.nat(scenes.length - 4), (rule, first) => {
        const some = scenes.slice(first, first + 3);
        const plain = answersOf(rule, some);
        expect(answersOf({ not: rule }, some)).toEqual(plain.map((holds) => !holds));
        expect(answersOf({ not: { not: rule } }, some)).toEqual(plain);
      }),
      { numRuns: someOf(100) },
    );
  });
});
