import { randomUUID } from 'node:crypto';
import type { Clock } from './clock.ts';
import type { ServiceRequest } from './iam/requests.ts';
import { mailHeaders } from './mail-headers.ts';
import { type Answer, errorAnswer, xmlAnswer } from './proxy-answers.ts';

interface Sent {
  readonly to: string;
  /** When, by the local clock. */
  readonly at: string;
  readonly messageId: string;
  /** Value of the tag or attribute `touchId`, by which senders mark what they send. */
  readonly touchId: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

export interface SentSms extends Sent {
  readonly text: string;
}

export interface SentMail extends Sent {
  readonly from: string;
  readonly subject: string;
  readonly text: string | undefined;
  readonly html: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

interface StoredMail {
  readonly messageId: string;
  readonly from: string;
  readonly subject: string;
  readonly destination: { readonly to: readonly string[] };
  readonly body: { readonly text?: string; readonly html?: string };
  readonly at: number;
}

interface Noted {
  readonly at: string;
  readonly to: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
}

/** What was sent: text messages, which no engine takes, and mail, which the mail engine keeps. */
export class Outbox {
  readonly #clock: Clock;
  readonly #mailEndpoint: string;
  readonly #sms: SentSms[] = [];
  readonly #notes = new Map<string, Noted>();

  constructor(clock: Clock, mailEndpoint: string) {
    this.#clock = clock;
    this.#mailEndpoint = mailEndpoint;
  }

  sms(): readonly SentSms[] {
    return this.#sms;
  }

  async mail(): Promise<SentMail[]> {
    const response = await fetch(`${this.#mailEndpoint}/store`);
    const { emails } = (await response.json()) as { emails: StoredMail[] };
    return emails.map((mail) => this.#described(mail));
  }

  #described(mail: StoredMail): SentMail {
    const note = this.#notes.get(mail.messageId);
    const tags = note?.tags ?? {};
    return {
      to: (note?.to.length ? note.to : mail.destination.to).join(', '),
      from: mail.from,
      subject: mail.subject,
      text: mail.body.text,
      html: mail.body.html,
      headers: note?.headers ?? {},
      tags,
      at: note?.at ?? new Date(mail.at * 1000).toISOString(),
      messageId: mail.messageId,
      touchId: tags.touchId,
    };
  }

  /** SNS Publish to a phone number. */
  takeSms({ input }: ServiceRequest): Answer {
    const to = String(input.PhoneNumber);
    const text = String(input.Message ?? '');
    if (!/^\+[1-9]\d{1,14}$/.test(to)) {
      return errorAnswer(
        'sns',
        400,
        'InvalidParameter',
        `Invalid parameter: PhoneNumber Reason: ${to} is not valid to publish to`,
      );
    }
    if (text === '') return errorAnswer('sns', 400, 'InvalidParameter', 'Invalid parameter: Empty message');
    const messageId = randomUUID();
    const tags = attributesOf(input);
    this.#sms.push({ to, text, at: this.#now(), messageId, tags, touchId: tags.touchId });
    return xmlAnswer(
      200,
      `<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>${messageId}</MessageId></PublishResult><ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></PublishResponse>`,
    );
  }

  /** Notes what the mail engine does not keep of a message it accepted: tags, headers, the exact time. */
  noteMail({ operation, input }: ServiceRequest, response: string): void {
    const messageId = /<MessageId>([^<]+)</.exec(response)?.[1] ?? /"MessageId"\s*:\s*"([^"]+)"/.exec(response)?.[1];
    if (messageId === undefined) return;
    const raw = rawMessage(operation, input);
    this.#notes.set(messageId, {
      at: this.#now(),
      to: numbered(input, /^Destinations\.member\.\d+$/),
      tags: tagsOf(input),
      headers: raw === undefined ? {} : mailHeaders(raw),
    });
  }

  #now(): string {
    return this.#clock.now().toISOString();
  }
}

function rawMessage(operation: string, input: Readonly<Record<string, unknown>>): string | undefined {
  const content = input.Content as { Raw?: { Data?: string } } | undefined;
  const data = operation === 'SendRawEmail' ? input['RawMessage.Data'] : content?.Raw?.Data;
  return data === undefined ? undefined : Buffer.from(String(data), 'base64').toString();
}

const numbered = (input: Readonly<Record<string, unknown>>, name: RegExp): string[] =>
  Object.entries(input)
    .filter(([key]) => name.test(key))
    .map(([, value]) => String(value));

/** `Tags.member.1.Name` of the query protocol, `EmailTags` of the JSON one. */
function tagsOf(input: Readonly<Record<string, unknown>>): Record<string, string> {
  const tags: Record<string, string> = {};
  for (let at = 1; input[`Tags.member.${at}.Name`] !== undefined; at += 1) {
    tags[String(input[`Tags.member.${at}.Name`])] = String(input[`Tags.member.${at}.Value`]);
  }
  const list = Array.isArray(input.EmailTags) ? (input.EmailTags as { Name: string; Value: string }[]) : [];
  for (const { Name, Value } of list) tags[Name] = Value;
  return tags;
}

export function attributesOf(input: Readonly<Record<string, unknown>>): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (let at = 1; input[`MessageAttributes.entry.${at}.Name`] !== undefined; at += 1) {
    const value = input[`MessageAttributes.entry.${at}.Value.StringValue`];
    attributes[String(input[`MessageAttributes.entry.${at}.Name`])] = String(value ?? '');
  }
  return attributes;
}
