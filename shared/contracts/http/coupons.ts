import * as z from 'zod';
import { roles } from '../../domain/access/roles.ts';
import { couponSchema } from '../../domain/coupons/coupon.ts';
import { mostPoints } from '../../domain/value/points-decisions.ts';
import type { RouteDefinition } from './route.ts';
import { instantSchema, listOf, moneySchema, nullableInstant, pageQuery } from './values.ts';

/** Coupons: definitions, pools, what was issued and used. */

const { id: _id, codes: _codes, ...changeable } = couponSchema.shape;

/** A merge patch: null takes a member away. */
export const couponPatchSchema = z.strictObject({
  name: changeable.name.unwrap().nullable().optional(),
  kind: changeable.kind.optional(),
  value: changeable.value.unwrap().nullable().optional(),
  minimum: changeable.minimum.unwrap().nullable().optional(),
  validDays: changeable.validDays.unwrap().nullable().optional(),
  validUntil: changeable.validUntil.unwrap().nullable().optional(),
  perCustomer: changeable.perCustomer.unwrap().optional(),
  floor: changeable.floor.unwrap().nullable().optional(),
  lowStock: changeable.lowStock.unwrap().optional(),
  grant: changeable.grant.unwrap().nullable().optional(),
  version: z.int().optional().meta({ description: 'If given, the change is refused (409) on any other version' }),
});
export type CouponPatch = z.output<typeof couponPatchSchema>;

const couponJson = z
  .strictObject({ ...couponSchema.shape, version: z.int(), createdAt: instantSchema, updatedAt: instantSchema })
  .meta({ id: 'Coupon' });

const pool = z
  .strictObject({
    loaded: z.int(),
    left: z.int(),
    low: z.boolean().meta({ description: 'Fewer are left than `lowStock`' }),
  })
  .nullable()
  .meta({ description: 'null where codes are generated' });

export const couponReportSchema = z
  .strictObject({
    coupon: z.string(),
    asOf: instantSchema,
    issued: z.int(),
    redeemed: z.int().meta({ description: 'Used in a purchase that was not refunded in full' }),
    rate: z.number().nullable().meta({ description: 'Redeemed of issued, 0 to 1; null while none was issued' }),
    revenue: moneySchema.meta({ description: 'Of the purchases that redeemed one, less refunds' }),
    discount: moneySchema.meta({ description: 'What they cost' }),
    outstanding: z.strictObject({ codes: z.int(), amount: moneySchema.nullable() }).meta({
      description:
        'Codes that can still be used, and what they may cost: by the amount off, or by the average of those redeemed; null while nothing tells',
    }),
    pool,
  })
  .meta({ id: 'CouponReport' });

export const issuedCouponSchema = z
  .strictObject({
    coupon: z.string(),
    code: z.string().nullable().meta({ description: 'null for an analyst' }),
    issuedAt: instantSchema,
    expiresAt: nullableInstant.meta({ description: 'The first moment at which it is worth nothing any more' }),
    redeemed: z
      .strictObject({ order: z.string(), at: instantSchema, discount: moneySchema, revenue: moneySchema })
      .nullable(),
  })
  .meta({ id: 'IssuedCoupon' });
export type IssuedCouponJson = z.input<typeof issuedCouponSchema>;

const code = z.string().trim().min(1).max(100);
const someCodes = z.array(z.string()).meta({ description: 'As they were sent' });

const params = z.object({ id: z.string() });
const writers = ['admin', 'marketer'] as const;
const theCoupon = { description: 'The coupon', schema: couponJson };

export const couponRoutes = {
  listCoupons: {
    method: 'GET',
    path: '/v1/coupons',
    roles,
    tag: 'Coupons',
    summary: 'All coupons that are given',
    query: z.strictObject(pageQuery),
    answers: { 200: { description: 'A page of coupons', schema: listOf(couponJson) } },
  },
  createCoupon: {
    method: 'POST',
    path: '/v1/coupons',
    roles: writers,
    tag: 'Coupons',
    summary: 'Defines a coupon',
    description:
      'Its codes are generated, and told to the shop by the event `coupon.issued`; or they are drawn from a pool that is uploaded. 409 where the id is or was taken, 422 where `validUntil` is over by the calendar of the settings.',
    body: couponSchema,
    answers: { 201: theCoupon },
  },
  getCoupon: {
    method: 'GET',
    path: '/v1/coupons/{id}',
    roles,
    tag: 'Coupons',
    summary: 'One coupon',
    params,
    answers: { 200: theCoupon },
  },
  changeCoupon: {
    method: 'PATCH',
    path: '/v1/coupons/{id}',
    roles: writers,
    tag: 'Coupons',
    summary: 'Changes what is given from now on',
    description:
      'Codes that customers have keep their last day. A new `validUntil` is refused (422) where it is over: DELETE ends a coupon.',
    params,
    body: couponPatchSchema,
    answers: { 200: theCoupon },
  },
  endCoupon: {
    method: 'DELETE',
    path: '/v1/coupons/{id}',
    roles: writers,
    tag: 'Coupons',
    summary: 'Gives it to nobody any more',
    description: 'Codes that customers have are recognised still, and its report stays; its id is not free again.',
    params,
    answers: { 204: { description: 'It has ended' } },
  },
  fillCouponPool: {
    method: 'POST',
    path: '/v1/coupons/{id}/codes',
    roles: writers,
    tag: 'Coupons',
    summary: 'Puts codes into its pool',
    description:
      'Each once, however often it comes: send more than 5,000 in several requests. 409 where codes are generated.',
    params,
    body: z.strictObject({ codes: z.array(code).min(1).max(5000) }),
    answers: {
      200: {
        description: 'What became of them',
        schema: z.strictObject({
          added: z.int(),
          known: z.int().meta({ description: 'In this pool before' }),
          duplicates: someCodes.meta({ description: 'Sent twice in this request, whatever their case' }),
          taken: someCodes.meta({ description: 'Codes of another coupon: they stay there' }),
          pool,
        }),
      },
    },
  },
  issueCoupon: {
    method: 'POST',
    path: '/v1/coupons/{id}/issue',
    roles: ['admin', 'marketer', 'service'],
    tag: 'Coupons',
    summary: 'Gives one to a customer, for points or as a present',
    description:
      '409 where the pool is empty, the customer has as many as allowed, or too few points: then nothing has changed. Send the same id when trying again.',
    params,
    body: z.strictObject({
      customer: z.string().min(1).max(200),
      id: z.string().trim().min(1).max(60).meta({ description: 'Idempotency key: the same again gives the same code' }),
      points: z.int().min(1).max(mostPoints).optional().meta({ description: 'What the customer pays for it' }),
    }),
    answers: { 200: { description: 'What was given', schema: issuedCouponSchema } },
  },
  reportCoupon: {
    method: 'GET',
    path: '/v1/coupons/{id}/report',
    roles,
    tag: 'Coupons',
    summary: 'What came of it',
    params,
    answers: { 200: { description: 'As of now', schema: couponReportSchema } },
  },
} as const satisfies Record<string, RouteDefinition>;

/** Answered by the function that has the customers. */
export const customerCouponRoutes = {
  customerCoupons: {
    method: 'GET',
    path: '/v1/customers/{id}/coupons',
    roles,
    tag: 'Customers',
    summary: 'The coupons a customer was given, newest first',
    params,
    query: z.strictObject(pageQuery),
    answers: { 200: { description: 'A page of coupons', schema: listOf(issuedCouponSchema) } },
  },
} as const satisfies Record<string, RouteDefinition>;
