import * as z from 'zod';
import { caseKinds } from '../../domain/journeys/journey.ts';
import type { RouteDefinition } from './route.ts';
import { daySchema, instantSchema, listOf, nullableInstant, pageQuery } from './values.ts';

/** Cases that people see to (DOMAIN 13). */

const words = z.string().trim().min(1).max(2000);
const name = z.string().trim().min(1).max(200);
const orderKey = name.regex(/^[^#]+#./, 'must be the key of an order: its shop, # and its id');
const severity = z.int().min(1).max(3).meta({ description: '1 low, 2 usual, 3 high: decides when it is due' });

export const caseSchema = z
  .strictObject({
    id: z.string(),
    customer: z.string(),
    order: z.string().nullable().meta({ description: 'Key of an order, `shop#id`' }),
    product: z.string().nullable(),
    kind: z.enum(caseKinds),
    severity,
    reason: z.string(),
    assignee: z.string().nullable(),
    openedAt: instantSchema,
    dueAt: instantSchema,
    overdue: z.boolean(),
    escalated: z
      .strictObject({ at: instantSchema, why: z.enum(['repeated', 'overdue']) })
      .nullable()
      .meta({ description: 'A second complaint within 90 days, or its due time missed' }),
    resolvedAt: nullableInstant,
    resolution: z.string().nullable(),
  })
  .meta({ id: 'Case' });
export type CaseJson = z.input<typeof caseSchema>;

export const newCaseSchema = z.strictObject({
  customer: name.meta({ description: 'Id of a customer' }),
  kind: z.enum(caseKinds),
  severity: severity.default(2),
  reason: words,
  order: orderKey.exactOptional().meta({ description: 'Key of an order, `shop#id`' }),
  product: name.exactOptional().meta({ description: 'As the lines of orders name it' }),
  assignee: name.exactOptional(),
  id: name.exactOptional().meta({ description: 'Your own: the same again opens no second case' }),
});

export const caseChangeSchema = z.strictObject({
  assignee: name.exactOptional(),
  severity: severity.exactOptional(),
  reason: words.exactOptional(),
  order: orderKey.exactOptional(),
  product: name.exactOptional(),
  open: z.literal(true).exactOptional().meta({ description: 'Opens a resolved case again' }),
});

export const resolutionSchema = z.strictObject({
  resolution: words,
  compensation: z
    .strictObject({
      points: z.int().min(1).max(1_000_000).exactOptional(),
      coupon: z.string().min(1).max(60).exactOptional().meta({ description: 'Id of a coupon' }),
      tier: z.strictObject({ id: z.string().min(1).max(40), until: daySchema }).exactOptional(),
    })
    .exactOptional()
    .meta({ description: 'What the customer is given for their trouble; at most once a case' }),
});

export const resolvedCaseSchema = z
  .strictObject({
    ...caseSchema.shape,
    code: z.string().nullable().meta({ description: 'Code of the coupon that was given' }),
  })
  .meta({ id: 'ResolvedCase' });

export const caseAlertsSchema = z
  .strictObject({
    asOf: nullableInstant.meta({ description: 'null while there was no night' }),
    items: z.array(
      z.strictObject({
        shop: z.string(),
        product: z.string(),
        orders: z.int(),
        refunded: z.int().meta({ description: 'Orders with a refund of the product' }),
        cases: z.int(),
      }),
    ),
  })
  .meta({ id: 'CaseAlerts' });

const params = z.object({ id: z.string() });
const readers = ['admin', 'service', 'marketer'] as const;
const writers = ['admin', 'service'] as const;

export const caseRoutes = {
  listCases: {
    method: 'GET',
    path: '/v1/cases',
    roles: readers,
    tag: 'Cases',
    summary: 'Cases: the open ones, the late ones, those of a customer, or all',
    description:
      'Open ones come the most urgent first, those of a customer and all of them in no particular order. `overdue` asks for open ones.',
    query: z
      .strictObject({
        ...pageQuery,
        open: z.enum(['true', 'false']).default('true').meta({ description: 'false: also what is resolved' }),
        overdue: z.enum(['true', 'false']).default('false'),
        customer: name.optional().meta({ description: 'All cases of a customer, resolved ones as well' }),
      })
      .refine(({ customer, overdue }) => customer === undefined || overdue === 'false', {
        path: ['overdue'],
        message: 'does not go with customer',
      }),
    answers: { 200: { description: 'A page of cases', schema: listOf(caseSchema) } },
  },
  listCaseAlerts: {
    method: 'GET',
    path: '/v1/cases/alerts',
    roles: ['admin', 'service', 'marketer', 'analyst'],
    tag: 'Cases',
    summary: 'Products of which too many orders have a case or a refund',
    description: 'Of the 30 days up to the last night, the worst first; limits are in the settings, under `cases`.',
    answers: { 200: { description: 'The products', schema: caseAlertsSchema } },
  },
  openCase: {
    method: 'POST',
    path: '/v1/cases',
    roles: writers,
    tag: 'Cases',
    summary: 'Opens a case',
    description:
      'Nothing but transactional messages goes to the customer while it is open, and for 30 days at least. A second complaint within 90 days is escalated at once.',
    body: newCaseSchema,
    answers: { 201: { description: 'The case', schema: caseSchema } },
  },
  getCase: {
    method: 'GET',
    path: '/v1/cases/{id}',
    roles: readers,
    tag: 'Cases',
    summary: 'One case',
    params,
    answers: { 200: { description: 'The case', schema: caseSchema } },
  },
  changeCase: {
    method: 'PATCH',
    path: '/v1/cases/{id}',
    roles: writers,
    tag: 'Cases',
    summary: 'Assigns a case, corrects it, or opens it again',
    params,
    body: caseChangeSchema,
    answers: { 200: { description: 'The case', schema: caseSchema } },
  },
  resolveCase: {
    method: 'POST',
    path: '/v1/cases/{id}/resolve',
    roles: writers,
    tag: 'Cases',
    summary: 'Resolves a case, with points, a coupon or a tier for the trouble',
    description:
      'The customer’s event `case_resolved` follows: a journey on it sends a message or asks how satisfied they are.',
    params,
    body: resolutionSchema,
    answers: { 200: { description: 'The case', schema: resolvedCaseSchema } },
  },
} as const satisfies Record<string, RouteDefinition>;
