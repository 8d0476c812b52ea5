import * as z from 'zod';
import { roles } from '../../domain/access/roles.ts';
import { orderStatuses } from '../../domain/orders/status.ts';
import type { RouteDefinition } from './route.ts';
import { decimalSchema, instantSchema } from './values.ts';

const optionalText = z.string().optional();
const optionalInstant = instantSchema.optional();
const line = { productId: z.string(), quantity: z.number() };

/** The order as its webhooks state it, and what is derived of it. */
export const orderSchema = z
  .strictObject({
    shop: z.string(),
    id: z.string(),
    status: z.enum(orderStatuses),
    customerId: z.string().nullable().meta({ description: 'Null while the order names nobody' }),
    currency: optionalText.meta({ description: 'Absent, with all amounts, while only parts have arrived' }),
    total: decimalSchema.optional(),
    discount: decimalSchema.optional(),
    shipping: decimalSchema.optional(),
    refunded: decimalSchema.optional().meta({ description: 'Sum of successful refunds' }),
    createdAt: optionalInstant,
    paidAt: optionalInstant,
    shippedAt: optionalInstant,
    deliveredAt: optionalInstant,
    completedAt: optionalInstant,
    cancelledAt: optionalInstant,
    updatedAt: optionalInstant,
    test: z.boolean().optional(),
    paymentMethod: optionalText,
    refunds: z.array(
      z.strictObject({
        id: z.string(),
        amount: decimalSchema,
        at: instantSchema,
        status: z.enum(['requested', 'success', 'refused']),
        reason: optionalText,
        items: z.array(z.strictObject({ ...line, amount: decimalSchema })).optional(),
      }),
    ),
    items: z.array(
      z.strictObject({ ...line, sku: optionalText, title: z.string(), category: optionalText, price: decimalSchema }),
    ),
    coupons: z.array(z.string()).optional(),
    promotions: z.array(z.string()).optional(),
    tracking: z
      .strictObject({
        carrier: optionalText,
        number: optionalText,
        url: optionalText,
        events: z.array(z.strictObject({ code: z.string(), at: instantSchema })),
      })
      .optional(),
    customer: z
      .strictObject({ id: optionalText, email: optionalText, phone: optionalText, name: optionalText })
      .optional()
      .meta({ description: 'The buyer as the shop states it; not for an analyst' }),
    address: z.strictObject({ country: optionalText, province: optionalText, city: optionalText }).optional(),
    channel: optionalText,
    source: optionalText,
  })
  .meta({ id: 'Order' });
export type OrderJson = z.input<typeof orderSchema>;

export const orderRoutes = {
  getOrder: {
    method: 'GET',
    path: '/v1/orders/{shopId}/{orderId+}',
    roles,
    tag: 'Orders',
    summary: 'One order, merged from all its webhooks',
    params: z.object({ shopId: z.string(), orderId: z.string() }),
    answers: { 200: { description: 'The order', schema: orderSchema } },
  },
} as const satisfies Record<string, RouteDefinition>;
