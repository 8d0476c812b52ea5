import { describe, expect, test } from 'vitest';
import { compileRule } from '../../../shared/domain/segments/compile.ts';
import type { SegmentRule } from '../../../shared/domain/segments/rule.ts';
import { segmentRuleSchema } from '../../../shared/domain/segments/rule-schema.ts';
import { shortcut } from '../../../shared/domain/segments/shortcut.ts';
import { aRecord, noon } from '../../support/segment-records.ts';

const parse = (rule: unknown): SegmentRule => segmentRuleSchema.parse(rule);
const phone = parse({ field: 'phone', op: 'eq', value: '+8613800138000' });
const ids = parse({ field: 'id', op: 'in', value: ['c1', 'c2'] });
const email = parse({ field: 'email', op: 'eq', value: 'ann@example.com' });
const women = parse({ field: 'gender', op: 'eq', value: 'female' });

describe('the short cut of a rule that names customers', () => {
  const byPhone = { field: 'phone', value: '+8613800138000' };
  const byIds = [
    { field: 'id', value: 'c1' },
    { field: 'id', value: 'c2' },
  ];
  test.each<[string, SegmentRule, unknown]>([
    ['one phone', phone, [byPhone]],
    ['several ids', ids, byIds],
    ['everything else narrows it down', { all: [women, ids] }, byIds],
    ['the fewest that all allow', { all: [ids, { any: [women, email] }, phone] }, [byPhone]],
    ['each of several', { any: [phone, { all: [ids, women] }] }, [byPhone, ...byIds]],
    ['anybody', women, undefined],
    ['anybody or one', { any: [phone, women] }, undefined],
    ['anybody but one', { not: phone }, undefined],
  ])('%s', (_name, rule, expected) => expect(shortcut(rule)).toEqual(expected));

  test('an email is compared as it is kept, in lower case', () => {
    const shouted = compileRule(parse({ field: 'email', op: 'in', value: [' Ann@Example.COM '] }), noon);
    expect(shouted(aRecord({ email: 'ann@example.com' }))).toBe(true);
    expect(shouted(aRecord())).toBe(false);
  });
});
