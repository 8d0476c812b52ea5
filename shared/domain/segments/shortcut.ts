import type { Condition, SegmentRule } from './rule.ts';

/** Names one customer at most: their id, phone (E.164) or email. */
export interface Lookup {
  readonly field: 'id' | 'phone' | 'email';
  readonly value: string;
}

/**
 * Where to look for everybody a rule can match, for a rule that names customers: the base need not be gone through, but
 * the rule must still be asked about whom is found.
 * @returns undefined for a rule that can match anybody
 */
export function shortcut(rule: SegmentRule): readonly Lookup[] | undefined {
  if ('not' in rule) return undefined;
  if ('any' in rule) {
    const each = rule.any.map(shortcut);
    return each.every((lookups) => lookups !== undefined) ? each.flat() : undefined;
  }
  if (!('all' in rule)) return namedBy(rule);
  const each = rule.all.map(shortcut).filter((lookups) => lookups !== undefined);
  return each.sort((a, b) => a.length - b.length)[0];
}

function namedBy({ field, value }: Condition): readonly Lookup[] | undefined {
  if (field !== 'id' && field !== 'phone' && field !== 'email') return undefined;
  return [value].flat().map((one) => ({ field, value: String(one) }));
}
