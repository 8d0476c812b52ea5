import type { WrongField } from '../errors.ts';
import { conditionsOf, pathText, type SegmentRule } from './rule.ts';

/**
 * Names in a rule that the workspace does not know, on which it would silently find nobody: for a check at saving.
 * @param known the names there are, by field: `region.group`, `tier`, `shop`
 */
export function unknownNames(rule: SegmentRule, known: Readonly<Record<string, ReadonlySet<string>>>): WrongField[] {
  return [...conditionsOf(rule)].flatMap(({ condition: { field, op, value }, path }) => {
    const names = Object.hasOwn(known, field) ? known[field] : undefined;
    if (!names || op === 'exists' || (op === 'contains' && field === 'tier')) return [];
    const asked =
      typeof value === 'object' ? value.map((name, index) => ({ name, at: [index] })) : [{ name: value, at: [] }];
    return asked.flatMap(({ name, at }) =>
      names.has(String(name))
        ? []
        : [{ field: pathText([...path, 'value', ...at]), message: `must be one of ${[...names].join(', ')}` }],
    );
  });
}
