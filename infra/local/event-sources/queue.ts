import { callEngine } from '../engines/call.ts';
import type { FunctionPool, Outcome } from '../functions/pool.ts';
import type { MappingModel, QueueModel } from '../model.ts';
import { matches } from '../pattern.ts';

export interface QueueSourceOptions {
  readonly endpoint: string;
  readonly region: string;
  readonly mapping: MappingModel;
  readonly queue: QueueModel;
  readonly pool: FunctionPool;
  readonly invoke: (event: string) => Promise<Outcome>;
  /** Seconds a failed message stays hidden, by how often it was received. */
  readonly hideSeconds: (receiveCount: number) => number;
  readonly duplicate: () => boolean;
  readonly onError: (error: unknown) => void;
}

interface Message {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly Body: string;
  readonly MD5OfBody: string;
  readonly Attributes?: Readonly<Record<string, string>>;
  readonly MessageAttributes?: Readonly<
    Record<string, { DataType: string; StringValue?: string; BinaryValue?: string }>
  >;
}

/** The most a single receive gives. */
const mostPerReceive = 10;
const longPollSeconds = 20;

/**
 * An event source mapping on a queue: long polls, gathers batches, runs the function, deletes what succeeded. What
 * failed stays until it is visible again, and the queue's redrive policy counts.
 */
export class QueueSource {
  readonly #options: QueueSourceOptions;
  readonly #stopping = new AbortController();
  readonly #batches = new Set<Promise<void>>();
  #loop: Promise<void> | undefined;
  #gathering = 0;

  constructor(options: QueueSourceOptions) {
    this.#options = options;
  }

  /** Messages received and not yet given to the function, and batches in work. */
  get busy(): number {
    return this.#gathering + this.#batches.size;
  }

  start(): void {
    this.#loop = this.#poll();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
    await Promise.all(this.#batches);
  }

  get #most(): number {
    const { mapping, pool } = this.#options;
    return Math.min(mapping.maxConcurrency ?? pool.concurrency, pool.concurrency);
  }

  async #poll(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      try {
        const batch = await this.#gather();
        if (batch.length === 0) continue;
        const work = this.#work(batch).catch(this.#options.onError);
        this.#batches.add(work);
        this.#gathering = 0;
        void work.finally(() => this.#batches.delete(work));
        while (this.#batches.size >= this.#most) await Promise.race(this.#batches);
      } catch (error) {
        this.#gathering = 0;
        if (this.#stopping.signal.aborted) return;
        this.#options.onError(error);
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    }
  }

  /** The next batch: what is there at once, or what comes within the window after the first message. */
  async #gather(): Promise<Message[]> {
    const { batchSize, windowSeconds } = this.#options.mapping;
    const batch = await this.#receive(batchSize, longPollSeconds);
    if (batch.length === 0 || windowSeconds === 0) return batch;
    const deadline = performance.now() + windowSeconds * 1000;
    while (batch.length < batchSize) {
      const left = Math.ceil((deadline - performance.now()) / 1000);
      if (left <= 0) break;
      batch.push(...(await this.#receive(batchSize - batch.length, Math.min(left, longPollSeconds))));
    }
    return batch;
  }

  async #receive(count: number, waitSeconds: number): Promise<Message[]> {
    const { endpoint, queue } = this.#options;
    const input = {
      QueueUrl: queue.url,
      MaxNumberOfMessages: Math.min(count, mostPerReceive),
      WaitTimeSeconds: waitSeconds,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    };
    const { Messages } = await callEngine(endpoint, 'sqs', 'ReceiveMessage', input, this.#stopping.signal);
    const messages = (Messages ?? []) as Message[];
    this.#gathering += messages.length;
    return messages;
  }

  async #work(batch: readonly Message[]): Promise<void> {
    const wanted = batch.filter((message) => this.#wants(message));
    await this.#delete(batch.filter((message) => !wanted.includes(message)));
    if (wanted.length === 0) return;
    const { mapping, invoke, duplicate } = this.#options;
    const event = JSON.stringify({ Records: wanted.map((message) => this.#record(message)) });
    const outcome = await invoke(event);
    const failed = new Set(failures(outcome, wanted, mapping.partialFailures));
    if (duplicate()) await invoke(event);
    await this.#delete(wanted.filter((message) => !failed.has(message)));
    await this.#release([...failed]);
  }

  #wants(message: Message): boolean {
    const { filters } = this.#options.mapping;
    if (filters.length === 0) return true;
    const event = { ...this.#record(message), body: parsed(message.Body) };
    return filters.some((pattern) => matches(pattern, event));
  }

  #record(message: Message): Record<string, unknown> {
    const attributes = Object.entries(message.MessageAttributes ?? {}).map(([name, value]) => [
      name,
      {
        ...(value.StringValue === undefined ? {} : { stringValue: value.StringValue }),
        ...(value.BinaryValue === undefined ? {} : { binaryValue: value.BinaryValue }),
        stringListValues: [],
        binaryListValues: [],
        dataType: value.DataType,
      },
    ]);
    return {
      messageId: message.MessageId,
      receiptHandle: message.ReceiptHandle,
      body: message.Body,
      attributes: message.Attributes ?? {},
      messageAttributes: Object.fromEntries(attributes),
      md5OfBody: message.MD5OfBody,
      eventSource: 'aws:sqs',
      eventSourceARN: this.#options.queue.arn,
      awsRegion: this.#options.region,
    };
  }

  async #delete(messages: readonly Message[]): Promise<void> {
    const { endpoint, queue } = this.#options;
    for (let at = 0; at < messages.length; at += mostPerReceive) {
      const entries = messages
        .slice(at, at + mostPerReceive)
        .map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      await callEngine(endpoint, 'sqs', 'DeleteMessageBatch', { QueueUrl: queue.url, Entries: entries });
    }
  }

  /** Failed messages come back after their time; without a rule of our own, after the queue's visibility timeout. */
  async #release(messages: readonly Message[]): Promise<void> {
    const { endpoint, queue, hideSeconds } = this.#options;
    for (const { ReceiptHandle, Attributes } of messages) {
      const seconds = hideSeconds(Number(Attributes?.ApproximateReceiveCount ?? 1));
      if (seconds >= queue.visibilitySeconds) continue;
      const input = { QueueUrl: queue.url, ReceiptHandle, VisibilityTimeout: seconds };
      await callEngine(endpoint, 'sqs', 'ChangeMessageVisibility', input);
    }
  }
}

/**
 * Which messages of a batch failed. All of them when the function failed, or when it names a message that is not in
 * the batch; none when it does not report and did not throw.
 */
function failures(outcome: Outcome, batch: readonly Message[], partial: boolean): readonly Message[] {
  if (!outcome.ok) return batch;
  if (!partial) return [];
  const answer: unknown = parsed(outcome.payload);
  if (answer === null || answer === undefined || answer === '') return [];
  if (typeof answer !== 'object') return batch;
  const reported = (answer as { batchItemFailures?: unknown }).batchItemFailures;
  if (reported === undefined || reported === null) return [];
  if (!Array.isArray(reported)) return batch;
  const failed: Message[] = [];
  for (const item of reported as { itemIdentifier?: unknown }[]) {
    const message = batch.find(({ MessageId }) => MessageId === item?.itemIdentifier);
    if (message === undefined) return batch;
    failed.push(message);
  }
  return failed;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
