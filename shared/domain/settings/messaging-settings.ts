import * as z from 'zod';
import { type ContactPolicy, defaultPolicy } from '../contact-policy/policy.ts';
import type { QuietHours } from '../contact-policy/quiet-hours.ts';
import { normaliseEmail } from '../customers/identity.ts';
import { builtInJourneyIds } from '../journeys/built-in.ts';
import { channels, messageClasses } from '../messages/message-class.ts';

/** What decides whether, when and from whom messages go out. The API and the storage derive from these schemas. */

const share = z.number().min(0).max(1);
const allowance = z.strictObject({
  max: z.int().min(0).max(100),
  days: z.int().min(1).max(365),
  only: z.literal('birthday').exactOptional(),
});
const countedClass = z.enum(messageClasses).exclude(['transactional']);
const policyRow = z.record(countedClass, allowance.nullable());

export const policySchema = z.strictObject({
  stages: z.record(z.enum(['active', 'silent', 'sleeping', 'lost']), policyRow).meta({
    description: 'At most `max` in any rolling `days`, per stage and class; null: none at all',
  }),
  perChannel: z.strictObject({ perDay: z.int().min(0).max(100), perWeek: z.int().min(0).max(500) }),
  careOnUnknownConsent: z.boolean().meta({ description: 'Care messages pass where consent is not known' }),
  brake: z.strictObject({
    bounceRate: share,
    complaintRate: share,
    minimumBounces: z.int().min(1),
    minimumComplaints: z.int().min(1),
  }),
});

const wallTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/, 'must be a time such as 21:00:00');
export const quietHoursSchema = z.strictObject({
  from: wallTime.meta({ description: 'First second of quiet on the customer’s clock', example: '21:00:00' }),
  to: wallTime.meta({ description: 'First second after it; the same as `from`: never quiet', example: '09:00:00' }),
});

export const rulesSchema = z.record(
  z.enum(builtInJourneyIds),
  z.strictObject({
    enabled: z.boolean(),
    channels: z
      .array(z.enum(channels))
      .min(1)
      .max(channels.length)
      .exactOptional()
      .meta({ description: 'In order of preference: the first on which the customer can be reached' }),
  }),
);

const mailbox = z
  .string()
  .max(320)
  .refine((text) => isMailbox(text), 'must be an address, or a name and an address: Shop <service@shop.example>');
const line = z
  .string()
  .trim()
  .min(1)
  .max(60)
  .regex(/^[^【】\r\n]*$/, 'must be one line without 【 and 】, which are added');

export const emailChannelSchema = z.strictObject({
  from: mailbox.exactOptional().meta({ description: 'Left out, the address given when deploying' }),
  replyTo: mailbox.exactOptional(),
});
export const smsChannelSchema = z.strictObject({
  signature: line.exactOptional().meta({
    description: 'Stands before the text as 【...】; left out, the shop’s name in Chinese texts, nothing in others',
  }),
  optOut: line
    .exactOptional()
    .meta({ description: 'Ends every text but transactional ones; left out, in their language' }),
  senderId: z
    .string()
    .regex(/^(?=.*[A-Za-z])[A-Za-z0-9]{3,11}$/, 'must be 3 to 11 letters and digits')
    .exactOptional(),
  maxPrice: z
    .string()
    .regex(/^\d{1,3}(\.\d{1,5})?$/, 'must be US dollars as text, such as "0.10"')
    .exactOptional(),
  perSecond: z.number().min(0.1).max(1000),
});
export const webhookChannelSchema = z.strictObject({
  url: z
    .string()
    .max(500)
    .refine(isWebhookAddress, 'must be an https address on port 443 or 8443, without a password')
    .exactOptional(),
});
export const channelsSchema = z.strictObject({
  email: emailChannelSchema,
  sms: smsChannelSchema,
  webhook: webhookChannelSchema,
});

export const staleAfterHoursSchema = z.number().min(1).max(720);

const policy = policySchema.shape;

/** Each member by itself; null takes an optional text of a channel away. */
export const messagingPatchSchema = z.strictObject({
  policy: z
    .strictObject({
      stages: z.partialRecord(
        policy.stages.keyType,
        z.partialRecord(policy.stages.valueType.keyType, policy.stages.valueType.valueType),
      ),
      perChannel: policy.perChannel.partial(),
      careOnUnknownConsent: policy.careOnUnknownConsent,
      brake: policy.brake.partial(),
    })
    .partial()
    .optional()
    .meta({ description: 'The contact policy: how often whom' }),
  quietHours: quietHoursSchema.partial().optional().meta({ description: 'Nothing but order notices goes out then' }),
  staleAfterHours: staleAfterHoursSchema
    .optional()
    .meta({ description: 'News older than this when it arrives sends nothing' }),
  rules: z
    .partialRecord(
      rulesSchema.keyType,
      z.strictObject({
        enabled: z.boolean().optional(),
        channels: rulesSchema.valueType.shape.channels.unwrap().nullable().optional(),
      }),
    )
    .optional()
    .meta({ description: 'Built-in rules: on or off' }),
  channels: z
    .strictObject({
      email: removable(emailChannelSchema.shape),
      sms: removable(smsChannelSchema.shape),
      webhook: removable(webhookChannelSchema.shape),
    })
    .partial()
    .optional()
    .meta({ description: 'Who speaks: sender address, SMS signature, where webhooks go' }),
});

export type MessagingPatch = z.output<typeof messagingPatchSchema>;

function removable<Shape extends Readonly<Record<string, z.ZodType>>>(shape: Shape) {
  const entries = Object.entries(shape).map(([key, schema]) => [key, schema.nullable().optional()]);
  type Removable = { [Key in keyof Shape]: z.ZodOptional<z.ZodNullable<Shape[Key]>> };
  return z.strictObject(Object.fromEntries(entries) as Removable);
}

export type ChannelSettings = z.output<typeof channelsSchema>;

export interface MessagingSettings {
  readonly policy: ContactPolicy;
  readonly quietHours: QuietHours;
  /** A milestone older than this when it arrives triggers nothing any more (DOMAIN 1, "Old news"). */
  readonly staleAfterHours: number;
  readonly rules: z.output<typeof rulesSchema>;
  readonly channels: ChannelSettings;
}

export const defaultMessagingSettings: MessagingSettings = {
  policy: defaultPolicy,
  quietHours: { from: '21:00:00', to: '09:00:00' },
  staleAfterHours: 24,
  rules: { 'order-confirmation': { enabled: true }, 'turned-silent': { enabled: true } },
  channels: { email: {}, sms: { perSecond: 10 }, webhook: {} },
};

/** Plain http, and any port, only to this very machine: where the sender allows it, to try things out. */
function isWebhookAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, port, username, password } = new URL(text);
  if (username !== '' || password !== '') return false;
  const isHere = hostname === 'localhost' || hostname === '127.0.0.1';
  if (isHere) return protocol === 'http:';
  const isPrivate = /^(10|127|169\.254|192\.168|172\.(1[6-9]|2\d|3[01]))\.|^\[|^0\.|\.(local|internal)$/.test(hostname);
  return protocol === 'https:' && !isPrivate && hostname.includes('.') && ['', '8443'].includes(port);
}

/** `a@b.example` or `Name <a@b.example>`, one line. */
function isMailbox(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a line break in an address becomes another header
  if (/[\u0000-\u001f\u007f,;]/.test(text)) return false;
  const address = /^[^<>]*<([^<>]+)>$/.exec(text)?.[1] ?? text;
  return normaliseEmail(address) !== undefined;
}
