import { conditionsOf, type SegmentRule } from './rule.ts';

/** Fields whose values tell who somebody is. */
export function isPersonal(field: string): boolean {
  return isAddress(field) || field === 'birthday' || field.startsWith('attr.');
}

/** Fields whose operands are somebody's addresses. */
export function isAddress(field: string): boolean {
  return field === 'phone' || field === 'email';
}

/** What a role that sees no personal data may not ask of a rule of its own: the answers would tell the values. */
export function personalFieldsIn(rule: SegmentRule): string[] {
  return [...conditionsOf(rule)].flatMap(({ condition: { field } }) => (isPersonal(field) ? [field] : []));
}
