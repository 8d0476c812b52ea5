import { createHash } from 'node:crypto';
import { addressOf, headerNamed, type MailHeader, mailboxesIn } from './headers.ts';

/** What the events of a mail tell about it. */
export interface MailFacts {
  readonly messageId: string;
  /** When it was accepted, local clock. */
  readonly at: Date;
  readonly source: string;
  readonly destinations: readonly string[];
  readonly headers: readonly MailHeader[];
  readonly tags: Readonly<Record<string, string>>;
  readonly configurationSet: string;
  /** Name of the role or user that sent it. */
  readonly sender: string;
}

/** The kinds of events, as a template names them. */
export const mailEventTypes = ['send', 'reject', 'bounce', 'complaint', 'delivery', 'open', 'click'] as const;

export type MailEventType = (typeof mailEventTypes)[number];

/** Something that the provider has to say about a mail. */
export type MailEvent =
  | { readonly type: 'send' }
  | { readonly type: 'delivery'; readonly recipients: readonly string[] }
  | {
      readonly type: 'bounce';
      readonly bounceType: string;
      readonly bounceSubType: string;
      readonly recipients: readonly string[];
    }
  | {
      readonly type: 'complaint';
      readonly feedbackType: string;
      readonly subType: string | undefined;
      readonly recipients: readonly string[];
    }
  | { readonly type: 'reject' }
  | { readonly type: 'open' }
  | { readonly type: 'click'; readonly link: string };

export interface Place {
  readonly account: string;
  readonly region: string;
}

const reader = {
  ipAddress: '127.0.0.1',
  userAgent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)',
} as const;

/** The record that event publishing of SES sends to a topic; `at` is when it happened. */
export function eventRecord(mail: MailFacts, event: MailEvent, at: Date, place: Place): Record<string, unknown> {
  const { type } = event;
  return {
    eventType: type.slice(0, 1).toUpperCase() + type.slice(1),
    mail: mailObject(mail, type, place),
    [type]: detail(mail, event, at),
  };
}

function mailObject(mail: MailFacts, type: MailEvent['type'], { account, region }: Place): Record<string, unknown> {
  const domain = addressOf(mail.source).split('@').at(-1) ?? '';
  const own = Object.entries(mail.tags).map(([name, value]) => [name, [value]]);
  return {
    timestamp: mail.at.toISOString(),
    source: mail.source,
    sourceArn: `arn:aws:ses:${region}:${account}:identity/${domain}`,
    sendingAccountId: account,
    messageId: mail.messageId,
    destination: mail.destinations,
    headersTruncated: false,
    headers: mail.headers,
    commonHeaders: commonHeaders(mail),
    tags: {
      'ses:configuration-set': [mail.configurationSet],
      'ses:source-ip': ['127.0.0.1'],
      'ses:from-domain': [domain],
      'ses:caller-identity': [mail.sender],
      ...(type === 'delivery' ? { 'ses:outgoing-ip': ['127.0.0.1'] } : {}),
      ...Object.fromEntries(own),
    },
  };
}

function commonHeaders({ headers, messageId }: MailFacts): Record<string, unknown> {
  const list = (name: string) => {
    const value = headerNamed(headers, name);
    return value === undefined ? {} : { [name]: mailboxesIn(value) };
  };
  const subject = headerNamed(headers, 'Subject');
  return { ...list('from'), ...list('to'), messageId, ...(subject === undefined ? {} : { subject }) };
}

function detail(mail: MailFacts, event: MailEvent, at: Date): Record<string, unknown> {
  const timestamp = at.toISOString();
  switch (event.type) {
    case 'send':
      return {};
    case 'delivery':
      return {
        timestamp,
        processingTimeMillis: Math.max(0, at.getTime() - mail.at.getTime()),
        recipients: event.recipients,
        smtpResponse: '250 2.6.0 Message received',
        reportingMTA: 'local.smtp-out.amazonses.com',
      };
    case 'bounce':
      return {
        feedbackId: feedbackId(mail.messageId, event),
        bounceType: event.bounceType,
        bounceSubType: event.bounceSubType,
        bouncedRecipients: event.recipients.map((emailAddress) => ({ emailAddress, ...diagnosis(event) })),
        timestamp,
        reportingMTA: 'dsn; local.smtp-out.amazonses.com',
      };
    case 'complaint':
      return {
        feedbackId: feedbackId(mail.messageId, event),
        complaintSubType: event.subType ?? null,
        complainedRecipients: event.recipients.map((emailAddress) => ({ emailAddress })),
        timestamp,
        userAgent: 'Amazon SES Mailbox Simulator',
        complaintFeedbackType: event.feedbackType,
        arrivalDate: timestamp,
      };
    case 'reject':
      return { reason: 'Bad content' };
    case 'open':
      return { timestamp, ...reader };
    case 'click':
      return { timestamp, ...reader, link: event.link, linkTags: null };
  }
}

/** What the mail server of the recipient said; an automatic reply says nothing of the kind. */
function diagnosis({ bounceType, bounceSubType }: MailEvent & { type: 'bounce' }): Record<string, string> {
  if (bounceType !== 'Permanent') return {};
  const diagnosticCode = bounceSubType.includes('Suppress')
    ? 'Amazon SES has suppressed sending to this address because it has a recent history of bouncing as an invalid address.'
    : 'smtp; 550 5.1.1 user unknown';
  return { action: 'failed', status: '5.1.1', diagnosticCode };
}

/** The same for the same report on the same mail, so that a provider that repeats itself can be played. */
export function feedbackId(messageId: string, event: MailEvent): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([messageId, event]))
    .digest('hex');
  const uuid = [hash.slice(16, 24), hash.slice(24, 28), hash.slice(28, 32), hash.slice(32, 36), hash.slice(36, 48)];
  return `0100${hash.slice(0, 12)}-${uuid.join('-')}-000000`;
}
