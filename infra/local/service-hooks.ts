import { randomUUID } from 'node:crypto';
import type { AsyncDelivery } from './async-delivery.ts';
import { callEngine, callTopics } from './engines/call.ts';
import type { Engines } from './engines/engines.ts';
import type { Functions } from './functions/functions.ts';
import type { RawRequest, ServiceRequest } from './iam/requests.ts';
import type { MailProvider } from './mail/provider.ts';
import type { Model, ScheduleModel, SubscriptionModel, TargetModel } from './model.ts';
import { attributesOf, type Outbox, type SentSms } from './outbox.ts';
import { matches } from './pattern.ts';
import { ControlProblem } from './problem.ts';
import type { Caller, ProxyHooks } from './proxy.ts';
import { type Answer, jsonAnswer } from './proxy-answers.ts';
import { targetInput } from './schedules.ts';
import type { Secrets } from './secrets.ts';
import { deliveryLogEvent, inboundMessage, type SmsDelivery } from './sms-provider.ts';
import type { UsageMeter } from './usage/meter.ts';

export interface ServiceHooksOptions {
  readonly model: Model;
  readonly engines: Engines;
  readonly region: string;
  readonly functions: Functions;
  readonly meter: UsageMeter;
  readonly outbox: Outbox;
  readonly mail: MailProvider;
  readonly secrets: Secrets;
  readonly asyncDelivery: AsyncDelivery;
  readonly onTableWrite: (table: string) => void;
}

const account = '000000000000';
const writes = /^(Put|Update|Delete|BatchWrite|TransactWrite)Items?$/;

/** Behind the proxy: which engine serves what, the services no engine offers, and what an answer sets going. */
export class ServiceHooks implements ProxyHooks {
  readonly #options: ServiceHooksOptions;
  #messages = 0;

  constructor(options: ServiceHooksOptions) {
    this.#options = options;
  }

  /** Messages put into queues by functions and schedules so far. */
  get messages(): number {
    return this.#messages;
  }

  callerOf(accessKeyId: string): Caller | undefined {
    return this.#options.functions.callerOf(accessKeyId);
  }

  engineOf(service: string): string | undefined {
    const { engines } = this.#options;
    switch (service) {
      case 'dynamodb':
        return engines.tables.endpoint;
      case 'sqs':
      case 'sns':
      case 's3':
      case 'sts':
        return engines.queues.endpoint;
      case 'ses':
        return engines.mail.endpoint;
      default:
        return undefined;
    }
  }

  answerLocally(request: ServiceRequest, raw: RawRequest): Promise<Answer | undefined> | undefined {
    const { secrets, outbox } = this.#options;
    switch (request.service) {
      case 'secretsmanager':
        return Promise.resolve(secrets.answer(request));
      case 'sns':
        return request.input.PhoneNumber === undefined ? undefined : Promise.resolve(outbox.takeSms(request));
      case 'ses':
        return Promise.resolve(this.#options.mail.answer(request));
      case 'events':
        return Promise.resolve(this.#putEvents(request));
      case 'lambda':
        return this.#invoke(request, raw);
      default:
        return undefined;
    }
  }

  answered(request: ServiceRequest, caller: string, raw: RawRequest, body: Buffer, failure: string | undefined): void {
    const { meter, mail } = this.#options;
    switch (request.service) {
      case 'dynamodb':
        if (String(raw.headers['x-amz-target']).startsWith('DynamoDBStreams')) return;
        meter.record(caller, request.operation, request.input, failure === undefined ? parsed(body) : {}, failure);
        if (failure === undefined && writes.test(request.operation)) this.#wake(request);
        return;
      case 'sqs':
        if (failure === undefined) this.#countMessages(request);
        return;
      case 'ses':
        if (failure === undefined) mail.accepted(request, caller, body.toString());
        return;
      case 'sns':
        if (failure === undefined && request.operation === 'Publish')
          this.#fanOut(request.input, messageIdIn(body.toString()));
        return;
    }
  }

  #wake({ accesses }: ServiceRequest): void {
    for (const { resource } of accesses) this.#options.onTableWrite(resource.split('/')[1] ?? '');
  }

  #countMessages({ operation, input }: ServiceRequest): void {
    if (operation === 'SendMessage') this.#messages += 1;
    if (operation === 'SendMessageBatch' && Array.isArray(input.Entries)) this.#messages += input.Entries.length;
  }

  /** Functions subscribed to a topic: the topic engine only knows queues. */
  #fanOut(input: Readonly<Record<string, unknown>>, messageId: string): void {
    const { model } = this.#options;
    const subscribed = model.subscriptions.filter(
      ({ topicArn, protocol }) => topicArn === input.TopicArn && protocol === 'lambda',
    );
    for (const subscription of subscribed)
      if (passes(subscription, input)) this.#notify(subscription, input, messageId);
  }

  #notify(subscription: SubscriptionModel, input: Readonly<Record<string, unknown>>, messageId: string): void {
    const { asyncDelivery, functions, engines } = this.#options;
    const attributes = Object.entries(attributesOf(input)).map(([name, Value]) => [name, { Type: 'String', Value }]);
    const event = {
      Records: [
        {
          EventSource: 'aws:sns',
          EventVersion: '1.0',
          EventSubscriptionArn: `${subscription.topicArn}:${randomUUID()}`,
          Sns: {
            Type: 'Notification',
            MessageId: messageId,
            TopicArn: subscription.topicArn,
            Subject: input.Subject ?? null,
            Message: input.Message,
            Timestamp: engines.clock.now().toISOString(),
            MessageAttributes: Object.fromEntries(attributes),
          },
        },
      ],
    };
    asyncDelivery.accept(functions.asyncEvent(subscription.endpoint, JSON.stringify(event)));
  }

  #putEvents({ input }: ServiceRequest): Answer {
    const entries = Array.isArray(input.Entries) ? (input.Entries as Record<string, unknown>[]) : [];
    const results = entries.map((entry) => {
      const id = randomUUID();
      const bus = String(entry.EventBusName ?? 'default')
        .split('/')
        .at(-1);
      const event = this.#busEvent(entry, id);
      for (const rule of this.#options.model.schedules) {
        if (rule.pattern !== undefined && rule.busName === bus && rule.enabled && matches(rule.pattern, event)) {
          this.#deliver(rule, event);
        }
      }
      return { EventId: id };
    });
    return jsonAnswer(200, { FailedEntryCount: 0, Entries: results });
  }

  #busEvent(entry: Readonly<Record<string, unknown>>, id: string): Record<string, unknown> {
    const now = this.#options.engines.clock.now();
    const time = typeof entry.Time === 'number' ? new Date(entry.Time * 1000) : now;
    return {
      version: '0',
      id,
      'detail-type': entry.DetailType,
      source: entry.Source,
      account,
      time: time.toISOString().replace(/\.\d{3}Z$/, 'Z'),
      region: this.#options.region,
      resources: entry.Resources ?? [],
      detail: JSON.parse(String(entry.Detail ?? '{}')) as unknown,
    };
  }

  #deliver(rule: ScheduleModel, event: Readonly<Record<string, unknown>>): void {
    for (const target of rule.targets) this.deliver(target, targetInput(target, event));
  }

  /** Hands an event to the target of a rule or schedule. */
  deliver(target: TargetModel, event: string): void {
    const { asyncDelivery, functions } = this.#options;
    if (target.arn.includes(':lambda:')) asyncDelivery.accept(functions.asyncEvent(target.arn, event));
    else asyncDelivery.track(this.send(target.arn, event, { groupId: target.messageGroupId }));
  }

  async #invoke(request: ServiceRequest, raw: RawRequest): Promise<Answer | undefined> {
    if (request.operation !== 'Invoke') return undefined;
    const { functions, asyncDelivery } = this.#options;
    const { model } = functions.find(String(request.input.FunctionName));
    const event = raw.body.toString() || '{}';
    if (raw.headers['x-amz-invocation-type'] === 'Event') {
      asyncDelivery.accept(functions.asyncEvent(model.arn, event));
      return { status: 202, headers: {}, body: '' };
    }
    const outcome = await functions.invoke(model.arn, event);
    if (outcome.ok) return { status: 200, headers: { 'content-type': 'application/json' }, body: outcome.payload };
    return {
      status: 200,
      headers: { 'content-type': 'application/json', 'x-amz-function-error': 'Unhandled' },
      body: JSON.stringify(outcome.error),
    };
  }

  /**
   * Puts a text into the queue, topic or bucket of an ARN; `folder` is where it stands in a bucket.
   * @throws what the engine refuses
   */
  async send(arn: string, body: string, { groupId, folder = '' }: SendPlace = {}): Promise<void> {
    const { model, engines, region } = this.#options;
    const queue = model.queues.find((one) => one.arn === arn);
    if (queue !== undefined) {
      this.#messages += 1;
      const ordering = queue.fifo ? { MessageGroupId: groupId ?? 'all', MessageDeduplicationId: randomUUID() } : {};
      const input = { QueueUrl: queue.url, MessageBody: body, ...ordering };
      await callEngine(engines.queues.endpoint, 'sqs', 'SendMessage', input);
    } else if (arn.includes(':sns:')) {
      await this.publish({ TopicArn: arn, Message: body });
    } else if (arn.startsWith('arn:aws:s3:::')) {
      const now = engines.clock.now().toISOString();
      const day = now.slice(0, 10).replaceAll('-', '/');
      const key = `${folder}/${day}/${now.slice(0, 19).replaceAll(':', '.')}-${randomUUID()}`;
      await putObject(engines.queues.endpoint, arn.split(':::')[1] ?? '', key, body);
    } else {
      throw new Error(`The local stack cannot deliver to ${arn} in ${region}.`);
    }
  }

  /**
   * Publishes to a topic; functions get the same notification, with one id, as often as it is delivered. The engine,
   * which serves queues only, is not asked where no queue is subscribed.
   */
  async publish(input: Readonly<Record<string, string>>, times = 1): Promise<void> {
    const { engines, region, model } = this.#options;
    const queued = model.subscriptions.some(
      ({ topicArn, protocol }) => topicArn === input.TopicArn && protocol === 'sqs',
    );
    let messageId: string | undefined;
    for (let delivered = 0; delivered < times; delivered += 1) {
      const answer = queued ? await callTopics(engines.queues.endpoint, region, { Action: 'Publish', ...input }) : '';
      messageId ??= messageIdIn(answer);
      this.#fanOut(input, messageId);
    }
  }

  /** A phone answers: the two-way SMS message, to the topic tagged `local:takes` = `sms-replies`. Answers its id. */
  async publishSmsReply(from: string, text: string, times: number): Promise<string> {
    const { model, outbox } = this.#options;
    const topic = model.topics.find(({ takes }) => takes === 'sms-replies');
    if (topic === undefined) {
      throw new ControlProblem(409, 'The template has no topic that takes replies (tag local:takes = sms-replies).');
    }
    const previous = outbox.sms().findLast(({ to }) => to === from);
    const message = inboundMessage(from, text, previous);
    await this.publish({ TopicArn: topic.arn, Message: JSON.stringify(message) }, times);
    return message.inboundMessageId ?? '';
  }

  /** The carrier reports on a text message: its log record, to the function tagged `local:takes` = `sms-delivery-logs`. */
  reportSmsDelivery(sms: SentSms, delivery: SmsDelivery, times: number): void {
    const { model, asyncDelivery, functions, engines, region } = this.#options;
    const taker = model.functions.find(({ takes }) => takes === 'sms-delivery-logs');
    if (taker === undefined) {
      throw new ControlProblem(404, 'No function takes delivery records (tag local:takes = sms-delivery-logs).');
    }
    const event = JSON.stringify(deliveryLogEvent(sms, delivery, engines.clock.now(), { account, region }));
    for (let sent = 0; sent < times; sent += 1) asyncDelivery.accept(functions.asyncEvent(taker.arn, event));
  }
}

/** Where a text goes within a FIFO queue or a bucket. */
export interface SendPlace {
  readonly groupId?: string | undefined;
  readonly folder?: string | undefined;
}

/** The id an engine answered; one of our own where none was asked. */
const messageIdIn = (response: string): string => /<MessageId>([^<]+)</.exec(response)?.[1] ?? randomUUID();

async function putObject(endpoint: string, bucket: string, key: string, body: string): Promise<void> {
  const response = await fetch(`${endpoint}/${bucket}/${key}`, { method: 'PUT', body });
  if (!response.ok) throw new Error(`The bucket ${bucket} does not take ${key}: ${await response.text()}`);
}

function parsed(body: Buffer): Record<string, unknown> {
  try {
    return JSON.parse(body.toString()) as Record<string, unknown>;
  } catch {
    return {};
  }
}

function passes(subscription: SubscriptionModel, input: Readonly<Record<string, unknown>>): boolean {
  const policy = subscription.attributes.FilterPolicy;
  if (policy === undefined) return true;
  const onBody = subscription.attributes.FilterPolicyScope === 'MessageBody';
  return matches(JSON.parse(policy), onBody ? parsed(Buffer.from(String(input.Message))) : attributesOf(input));
}
