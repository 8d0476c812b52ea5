import { divideHalfEven, formatAmount } from '../money.ts';
import { compileRule } from './compile.ts';
import { type Value, valueSeen } from './interpret.ts';
import type { RuleContext, SegmentRecord } from './record.ts';
import { type Condition, childrenOf, type Path, pathText, type SegmentRule } from './rule.ts';

/**
 * What a condition saw in the record, as JSON: null where the value is missing; amounts as decimal text; an average with
 * what it is the quotient of, for it is compared unrounded; of what was bought, those the condition asks for.
 */
export type Seen =
  | null
  | number
  | string
  | boolean
  | readonly string[]
  | { readonly average: string; readonly total: string; readonly count: number };

/** A node of the rule with whether it holds. */
export type Explanation =
  | { readonly path: string; readonly holds: boolean; readonly condition: Condition; readonly seen: Seen }
  | {
      readonly path: string;
      readonly holds: boolean;
      readonly node: 'all' | 'any' | 'not';
      readonly of: readonly Explanation[];
    };

/** Why a customer is in a segment or is not: every node's answer, the predicate's own, with the value seen. */
export function explainRule(rule: SegmentRule, record: SegmentRecord, context: RuleContext): Explanation {
  return explainNode(rule, [], record, context);
}

function explainNode(rule: SegmentRule, path: Path, record: SegmentRecord, context: RuleContext): Explanation {
  const answer = { path: pathText(path), holds: compileRule(rule, context)(record) };
  if ('field' in rule) return { ...answer, condition: rule, seen: seenBy(rule, record, context) };
  return {
    ...answer,
    node: 'all' in rule ? 'all' : 'any' in rule ? 'any' : 'not',
    of: childrenOf(rule).map(({ node, at }) => explainNode(node, [...path, ...at], record, context)),
  };
}

function seenBy(condition: Condition, record: SegmentRecord, context: RuleContext): Seen {
  const value = valueSeen(condition, record, context);
  if (condition.field.startsWith('bought.') && Array.isArray(value)) {
    const asked = new Set<unknown>([condition.value].flat());
    return value.filter((one) => asked.has(one));
  }
  return asJson(value, condition.field, context.baseCurrency);
}

function asJson(value: Value, field: string, currency: string): Seen {
  if (value === undefined) return null;
  if (typeof value !== 'object' || !('total' in value)) return value;
  const total = formatAmount(value.total, currency);
  if (field !== 'orders.average') return total;
  const average = Number(divideHalfEven(BigInt(value.total), BigInt(value.count)));
  return { average: formatAmount(average, currency), total, count: value.count };
}
