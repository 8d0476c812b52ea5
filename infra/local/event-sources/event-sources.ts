import { join } from 'node:path';
import type { Engines } from '../engines/engines.ts';
import type { Faults } from '../faults.ts';
import type { Functions } from '../functions/functions.ts';
import type { MappingModel, Model, QueueModel } from '../model.ts';
import { SetupError } from '../problem.ts';
import { QueueSource } from './queue.ts';
import { StreamSource } from './stream.ts';

export interface EventSourcesOptions {
  readonly model: Model;
  readonly engines: Engines;
  readonly region: string;
  readonly functions: Functions;
  readonly faults: Faults;
  readonly hideSeconds: (tries: number) => number;
  readonly bury: (destinationArn: string, body: string, folder: string) => Promise<void>;
  readonly onError: (error: unknown) => void;
}

const queueActions = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
const streamActions = ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'];

/** What putting records into a failure destination takes. */
const buryAction = (arn: string) =>
  ({ sqs: 'sqs:SendMessage', sns: 'sns:Publish', s3: 's3:PutObject' })[arn.split(':')[2] ?? ''] ?? '';

/** All event source mappings of the template. */
export class EventSources {
  readonly #options: EventSourcesOptions;
  readonly #queues: QueueSource[] = [];
  readonly #streams: { table: string; source: StreamSource }[] = [];
  readonly #consumed = new Set<string>();

  constructor(options: EventSourcesOptions) {
    this.#options = options;
    for (const mapping of options.model.mappings) {
      const { model } = options.functions.find(mapping.functionArn);
      if (mapping.sourceArn.includes(':dynamodb:')) this.#addStream(mapping, model.label);
      else this.#addQueue(mapping, model.label);
    }
  }

  #addQueue(mapping: MappingModel, consumer: string): void {
    const { model, engines, region, functions, faults, hideSeconds, onError } = this.#options;
    const queue = model.queues.find(({ arn }) => arn === mapping.sourceArn);
    if (queue === undefined)
      throw new SetupError(`${mapping.id}: its queue is not in the template.`, 'Synthesize anew.');
    const { pool } = this.#needs(mapping, queueActions, queue.arn);
    refuseShortVisibility(queue, pool.model.timeoutSeconds, consumer);
    if (!mapping.enabled) return;
    this.#consumed.add(queue.name);
    const source = new QueueSource({
      endpoint: engines.queues.endpoint,
      region,
      mapping,
      queue,
      pool,
      invoke: (event) => functions.invoke(mapping.functionArn, event),
      hideSeconds,
      duplicate: () => !faults.none && faults.draw('lambda.duplicate', { function: consumer }) !== undefined,
      onError,
    });
    this.#queues.push(source);
  }

  #addStream(mapping: MappingModel, consumer: string): void {
    const { model, engines, region, functions, hideSeconds, bury, onError } = this.#options;
    const table = model.tables.find(({ arn }) => mapping.sourceArn.startsWith(`${arn}/`));
    if (table === undefined)
      throw new SetupError(`${mapping.id}: its table is not in the template.`, 'Synthesize anew.');
    if (table.streamView === undefined) {
      throw new SetupError(`${mapping.id}: ${table.path} has no stream.`, 'Give the table a stream in the CDK app.');
    }
    this.#needs(mapping, streamActions, mapping.sourceArn);
    const { failureDestination: failed } = mapping;
    if (failed !== undefined)
      this.#needs(mapping, [buryAction(failed)], failed.replace(/^(arn:aws:s3:.*)$/, '$1/aws/lambda/'));
    if (!mapping.enabled) return;
    const source = new StreamSource({
      endpoint: engines.tables.endpoint,
      clock: engines.clock,
      region,
      mapping,
      table,
      consumer,
      invoke: (event) => functions.invoke(mapping.functionArn, event),
      hideSeconds,
      bury,
      onError,
      ...(engines.directory === undefined
        ? {}
        : { positionFile: join(engines.directory, 'streams', `${mapping.id}.json`) }),
    });
    this.#streams.push({ table: table.name, source });
  }

  /** The service reads under the function's role; AWS refuses to create the mapping when the role does not allow it. */
  #needs(mapping: MappingModel, actions: readonly string[], resource: string) {
    const deployed = this.#options.functions.find(mapping.functionArn);
    for (const action of actions) {
      if (deployed.ledger.check({ action, resource })) continue;
      throw new SetupError(
        `The role of ${deployed.model.label} does not allow ${action} on ${resource}, which its event source needs.`,
        'Grant it in the CDK app.',
      );
    }
    return deployed;
  }

  async start(): Promise<void> {
    for (const source of this.#queues) source.start();
    await Promise.all(this.#streams.map(({ source }) => source.start()));
  }

  /** Something was written to this table: its stream need not be asked in vain before. */
  wake(table: string): void {
    for (const stream of this.#streams) if (stream.table === table) stream.source.wake();
  }

  consumes(queue: string): boolean {
    return this.#consumed.has(queue);
  }

  busy(): string[] {
    const streams = this.#streams.filter(({ source }) => source.busy).map(({ table }) => `stream of ${table}`);
    const batches = this.#queues.reduce((total, source) => total + source.busy, 0);
    return batches > 0 ? [...streams, `${batches} batches of messages`] : streams;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#queues, ...this.#streams.map(({ source }) => source)].map((source) => source.stop()));
  }
}

function refuseShortVisibility(queue: QueueModel, timeoutSeconds: number, consumer: string): void {
  if (queue.visibilitySeconds >= timeoutSeconds) return;
  throw new SetupError(
    `${queue.path}: its visibility timeout (${queue.visibilitySeconds} s) is shorter than the timeout of ${consumer}.`,
    'AWS refuses such an event source: raise it to six times the timeout of the function.',
  );
}
