import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Explanation, explainRule } from '../../../shared/domain/segments/explain.ts';
import { interpretRule } from '../../../shared/domain/segments/interpret.ts';
import { segmentRuleSchema } from '../../../shared/domain/segments/rule-schema.ts';
import { arbitraryRule, arbitraryScene } from '../../support/arbitrary-segments.ts';
import { aPurchase, aRecord, noon } from '../../support/segment-records.ts';

describe('the explanation of a rule for one customer', () => {
  const rule = segmentRuleSchema.parse({
    all: [
      { field: 'gender', op: 'eq', value: 'female' },
      {
        any: [
          { field: 'orders.average', op: 'gt', value: '33.33' },
          { not: { field: 'bought.product', op: 'any', value: ['tea', 'pot'], within: { days: 30 } } },
        ],
      },
      { field: 'age', op: 'gte', value: 18 },
    ],
  });
  const purchases = [aPurchase('2026-11-01', 3_333, ['tea', 'cup']), aPurchase('2026-11-02', 3_334, ['pan'])];
  const explained = explainRule(rule, aRecord({ gender: 'female', purchases }), noon);

  test('tells of every node whether it held, and of every condition what it saw', () => {
    const told: unknown[] = [];
    const walk = (node: Explanation) => {
      told.push([node.path, node.holds, 'seen' in node ? node.seen : node.node]);
      if ('of' in node) for (const child of node.of) walk(child);
    };
    walk(explained);
    expect(told).toEqual([
      ['', false, 'all'],
      ['all[0]', true, 'female'],
      ['all[1]', true, 'any'],
      ['all[1].any[0]', true, { average: '33.34', total: '66.67', count: 2 }],
      ['all[1].any[1]', false, 'not'],
      ['all[1].any[1].not', true, ['tea']],
      ['all[2]', false, null],
    ]);
  });

  test('carries days and amounts as text, as JSON can', () => {
    const seenBy = (field: string, value: string) => {
      const condition = segmentRuleSchema.parse({ field, op: 'gte', value });
      return (explainRule(condition, aRecord({ purchases }), noon) as { seen: unknown }).seen;
    };
    expect(seenBy('orders.lastAt', '2026-01-01')).toBe('2026-11-02');
    expect(seenBy('orders.total', '1')).toBe('66.67');
    expect(seenBy('predicted.value', '1')).toBeNull();
    expect(JSON.parse(JSON.stringify(explained))).toEqual(explained);
  });

  test('agrees with the interpreter on every node', () => {
    const agrees = (node: Explanation, holds: (node: Explanation) => boolean): boolean =>
      node.holds === holds(node) && (!('of' in node) || node.of.every((child) => agrees(child, holds)));
    fc.assert(
      fc.property(arbitraryRule, arbitraryScene, (some, { context, records: [record = aRecord()] }) => {
        const tree = explainRule(some, record, context);
        expect(tree.holds).toBe(interpretRule(some, record, context));
        const combined = (node: Explanation): boolean => {
          if (!('of' in node)) return interpretRule(node.condition, record, context);
          const each = node.of.map(({ holds }) => holds);
          return node.node === 'all' ? each.every(Boolean) : node.node === 'any' ? each.some(Boolean) : !each[0];
        };
        expect(agrees(tree, combined)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});
