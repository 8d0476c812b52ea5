import * as z from 'zod';
import { roles } from '../../domain/access/roles.ts';
import { tagSchema } from '../../domain/customers/tags.ts';
import { mostPoints } from '../../domain/value/points-decisions.ts';
import { customerSchema } from './customers.ts';
import type { RouteDefinition } from './route.ts';
import { daySchema, instantSchema, listOf, nullableInstant, pageQuery, timezoneSchema } from './values.ts';

const customerParams = z.object({ id: z.string() });
const line = (max: number) => z.string().trim().min(1).max(max);
const theCustomer = { 200: { description: 'The customer as they stand now', schema: customerSchema } } as const;

const consentWord = z.enum(['granted', 'denied']);
const consentSchema = z
  .union([
    z.boolean(),
    consentWord,
    z.strictObject({
      state: consentWord,
      source: line(100).meta({ description: 'Where they said so', example: 'by phone' }),
    }),
  ])
  .transform((said) => {
    if (typeof said === 'boolean') return { isGranted: said };
    if (typeof said === 'string') return { isGranted: said === 'granted' };
    return { isGranted: said.state === 'granted', source: said.source };
  })
  .meta({ description: 'For the address the customer has now' });
export type ConsentSaid = z.output<typeof consentSchema>;

export const customerPatchSchema = z
  .strictObject({
    name: line(200).optional(),
    gender: line(20).optional(),
    birthday: daySchema.optional(),
    occupation: line(100).optional(),
    locale: line(35).optional(),
    timezone: timezoneSchema.optional(),
    region: z
      .strictObject({ country: line(60).optional(), province: line(60).optional(), city: line(60).optional() })
      .optional(),
    credit: z
      .union([line(100), z.number()])
      .optional()
      .meta({ description: 'Credit level' }),
    attributes: z
      .record(
        z.string().regex(/^[A-Za-z][\w.-]{0,63}$/, 'must be a letter, then letters, digits, dots, - and _'),
        z.union([line(500), z.number(), z.boolean(), z.null()]),
      )
      .refine((all) => Object.keys(all).length <= 100, 'must be at most 100 at once')
      .optional()
      .meta({ description: 'null takes one back' }),
    consent: z.strictObject({ sms: consentSchema.optional(), email: consentSchema.optional() }).optional(),
  })
  .meta({ id: 'CustomerPatch' });
export type CustomerPatch = z.output<typeof customerPatchSchema>;

const tagList = z.array(tagSchema).max(50).default([]);

export const tagChangeSchema = z
  .strictObject({ add: tagList, remove: tagList })
  .superRefine(({ add, remove }, { addIssue }) => {
    if (add.length + remove.length === 0) addIssue({ code: 'custom', path: ['add'], message: 'must name a tag' });
    for (const [index, tag] of remove.entries()) {
      if (add.includes(tag)) addIssue({ code: 'custom', path: ['remove', index], message: 'cannot be added as well' });
    }
  });

const wholePoints = z
  .int(`must be a whole number from -${mostPoints} to ${mostPoints}`)
  .min(-mostPoints)
  .max(mostPoints);

export const pointsChangeSchema = z
  .strictObject({
    id: line(100).meta({ description: 'Idempotency key: the same again changes nothing' }),
    kind: z.enum(['redeem', 'adjust']),
    points: wholePoints.meta({ description: 'To redeem: above zero. To adjust: what is added, or below zero taken' }),
    reason: line(200).optional(),
    coupon: line(100).optional().meta({
      description:
        'What they are redeemed for, for the record; POST /v1/coupons/{id}/issue takes points and gives a code',
    }),
  })
  .superRefine(({ kind, points, coupon }, { addIssue }) => {
    if (kind === 'redeem' && points <= 0) addIssue({ code: 'custom', path: ['points'], message: 'must be above zero' });
    if (points === 0 && kind === 'adjust') {
      addIssue({ code: 'custom', path: ['points'], message: 'must not be zero' });
    }
    if (kind === 'adjust' && coupon !== undefined) {
      addIssue({ code: 'custom', path: ['coupon'], message: 'is for redeeming only' });
    }
  });

export const pointsMovementSchema = z
  .strictObject({
    id: z.string(),
    kind: z.enum(['earned', 'taken_back', 'redeemed', 'adjusted', 'expired']),
    at: instantSchema,
    points: z.int().meta({ description: 'Below zero what went' }),
    balance: z.int().meta({ description: 'After it' }),
    reason: z.string().nullable().meta({ description: 'null for an analyst' }),
    coupon: z.string().nullable(),
  })
  .meta({ id: 'PointsMovement' });
export type PointsMovementJson = z.input<typeof pointsMovementSchema>;

export const pointsAccountSchema = listOf(pointsMovementSchema)
  .extend({
    balance: z.int().meta({ description: 'Below zero only by points taken back for refunds after they were spent' }),
    nextExpiry: z.strictObject({ at: instantSchema, points: z.int() }).nullable(),
    lots: z
      .array(
        z.strictObject({
          id: z.string(),
          at: instantSchema,
          points: z.int(),
          left: z.int(),
          expiresAt: nullableInstant,
        }),
      )
      .meta({ description: 'What is left, in the order in which it will be spent' }),
  })
  .meta({ id: 'PointsAccount', description: 'Movements, newest first; all of them sum to the balance' });
export type PointsAccountJson = z.input<typeof pointsAccountSchema>;

export const pointsChangedSchema = z
  .strictObject({
    outcome: z.enum(['recorded', 'unchanged']).meta({ description: 'unchanged: this key has done so before' }),
    id: z.string(),
    kind: z.enum(['redeemed', 'adjusted']),
    at: instantSchema,
    points: z.int().meta({ description: 'What was added: below zero what is redeemed' }),
    balance: z.int(),
  })
  .meta({ id: 'PointsChanged' });
export type PointsChangedJson = z.input<typeof pointsChangedSchema>;

export const customerChangeRoutes = {
  changeCustomer: {
    method: 'PATCH',
    path: '/v1/customers/{id}',
    roles: ['admin', 'service'],
    tag: 'Customers',
    summary: 'Writes down what a customer said of themselves',
    description: 'What is left out stays. Later words of a shop take the place of these.',
    params: customerParams,
    body: customerPatchSchema,
    answers: theCustomer,
  },
  tagCustomer: {
    method: 'POST',
    path: '/v1/customers/{id}/tags',
    roles: ['admin', 'service', 'marketer'],
    tag: 'Customers',
    summary: 'Puts tags on a customer, and takes tags off',
    description: 'A tag that a rule of the settings gives as well stays as long as the rule holds.',
    params: customerParams,
    body: tagChangeSchema,
    answers: theCustomer,
  },
  grantTier: {
    method: 'POST',
    path: '/v1/customers/{id}/tier',
    roles: ['admin', 'service'],
    tag: 'Customers',
    summary: 'Grants a tier until the end of a day',
    description: 'A floor: purchases may lead higher. A day in the past takes a grant of this tier back.',
    params: customerParams,
    body: z.strictObject({ tier: line(40).meta({ description: 'Id of the tier' }), until: daySchema }),
    answers: theCustomer,
  },
  customerPoints: {
    method: 'GET',
    path: '/v1/customers/{id}/points',
    roles,
    tag: 'Customers',
    summary: 'The points of a customer: balance, lots and movements',
    params: customerParams,
    query: z.strictObject(pageQuery),
    answers: { 200: { description: 'The account as of now', schema: pointsAccountSchema } },
  },
  changePoints: {
    method: 'POST',
    path: '/v1/customers/{id}/points',
    roles: ['admin', 'service'],
    tag: 'Customers',
    summary: 'Redeems or adjusts points',
    description: 'A 409 where the balance is too small, and nothing has changed; send the same id when trying again.',
    params: customerParams,
    body: pointsChangeSchema,
    answers: { 200: { description: 'What was recorded', schema: pointsChangedSchema } },
  },
} as const satisfies Record<string, RouteDefinition>;
