import * as z from 'zod';
import type { Feedback } from './feedback.ts';

/**
 * What SES publishes: events of a configuration set (`eventType`) and notifications of an identity (`notificationType`),
 * which carry no tags. https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
 */

// One of SES's own samples has "2018-10-08T14:05:45 +0000".
const instant = z.string().transform((text, context) => {
  const time = Date.parse(text.replace(/ \+0000$/, 'Z'));
  if (!Number.isNaN(time)) return time;
  context.addIssue({ code: 'custom', message: 'is no time' });
  return z.NEVER;
});
/** Recipients of one mail: SES takes no more. */
const maxRecipients = 50;
const recipients = z.array(z.object({ emailAddress: z.string() })).default([]);

const mailSchema = z.object({
  timestamp: instant,
  messageId: z.string().min(1),
  destination: z.array(z.string()).default([]),
  tags: z.record(z.string(), z.array(z.string())).default({}),
});

const eventSchema = z.object({
  mail: mailSchema,
  bounce: z
    .object({
      bounceType: z.string(),
      bounceSubType: z.string().optional(),
      bouncedRecipients: recipients,
      timestamp: instant,
    })
    .optional(),
  complaint: z
    .object({
      complainedRecipients: recipients,
      complaintFeedbackType: z.string().nullish(),
      complaintSubType: z.string().nullish(),
      timestamp: instant,
    })
    .optional(),
  delivery: z.object({ timestamp: instant }).optional(),
  open: z.object({ timestamp: instant, userAgent: z.string().nullish() }).optional(),
  click: z.object({ timestamp: instant, userAgent: z.string().nullish(), link: z.string().nullish() }).optional(),
  subscription: z
    .object({
      timestamp: instant,
      newTopicPreferences: z.object({ unsubscribeAll: z.boolean().optional() }).optional(),
    })
    .optional(),
});
type SesEvent = z.output<typeof eventSchema>;

/** Names of the tags every mail of ours carries. */
export const touchTags = { touch: 'touchId', customer: 'customer' } as const;

/** True for what SES publishes, whatever its kind. */
export function isSesEvent(message: object): boolean {
  return 'mail' in message && ('eventType' in message || 'notificationType' in message);
}

type Reaction = Extract<Feedback, { type: 'reaction' }>;

const readers = new Map<unknown, (event: SesEvent) => Feedback>([
  ['Send', (event) => about(event, 'sent', event.mail.timestamp)],
  ['Delivery', (event) => about(event, 'delivered', event.delivery?.timestamp ?? event.mail.timestamp)],
  [
    'Open',
    (event) => ({ ...about(event, 'opened', event.open?.timestamp ?? event.mail.timestamp), ...seenBy(event.open) }),
  ],
  ['Click', clicked],
  ['Reject', (event) => about(event, 'rejected', event.mail.timestamp)],
  ['Bounce', bounced],
  ['Complaint', complained],
  ['Subscription', unsubscribed],
]);

/**
 * Kinds that nothing is kept of are not looked into.
 * @throws ZodError when a known kind lacks what it should have
 */
export function readSesEvent(message: object): Feedback {
  const { eventType, notificationType } = message as { eventType?: unknown; notificationType?: unknown };
  const reader = readers.get(eventType ?? notificationType);
  return reader ? reader(eventSchema.parse(message)) : { type: 'ignored', why: 'nothing is kept of such an event' };
}

function about({ mail }: SesEvent, kind: Reaction['kind'], at: number): Reaction {
  const [id] = mail.tags[touchTags.touch] ?? [];
  const [customer] = mail.tags[touchTags.customer] ?? [];
  return {
    type: 'reaction',
    channel: 'email',
    kind,
    at,
    ...(id !== undefined && customer !== undefined && { touch: { customer, id } }),
    providerId: mail.messageId,
    addresses: mail.destination.slice(0, maxRecipients).map(addressIn),
  };
}

function clicked(event: SesEvent): Reaction {
  const { click, mail } = event;
  const reaction = { ...about(event, 'clicked', click?.timestamp ?? mail.timestamp), ...seenBy(click) };
  return { ...reaction, ...(click?.link && { link: click.link }) };
}

/** Nothing where SES does not tell it: such an opening counts as a person's. */
function seenBy(seen: { readonly userAgent?: string | null | undefined } | undefined): Pick<Reaction, 'by'> {
  return typeof seen?.userAgent === 'string' ? { by: { userAgent: seen.userAgent } } : {};
}

/** Only a permanent bounce bars an address at once; a full mailbox or an automatic reply does not. */
function bounced(event: SesEvent): Feedback {
  const { bounce, mail } = event;
  if (!bounce) return { type: 'ignored', why: 'a bounce without its details' };
  const isPermanent = bounce.bounceType === 'Permanent';
  return {
    ...about(event, isPermanent ? 'bounced' : 'softBounced', bounce.timestamp),
    addresses: concerned(bounce.bouncedRecipients, mail.destination),
    ...(isPermanent && { blocks: 'bounce' as const }),
  };
}

/** `not-spam` takes a complaint back: it bars nobody. */
function complained(event: SesEvent): Feedback {
  const { complaint, mail } = event;
  if (!complaint || complaint.complaintFeedbackType === 'not-spam') {
    return { type: 'ignored', why: 'a complaint without details, or one taken back' };
  }
  return {
    // An address on the account's suppression list: the message was not delivered at all.
    ...about(event, complaint.complaintSubType ? 'rejected' : 'complained', complaint.timestamp),
    addresses: concerned(complaint.complainedRecipients, mail.destination),
    blocks: 'complaint',
  };
}

/** List-unsubscribe through SES itself. */
function unsubscribed(event: SesEvent): Feedback {
  const [address] = event.mail.destination;
  if (event.subscription?.newTopicPreferences?.unsubscribeAll !== true || address === undefined) {
    return { type: 'ignored', why: 'a change of topics' };
  }
  return {
    type: 'word',
    channel: 'email',
    address: addressIn(address),
    word: 'unsubscribed',
    at: event.subscription.timestamp,
  };
}

/** Named in the report and written to by us: never the whole list of recipients. */
function concerned(named: readonly { emailAddress: string }[], destination: readonly string[]): string[] {
  const written = new Set(destination.map((text) => addressIn(text).toLowerCase()));
  const all = named.map(({ emailAddress }) => addressIn(emailAddress));
  return all.filter((address) => written.size === 0 || written.has(address.toLowerCase())).slice(0, maxRecipients);
}

/** `Name <a@b.example>` and `a@b.example` alike. */
function addressIn(text: string): string {
  return (/<([^<>]+)>\s*$/.exec(text)?.[1] ?? text).trim();
}
