import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { couldHold } from '../../../shared/domain/segments/bounds-of-rule.ts';
import { compileRule } from '../../../shared/domain/segments/compile.ts';
import type { SegmentRule } from '../../../shared/domain/segments/rule.ts';
import { segmentRuleSchema } from '../../../shared/domain/segments/rule-schema.ts';
import { someOf } from '../../config/runs.ts';
import { arbitraryRule, arbitraryScene } from '../../support/arbitrary-segments.ts';
import { aRecord, noon } from '../../support/segment-records.ts';

const women: SegmentRule = { field: 'gender', op: 'eq', value: 'female' };
const reachable: SegmentRule = { field: 'reachable.sms', op: 'eq', value: true };
const isKnown = ({ field }: { field: string }) => field !== 'reachable.sms';
const bound = (rule: SegmentRule) => couldHold(rule, isKnown);

describe('whom a rule can hold of, by what is known', () => {
  test.each<[string, SegmentRule, SegmentRule | boolean]>([
    ['what is known stays', women, women],
    ['what is not may be true', reachable, true],
    ['and so may its opposite', { not: reachable }, true],
    ['all: the known ones narrow it down', { all: [women, reachable] }, { all: [women] }],
    ['any: an unknown one opens it to everybody', { any: [women, reachable] }, true],
    ['not: turned round within', { not: { any: [women, reachable] } }, { not: { any: [women] } }],
    ['not all: everybody may lack the unknown one', { not: { all: [women, reachable] } }, true],
    ['twice round', { not: { not: { all: [reachable] } } }, true],
  ])('%s', (_name, rule, expected) => expect(bound(rule)).toEqual(expected));

  test('the bound holds of everybody of whom the rule holds, whatever is not known', () => {
    const scenes = fc.sample(arbitraryScene, 40);
    let narrowed = 0;
    fc.assert(
      fc.property(arbitraryRule, fc.nat(scenes.length - 1), fc.nat(6), (given, index, unknown) => {
        const rule = segmentRuleSchema.parse(given);
        const { context, records } = scenes[index] as (typeof scenes)[number];
        const bounded = couldHold(rule, ({ field }) => field.length % 7 !== unknown);
        const may = typeof bounded === 'boolean' ? () => bounded : compileRule(bounded, context);
        const holds = compileRule(rule, context);
        for (const record of records) {
          if (holds(record)) expect(may(record)).toBe(true);
          if (!may(record)) narrowed++;
        }
      }),
      { numRuns: someOf(400) },
    );
    expect(narrowed).toBeGreaterThan(100);
  });

  test('all of it known, the bound is the rule', () => {
    const belongs = compileRule(couldHold({ all: [women, { not: women }] }, () => true) as SegmentRule, noon);
    expect(belongs(aRecord({ gender: 'female' }))).toBe(false);
  });
});
