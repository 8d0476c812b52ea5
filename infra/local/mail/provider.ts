import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Faults } from '../faults.ts';
import type { ServiceRequest } from '../iam/requests.ts';
import type { ConfigurationSetModel } from '../model.ts';
import { ControlProblem } from '../problem.ts';
import { type Answer, errorAnswer, xmlAnswer } from '../proxy-answers.ts';
import { headersOf } from './headers.ts';
import type { KeptMail, Mailbox } from './mailbox.ts';
import { outcomesOf } from './mailbox-simulator.ts';
import { eventRecord, type MailEvent, type MailEventType, type Place } from './provider-events.ts';
import { type SendDataPoint, type SendLimits, SendQuota } from './send-quota.ts';
import { readSendRequest } from './send-request.ts';

export interface MailProviderOptions {
  readonly sets: readonly ConfigurationSetModel[];
  readonly clock: Clock;
  readonly faults: Faults;
  readonly mailbox: Mailbox;
  readonly place: Place;
  /** Publishes a notification so many times, and resolves when the topic has them all. */
  readonly publish: (topicArn: string, subject: string, message: string, times: number) => Promise<void>;
  /** Counts work that goes on behind an answer. */
  readonly track: (work: Promise<void>) => void;
}

/** What a provider may be made to say about a mail that was sent. */
export interface FeedbackRequest {
  /** One of the two says which mail. */
  readonly messageId?: string | undefined;
  readonly touchId?: string | undefined;
  readonly event: MailEventType;
  /** A bounce's type, `Permanent` if not given; a complaint's feedback type, `abuse` if not given. */
  readonly type?: string | undefined;
  readonly subType?: string | undefined;
  /** Of a click; the first link of the mail if not given. */
  readonly link?: string | undefined;
  /** How many times the same notification is delivered. */
  readonly times?: number | undefined;
  readonly at?: Date | undefined;
}

export interface FeedbackReport {
  readonly messageId: string;
  /** Notifications published, over all destinations. */
  readonly published: number;
}

/** What the provider says by itself of every mail; what its simulator's addresses stand for comes in any case. */
export type AutomaticEvent = 'send' | 'delivery';

const namespace = 'xmlns="http://ses.amazonaws.com/doc/2010-12-01/"';

/** The mail provider behind the mail engine: its events, its quota, and what it refuses. */
export class MailProvider {
  readonly #options: MailProviderOptions;
  readonly #quota: SendQuota;
  #automatic: readonly AutomaticEvent[] = ['send', 'delivery'];

  constructor(options: MailProviderOptions) {
    this.#options = options;
    this.#quota = new SendQuota(options.clock);
  }

  get automatic(): readonly AutomaticEvent[] {
    return this.#automatic;
  }

  setAutomatic(events: readonly AutomaticEvent[]): void {
    this.#automatic = events;
  }

  get limits(): SendLimits {
    return this.#quota.limits;
  }

  setLimits(limits: Partial<SendLimits>): SendLimits {
    return this.#quota.change(limits);
  }

  /** Answers what the mail engine must not see or does not know; undefined for what it is to take. */
  answer(request: ServiceRequest): Answer | undefined {
    const send = readSendRequest(request);
    if (send !== undefined) return this.#refusal(send.configurationSet, send.destinations.length);
    if (request.operation === 'GetSendQuota') return this.#answerQuota();
    if (request.operation === 'GetSendStatistics') return this.#answerStatistics();
    if (!('Action' in request.input)) return undefined;
    return errorAnswer('ses', 400, 'InvalidAction', `The local stack does not offer ses ${request.operation}.`);
  }

  #refusal(set: string | undefined, recipients: number): Answer | undefined {
    if (set !== undefined && !this.#options.sets.some(({ name }) => name === set)) {
      const message = `Configuration set <${set}> does not exist.`;
      return errorAnswer('ses', 400, 'ConfigurationSetDoesNotExist', message);
    }
    const refusal = this.#quota.refusal(Math.max(1, recipients));
    return refusal === undefined ? undefined : errorAnswer('ses', 400, 'Throttling', refusal);
  }

  #answerQuota(): Answer {
    const { max24HourSend, maxSendRate } = this.#quota.limits;
    return result(
      'GetSendQuota',
      `<Max24HourSend>${max24HourSend}</Max24HourSend><MaxSendRate>${maxSendRate}</MaxSendRate><SentLast24Hours>${this.#quota.sentLast24Hours}</SentLast24Hours>`,
    );
  }

  #answerStatistics(): Answer {
    const member = ({ timestamp, deliveryAttempts, bounces, complaints, rejects }: SendDataPoint) =>
      `<member><Timestamp>${timestamp.toISOString()}</Timestamp><DeliveryAttempts>${deliveryAttempts}</DeliveryAttempts><Bounces>${bounces}</Bounces><Complaints>${complaints}</Complaints><Rejects>${rejects}</Rejects></member>`;
    const members = this.#quota.dataPoints().map(member).join('');
    return result('GetSendStatistics', `<SendDataPoints>${members}</SendDataPoints>`);
  }

  /** The engine took a mail: keeps it and says what a provider says of it. */
  accepted(request: ServiceRequest, sender: string, response: string): void {
    const send = readSendRequest(request);
    const messageId = /<MessageId>([^<]+)</.exec(response)?.[1] ?? /"MessageId"\s*:\s*"([^"]+)"/.exec(response)?.[1];
    if (send === undefined || messageId === undefined) return;
    const { mailbox, faults, track } = this.#options;
    const mail = mailbox.keep(messageId, send, sender);
    this.#quota.countSend(Math.max(1, send.destinations.length));
    if (!faults.none && faults.draw('ses.silent', { function: sender, operation: request.operation })) return;
    track(this.#tellByItself(mail));
  }

  async #tellByItself(mail: KeptMail): Promise<void> {
    const events: MailEvent[] = [{ type: 'send' }, ...mail.request.destinations.flatMap(outcomesOf)];
    const wanted = events.filter(
      ({ type }) => (type !== 'send' && type !== 'delivery') || this.#automatic.includes(type),
    );
    await Promise.all(wanted.map((event) => this.#tell(mail, event, this.#options.clock.now(), 1)));
  }

  /** Publishes an event wherever the mail's configuration set sends its kind; answers to how many destinations. */
  async #tell(mail: KeptMail, event: MailEvent, at: Date, times: number): Promise<number> {
    const { type } = event;
    if (type === 'bounce' || type === 'complaint') this.#quota.countOutcome(type, event.recipients.length);
    if (type === 'reject') this.#quota.countOutcome(type, mail.request.destinations.length);
    const topics = this.#topicsFor(mail, type);
    if (topics.length === 0) return 0;
    const message = JSON.stringify(await this.#record(mail, event, at));
    const subject = 'Amazon SES Email Event Notification';
    await Promise.all(topics.map((topicArn) => this.#options.publish(topicArn, subject, message, times)));
    return topics.length;
  }

  #topicsFor(mail: KeptMail, type: MailEventType): string[] {
    const set = this.#options.sets.find(({ name }) => name === mail.request.configurationSet);
    const destinations = set?.destinations.filter(({ enabled, events }) => enabled && events.includes(type)) ?? [];
    return destinations.map(({ topicArn }) => topicArn);
  }

  async #record(mail: KeptMail, event: MailEvent, at: Date): Promise<Record<string, unknown>> {
    const { source, destinations, tags, configurationSet = '' } = mail.request;
    const facts = {
      messageId: mail.messageId,
      at: mail.at,
      source,
      destinations,
      headers: headersOf(await mail.raw()),
      tags,
      configurationSet,
      sender: mail.sender,
    };
    return eventRecord(facts, event, at, this.#options.place);
  }

  /** Has the provider say something now. @throws ControlProblem naming the field: unknown mail, or nobody to tell. */
  async feedback(request: FeedbackRequest): Promise<FeedbackReport> {
    const mail = this.#find(request);
    const { event: type, times = 1, at = this.#options.clock.now() } = request;
    const event = await this.#eventOf(mail, request);
    const { configurationSet } = mail.request;
    if (this.#topicsFor(mail, type).length === 0) {
      const detail =
        configurationSet === undefined
          ? `The mail ${mail.messageId} was sent without a configuration set: its events go nowhere.`
          : `The configuration set ${configurationSet} sends no ${type} events to a topic.`;
      throw new ControlProblem(409, detail, [{ field: 'event', message: 'must be one that is published' }]);
    }
    const destinations = await this.#tell(mail, event, at, times);
    return { messageId: mail.messageId, published: destinations * times };
  }

  #find({ messageId, touchId }: FeedbackRequest): KeptMail {
    const { mailbox } = this.#options;
    const mail = messageId === undefined ? mailbox.withTouchId(touchId ?? '') : mailbox.withId(messageId);
    if (mail !== undefined) return mail;
    const [field, value] = messageId === undefined ? ['touchId', touchId] : ['messageId', messageId];
    throw new ControlProblem(404, `No mail with the ${field} ${value} was sent.`, [
      { field, message: 'must be that of a mail that was sent' },
    ]);
  }

  async #eventOf(mail: KeptMail, { event, type, subType, link }: FeedbackRequest): Promise<MailEvent> {
    const recipients = mail.request.destinations;
    switch (event) {
      case 'delivery':
        return { type: 'delivery', recipients };
      case 'bounce': {
        const bounceType = type ?? 'Permanent';
        const usual = bounceType === 'Undetermined' ? 'Undetermined' : 'General';
        return { type: 'bounce', bounceType, bounceSubType: subType ?? usual, recipients };
      }
      case 'complaint':
        return { type: 'complaint', feedbackType: type ?? 'abuse', subType, recipients };
      case 'click':
        return { type: 'click', link: link ?? (await this.#firstLink(mail)) };
      default:
        return { type: event };
    }
  }

  async #firstLink(mail: KeptMail): Promise<string> {
    const { html = '', text = '' } = await this.#options.mailbox.show(mail);
    const link = /href="(https?:[^"]+)"/.exec(html)?.[1]?.replaceAll('&amp;', '&') ?? /https?:[^\s>)]+/.exec(text)?.[0];
    if (link !== undefined) return link;
    throw new ControlProblem(409, 'The mail has no link.', [{ field: 'link', message: 'must be given' }]);
  }
}

function result(operation: string, content: string): Answer {
  return xmlAnswer(
    200,
    `<${operation}Response ${namespace}><${operation}Result>${content}</${operation}Result><ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></${operation}Response>`,
  );
}
