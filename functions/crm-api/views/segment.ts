import type { ExplanationNodeJson, SegmentJson } from '../../../shared/contracts/http/segments.ts';
import { type Role, seesPersonalData } from '../../../shared/domain/access/roles.ts';
import { formatInstant } from '../../../shared/domain/calendar.ts';
import type { Explanation, Seen } from '../../../shared/domain/segments/explain.ts';
import { isAddress, isPersonal } from '../../../shared/domain/segments/personal-fields.ts';
import { type Condition, conditionsOf } from '../../../shared/domain/segments/rule.ts';
import type { Segment, Versioned } from '../../../shared/usecases/ports.ts';

export function segmentView({ value, version }: Versioned<Segment>, role: Role): SegmentJson {
  const { id, name, rule, createdAt, updatedAt } = value;
  const namesAddresses = [...conditionsOf(rule)].some(({ condition }) => isAddress(condition.field));
  return {
    id,
    name,
    rule: namesAddresses && !seesPersonalData(role) ? null : rule,
    version,
    createdAt: formatInstant(createdAt),
    updatedAt: formatInstant(updatedAt),
  };
}

/** An explanation without what the role does not see: values of persons, and addresses that the rule names. */
export function explanationView(explanation: Explanation, role: Role): ExplanationNodeJson {
  const { path, holds } = explanation;
  if ('node' in explanation) {
    return { path, holds, node: explanation.node, of: explanation.of.map((node) => explanationView(node, role)) };
  }
  const { condition, seen } = explanation;
  if (seesPersonalData(role) || !isPersonal(condition.field)) {
    return { path, holds, condition: conditionView(condition), seen: seenView(seen) };
  }
  const { value: _value, ...shown } = conditionView(condition);
  return { path, holds, condition: isAddress(condition.field) ? shown : conditionView(condition), hidden: true };
}

function conditionView({ field, op, value, within }: Condition) {
  return {
    field,
    op,
    value: typeof value === 'object' ? [...value] : value,
    ...(within && { within: { ...within } }),
  };
}

function seenView(seen: Seen) {
  return Array.isArray(seen) ? [...seen] : (seen as Exclude<Seen, readonly string[]>);
}
