import type { Instant } from '../../domain/calendar.ts';
import { NotFoundError } from '../../domain/errors.ts';
import { type Explanation, explainRule } from '../../domain/segments/explain.ts';
import type { SegmentRule } from '../../domain/segments/rule.ts';
import { readCustomer } from '../customers/find-customer.ts';
import { type LiveDeps, liveRule } from './live-rule.ts';

/** What a rule says of one customer, node by node. */
export interface MembershipExplanation {
  readonly customer: string;
  readonly asOf: Instant;
  readonly explanation: Explanation;
}

/** @throws NotFoundError when there is no such customer */
export async function explainMembership(
  rule: SegmentRule,
  customer: string,
  deps: LiveDeps,
): Promise<MembershipExplanation> {
  const file = await readCustomer(customer, deps.store);
  if (!file) throw new NotFoundError('There is no such customer.');
  const live = await liveRule(rule, deps);
  const record = await live.recordOf(file);
  return { customer: file.id, asOf: live.context.asOf, explanation: explainRule(live.rule, record, live.context) };
}
