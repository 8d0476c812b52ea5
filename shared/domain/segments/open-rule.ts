import { compileRule } from './compile.ts';
import type { RuleContext, SegmentRecord } from './record.ts';
import { childrenOf, fieldsOf, type SegmentRule } from './rule.ts';

/** What is left to be asked of a rule, or its answer where that is settled. */
export type RuleLeft = SegmentRule | boolean;

/**
 * Answers of a rule what can be answered while some fields are not known yet. What is left asks of these fields only, and
 * holds of the whole record exactly where the rule does.
 */
export function compileOpenRule(
  rule: SegmentRule,
  isOpen: (field: string) => boolean,
  context: RuleContext,
): (record: SegmentRecord) => RuleLeft {
  if (![...fieldsOf(rule)].some(isOpen)) return compileRule(rule, context);
  if ('field' in rule) return () => rule;
  const children = childrenOf(rule).map(({ node }) => compileOpenRule(node, isOpen, context));
  if ('all' in rule) return settledBy(false, children, (all) => ({ all }));
  return 'any' in rule ? settledBy(true, children, (any) => ({ any })) : complementOf(children);
}

type OpenPredicate = (record: SegmentRecord) => RuleLeft;

/** One answer that is `settling` is everybody's. */
function settledBy(
  settling: boolean,
  children: readonly OpenPredicate[],
  join: (left: readonly SegmentRule[]) => SegmentRule,
): OpenPredicate {
  return (record) => {
    const left: SegmentRule[] = [];
    for (const child of children) {
      const answer = child(record);
      if (answer === settling) return settling;
      if (typeof answer !== 'boolean') left.push(answer);
    }
    return left.length > 1 ? join(left) : (left[0] ?? !settling);
  };
}

function complementOf([child]: readonly OpenPredicate[]): OpenPredicate {
  return (record) => {
    const left = child?.(record) ?? false;
    return typeof left === 'boolean' ? !left : { not: left };
  };
}
