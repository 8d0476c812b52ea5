import type { FactKind } from '../../contracts/facts.ts';
import { type Bind, boundValues } from '../../domain/segments/bound-values.ts';
import type { RuleContext } from '../../domain/segments/record.ts';
import type { SegmentRule } from '../../domain/segments/rule.ts';
import { ruleToSql } from '../../domain/segments/to-sql.ts';
import type { Facts } from './open-facts.ts';

/** Who is in a segment, as one column `id`. */
export function membersSql(rule: SegmentRule, context: RuleContext, bind: Bind): string {
  const { from, where } = ruleToSql(rule, context, bind);
  return `SELECT c.id FROM ${from} WHERE ${where}`;
}

/** The kinds of facts that tell who is in a segment. */
export function kindsOfRule(rule: SegmentRule, context: RuleContext): readonly FactKind[] {
  return kindsOf(ruleToSql(rule, context, boundValues().bind));
}

function kindsOf({ needsLines }: ReturnType<typeof ruleToSql>): readonly FactKind[] {
  return ['customers', 'purchases', ...(needsLines ? (['lines'] as const) : [])];
}

export interface SegmentPreview {
  readonly count: number;
  /** Of all customers, 0 to 1; null where there are none. */
  readonly share: number | null;
  readonly reachable: { readonly sms: number; readonly email: number };
  /** Ids of the first members in order of their ids. */
  readonly sample: readonly string[];
}

/**
 * How many a rule finds, and who for example (DOMAIN 6).
 * @throws OnlyLiveError where facts do not have a field of the rule
 */
export async function previewSegment(
  rule: SegmentRule,
  context: RuleContext,
  facts: Pick<Facts, 'query'>,
  sampleSize = 10,
): Promise<SegmentPreview> {
  const { bind, values } = boundValues();
  const members = ruleToSql(rule, context, bind);
  const { from, where } = members;
  const sql = `WITH members AS (SELECT c.customer, c.reachableSms, c.reachableEmail FROM ${from} WHERE ${where})
    SELECT count(*), (SELECT count(*) FROM customers), count(*) FILTER (reachableSms), count(*) FILTER (reachableEmail),
      min(customer, ${bind(sampleSize)}) FROM members`;
  const rows = await facts.query(kindsOf(members), sql, values);
  const [count = 0, base = 0, sms = 0, email = 0] = (rows[0] ?? []).slice(0, 4).map(Number);
  return { count, share: base === 0 ? null : count / base, reachable: { sms, email }, sample: wordsIn(rows[0]?.[4]) };
}

function wordsIn(list: unknown): string[] {
  return typeof list === 'object' && list !== null && 'items' in list && Array.isArray(list.items)
    ? list.items.map(String)
    : [];
}
