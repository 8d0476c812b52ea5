import * as z from 'zod';
import { deliveryStates, eventTypes } from '../../domain/events/event.ts';
import { webhookAddressSchema } from '../../domain/settings/messaging-settings.ts';
import type { RouteDefinition } from './route.ts';
import { instantSchema, listOf, nullableInstant, pageQuery } from './values.ts';

/** Events for other systems: who listens, and what became of telling them. */

const id = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'must be 1 to 40 lower-case letters, digits and -');

/** A type, a whole group such as `order.*`, a journey's own event, or everything. */
const asked = z
  .string()
  .max(80)
  .refine(
    (text) => isKnown(text),
    `must be *, a group such as order.*, journey.<event>, or one of ${eventTypes.join(', ')}`,
  );

const events = z
  .array(asked)
  .min(1)
  .max(30)
  .meta({ example: ['order.*', 'stage.changed'] });

export const newSubscriptionSchema = z.strictObject({ id, url: webhookAddressSchema, events });
export type NewSubscription = z.output<typeof newSubscriptionSchema>;

export const subscriptionChangeSchema = z.strictObject({
  url: webhookAddressSchema.exactOptional(),
  events: events.exactOptional(),
  enabled: z.boolean().exactOptional(),
  newSecret: z
    .literal(true)
    .exactOptional()
    .meta({ description: 'Makes the secret anew; the one before ends at once' }),
});
export type SubscriptionChange = z.output<typeof subscriptionChangeSchema>;

export const subscriptionSchema = z
  .strictObject({
    id: z.string(),
    url: z.string(),
    events: z.array(z.string()),
    enabled: z.boolean(),
    stoppedBecause: z
      .literal('gone')
      .nullable()
      .meta({ description: 'It was switched off by itself: the other end answered 410' }),
    createdAt: instantSchema,
    updatedAt: instantSchema,
  })
  .meta({ id: 'Subscription' });
export type SubscriptionJson = z.input<typeof subscriptionSchema>;

const withSecret = z.strictObject({
  ...subscriptionSchema.shape,
  secret: z.string().meta({ description: 'Signs what is sent, as Standard Webhooks has it', example: 'whsec_...' }),
});

export const deliverySchema = z
  .strictObject({
    event: z.string(),
    type: z.string(),
    occurredAt: instantSchema,
    data: z.record(z.string(), z.unknown()),
    state: z.enum(deliveryStates),
    tries: z.int(),
    answer: z.string().meta({ description: 'The last status, or why there was none' }),
    at: instantSchema,
    nextAt: nullableInstant,
  })
  .meta({ id: 'Delivery' });
export type DeliveryJson = z.input<typeof deliverySchema>;

function isKnown(text: string): boolean {
  if (text === '*' || /^journey\.[a-z][a-z0-9_.-]{0,59}$/.test(text)) return true;
  if (text.endsWith('.*')) return text === 'journey.*' || eventTypes.some((type) => type.startsWith(text.slice(0, -1)));
  return eventTypes.some((type) => type === text);
}

const params = z.object({ id: z.string() });
const managers = ['admin'] as const;
const readers = ['admin', 'marketer', 'service', 'analyst'] as const;
const tag = 'Events for other systems';

export const outboundRoutes = {
  listSubscriptions: {
    method: 'GET',
    path: '/v1/subscriptions',
    roles: readers,
    tag,
    summary: 'Who listens to events',
    query: z.strictObject(pageQuery),
    answers: { 200: { description: 'A page of subscriptions', schema: listOf(subscriptionSchema) } },
  },
  createSubscription: {
    method: 'POST',
    path: '/v1/subscriptions',
    roles: managers,
    tag,
    summary: 'Lets another system hear of events',
    description:
      'Each event is a signed POST (Standard Webhooks) with `{"type","timestamp","data"}` and its id in `webhook-id`: told at ' +
      'least once, in no order, and never with personal data. What is not taken with 2xx is tried again for a day; 410 switches ' +
      'the subscription off. 409 where the id is taken.',
    body: newSubscriptionSchema,
    answers: { 201: { description: 'The subscription and its secret', schema: withSecret } },
  },
  getSubscription: {
    method: 'GET',
    path: '/v1/subscriptions/{id}',
    roles: managers,
    tag,
    summary: 'One subscription, with its secret',
    params,
    answers: { 200: { description: 'The subscription', schema: withSecret } },
  },
  changeSubscription: {
    method: 'PATCH',
    path: '/v1/subscriptions/{id}',
    roles: managers,
    tag,
    summary: 'Changes a subscription, or makes its secret anew',
    params,
    body: subscriptionChangeSchema,
    answers: { 200: { description: 'The subscription', schema: withSecret } },
  },
  removeSubscription: {
    method: 'DELETE',
    path: '/v1/subscriptions/{id}',
    roles: managers,
    tag,
    summary: 'Ends a subscription',
    params,
    answers: { 204: { description: 'It is gone' } },
  },
  pingSubscription: {
    method: 'POST',
    path: '/v1/subscriptions/{id}/ping',
    roles: managers,
    tag,
    summary: 'Sends a ping',
    params,
    answers: {
      202: { description: 'It is on its way, and will be listed', schema: z.strictObject({ event: z.string() }) },
    },
  },
  listDeliveries: {
    method: 'GET',
    path: '/v1/subscriptions/{id}/deliveries',
    roles: readers,
    tag,
    summary: 'What became of the events of the last thirty days, newest first',
    params,
    query: z.strictObject(pageQuery),
    answers: { 200: { description: 'A page of deliveries', schema: listOf(deliverySchema) } },
  },
  tellAgain: {
    method: 'POST',
    path: '/v1/subscriptions/{id}/deliveries/{event}/retry',
    roles: managers,
    tag,
    summary: 'Tells an event again',
    params: z.object({ id: z.string(), event: z.string() }),
    answers: { 202: { description: 'It is on its way' } },
  },
} as const satisfies Record<string, RouteDefinition>;
