import * as z from 'zod';
import { roles } from '../../domain/access/roles.ts';
import { recommendationReasons } from '../../domain/recommendations/recommend.ts';
import type { RouteDefinition } from './route.ts';
import { nullableInstant } from './values.ts';

export const defaultRecommendations = 5;
export const mostRecommendations = 20;

const text = z.string().nullable();

const recommendationsSchema = z
  .strictObject({
    asOf: nullableInstant.meta({ description: 'Until when purchases were counted; null before the first night' }),
    items: z.array(
      z.strictObject({
        shop: z.string(),
        product: z.string(),
        reason: z.enum(recommendationReasons),
        title: text.meta({ description: 'This and the rest as the catalogue has it' }),
        category: text,
        url: text,
        image: text,
        price: text.meta({ description: 'In the currency of the shop' }),
      }),
    ),
  })
  .meta({ id: 'Recommendations' });
export type RecommendationsJson = z.input<typeof recommendationsSchema>;

const outOfRange = `must be a number from 1 to ${mostRecommendations}`;

export const recommendationRoutes = {
  recommendProducts: {
    method: 'GET',
    path: '/v1/customers/{id}/recommendations',
    roles,
    tag: 'Customers',
    summary: 'Products they do not have and may like',
    description:
      'Of one shop: what is bought together with theirs by at least five customers, the most above chance first; then best sellers of the last 90 days, of the category they prefer and of the shop. Counted every night.',
    params: z.object({ id: z.string() }),
    query: z.strictObject({
      n: z
        .string()
        .regex(/^\d{1,3}$/, outOfRange)
        .transform(Number)
        .refine((n) => n >= 1 && n <= mostRecommendations, outOfRange)
        .optional()
        .meta({
          description: 'How many',
          override: ({ jsonSchema }) => {
            delete jsonSchema.pattern;
            const range = { minimum: 1, maximum: mostRecommendations, default: defaultRecommendations };
            Object.assign(jsonSchema, { type: 'integer', ...range });
          },
        }),
      shop: z.string().min(1).max(40).optional().meta({ description: 'Otherwise the one they bought from last' }),
    }),
    answers: { 200: { description: 'The best first', schema: recommendationsSchema } },
  },
} as const satisfies Record<string, RouteDefinition>;
