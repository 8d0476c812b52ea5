import * as z from 'zod';
import { channels, purposes } from '../../domain/messages/message-class.ts';
import { touchStates } from '../../domain/touches/touch.ts';
import type { RouteDefinition } from './route.ts';

/** One transactional message on request. */

export const messageRequestSchema = z
  .strictObject({
    customer: z.string().min(1).max(200).optional().meta({ description: 'Id of a customer; or give `to`' }),
    to: z
      .string()
      .trim()
      .min(3)
      .max(320)
      .optional()
      .meta({ description: 'Email or phone of a customer: only where it is the one they are written to' }),
    channel: z.enum(channels),
    templateId: z.string().min(1).max(60).meta({ description: 'Of class transactional' }),
    vars: z
      .record(z.string().regex(/^[a-zA-Z]\w{0,39}$/), z.union([z.string().max(500), z.number()]))
      .optional()
      .meta({ description: 'For the template, as trigger.*', example: { code: '4711' } }),
    shop: z
      .string()
      .min(1)
      .max(40)
      .optional()
      .meta({ description: 'Who speaks; left out: the shop of the order, or of the last purchase' }),
    order: z.string().min(1).max(200).optional().meta({ description: 'Id of an order at that shop that it is about' }),
    purpose: z
      .enum(purposes)
      .exclude(['birthday'])
      .default('other')
      .meta({ description: 'Order, shipping and refund notices know no quiet hours' }),
    expiresAfterHours: z.int().min(1).max(720).default(24).meta({ description: 'After this it is not sent any more' }),
    idempotencyKey: z.string().min(1).max(200).meta({
      description: 'The same key to the same customer and channel plans one message',
      example: 'login-code-8812',
    }),
  })
  .refine(({ customer, to }) => (customer === undefined) !== (to === undefined), {
    path: ['customer'],
    message: 'give either customer or to',
  });
export type MessageRequest = z.output<typeof messageRequestSchema>;

const plannedSchema = z
  .strictObject({
    touch: z.string().meta({ description: 'Id within the customer: see their timeline, and why' }),
    customer: z.string(),
    state: z.enum(touchStates),
    repeated: z.boolean().meta({ description: 'True where this key has planned it before' }),
  })
  .meta({ id: 'PlannedMessage' });

export const sendingRoutes = {
  sendMessage: {
    method: 'POST',
    path: '/v1/messages',
    roles: ['admin', 'marketer', 'service'],
    tag: 'Messages',
    summary: 'Sends one transactional message, through the same gates as every other',
    description:
      'It is planned when this answers, and leaves right after, unless quiet hours or something else hold it. 422 names variables that would be ' +
      'missing; 409 where the key has planned another template, or has planned it with other `vars`.',
    body: messageRequestSchema,
    answers: { 202: { description: 'It is planned', schema: plannedSchema } },
  },
} as const satisfies Record<string, RouteDefinition>;
