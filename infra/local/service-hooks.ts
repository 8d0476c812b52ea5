import { randomUUID } from 'node:crypto';
import type { AsyncDelivery } from './async-delivery.ts';
import { callEngine, callTopics } from './engines/call.ts';
import type { Engines } from './engines/engines.ts';
import type { Functions } from './functions/functions.ts';
import type { RawRequest, ServiceRequest } from './iam/requests.ts';
import type { Model, ScheduleModel, SubscriptionModel, TargetModel } from './model.ts';
import { attributesOf, type Outbox } from './outbox.ts';
import { matches } from './pattern.ts';
import { ControlProblem } from './problem.ts';
import type { Caller, ProxyHooks } from './proxy.ts';
import { type Answer, jsonAnswer } from './proxy-answers.ts';
import { targetInput } from './schedules.ts';
import type { Secrets } from './secrets.ts';
import type { UsageMeter } from './usage/meter.ts';

export interface ServiceHooksOptions {
  readonly model: Model;
  readonly engines: Engines;
  readonly region: string;
  readonly functions: Functions;
  readonly meter: UsageMeter;
  readonly outbox: Outbox;
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
      case 'events':
        return Promise.resolve(this.#putEvents(request));
      case 'lambda':
        return this.#invoke(request, raw);
      default:
        return undefined;
    }
  }

  answered(request: ServiceRequest, caller: string, raw: RawRequest, body: Buffer, failure: string | undefined): void {
    const { meter, outbox } = this.#options;
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
        if (failure === undefined) outbox.noteMail(request, body.toString());
        return;
      case 'sns':
        if (failure === undefined && request.operation === 'Publish') this.#fanOut(request, body.toString());
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
  #fanOut({ input }: ServiceRequest, response: string): void {
    const { model } = this.#options;
    const subscribed = model.subscriptions.filter(
      ({ topicArn, protocol }) => topicArn === input.TopicArn && protocol === 'lambda',
    );
    const messageId = /<MessageId>([^<]+)</.exec(response)?.[1] ?? randomUUID();
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
    else asyncDelivery.track(this.send(target.arn, event, target.messageGroupId));
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

  /** Puts a text into the queue, topic or bucket of an ARN. */
  async send(arn: string, body: string, groupId?: string): Promise<void> {
    const { model, engines, region } = this.#options;
    const queue = model.queues.find((one) => one.arn === arn);
    if (queue !== undefined) {
      this.#messages += 1;
      const ordering = queue.fifo ? { MessageGroupId: groupId ?? 'all', MessageDeduplicationId: randomUUID() } : {};
      const input = { QueueUrl: queue.url, MessageBody: body, ...ordering };
      await callEngine(engines.queues.endpoint, 'sqs', 'SendMessage', input);
    } else if (arn.includes(':sns:')) {
      await this.#publish({ TopicArn: arn, Message: body });
    } else if (arn.startsWith('arn:aws:s3:::')) {
      const key = `aws/lambda/${engines.clock.now().toISOString()}-${randomUUID()}.json`;
      await fetch(`${engines.queues.endpoint}/${arn.split(':::')[1]}/${key}`, { method: 'PUT', body });
    } else {
      throw new Error(`The local stack cannot deliver to ${arn} in ${region}.`);
    }
  }

  async #publish(input: Readonly<Record<string, string>>): Promise<void> {
    const { engines, region } = this.#options;
    const response = await callTopics(engines.queues.endpoint, region, { Action: 'Publish', ...input });
    this.#fanOut({ service: 'sns', operation: 'Publish', accesses: [], input }, response);
  }

  /** A phone answers: the two-way SMS message, published to the topic tagged `local:takes` = `sms-replies`. */
  async publishSmsReply(from: string, text: string): Promise<void> {
    const { model, outbox } = this.#options;
    const topic = model.topics.find(({ takes }) => takes === 'sms-replies');
    if (topic === undefined) {
      throw new ControlProblem(409, 'The template has no topic that takes replies (tag local:takes = sms-replies).');
    }
    const previous = outbox.sms().findLast(({ to }) => to === from);
    const message = {
      originationNumber: from,
      destinationNumber: '+12125550101',
      messageKeyword: text.trim().split(/\s+/)[0]?.toUpperCase() ?? '',
      messageBody: text,
      inboundMessageId: randomUUID(),
      ...(previous === undefined ? {} : { previousPublishedMessageId: previous.messageId }),
    };
    await this.#publish({ TopicArn: topic.arn, Message: JSON.stringify(message) });
  }
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
