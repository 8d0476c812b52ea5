import * as z from 'zod';
import { stages } from '../life-cycle/stage.ts';
import { channels, messageClasses, purposes } from '../messages/message-class.ts';

const name = z.string().regex(/^[a-z0-9][a-z0-9-]{0,59}$/, 'must be 1 to 60 lower-case letters, digits and -');

/** What starts a journey: something that happened to an order, or to where a customer stands. */
const triggerSchema = z.discriminatedUnion('on', [
  z.strictObject({ on: z.literal('order.paid') }),
  z.strictObject({ on: z.literal('stage.entered'), stage: z.enum(stages) }),
]);

const sendSchema = z.strictObject({
  /** Names the step within the journey; part of the id of what it sends. */
  id: name,
  class: z.enum(messageClasses),
  purpose: z.enum(purposes).default('other'),
  /** In order of preference: the first on which the customer can be reached. */
  channels: z.array(z.enum(channels)).min(1),
  template: name,
  /** Hours after the trigger in which it may go out; what waits longer is skipped. */
  expiresAfterHours: z.int().min(1).max(8760),
  priority: z.int().min(0).max(100).default(50),
});

/**
 * A journey: trigger -> steps, as data (DOMAIN 8). Steps other than `send`, exits and re-entry rules join this schema
 * with the engine that runs them.
 */
export const journeySchema = z.strictObject({
  id: name,
  version: z.int().min(1),
  name: z.string().min(1).max(100),
  trigger: triggerSchema,
  steps: z.array(z.strictObject({ send: sendSchema })).length(1),
  exit: z.array(z.never()).default([]),
  /** Once for every occurrence of the trigger. */
  reentry: z.literal('each').default('each'),
  enabled: z.boolean().default(true),
});

export type JourneyInput = z.input<typeof journeySchema>;
export type Journey = z.output<typeof journeySchema>;
export type SendStep = z.output<typeof sendSchema>;
