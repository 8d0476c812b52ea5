import * as z from 'zod';
import { platformNames } from '../platforms/platform.ts';
import type { RouteDefinition } from './route.ts';
import { currencySchema, instantSchema, listOf, nullableInstant, pageQuery, timezoneSchema } from './values.ts';

const name = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .meta({ description: 'What people call the shop', example: 'Tmall store' });
const secret = z
  .string()
  .min(1)
  .max(500)
  .meta({ description: 'Signs the webhooks; never shown again', example: 'whsec_<base64>', writeOnly: true });
const id = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,40}$/, 'must be 1 to 40 letters, digits, _ and -')
  .meta({ description: 'Part of the webhook address', example: 'tmall-1' });

export const newShopSchema = z.strictObject({
  id,
  platform: z
    .string()
    .refine((text) => platformNames.some((known) => known === text), `must be one of: ${platformNames.join(', ')}`)
    .transform((text) => z.enum(platformNames).parse(text))
    .meta({ override: { type: 'string', enum: [...platformNames] } }),
  name,
  currency: currencySchema,
  timezone: timezoneSchema.default('Asia/Shanghai'),
  secret: secret.optional().meta({ description: 'Left out, one is made and shown once, in this answer' }),
});
export type NewShop = z.output<typeof newShopSchema>;

export const shopChangeSchema = z.strictObject({
  name: name.optional(),
  currency: currencySchema.optional(),
  timezone: timezoneSchema.optional().meta({ description: 'A change moves the days of purchases: all is recomputed' }),
  secret: secret.optional().meta({ description: 'The one before stays accepted for 24 hours' }),
});
export type ShopChange = z.output<typeof shopChangeSchema>;

const shop = {
  id,
  platform: z.enum(platformNames),
  name: z.string(),
  currency: z.string(),
  timezone: z.string(),
  webhookPath: z.string().meta({ example: '/webhooks/tmall-1' }),
  createdAt: instantSchema,
  updatedAt: instantSchema,
  previousSecretAcceptedUntil: nullableInstant,
};
export const shopSchema = z.strictObject(shop).meta({ id: 'Shop' });
export type ShopJson = z.input<typeof shopSchema>;
export const createdShopSchema = z
  .strictObject({ ...shop, secret: z.string().optional().meta({ description: 'Only when it was made here' }) })
  .meta({ id: 'CreatedShop' });

const shopParams = z.object({ id: z.string() });

export const shopRoutes = {
  listShops: {
    method: 'GET',
    path: '/v1/shops',
    roles: ['admin'],
    tag: 'Shops',
    summary: 'All shops',
    query: z.strictObject(pageQuery),
    answers: { 200: { description: 'A page of shops', schema: listOf(shopSchema) } },
  },
  createShop: {
    method: 'POST',
    path: '/v1/shops',
    roles: ['admin'],
    tag: 'Shops',
    summary: 'Connects a shop',
    description: 'The first shop also decides the base currency, unless it has been set.',
    body: newShopSchema,
    answers: { 201: { description: 'The shop', schema: createdShopSchema } },
  },
  getShop: {
    method: 'GET',
    path: '/v1/shops/{id}',
    roles: ['admin'],
    tag: 'Shops',
    summary: 'One shop',
    params: shopParams,
    answers: { 200: { description: 'The shop', schema: shopSchema } },
  },
  changeShop: {
    method: 'PATCH',
    path: '/v1/shops/{id}',
    roles: ['admin'],
    tag: 'Shops',
    summary: 'Changes a shop, or turns its secret over',
    params: shopParams,
    body: shopChangeSchema,
    answers: { 200: { description: 'The shop as it is now', schema: shopSchema } },
  },
  removeShop: {
    method: 'DELETE',
    path: '/v1/shops/{id}',
    roles: ['admin'],
    tag: 'Shops',
    summary: 'Disconnects a shop',
    description: 'Its webhooks get 404 from now on; its orders and their customers stay.',
    params: shopParams,
    answers: { 204: { description: 'Done' } },
  },
} as const satisfies Record<string, RouteDefinition>;
