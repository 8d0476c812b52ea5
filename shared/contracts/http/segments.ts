import * as z from 'zod';
import { roles } from '../../domain/access/roles.ts';
import { ops } from '../../domain/segments/fields.ts';
import { segmentRuleSchema } from '../../domain/segments/rule-schema.ts';
import { customerSchema } from './customers.ts';
import type { RouteDefinition } from './route.ts';
import { instantSchema, listOf, pageQuery } from './values.ts';

const id = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,59}$/, 'must be 1 to 60 lower-case letters, digits, - and _')
  .meta({ description: 'Names the segment in addresses and campaigns', example: 'mothers-day' });
const name = z.string().trim().min(1).max(100).meta({ example: "Mother's Day" });

export const newSegmentSchema = z.strictObject({ id, name, rule: segmentRuleSchema });
export type NewSegment = z.output<typeof newSegmentSchema>;

export const segmentChangeSchema = z.strictObject({
  name: name.optional(),
  rule: segmentRuleSchema.optional(),
  version: z.int().optional().meta({ description: 'If given, the change is refused (409) on any other version' }),
});
export type SegmentChange = z.output<typeof segmentChangeSchema>;

const segment = {
  id: z.string(),
  name: z.string(),
  rule: segmentRuleSchema.nullable().meta({ description: 'null for an analyst, where it names phones or emails' }),
  version: z.int(),
  createdAt: instantSchema,
  updatedAt: instantSchema,
};
export const segmentSchema = z.strictObject(segment).meta({ id: 'Segment' });
export type SegmentJson = z.input<typeof segmentSchema>;

const warnings = z
  .array(z.strictObject({ field: z.string().meta({ example: 'rule.all[1].value' }), message: z.string() }))
  .meta({ description: 'What is allowed and may yet find nobody, such as a tag that no rule gives' });
export const checkedSegmentSchema = z.strictObject({ ...segment, warnings }).meta({ id: 'CheckedSegment' });

const customers = z.strictObject({ sms: z.int(), email: z.int() });

export const segmentPreviewSchema = z
  .strictObject({
    count: z.int(),
    share: z.number().nullable().meta({ description: 'Of all customers, 0 to 1; null where the base was not counted' }),
    reachable: customers.meta({ description: 'Those of them to whom more than transactional messages may go' }),
    sample: z.array(customerSchema).meta({ description: 'Ten of them at most' }),
    asOf: instantSchema,
    source: z
      .enum(['live', 'facts'])
      .meta({ description: 'The records of this moment, or the facts of the last night' }),
    warnings,
  })
  .meta({ id: 'SegmentPreview' });
export type SegmentPreviewJson = z.input<typeof segmentPreviewSchema>;

const single = z.union([z.string(), z.number(), z.boolean()]);
const holds = { path: z.string().meta({ example: 'all[1]' }), holds: z.boolean() };
const conditionNode = z.strictObject({
  ...holds,
  condition: z.strictObject({
    field: z.string(),
    op: z.enum(ops),
    value: z.union([single, z.array(single)]).optional(),
    within: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  }),
  seen: z
    .union([
      single,
      z.array(z.string()),
      z.strictObject({ average: z.string(), total: z.string(), count: z.int() }),
      z.null(),
    ])
    .optional()
    .meta({ description: 'The value of this customer; null where there is none' }),
  hidden: z.literal(true).optional().meta({ description: 'This role does not see such values' }),
});
export const explanationNode: z.ZodType<ExplanationNodeJson> = z
  .union([
    conditionNode,
    z.strictObject({
      ...holds,
      node: z.enum(['all', 'any', 'not']),
      get of() {
        return z.array(explanationNode);
      },
    }),
  ])
  .meta({ id: 'RuleExplanation', description: 'A node of the rule, and whether it holds of the customer' });
export type ConditionNodeJson = z.output<typeof conditionNode>;
export type ExplanationNodeJson =
  | ConditionNodeJson
  | {
      readonly path: string;
      readonly holds: boolean;
      readonly node: 'all' | 'any' | 'not';
      readonly of: readonly ExplanationNodeJson[];
    };

export const explanationSchema = z
  .strictObject({
    customer: z.string(),
    member: z.boolean(),
    asOf: instantSchema,
    explanation: explanationNode,
  })
  .meta({ id: 'SegmentExplanation' });

const params = z.object({ id: z.string() });
const customer = z.string().min(1).max(200).meta({ description: 'Id of a customer' });
const writers = ['admin', 'marketer'] as const;
const explained = { 200: { description: 'Every node of the rule', schema: explanationSchema } };

export const segmentRoutes = {
  listSegments: {
    method: 'GET',
    path: '/v1/segments',
    roles,
    tag: 'Segments',
    summary: 'All segments',
    query: z.strictObject(pageQuery),
    answers: { 200: { description: 'A page of segments', schema: listOf(segmentSchema) } },
  },
  createSegment: {
    method: 'POST',
    path: '/v1/segments',
    roles: writers,
    tag: 'Segments',
    summary: 'Saves a rule as a segment',
    description: 'What is wrong in the rule is told with the path of its node. 409 where the id is taken.',
    body: newSegmentSchema,
    answers: { 201: { description: 'The segment', schema: checkedSegmentSchema } },
  },
  getSegment: {
    method: 'GET',
    path: '/v1/segments/{id}',
    roles,
    tag: 'Segments',
    summary: 'One segment',
    params,
    answers: { 200: { description: 'The segment', schema: checkedSegmentSchema } },
  },
  changeSegment: {
    method: 'PATCH',
    path: '/v1/segments/{id}',
    roles: writers,
    tag: 'Segments',
    summary: 'Changes the name or the rule',
    params,
    body: segmentChangeSchema,
    answers: { 200: { description: 'The segment', schema: checkedSegmentSchema } },
  },
  removeSegment: {
    method: 'DELETE',
    path: '/v1/segments/{id}',
    roles: writers,
    tag: 'Segments',
    summary: 'Removes a segment',
    params,
    answers: { 204: { description: 'It is gone' } },
  },
  segmentCustomers: {
    method: 'GET',
    path: '/v1/segments/{id}/customers',
    roles,
    tag: 'Segments',
    summary: 'The customers it holds of, as they stand now',
    description:
      'In no particular order. A page ends after a while even if it is not full: go on while `next` is not null. Records may be ' +
      'read a second late, and each page as of its own moment: who changes meanwhile may be missed, or come twice. A changed rule ends its cursors.',
    params,
    query: z.strictObject(pageQuery),
    answers: { 200: { description: 'A page of customers', schema: listOf(customerSchema) } },
  },
  explainSegment: {
    method: 'GET',
    path: '/v1/segments/{id}/explain',
    roles,
    tag: 'Segments',
    summary: 'Why a customer is in a segment, or is not',
    params,
    query: z.strictObject({ customer }),
    answers: explained,
  },
  explainRule: {
    method: 'POST',
    path: '/v1/segments/explain',
    roles,
    tag: 'Segments',
    summary: 'Why a rule holds of a customer, or does not',
    body: z.strictObject({ rule: segmentRuleSchema, customer }),
    answers: explained,
  },
} as const satisfies Record<string, RouteDefinition>;

/** Answered by the function that has the facts. */
export const segmentPreviewRoutes = {
  previewSegment: {
    method: 'POST',
    path: '/v1/segments/preview',
    roles,
    tag: 'Segments',
    summary: 'How many a rule holds of, and who they are',
    description:
      'By the facts of the last night, or with `live` (and before there are facts) by going through all customers, which a large ' +
      'base does not allow in the time of a request: 422. 422 also where a rule asks for what only live records know: events, ' +
      'messages, coupons, phones and emails. The sample is shown as it stands now, without who is gone since. An analyst may not ask ' +
      'about phones, emails, birthdays and attributes.',
    body: z.strictObject({
      rule: segmentRuleSchema,
      live: z.boolean().default(false).meta({ description: 'By the records of this moment' }),
    }),
    answers: { 200: { description: 'The preview', schema: segmentPreviewSchema } },
  },
} as const satisfies Record<string, RouteDefinition>;
