import { randomUUID } from 'node:crypto';
import type { Clock } from './clock.ts';
import type { ServiceRequest } from './iam/requests.ts';
import type { Mailbox, SentMail } from './mail/mailbox.ts';
import { ControlProblem } from './problem.ts';
import { type Answer, errorAnswer, xmlAnswer } from './proxy-answers.ts';

export interface SentSms {
  readonly to: string;
  readonly text: string;
  /** When, by the local clock. */
  readonly at: string;
  readonly messageId: string;
  /** Value of the attribute `touchId`, by which senders mark what they send. */
  readonly touchId: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

/** One of the three. */
export interface SmsReference {
  readonly messageId?: string | undefined;
  readonly touchId?: string | undefined;
  readonly to?: string | undefined;
}

/** What was sent: text messages, which no engine takes, and mail. */
export class Outbox {
  readonly #clock: Clock;
  readonly #mailbox: Mailbox;
  readonly #sms: SentSms[] = [];

  constructor(clock: Clock, mailbox: Mailbox) {
    this.#clock = clock;
    this.#mailbox = mailbox;
  }

  sms(): readonly SentSms[] {
    return this.#sms;
  }

  /** The last text message with that id, tag or number. Throws ControlProblem 404 naming the field. */
  findSms(which: SmsReference): SentSms {
    const [[field, value] = ['to', undefined]] = Object.entries(which).filter(([, given]) => given !== undefined);
    const found = this.#sms.findLast((sms) => sms[field as keyof SmsReference] === value);
    if (found !== undefined) return found;
    throw new ControlProblem(404, `No text message with the ${field} ${value} was sent.`, [
      { field, message: 'must be that of a text message that was sent' },
    ]);
  }

  mail(): Promise<SentMail[]> {
    return this.#mailbox.shown();
  }

  /** A mail as it was sent, for a MIME parser. Throws ControlProblem 404 when there is none of that id. */
  raw(messageId: string): Promise<Buffer> {
    const mail = this.#mailbox.withId(messageId);
    if (mail !== undefined) return mail.raw();
    throw new ControlProblem(404, `No mail ${messageId} was sent.`, [
      { field: 'messageId', message: 'must be the id of a mail that was sent' },
    ]);
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
    const at = this.#clock.now().toISOString();
    this.#sms.push({ to, text, at, messageId, tags, touchId: tags.touchId });
    return xmlAnswer(
      200,
      `<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>${messageId}</MessageId></PublishResult><ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></PublishResponse>`,
    );
  }
}

export function attributesOf(input: Readonly<Record<string, unknown>>): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (let at = 1; input[`MessageAttributes.entry.${at}.Name`] !== undefined; at += 1) {
    const value = input[`MessageAttributes.entry.${at}.Value.StringValue`];
    attributes[String(input[`MessageAttributes.entry.${at}.Name`])] = String(value ?? '');
  }
  return attributes;
}
