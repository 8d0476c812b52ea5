import * as z from 'zod';
import { roles } from '../../domain/access/roles.ts';
import { enrolmentStates } from '../../domain/journeys/enrolment.ts';
import { caseKinds } from '../../domain/journeys/journey.ts';
import { migrationDirections } from '../../domain/life-cycle/migration.ts';
import { stages } from '../../domain/life-cycle/stage.ts';
import { channels, messageClasses } from '../../domain/messages/message-class.ts';
import { orderStatuses } from '../../domain/orders/status.ts';
import { touchStates } from '../../domain/touches/touch.ts';
import { rfmGroups } from '../../domain/value/rfm-groups.ts';
import { originFields } from './message-origin.ts';
import type { RouteDefinition } from './route.ts';
import { daySchema, instantSchema, listOf, moneySchema, nullableInstant, pageQuery } from './values.ts';

const text = z.string().nullable();
const consent = z.enum(['granted', 'denied', 'unknown']);
export const stageSchema = z
  .enum(stages)
  .meta({ id: 'Stage', description: 'Where a customer stands in the life cycle' });

const score = z.int().min(1).max(5);

export const customerSchema = z
  .strictObject({
    id: z.string(),
    name: text,
    email: text,
    phone: text.meta({ description: 'E.164' }),
    gender: text,
    birthday: text,
    occupation: text,
    region: z.strictObject({ country: text, province: text, city: text }),
    locale: text,
    timezone: text,
    stage: stageSchema,
    stageSince: daySchema.nullable(),
    orders: z.strictObject({
      count: z.int(),
      total: moneySchema,
      average: moneySchema,
      items: z.int(),
      firstAt: nullableInstant,
      lastAt: nullableInstant,
    }),
    rfm: z
      .strictObject({
        r: score,
        f: score,
        m: score,
        group: z.enum(rfmGroups).nullable().meta({ description: 'null until a night has counted everybody' }),
      })
      .nullable()
      .meta({ description: 'null for who bought nothing in the window' }),
    tier: text.meta({ description: 'Id of the tier' }),
    points: z.int(),
    tags: z.array(z.string()).meta({ description: 'By hand, by rule, and by the pyramid' }),
    preferences: z
      .strictObject({
        category: text.meta({ description: 'Largest share of the spend of 365 days' }),
        priceBand: z.strictObject({ from: moneySchema, below: moneySchema }).nullable(),
      })
      .meta({ description: 'From the second purchase in 365 days on' }),
    predicted: z
      .strictObject({
        alive: z.number().meta({ description: 'Probability of buying again at all' }),
        purchases: z.number().meta({ description: 'Expected in the next 90 days' }),
        value: moneySchema
          .nullable()
          .meta({ description: 'Expected in the next 12 months, discounted by 1 % a month' }),
        nextAt: daySchema.nullable().meta({ description: 'Day by which the next purchase is more likely than not' }),
      })
      .nullable()
      .meta({ description: 'null where there is not enough data; GET /v1/predictions says why' }),
    credit: z.union([z.string(), z.number(), z.boolean()]).nullable(),
    attributes: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
    consent: z.strictObject({ sms: consent, email: consent }).meta({
      description: 'For the address the customer has now; one that said STOP, bounced or complained counts as denied',
    }),
    reachable: z
      .strictObject({ sms: z.boolean(), email: z.boolean() })
      .meta({ description: 'Whether more than transactional messages may go there' }),
  })
  .meta({
    id: 'Customer',
    description: 'For an analyst, name, email, phone and birthday are null and attributes empty',
  });
export type CustomerJson = z.input<typeof customerSchema>;

export const timelineEntrySchema = z
  .discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('message'),
      at: instantSchema.meta({ description: 'When it was sent, or else looked at last' }),
      id: z.string(),
      ...originFields,
      channel: z.enum(channels),
      class: z.enum(messageClasses),
      state: z.enum(touchStates),
      reason: text,
    }),
    z.strictObject({
      type: z.literal('order'),
      at: instantSchema,
      shop: z.string(),
      id: z.string(),
      status: z.enum(orderStatuses),
      total: moneySchema.nullable(),
    }),
    z.strictObject({
      type: z.literal('event'),
      at: instantSchema,
      event: z.string().meta({ description: 'What they did: viewed, carted, ...' }),
      product: text,
    }),
    z.strictObject({
      type: z.literal('case'),
      at: instantSchema.meta({ description: 'When it was opened' }),
      id: z.string(),
      kind: z.enum(caseKinds),
      severity: z.int(),
      resolvedAt: nullableInstant,
    }),
    z.strictObject({
      type: z.literal('journey'),
      at: instantSchema.meta({ description: 'When what made them enter happened' }),
      journey: z.string(),
      state: z.enum(enrolmentStates),
      reason: text.meta({ description: 'Why it ended, where not at its end' }),
      endedAt: nullableInstant,
    }),
    z.strictObject({
      type: z.literal('stage'),
      at: instantSchema,
      day: daySchema,
      from: stageSchema,
      to: stageSchema,
      direction: z.enum(migrationDirections),
    }),
  ])
  .meta({ id: 'TimelineEntry' });
export type TimelineEntryJson = z.input<typeof timelineEntrySchema>;

const onlyOne = 'give one of: email; phone; shop and buyer';

/** Exactly one way of naming a customer. */
export const findCustomersQuery = z
  .strictObject({
    email: z.string().min(1).max(254).optional(),
    phone: z.string().min(1).max(40).optional().meta({ description: 'With its country, +8613800138000' }),
    shop: z.string().min(1).max(40).optional(),
    buyer: z.string().min(1).max(200).optional().meta({ description: 'Buyer id within the shop' }),
  })
  .superRefine(({ email, phone, shop, buyer }, { addIssue }) => {
    const ways = [email, phone, shop ?? buyer].filter((way) => way !== undefined).length;
    if (ways !== 1) addIssue({ code: 'custom', path: [ways === 0 ? 'email' : 'phone'], message: onlyOne });
    else if ((shop === undefined) !== (buyer === undefined)) {
      addIssue({ code: 'custom', path: [shop === undefined ? 'shop' : 'buyer'], message: 'is needed too' });
    }
  });

const customerParams = z.object({ id: z.string() });

export const customerRoutes = {
  findCustomers: {
    method: 'GET',
    path: '/v1/customers',
    roles,
    tag: 'Customers',
    summary: 'Finds a customer by email, phone, or buyer id in a shop',
    description: 'In a URL the + of a phone is written %2B. An analyst may not ask by email or phone.',
    query: findCustomersQuery,
    answers: { 200: { description: 'At most one customer', schema: listOf(customerSchema) } },
  },
  getCustomer: {
    method: 'GET',
    path: '/v1/customers/{id}',
    roles,
    tag: 'Customers',
    summary: 'One customer, computed now',
    description: 'The id of a customer who was merged answers with the survivor.',
    params: customerParams,
    answers: { 200: { description: 'The customer', schema: customerSchema } },
  },
  customerTimeline: {
    method: 'GET',
    path: '/v1/customers/{id}/timeline',
    roles,
    tag: 'Customers',
    summary: 'Orders, changes of stage, messages, journeys, cases and what they did besides, newest first',
    params: customerParams,
    query: z.strictObject(pageQuery),
    answers: { 200: { description: 'A page of the timeline', schema: listOf(timelineEntrySchema) } },
  },
  mergeCustomers: {
    method: 'POST',
    path: '/v1/customers/{id}/merge',
    roles: ['admin', 'service'],
    tag: 'Customers',
    summary: 'Joins two customers who are one person',
    description: 'Which id goes on is decided by a fixed rule; the other keeps resolving.',
    params: customerParams,
    body: z.strictObject({ with: z.string().min(1).max(200).meta({ description: 'Id of the other customer' }) }),
    answers: { 200: { description: 'The customer they are now', schema: customerSchema } },
  },
} as const satisfies Record<string, RouteDefinition>;
