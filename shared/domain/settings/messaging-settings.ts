import * as z from 'zod';
import { type ContactPolicy, defaultPolicy } from '../contact-policy/policy.ts';
import type { QuietHours } from '../contact-policy/quiet-hours.ts';
import { type CouponLadder, couponLadderSchema } from '../coupons/coupon-ladder.ts';
import { normaliseEmail } from '../customers/identity.ts';
import { messageClasses } from '../messages/message-class.ts';
import type { MessagePrices } from '../messages/message-price.ts';

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

const emailChannelSchema = z.strictObject({
  from: mailbox.exactOptional().meta({ description: 'Left out, the address given when deploying' }),
  replyTo: mailbox.exactOptional(),
});
const smsChannelSchema = z.strictObject({
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
export const webhookAddressSchema = z
  .string()
  .max(500)
  .refine(isWebhookAddress, 'must be an https address on port 443 or 8443, without a password');
const webhookChannelSchema = z.strictObject({ url: webhookAddressSchema.exactOptional() });
export const channelsSchema = z.strictObject({
  email: emailChannelSchema,
  sms: smsChannelSchema,
  webhook: webhookChannelSchema,
});

export const staleAfterHoursSchema = z.number().min(1).max(720);
export const eventBusSchema = z.boolean();
export const shopAnniversarySchema = z
  .string()
  .regex(/^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, 'must be a day of the year such as 03-18');
export const attributionDaysSchema = z.int().min(1).max(90);

const price = z
  .string()
  .regex(/^\d{1,6}(\.\d{1,6})?$/, 'must be an amount in the base currency as text, such as "0.045"');
const country = z.string().regex(/^([A-Z]{2}|\*)$/, 'must be a country in capitals (ISO 3166), or * for every other');
/** `*` is always there: patches cannot take it away. */
export const pricesSchema = z.strictObject({
  sms: z
    .record(country, price)
    .meta({ description: 'One part of a text message, by country of the phone; `*`: others' }),
  email: price.meta({ description: 'One mail' }),
});
const pricesPatchSchema = z.strictObject({
  sms: z
    .record(country, price.nullable())
    .refine((prices) => prices['*'] !== null, { path: ['*'], message: 'must stay: the price of every other country' })
    .optional(),
  email: price.optional(),
});

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
  attributionDays: attributionDaysSchema
    .optional()
    .meta({ description: 'Days after a message in which an order is credited to it' }),
  shopAnniversary: shopAnniversarySchema
    .nullable()
    .optional()
    .meta({ description: 'Day of the year, for the calendar and its journeys; null: none', example: '03-18' }),
  eventBus: eventBusSchema
    .optional()
    .meta({ description: 'Events are put on the EventBridge bus of this deployment, too' }),
  couponLadder: couponLadderSchema.optional(),
  channels: z
    .strictObject({
      email: removable(emailChannelSchema.shape),
      sms: removable(smsChannelSchema.shape),
      webhook: removable(webhookChannelSchema.shape),
    })
    .partial()
    .optional()
    .meta({ description: 'Who speaks: sender address, SMS signature, where webhooks go' }),
  prices: pricesPatchSchema
    .optional()
    .meta({ description: 'What messages cost, in the base currency; null takes a country away' }),
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
  /** Days after a message in which an order is credited to it (DOMAIN 10). */
  readonly attributionDays: number;
  readonly eventBus: boolean;
  /** `MM-DD`; null: none. */
  readonly shopAnniversary: string | null;
  /** Which coupon whom (DOMAIN 8). */
  readonly couponLadder: CouponLadder;
  readonly channels: ChannelSettings;
  readonly prices: MessagePrices;
}

export const defaultMessagingSettings: MessagingSettings = {
  policy: defaultPolicy,
  quietHours: { from: '21:00:00', to: '09:00:00' },
  staleAfterHours: 24,
  attributionDays: 7,
  eventBus: false,
  shopAnniversary: null,
  couponLadder: [],
  channels: { email: {}, sms: { perSecond: 10 }, webhook: {} },
  prices: { sms: { CN: '0.045', '*': '0.06' }, email: '0.0008' },
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
