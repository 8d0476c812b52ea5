import type { SegmentRule } from '../../shared/domain/segments/rule.ts';
import { segmentRuleSchema } from '../../shared/domain/segments/rule-schema.ts';

/** Ten conditions as a marketer writes them, hardly any of which settles the answer by itself; about a third belong. */
export const tenConditions: SegmentRule = segmentRuleSchema.parse({
  all: [
    { field: 'gender', op: 'eq', value: 'female' },
    { field: 'region.province', op: 'in', value: ['Zhejiang', 'Shanghai', 'Jiangsu'] },
    { not: { field: 'stage', op: 'in', value: ['prospect', 'lost'] } },
    { field: 'orders.count', op: 'gte', value: 1 },
    { field: 'orders.total', op: 'gte', value: '100' },
    { field: 'orders.average', op: 'gt', value: '50' },
    { field: 'orders.lastAt', op: 'after', value: '2025-11-30' },
    { field: 'orders.count', op: 'gte', value: 1, within: { days: 300 } },
    {
      any: [
        { field: 'bought.category', op: 'any', value: ['cat-3', 'cat-7', 'cat-11'], within: { days: 365 } },
        { field: 'orders.items', op: 'gte', value: 9 },
      ],
    },
  ],
});
