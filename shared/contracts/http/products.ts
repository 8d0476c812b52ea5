import * as z from 'zod';
import type { RouteDefinition } from './route.ts';
import { instantSchema, listOf, pageQuery } from './values.ts';

/** The product catalogue: what is sold, apart from who bought it. */

const text = (longest: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(longest)
    .refine((value) => value.isWellFormed(), 'is not well-formed text');
const link = z.url({ protocol: /^https?$/, error: 'must be a link, such as https://shop.example/tea' }).max(1000);
const price = z
  .string()
  .regex(/^\d{1,13}(\.\d{1,10})?$/, 'is not an amount, such as "123.45"')
  .meta({ description: 'In the currency of the shop', example: '123.45' });

/** What a shop says of a product, beside its shop. */
export const productBodySchema = z.strictObject({
  id: text(200).meta({ description: 'As the lines of orders name it', example: 'tea-01' }),
  title: text(500),
  category: text(200).optional(),
  url: link.optional(),
  image: link.optional(),
  price: price.optional(),
  cost: price.optional().meta({ description: 'What one costs the shop', example: '40.00' }),
});
export type ProductBody = z.output<typeof productBodySchema>;

/** Who described it last: the shop, by hand or by import, or a line of an order. */
export const productSources = ['shop', 'orders'] as const;
export type ProductSource = (typeof productSources)[number];

const shopId = z.string().min(1).max(40);

export const productSchema = z
  .strictObject({
    shop: z.string(),
    id: z.string(),
    title: z.string(),
    category: z.string().nullable(),
    url: z.string().nullable(),
    image: z.string().nullable(),
    price: z.string().nullable(),
    cost: z.string().nullable(),
    currency: z.string(),
    source: z.enum(productSources).meta({
      description: 'orders: gathered each night from their lines, until the shop describes it itself',
    }),
    updatedAt: instantSchema,
  })
  .meta({ id: 'Product' });
export type ProductJson = z.input<typeof productSchema>;

const everyone = ['admin', 'marketer', 'service', 'analyst'] as const;

export const productRoutes = {
  listProducts: {
    method: 'GET',
    path: '/v1/products',
    roles: everyone,
    tag: 'Products',
    summary: 'The catalogue of one shop, by product id',
    query: z.strictObject({ ...pageQuery, shop: shopId }),
    answers: { 200: { description: 'A page of products', schema: listOf(productSchema) } },
  },
  saveProduct: {
    method: 'POST',
    path: '/v1/products',
    roles: ['admin', 'marketer', 'service'],
    tag: 'Products',
    summary: 'Puts a product into the catalogue, in place of what stood there under its id',
    body: productBodySchema.extend({ shop: shopId }),
    answers: { 200: { description: 'The product', schema: productSchema } },
  },
  getProduct: {
    method: 'GET',
    path: '/v1/products/{shop}/{id+}',
    roles: everyone,
    tag: 'Products',
    summary: 'One product',
    params: z.object({ shop: shopId, id: z.string().min(1) }),
    answers: { 200: { description: 'The product', schema: productSchema } },
  },
  removeProduct: {
    method: 'DELETE',
    path: '/v1/products/{shop}/{id+}',
    roles: ['admin', 'marketer', 'service'],
    tag: 'Products',
    summary: 'Takes a product out of the catalogue',
    description: 'Orders made until then do not bring it back; a later one that names it does, and so does an import.',
    params: z.object({ shop: shopId, id: z.string().min(1) }),
    answers: { 204: { description: 'It is gone' } },
  },
} as const satisfies Record<string, RouteDefinition>;
