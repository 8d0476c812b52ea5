import * as z from 'zod';
import { moneySchema } from './values.ts';

/** What came of the messages of a campaign or a journey; the same for both. */

const arm = z.strictObject({
  customers: z.int().meta({ description: 'As drawn, whoever was reached' }),
  buyers: z.int().meta({ description: 'With an order within the days of attribution after the launch' }),
  revenue: moneySchema,
});

const counts = {
  planned: z
    .int()
    .meta({ description: 'planned = sent + all of skipped + failed + unconfirmed + pending, at every moment' }),
  sent: z.int(),
  skipped: z.record(z.string(), z.int()).meta({ description: 'By reason' }),
  failed: z.int(),
  unconfirmed: z.int().meta({ description: 'Handed over, and nobody knows what became of it: never sent again' }),
  pending: z.int(),
  holdout: z.int().meta({ description: 'Customers who get nothing, so that the effect can be measured' }),
  delivered: z.int(),
  bounced: z.int(),
  complained: z.int(),
  opened: z.int().meta({ description: 'By people, as far as that can be told' }),
  clicked: z.int().meta({ description: 'By people, as far as that can be told' }),
  machineOpened: z.int().meta({ description: 'By mail proxies and scanners' }),
  machineClicked: z.int().meta({ description: 'By link scanners' }),
  unsubscribed: z.int(),
  parts: z.int().meta({ description: 'Of text messages' }),
  buyers: z.int().meta({ description: 'Customers with an order credited to one of the messages' }),
  orders: z.int(),
  revenue: moneySchema.meta({ description: 'Of the credited orders, net of refunds' }),
  cost: moneySchema.meta({ description: 'Messages and discounts' }),
  costs: z.strictObject({ messages: moneySchema, discount: moneySchema }),
  margin: moneySchema
    .nullable()
    .meta({ description: 'Revenue less the cost of the goods; null where that is not known of every product' }),
  roi: z.number().nullable().meta({
    description:
      '(margin, or revenue where that is null, less the cost of messages) / cost: both are what is left after the discount. Null where nothing was spent',
  }),
};

export const touchReportSchema = z.strictObject(counts).meta({ id: 'MessageCounts' });

export const effectReportSchema = z
  .strictObject({
    ...counts,
    attributionDays: z.int(),
    arms: z.strictObject({ treated: arm, holdout: arm }),
    lift: z
      .union([
        z.strictObject({ value: z.number(), low: z.number(), high: z.number() }),
        z.strictObject({
          undecided: z.literal(true),
          needed: z.int().nullable().meta({ description: 'About so many more customers until it could be told' }),
          value: z.number().nullable(),
        }),
      ])
      .meta({
        description: 'Share of buyers among those written to less that of the hold-out, with its 95 % interval',
      }),
    groups: z
      .record(z.string(), touchReportSchema)
      .meta({ description: 'By `variant:`, `step:`, `template:` and `channel:`' }),
  })
  .meta({ id: 'EffectReport' });
export type EffectReportJson = z.input<typeof effectReportSchema>;
export type TouchReportJson = z.input<typeof touchReportSchema>;
