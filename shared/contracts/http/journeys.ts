import * as z from 'zod';
import { roles } from '../../domain/access/roles.ts';
import { journeySchema } from '../../domain/journeys/journey.ts';
import { channels } from '../../domain/messages/message-class.ts';
import { effectReportSchema } from './effect.ts';
import type { RouteDefinition } from './route.ts';
import { listOf, nullableInstant } from './values.ts';

const { id: _id, ...changeable } = journeySchema.shape;

const enabled = z.boolean().meta({ description: 'Whether customers enter it, and what it planned goes out' });
const stepChannels = z.array(z.enum(channels)).min(1).max(channels.length);

export const newJourneySchema = z.strictObject({ ...journeySchema.shape, enabled: enabled.default(false) });
export type NewJourney = z.output<typeof newJourneySchema>;

/** Each member by itself; null takes an optional one away. */
export const journeyChangeSchema = z.strictObject({
  enabled: enabled.optional(),
  name: changeable.name.optional(),
  trigger: changeable.trigger.optional(),
  filter: changeable.filter.unwrap().nullable().optional(),
  steps: changeable.steps.optional(),
  exit: changeable.exit.unwrap().optional(),
  reentry: changeable.reentry.unwrap().optional(),
  holdout: changeable.holdout.unwrap().nullable().optional(),
  shops: changeable.shops.unwrap().nullable().optional(),
  group: changeable.group.unwrap().nullable().optional(),
  channels: z
    .record(z.string(), stepChannels.nullable())
    .optional()
    .meta({
      description:
        'Channels of single messages, by the id of their step, in order of preference; null: as the preset was delivered',
      example: { confirm: ['sms', 'email'] },
    }),
  version: z.int().optional().meta({ description: 'If given, the change is refused (409) on any other version' }),
});
export type JourneyChange = z.output<typeof journeyChangeSchema>;

export const journeyJsonSchema = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    group: z.string().nullable().meta({ description: 'Journeys of one group are shown together' }),
    preset: z.boolean().meta({ description: 'Delivered with the product; it can be changed, not removed' }),
    enabled,
    enabledAt: nullableInstant.meta({ description: 'What was crossed before is not made up for' }),
    pausedAt: nullableInstant.meta({
      description: 'Nobody enters and nothing leaves; steps that go stale meanwhile expire',
    }),
    version: z.int().meta({ description: 'Of the definition; customers in flight finish on theirs' }),
    updatedAt: nullableInstant,
    definition: journeySchema,
  })
  .meta({ id: 'Journey' });
export type JourneyJson = z.input<typeof journeyJsonSchema>;

const params = z.object({ id: z.string() });
const writers = ['admin', 'marketer'] as const;
const one = { 200: { description: 'The journey', schema: journeyJsonSchema } };
const tag = 'Journeys';

/** Journeys: presets and own ones, switched on per shop. */
export const journeyRoutes = {
  listJourneys: {
    method: 'GET',
    path: '/v1/journeys',
    roles,
    tag,
    summary: 'All journeys: presets first, then your own',
    answers: { 200: { description: 'All of them on one page', schema: listOf(journeyJsonSchema) } },
  },
  createJourney: {
    method: 'POST',
    path: '/v1/journeys',
    roles: writers,
    tag,
    summary: 'Saves a journey of your own',
    description: 'What is wrong is told with the path of its node. 409 where the id is or was taken.',
    body: newJourneySchema,
    answers: { 201: { description: 'The journey', schema: journeyJsonSchema } },
  },
  getJourney: {
    method: 'GET',
    path: '/v1/journeys/{id}',
    roles,
    tag,
    summary: 'One journey',
    params,
    answers: one,
  },
  changeJourney: {
    method: 'PATCH',
    path: '/v1/journeys/{id}',
    roles: writers,
    tag,
    summary: 'Switches a journey on or off, or changes it',
    description: 'A changed definition is a new version. In force everywhere within two seconds.',
    params,
    body: journeyChangeSchema,
    answers: one,
  },
  removeJourney: {
    method: 'DELETE',
    path: '/v1/journeys/{id}',
    roles: writers,
    tag,
    summary: 'Removes a journey of your own',
    description: 'What it planned is not sent any more. A preset is switched off instead: 409.',
    params,
    answers: { 204: { description: 'It is gone' } },
  },
  pauseJourney: {
    method: 'POST',
    path: '/v1/journeys/{id}/pause',
    roles: writers,
    tag,
    summary: 'Holds everything of a journey back',
    params,
    answers: one,
  },
  resumeJourney: {
    method: 'POST',
    path: '/v1/journeys/{id}/resume',
    roles: writers,
    tag,
    summary: 'Lets it go on; what went stale meanwhile is not sent',
    params,
    answers: one,
  },
  reportJourney: {
    method: 'GET',
    path: '/v1/journeys/{id}/report',
    roles,
    tag,
    summary: 'What came of it: planned = sent + skipped + failed + unconfirmed + pending, and its effect',
    params,
    answers: { 200: { description: 'The report; `groups` by step', schema: effectReportSchema } },
  },
} as const satisfies Record<string, RouteDefinition>;
