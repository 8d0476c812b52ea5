import * as z from 'zod';
import { isTimeZone, parseDay } from '../../domain/calendar.ts';
import { parseAmount } from '../../domain/money.ts';
import { isCurrency } from './reading-fields.ts';

/** The body of the generic platform, as shops send it (README, "Connect a shop"). Unknown fields are ignored, wrong ones are errors. */

// A schema takes long to make, and a cold webhook keeps a shop waiting: what is asked for in many places is made once.
const isWellFormed = z.refine<string>((value) => value.isWellFormed(), 'is not well-formed text');
const textUpTo = (longest: number) => z.string().check(z.minLength(1), z.maxLength(longest), isWellFormed);
const texts = new Map<number, ReturnType<typeof textUpTo>>();

function text(longest: number): ReturnType<typeof textUpTo> {
  const made = texts.get(longest) ?? textUpTo(longest);
  texts.set(longest, made);
  return made;
}

const leftOut = <T extends z.ZodType>(schema: T) => schema.nullish().transform((value) => value ?? undefined);
type Maybe<T extends z.ZodType> = ReturnType<typeof leftOut<T>>;
const optionals = new Map<z.ZodType, z.ZodType>();

/** It may be left out, or be null. */
function maybe<T extends z.ZodType>(schema: T): Maybe<T> {
  const made = (optionals.get(schema) as Maybe<T> | undefined) ?? leftOut(schema);
  optionals.set(schema, made);
  return made;
}

const flag = z.boolean();
const identifier = z
  .union([text(200), z.int().transform(String)], {
    error: ({ input }) =>
      input === undefined ? 'is needed' : 'must be text of 1 to 200 characters, or a whole number',
  })
  .refine((value) => value.trim() !== '', 'is blank')
  .meta({ description: 'An id; text, so that ids beyond 2^53 survive.' });
const instant = z.iso
  .datetime({
    offset: true,
    error: ({ input }) => (input === undefined ? 'is needed' : 'is not an RFC 3339 time, such as 2026-11-23T19:00:00Z'),
  })
  .transform((value, context) => {
    const time = Date.parse(value);
    if (!Number.isNaN(time)) return time;
    context.addIssue({ code: 'custom', message: 'is no such time' });
    return z.NEVER;
  });
const decimal = z.string().regex(/^\d{1,13}(\.\d{1,10})?$/, 'is not an amount, such as "123.45"');
const currency = z.string().refine(isCurrency, 'is not an ISO 4217 currency, such as CNY');

const itemSchema = z.object({
  productId: identifier,
  sku: maybe(text(200)),
  title: text(500),
  category: maybe(text(200)),
  quantity: z.int().min(0).max(1_000_000),
  price: decimal,
});

const refundSchema = z.object({
  id: identifier,
  amount: decimal,
  at: instant,
  status: maybe(z.enum(['requested', 'success', 'refused'])),
  reason: maybe(text(500)),
  items: maybe(
    z.array(z.object({ productId: identifier, quantity: z.int().min(0).max(1_000_000), amount: decimal })).max(500),
  ),
});

export const customerSchema = z.object({
  id: maybe(identifier),
  email: maybe(text(320)),
  phone: maybe(text(40)),
  name: maybe(text(200)),
  gender: maybe(text(20)),
  birthday: maybe(z.string().refine((value) => parseDay(value) !== undefined, 'is not a date, such as 1990-02-28')),
  occupation: maybe(text(100)),
  locale: maybe(text(35)),
  timezone: maybe(text(60).refine(isTimeZone, 'is not an IANA time zone, such as Asia/Shanghai')),
  consent: maybe(z.object({ sms: maybe(flag), email: maybe(flag), webhook: maybe(flag) })),
  attributes: maybe(
    z.record(
      z.string().regex(/^[A-Za-z][\w.-]{0,63}$/, 'is not an attribute name'),
      z.union([text(500), z.number(), z.boolean()]),
    ),
  ),
});

const plainOrderSchema = z.object({
  id: identifier,
  currency,
  total: decimal,
  discount: maybe(decimal),
  shipping: maybe(decimal),
  createdAt: instant,
  paidAt: maybe(instant),
  shippedAt: maybe(instant),
  deliveredAt: maybe(instant),
  completedAt: maybe(instant),
  cancelledAt: maybe(instant),
  updatedAt: instant,
  test: maybe(flag),
  paymentMethod: maybe(text(100)),
  refunds: maybe(z.array(refundSchema).max(200)),
  items: z.array(itemSchema).max(500),
  coupons: maybe(z.array(text(100)).max(50)),
  promotions: maybe(z.array(text(200)).max(50)),
  tracking: maybe(
    z.object({
      carrier: maybe(text(100)),
      number: maybe(text(100)),
      url: maybe(text(1000)),
      events: maybe(z.array(z.object({ code: text(60), at: instant })).max(200)),
    }),
  ),
  customer: maybe(customerSchema),
  address: maybe(z.object({ country: maybe(text(60)), province: maybe(text(100)), city: maybe(text(100)) })),
  channel: maybe(text(100)),
  source: maybe(text(500)),
});

/** An order whose amounts fit its currency's decimals. */
export const orderSchema = plainOrderSchema.superRefine((order, context) => {
  const check = (value: string | undefined, path: (string | number)[]) => {
    if (value !== undefined && parseAmount(value, order.currency) === undefined) {
      context.addIssue({
        code: 'custom',
        path,
        message: `has more decimals than ${order.currency} has, or is too large`,
      });
    }
  };
  check(order.total, ['total']);
  check(order.discount, ['discount']);
  check(order.shipping, ['shipping']);
  order.items.forEach((item, index) => {
    check(item.price, ['items', index, 'price']);
  });
  order.refunds?.forEach((refund, index) => {
    check(refund.amount, ['refunds', index, 'amount']);
    refund.items?.forEach((item, line) => {
      check(item.amount, ['refunds', index, 'items', line, 'amount']);
    });
  });
});

/** A checkout that was begun: as much of the later order as is known then. */
export const checkoutSchema = z.object({
  id: maybe(identifier),
  createdAt: maybe(instant),
  items: maybe(z.array(z.object({ productId: identifier })).max(500)),
  customer: maybe(customerSchema),
  address: plainOrderSchema.shape.address,
});

export type GenericOrder = z.output<typeof orderSchema>;
export type GenericCustomer = z.output<typeof customerSchema>;

export const envelopeSchema = z.object({
  type: text(100),
  timestamp: maybe(instant),
  data: z.unknown(),
});

/** Whoever is to be forgotten: by any of these, whatever else is said of them. */
export const deletedCustomerSchema = customerSchema.pick({ id: true, email: true, phone: true });

export const customerUpdateSchema = customerSchema.extend({ updatedAt: maybe(instant) });
