import type { Condition, SegmentRule } from './rule.ts';

/**
 * A rule that holds of everybody of whom this one can hold, for who knows only some fields: what narrows the search
 * before the rest is read.
 * @param isKnown whether a condition can be answered yet
 * @returns false where nobody can belong, true where anybody can
 */
export function couldHold(rule: SegmentRule, isKnown: (condition: Condition) => boolean): SegmentRule | boolean {
  return boundOf(rule, isKnown, true);
}

/** @param open what an unanswered condition counts as here; `not` turns it round */
function boundOf(rule: SegmentRule, isKnown: (condition: Condition) => boolean, open: boolean): SegmentRule | boolean {
  if ('field' in rule) return isKnown(rule) ? rule : open;
  if ('not' in rule) {
    const inner = boundOf(rule.not, isKnown, !open);
    return typeof inner === 'boolean' ? !inner : { not: inner };
  }
  // `all` is settled by one false and indifferent to true; `any` the other way round.
  const settles = 'any' in rule;
  const parts = ('all' in rule ? rule.all : rule.any).map((child) => boundOf(child, isKnown, open));
  if (parts.includes(settles)) return settles;
  const left = parts.filter((part) => typeof part !== 'boolean');
  if (left.length === 0) return !settles;
  return settles ? { any: left } : { all: left };
}
