import type { AsyncDelivery } from './async-delivery.ts';
import { callEngine } from './engines/call.ts';
import type { EventSources } from './event-sources/event-sources.ts';
import type { Functions } from './functions/functions.ts';
import type { BucketModel, Model, QueueModel } from './model.ts';
import { ControlProblem } from './problem.ts';

export interface IdleOptions {
  readonly functions: Functions;
  readonly sources: EventSources;
  readonly asyncDelivery: AsyncDelivery;
  readonly queueEndpoint: string;
  readonly queues: readonly QueueModel[];
}

interface QueueCount {
  readonly name: string;
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
}

export interface DeadLetter {
  readonly queue: string;
  readonly messageId: string;
  readonly body: string;
}

const lookEveryMs = 10;

/** Knows when nothing is at work any more: no invocation, no message with a consumer, no unread stream record. */
export class IdleWatch {
  readonly #options: IdleOptions;

  constructor(options: IdleOptions) {
    this.#options = options;
  }

  /**
   * Resolves once all is quiet; `due` leaves aside what waits for its time. Throws ControlProblem 503 saying what is
   * still busy after `timeoutMs`.
   */
  async wait(timeoutMs = 900_000, what: 'all' | 'due' = 'all'): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const begun = this.#options.functions.begun;
      const busy = await this.#busy(what);
      // Work that began while the queues were being counted may have put something into one counted before.
      if (busy.length === 0 && begun === this.#options.functions.begun) return;
      if (performance.now() > deadline)
        throw new ControlProblem(503, `Still busy: ${busy.join(', ') || 'just begun'}.`);
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
    }
  }

  async #busy(what: 'all' | 'due'): Promise<string[]> {
    const { functions, asyncDelivery, sources } = this.#options;
    const busy = functions.running.map((name) => `function ${name}`);
    if (asyncDelivery.busy > 0) busy.push(`${asyncDelivery.busy} asynchronous events`);
    if (busy.length > 0) return busy;
    const consumed = this.#options.queues.filter(({ name }) => sources.consumes(name));
    for (const { name, visible, inFlight, delayed } of await Promise.all(consumed.map((queue) => this.#count(queue)))) {
      const count = visible + (what === 'all' ? inFlight + delayed : 0);
      if (count > 0) busy.push(`${count} messages in ${name}`);
    }
    busy.push(...sources.busy());
    busy.push(...functions.running.map((name) => `function ${name}`));
    return busy;
  }

  async #count({ name, url }: QueueModel): Promise<QueueCount> {
    const input = { QueueUrl: url, AttributeNames: ['All'] };
    const { Attributes } = await callEngine(this.#options.queueEndpoint, 'sqs', 'GetQueueAttributes', input);
    const count = (suffix: string) =>
      Number((Attributes as Record<string, string>)[`ApproximateNumberOfMessages${suffix}`] ?? 0);
    return { name, visible: count(''), inFlight: count('NotVisible'), delayed: count('Delayed') };
  }

  /** Messages in the queues that take what failed, and failure records in buckets. */
  async deadLetterCount(model: Model): Promise<number> {
    const counts = await Promise.all([
      ...deadLetterQueues(model).map(async (queue) => (await this.#count(queue)).visible),
      ...failureBuckets(model).map(async ({ name }) => (await this.#failureKeys(name)).length),
    ]);
    return counts.reduce((total, count) => total + count, 0);
  }

  /** What was set aside: messages in queues, and the failure records in buckets, where `messageId` is the key. */
  async deadLetters(model: Model): Promise<DeadLetter[]> {
    const found: DeadLetter[] = [];
    for (const { name } of deadLetterQueues(model)) {
      const response = await fetch(`${this.#options.queueEndpoint}/_fauxqs/queues/${name}`);
      if (!response.ok) throw new ControlProblem(409, 'The queue engine in use cannot be looked into.');
      const { messages } = (await response.json()) as { messages: { ready: { messageId: string; body: string }[] } };
      found.push(...messages.ready.map(({ messageId, body }) => ({ queue: name, messageId, body })));
    }
    for (const { name } of failureBuckets(model)) {
      for (const key of await this.#failureKeys(name)) {
        const response = await fetch(`${this.#options.queueEndpoint}/${name}/${key}`);
        found.push({ queue: name, messageId: key, body: await response.text() });
      }
    }
    return found;
  }

  /** Keys of what Lambda put into a bucket. */
  async #failureKeys(bucket: string): Promise<string[]> {
    const keys: string[] = [];
    for (let after: string | undefined = ''; after !== undefined; after = keys.at(-1)) {
      const query = new URLSearchParams({ 'list-type': '2', prefix: 'aws/lambda/', 'start-after': after });
      const response = await fetch(`${this.#options.queueEndpoint}/${bucket}?${query}`);
      const page = [...(await response.text()).matchAll(/<Key>([^<]+)<\/Key>/g)].map(([, key = '']) => key);
      if (page.length === 0) break;
      keys.push(...page);
    }
    return keys;
  }
}

/** Queues that take what failed: by redrive policy, or as the failure destination of a function or mapping. */
function deadLetterQueues(model: Model): QueueModel[] {
  const arns = new Set([...model.queues.map(({ deadLetterArn }) => deadLetterArn), ...failureDestinations(model)]);
  return model.queues.filter(({ arn }) => arns.has(arn));
}

const failureDestinations = ({ functions, mappings }: Model) =>
  [...functions, ...mappings].map(({ failureDestination }) => failureDestination);

function failureBuckets(model: Model): readonly BucketModel[] {
  const arns = new Set(failureDestinations(model));
  return model.buckets.filter(({ arn }) => arns.has(arn));
}
