import * as z from 'zod';
import type { Instant } from '../calendar.ts';
import { amountText, definitionId } from '../definition-values.ts';
import type { WrongField } from '../errors.ts';
import { parseAmount } from '../money.ts';

/** Coupons as data (DOMAIN 9), and what was issued of them. */

const amount = amountText('20.00');

export const couponSchema = z
  .strictObject({
    id: definitionId,
    name: z.string().trim().min(1).max(100).exactOptional(),
    kind: z.enum(['percent', 'amount', 'threshold', 'freeShipping']),
    /** Percent off (1-100), or an amount off in the base currency; left out for free shipping. */
    value: amount.exactOptional(),
    /** What an order must reach; needed by `threshold` ("spend X minus Y"). */
    minimum: amount.exactOptional(),
    validDays: z.int().min(1).max(3650).exactOptional(),
    validUntil: z.iso.date().exactOptional(),
    perCustomer: z.int().min(1).max(1000).default(1),
    /** What the price may not fall below, as a share of it (0.7: at most 30 % off in all). */
    floor: z.number().min(0).max(1).exactOptional(),
    codes: z.enum(['generate', 'pool']),
    /** Warns below so many codes left. */
    lowStock: z.int().min(0).default(100),
    /** Given by itself for every order that was paid with at least so much, in the base currency. */
    grant: z.strictObject({ orderAtLeast: amount }).exactOptional(),
  })
  .refine(({ validDays, validUntil }) => validDays === undefined || validUntil === undefined, {
    path: ['validUntil'],
    message: 'give validDays or validUntil, not both',
  })
  .refine(({ kind, value }) => (kind === 'freeShipping') === (value === undefined), {
    path: ['value'],
    message: 'is needed by every kind but freeShipping',
  })
  .refine(({ kind, minimum }) => kind !== 'threshold' || minimum !== undefined, {
    path: ['minimum'],
    message: 'is needed by threshold',
  })
  .refine(({ kind, value }) => kind !== 'percent' || (Number(value) >= 1 && Number(value) <= 100), {
    path: ['value'],
    message: 'must be 1 to 100 percent',
  })
  .refine(({ value }) => value === undefined || Number(value) > 0, { path: ['value'], message: 'must be above 0' })
  .refine(({ kind, value, minimum }) => kind !== 'threshold' || !minimum || Number(value) <= Number(minimum), {
    path: ['minimum'],
    message: 'must be at least the value: an order cannot cost less than nothing',
  });
export type CouponInput = z.input<typeof couponSchema>;
export type CouponDefinition = z.output<typeof couponSchema>;

/** A code in a customer's hands. */
export interface IssuedCoupon {
  readonly coupon: string;
  readonly code: string;
  readonly customer: string;
  /** What it was given for: the same cause gets the same code. */
  readonly cause: string;
  readonly at: Instant;
  /** The first instant at which it is worth nothing any more. */
  readonly expiresAt?: Instant;
  /** The order it was used in; undone when that is refunded. */
  readonly redeemed?: CouponUse;
}

/** An order that a code was used in, with amounts in minor units of the base currency. */
export interface CouponUse {
  /** Key of the order. */
  readonly order: string;
  /** When it was paid. */
  readonly at: Instant;
  /** What the coupon took off. */
  readonly discount: number;
  /** What the order brought, less refunds. */
  readonly revenue: number;
}

/** What a definition says in amounts that the base currency does not have; empty when nothing. */
export function wrongAmounts({ kind, value, minimum, grant }: CouponDefinition, currency: string): WrongField[] {
  const amounts = { ...(kind !== 'percent' && { value }), minimum, 'grant.orderAtLeast': grant?.orderAtLeast };
  return Object.entries(amounts).flatMap(([field, text]) => {
    const isWrong = text !== undefined && parseAmount(text, currency) === undefined;
    return isWrong ? [{ field, message: `must be an amount in ${currency}` }] : [];
  });
}
