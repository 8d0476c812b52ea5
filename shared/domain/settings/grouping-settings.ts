import * as z from 'zod';
import { tagSchema } from '../customers/tags.ts';
import type { WrongField } from '../errors.ts';
import { partOf } from '../segments/record-of-customer.ts';
import { conditionsOf, pathText, type SegmentRule } from '../segments/rule.ts';
import { segmentRuleSchema } from '../segments/rule-schema.ts';
import { unknownNames } from '../segments/unknown-names.ts';
import type { Settings } from './settings.ts';

/** By what customers are put together: regions, and tags that a rule gives. The API derives from these schemas. */

const name = z.string().trim().min(1).max(40);
const wrongGroupName: z.core.$ZodErrorMap<z.core.$ZodIssueInvalidKey | z.core.$ZodIssueInvalidType> = ({ code }) =>
  code === 'invalid_key' ? 'the name of a group must have 1 to 40 characters' : undefined;
const provinces = z.array(z.string().trim().min(1).max(60)).min(1).max(200);

export const regionGroupsSchema = z
  .record(name, provinces, { error: wrongGroupName })
  .refine((groups) => Object.keys(groups).length <= 100, 'must be at most 100 groups')
  .meta({ description: 'Provinces, as orders state them, of each group', example: { South: ['Guangdong', 'Hainan'] } });

/** Left out stays; null takes a group away. */
export const regionGroupsPatchSchema = z.record(name, provinces.nullable(), { error: wrongGroupName });

export const tagRulesSchema = z
  .array(z.strictObject({ tag: tagSchema, rule: segmentRuleSchema }))
  .max(50)
  .meta({ description: 'Who fits the rule bears the tag; the rule may ask what the customer file tells, but tags' });

/** What is wrong with the rules of tags as a whole, with the path of the node; each passes its schema. */
export function contradictionsInGrouping({ tagRules, regionGroups, tiers }: Settings): WrongField[] {
  const known = {
    'region.group': new Set(Object.keys(regionGroups)),
    tier: new Set(tiers.levels.map(({ id }) => id)),
  };
  const seen = new Set<string>();
  return tagRules.flatMap(({ tag, rule }, index) => {
    const isSecond = seen.has(tag);
    seen.add(tag);
    const inRule = [...wrongFields(rule), ...unknownNames(rule, known)];
    return [
      ...(isSecond ? [{ field: `tagRules[${index}].tag`, message: 'has a rule already' }] : []),
      ...inRule.map(({ field, message }) => ({ field: `tagRules[${index}].rule.${field}`, message })),
    ];
  });
}

/** A tag is derived whenever a customer is read: its rule may ask what the file tells, and no other tag. */
function wrongFields(rule: SegmentRule): WrongField[] {
  return [...conditionsOf(rule)].flatMap(({ condition: { field }, path }) => {
    const part = partOf(field);
    const isOfFile = field !== 'tags' && !field.startsWith('did.') && (part === undefined || part === 'standing');
    if (isOfFile) return [];
    const message = field === 'tags' ? 'cannot be asked for by the rule of a tag' : 'is not known where tags are given';
    return [{ field: pathText([...path, 'field']), message }];
  });
}
