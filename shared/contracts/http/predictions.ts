import * as z from 'zod';
import { roles } from '../../domain/access/roles.ts';
import { stageSchema } from './customers.ts';
import type { RouteDefinition } from './route.ts';
import { daySchema, instantSchema, moneySchema } from './values.ts';

const notEnoughData = z.strictObject({
  verdict: z.literal('not_enough_data'),
  why: z.string().meta({ description: 'In words, with what was found and what it takes' }),
});

const limits = z.strictObject({ l1: z.int(), l2: z.int(), l3: z.int() });

export const predictionsSchema = z
  .strictObject({
    asOf: daySchema.nullable().meta({ description: 'Day of the last census; null before the first' }),
    buying: z
      .discriminatedUnion('verdict', [
        z.strictObject({
          verdict: z.literal('fitted'),
          r: z.number(),
          alpha: z.number().meta({ description: 'In weeks' }),
          a: z.number(),
          b: z.number(),
          logLikelihood: z.number(),
          firstYear: z
            .number()
            .meta({ description: 'Repeat purchases a new customer is expected to make in 52 weeks' }),
        }),
        notEnoughData,
      ])
      .meta({ description: 'BG/NBD: whether customers still buy, and how often' }),
    spending: z
      .discriminatedUnion('verdict', [
        z.strictObject({
          verdict: z.literal('fitted'),
          p: z.number(),
          q: z.number(),
          logLikelihood: z.number(),
          mean: moneySchema.meta({ description: 'Expected amount of a purchase, over all customers' }),
        }),
        notEnoughData,
      ])
      .meta({ description: 'Gamma-Gamma: what they spend each time' }),
    averages: z
      .strictObject({
        customers: z.int(),
        repeatBuyers: z.int(),
        purchases: z.int().meta({ description: 'Days on which customers bought' }),
        purchasesPerCustomer: z.number().nullable(),
        repeatRate: z.number().nullable(),
        repeatsPerYear: z.number().nullable(),
        daysBetween: z.number().nullable(),
        amount: moneySchema.nullable().meta({ description: 'Mean of a purchase day' }),
      })
      .nullable()
      .meta({ description: "The shops' own, which stand wherever a prediction cannot" }),
  })
  .meta({ id: 'Predictions' });
export type PredictionsJson = z.input<typeof predictionsSchema>;

export const stageLimitsSchema = z
  .strictObject({
    asOf: instantSchema,
    inForce: limits,
    proposed: z
      .discriminatedUnion('verdict', [
        z.strictObject({
          verdict: z.literal('proposed'),
          limits,
          intervals: z.int().meta({ description: 'Repurchases counted' }),
          p50: z.number().meta({ description: 'Days within which half of the repurchases came' }),
          p75: z.number(),
          p90: z.number(),
        }),
        notEnoughData,
      ])
      .meta({ description: 'To put them in force: PATCH /v1/settings with {"stages": limits}' }),
    customers: z.int().nullable(),
    moved: z.int().nullable().meta({ description: 'Customers whose stage would change' }),
    moves: z.array(z.strictObject({ from: stageSchema, to: stageSchema, customers: z.int() })),
  })
  .meta({ id: 'StageLimitsProposal' });
export type StageLimitsJson = z.input<typeof stageLimitsSchema>;

export const predictionRoutes = {
  getPredictions: {
    method: 'GET',
    path: '/v1/predictions',
    roles,
    tag: 'Predictions',
    summary: 'What the last census could foresee, and with what',
    description: 'Of one customer it stands in the customer (`predicted`), of many in segments (`predicted.*`).',
    answers: { 200: { description: 'The models and the averages', schema: predictionsSchema } },
  },
  proposeStageLimits: {
    method: 'GET',
    path: '/v1/predictions/stage-limits',
    roles: ['admin', 'marketer', 'analyst'],
    tag: 'Predictions',
    summary: 'Stage limits from the time your customers really take to come back, and who would move',
    answers: { 200: { description: 'The limits in force and those proposed', schema: stageLimitsSchema } },
  },
} as const satisfies Record<string, RouteDefinition>;
