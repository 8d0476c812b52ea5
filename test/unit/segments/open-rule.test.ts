import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileRule } from '../../../shared/domain/segments/compile.ts';
import { compileOpenRule } from '../../../shared/domain/segments/open-rule.ts';
import type { RuleContext, SegmentRecord } from '../../../shared/domain/segments/record.ts';
import { fieldsOf, type SegmentRule } from '../../../shared/domain/segments/rule.ts';
import { someOf } from '../../config/runs.ts';
import { arbitraryRule, arbitraryScene } from '../../support/arbitrary-segments.ts';

const isScore = (field: string) => field.startsWith('rfm.');

const rfm = { field: 'rfm.m', op: 'gte', value: 4 } as const;
const often = { field: 'points', op: 'gte', value: 10 } as const;
const [scene] = fc.sample(arbitraryScene, { numRuns: 1, seed: 1 });

function leftOf(rule: SegmentRule, record: SegmentRecord, context: RuleContext) {
  return compileOpenRule(rule, isScore, context)(record);
}

describe('a rule of which some fields are not known yet', () => {
  test('asks later of these fields only, and then answers as the whole rule does', () => {
    const kinds = new Set<string>();
    fc.assert(
      fc.property(arbitraryRule, arbitraryScene, (rule, { context, records }) => {
        const [whole, open] = [compileRule(rule, context), compileOpenRule(rule, isScore, context)];
        for (const record of records) {
          const left = open({ ...record, rfm: undefined });
          kinds.add(typeof left);
          if (typeof left === 'boolean') {
            expect(left).toBe(whole(record));
          } else {
            expect([...fieldsOf(left)].every(isScore)).toBe(true);
            expect(compileRule(left, context)(record)).toBe(whole(record));
          }
        }
      }),
      { numRuns: someOf(400) },
    );
    expect(kinds).toEqual(new Set(['boolean', 'object']));
  });

  test('is settled as soon as one answer settles it', () => {
    const { context, records } = scene ?? { records: [] };
    const [record] = records;
    if (!context || !record) throw new Error('a scene has records');
    const [poor, rich] = [
      { ...record, points: 0 },
      { ...record, points: 10 },
    ];
    expect(leftOf({ all: [often, rfm] }, poor, context)).toBe(false);
    expect(leftOf({ all: [often, rfm] }, rich, context)).toEqual(rfm);
    expect(leftOf({ any: [often, rfm] }, rich, context)).toBe(true);
    expect(leftOf({ any: [rfm, often, { not: rfm }] }, poor, context)).toEqual({ any: [rfm, { not: rfm }] });
    expect(leftOf({ not: { all: [often, rfm] } }, poor, context)).toBe(true);
    expect(leftOf({ not: { all: [often, rfm] } }, rich, context)).toEqual({ not: rfm });
  });
});
