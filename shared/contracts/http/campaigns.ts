import * as z from 'zod';
import { roles } from '../../domain/access/roles.ts';
import { campaignSchema, campaignStates } from '../../domain/campaigns/campaign.ts';
import { effectReportSchema } from './effect.ts';
import type { RouteDefinition } from './route.ts';
import { instantSchema, listOf, moneySchema, nullableInstant, pageQuery } from './values.ts';

/** Campaigns: review, launch, pause, effect. */

const { id: _id, ...changeable } = campaignSchema.shape;

/** A merge patch: null takes a member away. */
export const campaignPatchSchema = z.strictObject({
  name: changeable.name.optional(),
  class: changeable.class.optional(),
  segmentId: changeable.segmentId.optional(),
  channels: changeable.channels.optional(),
  couponId: changeable.couponId.unwrap().nullable().optional(),
  schedule: changeable.schedule.optional(),
  holdout: changeable.holdout.unwrap().optional(),
  variants: changeable.variants.unwrap().nullable().optional(),
  priority: changeable.priority.unwrap().optional(),
  budget: changeable.budget.unwrap().nullable().optional(),
  expiresAfterHours: changeable.expiresAfterHours.unwrap().optional(),
  shopId: changeable.shopId.unwrap().nullable().optional(),
  version: z.int().optional().meta({ description: 'If given, the change is refused (409) on any other version' }),
});
export type CampaignPatch = z.output<typeof campaignPatchSchema>;

const round = z.strictObject({
  number: z.int(),
  launchedAt: instantSchema,
  day: z.string().nullable().meta({ description: 'On each recipient’s clock; null where it goes by one clock' }),
  planned: z.boolean().meta({ description: 'All of its audience has been gone through' }),
  winner: z
    .strictObject({ variant: z.string(), at: instantSchema, decided: z.boolean() })
    .nullable()
    .meta({ description: 'Of a test; not decided: the first goes to the rest' }),
});

const campaignJson = z
  .strictObject({
    ...campaignSchema.shape,
    state: z.enum(campaignStates),
    pauseReason: z.string().nullable().meta({ description: 'Where it has paused by itself' }),
    nextAt: nullableInstant.meta({
      description: 'When it goes on by itself: the next round, the decision of a test, its end',
    }),
    rounds: z.array(round),
    version: z.int(),
    createdAt: instantSchema,
    updatedAt: instantSchema,
  })
  .meta({ id: 'Campaign' });
export type CampaignJson = z.input<typeof campaignJson>;

const reasons = z.record(z.string(), z.int());

const reviewSchema = z
  .strictObject({
    id: z.string().meta({ description: 'To be sent back with the launch' }),
    campaign: z.string(),
    state: z.enum(['running', 'done']),
    asOf: instantSchema,
    count: z.int().meta({ description: 'Members of the segment' }),
    recipients: z.int().meta({ description: 'Who would be planned a message' }),
    holdout: z.int(),
    unreachable: reasons.meta({ description: 'Without an address or consent, or barred; by reason' }),
    heldBack: reasons.meta({
      description:
        'Recipients who could get nothing at this very moment, by the first gate in the way; some open later',
    }),
    channels: z.array(
      z.strictObject({
        channel: z.string(),
        messages: z.int(),
        parts: z.int().nullable().meta({ description: 'Of text messages, each one filled and counted' }),
        cost: moneySchema,
      }),
    ),
    variants: reasons,
    cost: moneySchema.meta({ description: 'Of all messages' }),
    budget: moneySchema.nullable(),
    averageOrder: moneySchema.nullable().meta({ description: 'Of the members, in the last 365 days' }),
    margin: z
      .number()
      .nullable()
      .meta({ description: 'Share of the price left after the cost of goods, where the catalogue tells; 0 to 1' }),
    coupon: z
      .strictObject({
        id: z.string(),
        needed: z.int(),
        left: z.int().nullable().meta({ description: 'In the pool; null where codes are made' }),
      })
      .nullable(),
    advice: z
      .strictObject({
        growing: moneySchema.meta({ description: 'Threshold of a “spend X get Y” offer while the shop grows' }),
        mature: moneySchema.meta({ description: 'The same for an established shop' }),
        gift: z.strictObject({ from: moneySchema, to: moneySchema }),
        mostLevels: z.int(),
      })
      .nullable(),
    warnings: z.array(z.string()),
    problems: z
      .array(z.strictObject({ template: z.string(), messages: z.int(), customer: z.string(), problem: z.string() }))
      .meta({ description: 'Templates that cannot be filled for somebody: it is not launched like that' }),
  })
  .meta({ id: 'CampaignReview' });
export type CampaignReviewJson = z.input<typeof reviewSchema>;

const params = z.object({ id: z.string() });
const writers = ['admin', 'marketer'] as const;
const one = (description: string) => ({ 200: { description, schema: campaignJson } });

export const campaignRoutes = {
  listCampaigns: {
    method: 'GET',
    path: '/v1/campaigns',
    roles,
    tag: 'Campaigns',
    summary: 'All campaigns',
    query: z.strictObject(pageQuery),
    answers: { 200: { description: 'A page of campaigns', schema: listOf(campaignJson) } },
  },
  createCampaign: {
    method: 'POST',
    path: '/v1/campaigns',
    roles: writers,
    tag: 'Campaigns',
    summary: 'Saves a campaign as a draft',
    description:
      'Nothing is sent before it is reviewed and launched. Its templates must be of its class. 409 where the id is taken.',
    body: campaignSchema,
    answers: { 201: { description: 'The draft', schema: campaignJson } },
  },
  getCampaign: {
    method: 'GET',
    path: '/v1/campaigns/{id}',
    roles,
    tag: 'Campaigns',
    summary: 'One campaign',
    params,
    answers: one('The campaign'),
  },
  changeCampaign: {
    method: 'PATCH',
    path: '/v1/campaigns/{id}',
    roles: writers,
    tag: 'Campaigns',
    summary: 'Changes a campaign that has not been sent from',
    description: 'One that is scheduled becomes a draft again: it is to be reviewed and launched anew.',
    params,
    body: campaignPatchSchema,
    answers: one('The draft'),
  },
  removeCampaign: {
    method: 'DELETE',
    path: '/v1/campaigns/{id}',
    roles: writers,
    tag: 'Campaigns',
    summary: 'Deletes a draft',
    params,
    answers: { 204: { description: 'It is gone' } },
  },
  reviewCampaign: {
    method: 'POST',
    path: '/v1/campaigns/{id}/review',
    roles: writers,
    tag: 'Campaigns',
    summary: 'What it would come to: whom, who is held back and why, parts, cost, coupons, margin',
    description:
      'Everybody in the segment is looked at as they stand now. A base too large for the time of a request is gone through ' +
      'as work: the state is then `running`, and GET shows how far it is.',
    params,
    answers: { 200: { description: 'The review', schema: reviewSchema } },
  },
  getCampaignReview: {
    method: 'GET',
    path: '/v1/campaigns/{id}/review',
    roles,
    tag: 'Campaigns',
    summary: 'Its last review',
    params,
    answers: { 200: { description: 'The review', schema: reviewSchema } },
  },
  launchCampaign: {
    method: 'POST',
    path: '/v1/campaigns/{id}/launch',
    roles: writers,
    tag: 'Campaigns',
    summary: 'Confirms what was reviewed',
    description:
      '409 without a review of the last day of this very campaign, segment, templates and coupon. What is due at once begins ' +
      'in a moment; the rest at its time.',
    params,
    body: z.strictObject({ review: z.string().min(1).meta({ description: 'Id of the review that is confirmed' }) }),
    answers: one('The campaign, scheduled'),
  },
  pauseCampaign: {
    method: 'POST',
    path: '/v1/campaigns/{id}/pause',
    roles: writers,
    tag: 'Campaigns',
    summary: 'Holds back what has not left yet',
    params,
    answers: one('The campaign, paused'),
  },
  resumeCampaign: {
    method: 'POST',
    path: '/v1/campaigns/{id}/resume',
    roles: writers,
    tag: 'Campaigns',
    summary: 'Goes on with what has not expired',
    params,
    answers: one('The campaign'),
  },
  cancelCampaign: {
    method: 'POST',
    path: '/v1/campaigns/{id}/cancel',
    roles: writers,
    tag: 'Campaigns',
    summary: 'Gives up what has not left yet',
    params,
    answers: one('The campaign, cancelled'),
  },
  reportCampaign: {
    method: 'GET',
    path: '/v1/campaigns/{id}/report',
    roles,
    tag: 'Campaigns',
    summary: 'What came of it: planned = sent + skipped + failed + unconfirmed + pending, effect and lift',
    params,
    query: z.strictObject({
      round: z
        .string()
        .regex(/^[1-9]\d{0,5}$/, 'must be the number of a round')
        .transform(Number)
        .optional()
        .meta({ description: 'Only this round of a recurring campaign' }),
    }),
    answers: { 200: { description: 'The report', schema: effectReportSchema } },
  },
} as const satisfies Record<string, RouteDefinition>;
