import * as z from 'zod';
import { roles } from '../../domain/access/roles.ts';
import { campaignStates } from '../../domain/campaigns/campaign.ts';
import { gateNames } from '../../domain/contact-policy/gates.ts';
import { enrolmentStates } from '../../domain/journeys/enrolment.ts';
import { channels, messageClasses } from '../../domain/messages/message-class.ts';
import { reactionKinds, touchStates } from '../../domain/touches/touch.ts';
import { stageSchema } from './customers.ts';
import { originFields } from './message-origin.ts';
import type { RouteDefinition } from './route.ts';
import { explanationNode } from './segments.ts';
import { instantSchema, nullableInstant } from './values.ts';

/** Messages to a customer, and why they went out or did not. */

const gateSchema = z
  .strictObject({
    gate: z.enum(gateNames),
    passed: z.boolean(),
    seen: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
      .meta({ description: 'The values the gate saw; times are RFC 3339' }),
    until: nullableInstant.meta({ description: 'When a closed gate opens; null where it never does' }),
  })
  .meta({ id: 'Gate' });

export const touchSchema = z
  .strictObject({
    id: z.string(),
    ...originFields,
    step: z.string(),
    occurrence: z.string(),
    channel: z.enum(channels),
    class: z.enum(messageClasses),
    state: z.enum(touchStates),
    reason: z.string().nullable(),
    plannedAt: instantSchema,
    dueAt: nullableInstant,
    expiresAt: instantSchema,
    sentAt: nullableInstant,
    parts: z.int().nullable().meta({ description: 'Parts of a text message' }),
    reactions: z.partialRecord(z.enum(reactionKinds), instantSchema),
    answer: z
      .strictObject({ at: instantSchema, scale: z.enum(['stars', 'nps']), score: z.int() })
      .nullable()
      .meta({ description: 'What the customer answered to its questionnaire' }),
    judgedAt: nullableInstant,
    gates: z.array(gateSchema).meta({ description: 'Every gate with what it saw when the message was last looked at' }),
  })
  .meta({ id: 'Touch' });
export type TouchJson = z.input<typeof touchSchema>;

const gatesNow = z.strictObject({
  channel: z.enum(channels),
  verdict: z.enum(['send', 'defer', 'skip']),
  reason: z.string().nullable(),
  until: nullableInstant,
  gates: z.array(gateSchema),
});

/** Where a customer stands in a journey, or how it ended. */
export const enrolmentSchema = z
  .strictObject({
    journey: z.string(),
    occurrence: z.string(),
    version: z.int(),
    state: z.enum(enrolmentStates),
    reason: z.string().nullable(),
    at: instantSchema,
    dueAt: nullableInstant,
    endedAt: nullableInstant,
    done: z.record(z.string(), instantSchema).meta({ description: 'Steps done, and when' }),
  })
  .meta({ id: 'Enrolment' });
export type EnrolmentJson = z.input<typeof enrolmentSchema>;

export const explanationSchema = z
  .strictObject({
    customer: z.string(),
    asOf: instantSchema,
    stage: stageSchema,
    timezone: z.string().meta({ description: 'Zone of the customer’s wall clock' }),
    campaigns: z
      .array(
        z.strictObject({
          campaign: z.string(),
          name: z.string(),
          class: z.enum(messageClasses),
          state: z.enum(campaignStates),
          round: z.int().meta({ description: 'The last there was, else the first to come' }),
          member: z.boolean(),
          segment: explanationNode,
          draw: z
            .enum(['message', 'heldout', 'unreachable'])
            .meta({ description: 'As a member: written to, held out to measure the effect, or not drawn at all' }),
          reason: z.enum(['address', 'suppression', 'consent']).nullable().meta({ description: 'Why unreachable' }),
          variant: z.string().nullable(),
          now: z.array(gatesNow),
          touches: z.array(touchSchema).meta({ description: 'What became of those there were, newest first' }),
        }),
      )
      .meta({ description: 'The campaign that was asked for' }),
    journeys: z.array(
      z.strictObject({
        journey: z.string(),
        name: z.string(),
        step: z.string(),
        class: z.enum(messageClasses),
        enabled: z.boolean(),
        paused: z.boolean(),
        trigger: z
          .strictObject({
            on: z.string(),
            found: z.array(
              z.strictObject({
                occurrence: z.string(),
                at: instantSchema,
                letsIn: z.boolean(),
                reason: z.enum(['before', 'stale', 'other_shop']).nullable().meta({
                  description: 'Before the journey was on, too old when it came, or of a shop it is not on for',
                }),
              }),
            ),
          })
          .meta({ description: 'Where the trigger comes true now; coming into a segment is seen in the enrolments' }),
        filter: z.boolean().nullable().meta({ description: 'Whether the filter holds now; null without one' }),
        enrolments: z
          .array(enrolmentSchema)
          .meta({ description: 'Where the customer stands in it, the newest cause first' }),
        now: z
          .array(
            z.strictObject({
              channel: z.enum(channels),
              verdict: z.enum(['send', 'defer', 'skip']),
              reason: z.string().nullable(),
              until: nullableInstant,
              gates: z.array(gateSchema),
            }),
          )
          .meta({ description: 'What would become of a message that were due now, channel by channel' }),
        touches: z.array(touchSchema).meta({ description: 'What became of those there were, newest first' }),
      }),
    ),
  })
  .meta({ id: 'Explanation' });
export type ExplanationJson = z.input<typeof explanationSchema>;

export const messageRoutes = {
  explainContact: {
    method: 'GET',
    path: '/v1/customers/{id}/why',
    roles,
    tag: 'Messages',
    summary: 'Why (not) me: every gate a message passes or fails',
    description: 'With the values seen now, and with those at the moment each message was due. No personal data.',
    params: z.object({ id: z.string() }),
    query: z.strictObject({
      journey: z.string().max(60).optional().meta({ description: 'Only this journey', example: 'order-confirmation' }),
      campaign: z.string().max(60).optional().meta({ description: 'Only this campaign' }),
    }),
    answers: { 200: { description: 'The explanation', schema: explanationSchema } },
  },
  getWebhookSecret: {
    method: 'GET',
    path: '/v1/channels/webhook',
    roles: ['admin'],
    tag: 'Messages',
    summary: 'Where messages over the webhook channel go, and the secret that signs them',
    description: 'Signed as Standard Webhooks has it. The address is set by PATCH /v1/settings.',
    answers: {
      200: {
        description: 'The channel',
        schema: z.strictObject({ url: z.string().nullable(), secret: z.string() }).meta({ id: 'WebhookChannel' }),
      },
    },
  },
} as const satisfies Record<string, RouteDefinition>;
