import * as z from 'zod';
import { behaviourType } from '../../domain/behaviour/behaviour.ts';
import type { RouteDefinition } from './route.ts';
import { instantSchema } from './values.ts';

/** What customers do outside orders. */

const text = (longest: number) =>
  z
    .string()
    .min(1)
    .max(longest)
    .refine((value) => value.isWellFormed(), 'is not well-formed text');

const fields = {
  customer: text(200).optional().meta({ description: 'Id of the customer' }),
  shop: text(40).optional(),
  buyer: text(200).optional().meta({ description: 'Buyer id within the shop' }),
  email: text(254).optional(),
  phone: text(40).optional().meta({ description: 'With its country, +8613800138000' }),
  type: z
    .string()
    .regex(behaviourType, 'must be a word such as viewed, favourited, carted or checkout_started')
    .meta({ description: 'Segments ask for it as did.<type>', example: 'viewed' }),
  product: text(200).optional().meta({ description: 'As the lines of orders name it', example: 'tea-01' }),
  at: instantSchema.meta({ description: 'When it happened: at most 90 days ago, at most five minutes ahead' }),
  id: text(200).optional().meta({
    description: 'The same id is the same event. Without one, the same type, product and time are.',
  }),
};

const ways = 'give one of: customer; email; phone; shop and buyer';

interface Named {
  readonly customer?: string | undefined;
  readonly email?: string | undefined;
  readonly phone?: string | undefined;
  readonly shop?: string | undefined;
  readonly buyer?: string | undefined;
}

function checkWays({ customer, email, phone, shop, buyer }: Named, { addIssue }: z.RefinementCtx): void {
  const given = [customer, email, phone, shop ?? buyer].filter((way) => way !== undefined).length;
  if (given !== 1) addIssue({ code: 'custom', path: ['customer'], message: ways });
  else if ((shop === undefined) !== (buyer === undefined)) {
    addIssue({ code: 'custom', path: [shop === undefined ? 'shop' : 'buyer'], message: 'is needed too' });
  }
}

/** One event, with exactly one way of naming its customer. */
export const behaviourEventSchema = z.strictObject(fields).superRefine(checkWays);
export type BehaviourEventBody = z.output<typeof behaviourEventSchema>;

export const mostEventsAtOnce = 100;

/** One event, or several under `events`. */
export const behaviourBodySchema = z
  .strictObject({
    ...fields,
    type: fields.type.optional(),
    at: fields.at.optional(),
    events: z.array(behaviourEventSchema).min(1).max(mostEventsAtOnce).optional(),
  })
  .superRefine(({ events, ...single }, context) => {
    if (events) {
      for (const name of Object.keys(single)) {
        context.addIssue({ code: 'custom', path: [name], message: 'does not go with events' });
      }
      return;
    }
    for (const name of ['type', 'at'] as const) {
      if (single[name] === undefined) context.addIssue({ code: 'custom', path: [name], message: 'is needed' });
    }
    checkWays(single, context);
  });

const outcomes = ['recorded', 'unchanged', 'refused'] as const;
const count = z.int().min(0);

const takenSchema = z
  .strictObject({
    recorded: count,
    unchanged: count.meta({ description: 'Known before' }),
    refused: count,
    items: z.array(
      z.strictObject({
        outcome: z.enum(outcomes),
        customer: z.string().nullable().meta({ description: 'Id of today of whoever did it' }),
        errors: z.array(z.strictObject({ field: z.string(), message: z.string() })),
      }),
    ),
  })
  .meta({ id: 'TakenEvents', description: 'What became of each event, in their order' });
export type TakenEventsJson = z.input<typeof takenSchema>;

export const eventRoutes = {
  recordEvents: {
    method: 'POST',
    path: '/v1/events',
    roles: ['admin', 'marketer', 'service'],
    tag: 'Behaviour',
    summary: 'Records what a customer did: one event, or up to a hundred under `events`',
    description:
      'The last 90 days and at most 500 events are kept of a customer. Events make no customer. A list with a malformed event is refused as a whole; one of an unknown customer or a time too long ago is refused alone. Sending the same again changes nothing.',
    body: behaviourBodySchema,
    answers: { 200: { description: 'What was taken', schema: takenSchema } },
  },
} as const satisfies Record<string, RouteDefinition>;
