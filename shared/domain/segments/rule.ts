import type { Op } from './fields.ts';

/** The last days up to today (0: today only), or the days of a period, both ends included. */
export type Within = { readonly days: number } | { readonly from: string; readonly to: string };

export type Single = string | number | boolean;

export interface Condition {
  readonly field: string;
  readonly op: Op;
  readonly value: Single | readonly Single[];
  readonly within?: Within;
}

/** Who belongs to a segment (DOMAIN 6). `segmentRuleSchema` says what of this makes sense. */
export type SegmentRule =
  | { readonly all: readonly SegmentRule[] }
  | { readonly any: readonly SegmentRule[] }
  | { readonly not: SegmentRule }
  | Condition;

/** Where in a rule: `['all', 1, 'not', 'value']`. */
export type Path = readonly (string | number)[];

/** `all[1].not.value`; '' for the rule itself. */
export function pathText(path: Path): string {
  return path.reduce<string>(
    (text, step) => (typeof step === 'number' ? `${text}[${step}]` : text === '' ? step : `${text}.${step}`),
    '',
  );
}

/** The nodes right below one, each with its place; a condition has none. */
export function childrenOf(rule: SegmentRule): { readonly node: SegmentRule; readonly at: Path }[] {
  if ('all' in rule) return rule.all.map((node, index) => ({ node, at: ['all', index] }));
  if ('any' in rule) return rule.any.map((node, index) => ({ node, at: ['any', index] }));
  return 'not' in rule ? [{ node: rule.not, at: ['not'] }] : [];
}

/** Every condition of a rule with its path, from left to right. */
export function* conditionsOf(rule: SegmentRule, path: Path = []): Generator<{ condition: Condition; path: Path }> {
  if ('field' in rule) yield { condition: rule, path };
  else for (const { node, at } of childrenOf(rule)) yield* conditionsOf(node, [...path, ...at]);
}

/** Names of the fields a rule asks about, with the keys of `attr.` and `did.`. */
export function fieldsOf(rule: SegmentRule): Set<string> {
  return new Set([...conditionsOf(rule)].map(({ condition }) => condition.field));
}
