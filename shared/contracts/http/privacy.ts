import * as z from 'zod';
import { channels } from '../../domain/messages/message-class.ts';
import { caseSchema } from './cases.ts';
import { issuedCouponSchema } from './coupons.ts';
import { pointsMovementSchema } from './customer-changes.ts';
import { customerSchema, stageSchema } from './customers.ts';
import { enrolmentSchema, touchSchema } from './messages.ts';
import { orderSchema } from './orders.ts';
import type { RouteDefinition } from './route.ts';
import { daySchema, instantSchema } from './values.ts';

/** What the law gives a person: to have everything held of them, and to be forgotten. */

export const statementSchema = z
  .strictObject({
    field: z.string().meta({ example: 'consent.sms:+8613800138000' }),
    value: z
      .union([z.string(), z.number(), z.boolean()])
      .nullable()
      .meta({ description: 'null: an attribute was taken back' }),
    at: instantSchema,
    source: z.string().optional().meta({ description: 'Key of an order, or `update#` and the identities it named' }),
  })
  .meta({ id: 'Statement', description: 'Something said of a customer' });

export const consentWordSchema = z
  .strictObject({
    at: instantSchema,
    channel: z.enum(channels),
    address: z.string().nullable().meta({ description: 'null: every address of the channel' }),
    state: z.enum(['granted', 'denied', 'blocked']),
    source: z.string(),
  })
  .meta({ id: 'ConsentWord', description: 'One word on a consent, whether or not it is the one that counts' });

export const customerExportSchema = z
  .strictObject({
    exportedAt: instantSchema,
    customer: customerSchema,
    earlierIds: z.array(z.string()).meta({ description: 'Ids the customer had before merges' }),
    identities: z.array(z.string()).meta({ description: 'Keyed hashes of the identities that lead here' }),
    statements: z.array(statementSchema).meta({ description: 'The word that counts, field by field' }),
    updates: z
      .array(z.strictObject({ identities: z.array(z.string()), statements: z.array(statementSchema) }))
      .meta({ description: 'What was said outside orders, also where a later word counts' }),
    consentHistory: z.array(consentWordSchema).meta({ description: 'Oldest first' }),
    orders: z.array(
      z.strictObject({ order: orderSchema, statements: z.array(statementSchema), identities: z.array(z.string()) }),
    ),
    messages: z.array(touchSchema),
    events: z.array(z.looseObject({ type: z.string(), at: instantSchema })).meta({ description: 'What they did' }),
    stages: z.array(z.strictObject({ day: daySchema, from: stageSchema, to: stageSchema })),
    answers: z
      .array(
        z.strictObject({
          message: z.string(),
          at: instantSchema,
          scale: z.enum(['stars', 'nps']),
          score: z.int(),
          text: z.string().nullable(),
        }),
      )
      .meta({ description: 'To questionnaires, with what they wrote' }),
    journeys: z.array(enrolmentSchema).meta({ description: 'Where they stand in journeys, newest first' }),
    cases: z.array(caseSchema).meta({ description: 'Oldest first' }),
    coupons: z.array(issuedCouponSchema).meta({ description: 'Oldest first' }),
    points: z.looseObject({ balance: z.int(), movements: z.array(pointsMovementSchema) }),
  })
  .meta({ id: 'CustomerExport', description: 'Everything held of one customer' });
export type CustomerExportJson = z.input<typeof customerExportSchema>;

export const erasureSchema = z
  .strictObject({
    customer: z.string(),
    erasedAt: instantSchema,
    done: z.boolean().meta({ description: 'false while orders, messages and parked events are being gone through' }),
    left: z.int().meta({ description: 'Orders to go through, while it is not done' }),
  })
  .meta({ id: 'Erasure' });
export type ErasureJson = z.input<typeof erasureSchema>;

const params = z.object({ id: z.string() });

export const privacyRoutes = {
  exportCustomer: {
    method: 'GET',
    path: '/v1/customers/{id}/export',
    roles: ['admin', 'service'],
    tag: 'Privacy',
    summary: 'Everything held of one customer, in one JSON',
    params,
    answers: { 200: { description: 'All of it', schema: customerExportSchema } },
  },
  eraseCustomer: {
    method: 'DELETE',
    path: '/v1/customers/{id}',
    roles: ['admin'],
    tag: 'Privacy',
    summary: 'Forgets a customer for good',
    description:
      'Their file is gone at once and nothing comes to them any more; orders stay, counted and without a person. What is left is gone through in the background: ask `/v1/customers/{id}/erasure`. Asking again is safe.',
    params,
    answers: { 202: { description: 'Begun, or done before', schema: erasureSchema } },
  },
  customerErasure: {
    method: 'GET',
    path: '/v1/customers/{id}/erasure',
    roles: ['admin'],
    tag: 'Privacy',
    summary: 'How far the erasure of a customer has come',
    params,
    answers: { 200: { description: 'The erasure', schema: erasureSchema } },
  },
} as const satisfies Record<string, RouteDefinition>;
