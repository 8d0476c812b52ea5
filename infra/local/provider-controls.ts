import * as z from 'zod';
import { type Control, instant, PlainAnswer, read } from './control.ts';
import { mailEventTypes } from './mail/provider-events.ts';

const phone = z.string().regex(/^\+[1-9]\d{1,14}$/, 'must be a number such as +8613800138000');
const times = z.int().min(1).max(1000).default(1);
const channelSchema = z.enum(['sms', 'email'], 'must be sms or email');
const replySchema = z.strictObject({ from: phone, text: z.string().min(1), times });

const bounceTypes = ['Permanent', 'Transient', 'Undetermined'];
const complaintTypes = ['abuse', 'auth-failure', 'fraud', 'not-spam', 'other', 'virus'];
const feedbackSchema = z
  .strictObject({
    messageId: z.string().min(1).optional(),
    touchId: z.string().min(1).optional(),
    event: z.enum(mailEventTypes, `must be one of: ${mailEventTypes.join(', ')}`),
    type: z.string().optional(),
    subType: z.string().min(1).optional(),
    link: z.url('must be a link').optional(),
    times,
    at: instant.transform((time) => new Date(time)).optional(),
  })
  .check((context) => {
    const { messageId, touchId, event, type } = context.value;
    const refuse = (field: string, message: string) =>
      context.issues.push({ code: 'custom', input: context.value, path: [field], message });
    if ((messageId === undefined) === (touchId === undefined)) refuse('messageId', 'must be given, or touchId');
    const types = event === 'bounce' ? bounceTypes : event === 'complaint' ? complaintTypes : [];
    if (type === undefined || types.includes(type)) return;
    refuse('type', types.length === 0 ? `is not for ${event}` : `must be one of: ${types.join(', ')}`);
  });

const automaticSchema = z.strictObject({
  events: z.array(z.enum(['send', 'delivery'], 'must be send or delivery')),
});

const quotaSchema = z.strictObject({
  maxSendRate: z.number().positive().optional(),
  max24HourSend: z.int().nonnegative().optional(),
  enforceRate: z.boolean().optional(),
});

const smsDeliverySchema = z
  .strictObject({
    messageId: z.string().min(1).optional(),
    touchId: z.string().min(1).optional(),
    to: phone.optional(),
    status: z.enum(['SUCCESS', 'FAILURE'], 'must be SUCCESS or FAILURE'),
    providerResponse: z.string().min(1).optional(),
    times,
  })
  .refine(({ messageId, touchId, to }) => [messageId, touchId, to].filter((one) => one !== undefined).length === 1, {
    path: ['messageId'],
    error: 'must be given, or touchId, or to',
  });

/** What was sent, and what the providers of mail and text messages say of it. */
export const providerControls: readonly Control[] = [
  {
    method: 'GET',
    path: /^\/_local\/outbox$/,
    shown: '/_local/outbox?channel=sms|email',
    does: 'what was sent',
    run: async (stack, { query }) => {
      const channel = read(channelSchema, query.get('channel') ?? undefined, 'channel');
      return { items: channel === 'sms' ? stack.outbox.sms() : await stack.outbox.mail(), next: null };
    },
  },
  {
    method: 'GET',
    path: /^\/_local\/outbox\/([^/]+)\/raw$/,
    shown: '/_local/outbox/{messageId}/raw',
    does: 'a mail as it was sent (message/rfc822)',
    run: async (stack, { parameter }) => new PlainAnswer('message/rfc822', await stack.outbox.raw(parameter)),
  },
  {
    method: 'POST',
    path: /^\/_local\/mail\/feedback$/,
    shown: '/_local/mail/feedback',
    does: `the provider says something of a mail: {"messageId"|"touchId","event":"${mailEventTypes.join('|')}","type"?,"subType"?,"link"?,"times"?,"at"?}`,
    run: (stack, { body }) => stack.mail.feedback(read(feedbackSchema, body)),
  },
  {
    method: 'GET',
    path: /^\/_local\/mail\/automatic$/,
    shown: '/_local/mail/automatic',
    does: 'which events come by themselves',
    run: (stack) => ({ events: stack.mail.automatic }),
  },
  {
    method: 'POST',
    path: /^\/_local\/mail\/automatic$/,
    shown: '/_local/mail/automatic',
    does: 'which events come by themselves for every mail: {"events":["send","delivery"]}, or [] for none',
    run: (stack, { body }) => {
      stack.mail.setAutomatic(read(automaticSchema, body).events);
      return { events: stack.mail.automatic };
    },
  },
  {
    method: 'GET',
    path: /^\/_local\/mail\/quota$/,
    shown: '/_local/mail/quota',
    does: "the provider's limits",
    run: (stack) => stack.mail.limits,
  },
  {
    method: 'POST',
    path: /^\/_local\/mail\/quota$/,
    shown: '/_local/mail/quota',
    does: 'changes limits: {"maxSendRate"?,"max24HourSend"?,"enforceRate"?}; the rate is only told unless enforced',
    run: (stack, { body }) => {
      const given = Object.entries(read(quotaSchema, body)).filter(([, value]) => value !== undefined);
      return stack.mail.setLimits(Object.fromEntries(given));
    },
  },
  {
    method: 'POST',
    path: /^\/_local\/sms\/reply$/,
    shown: '/_local/sms/reply',
    does: 'a phone answers: {"from","text","times"?}',
    run: async (stack, { body }) => {
      const reply = read(replySchema, body);
      return { published: reply.times, inboundMessageId: await stack.replyBySms(reply.from, reply.text, reply.times) };
    },
  },
  {
    method: 'POST',
    path: /^\/_local\/sms\/delivery$/,
    shown: '/_local/sms/delivery',
    does: 'a carrier reports: {"messageId"|"touchId"|"to","status":"SUCCESS|FAILURE","providerResponse"?,"times"?}',
    run: (stack, { body }) => {
      const request = read(smsDeliverySchema, body);
      return { messageId: stack.reportSmsDelivery(request), delivered: request.times };
    },
  },
];
