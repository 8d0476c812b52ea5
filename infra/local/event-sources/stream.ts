import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Clock } from '../clock.ts';
import { callEngine, EngineError } from '../engines/call.ts';
import type { Outcome } from '../functions/pool.ts';
import type { MappingModel, TableModel } from '../model.ts';
import { matches } from '../pattern.ts';

export interface StreamSourceOptions {
  readonly endpoint: string;
  readonly clock: Clock;
  readonly region: string;
  readonly mapping: MappingModel;
  readonly table: TableModel;
  readonly consumer: string;
  readonly invoke: (event: string) => Promise<Outcome>;
  readonly hideSeconds: (tries: number) => number;
  /** Where records go that are given up; `folder` is for buckets. */
  readonly bury: (destinationArn: string, body: string, folder: string) => Promise<void>;
  readonly onError: (error: unknown) => void;
  /** Keeps the position over restarts. */
  readonly positionFile?: string;
}

interface StreamRecord {
  readonly eventID: string;
  readonly eventName: string;
  readonly dynamodb: {
    readonly Keys: Readonly<Record<string, unknown>>;
    readonly SequenceNumber: string;
    readonly ApproximateCreationDateTime: number;
  };
}

interface Pending {
  readonly record: StreamRecord;
  readonly shardId: string;
  readonly arrived: number;
}

/** Records that are given up, and how that came. */
interface Failure {
  readonly first: Pending;
  readonly last: Pending;
  readonly count: number;
  readonly outcome: Outcome;
  readonly invocations: number;
}

interface Shard {
  readonly ShardId: string;
}

const oldest = 'TRIM_HORIZON';
/** Records of one key always fall into the same lane; lanes do not wait for one another. */
const lanesPerShard = 4;
/** Writes that come together are read together, as AWS does, which asks four times a second. */
const gatherMs = 25;
/** The engine itself may be written to, past the proxy; nobody wakes the source then. */
const lookEveryMs = 500;
const longestWaitSeconds = 60;

/**
 * An event source mapping on a table's stream. DynamoDB splits a stream into shards by key and promises order within
 * a shard only; the engine has one shard, so its records are dealt to lanes by key, lest order across keys be relied on.
 */
export class StreamSource {
  readonly #options: StreamSourceOptions;
  readonly #lanes: Lane[];
  readonly #iterators = new Map<string, string>();
  readonly #seenShards = new Set<string>();
  readonly #lastRead = new Map<string, string>();
  readonly #position: Position;
  readonly #stopping = new AbortController();
  #streamArn = '';
  #woken = true;
  #reading = false;
  #wakeUp: () => void = () => undefined;
  #loop: Promise<void> | undefined;

  constructor(options: StreamSourceOptions) {
    this.#options = options;
    this.#position = new Position(options.positionFile);
    const count = lanesPerShard * options.mapping.parallelization;
    this.#lanes = Array.from({ length: count }, () => new Lane(options, this.#position, this.#stopping.signal));
  }

  get busy(): boolean {
    return this.#woken || this.#reading || this.#lanes.some((lane) => lane.busy);
  }

  async start(): Promise<void> {
    const { endpoint, table } = this.#options;
    const { Table } = await callEngine(endpoint, 'dynamodb', 'DescribeTable', { TableName: table.name });
    this.#streamArn = String((Table as { LatestStreamArn?: string }).LatestStreamArn);
    await this.#openShards(true);
    this.#loop = this.#follow();
  }

  wake(): void {
    this.#woken = true;
    this.#wakeUp();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wakeUp();
    await this.#loop;
    await Promise.all(this.#lanes.map((lane) => lane.ended()));
    this.#position.save();
  }

  async #openShards(first: boolean): Promise<void> {
    const { StreamDescription } = await this.#call('DescribeStream', { StreamArn: this.#streamArn });
    const { Shards } = StreamDescription as { Shards: Shard[] };
    for (const { ShardId } of Shards) {
      if (this.#seenShards.has(ShardId)) continue;
      this.#seenShards.add(ShardId);
      await this.#openAfter(
        ShardId,
        this.#position.reached(ShardId),
        first ? this.#options.mapping.startingPosition : oldest,
      );
    }
  }

  /** Opens a shard behind a record, or at a starting position when none of it was read. */
  async #openAfter(shardId: string, sequence: string | undefined, position: string): Promise<void> {
    const start =
      sequence === undefined
        ? { ShardIteratorType: position }
        : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: sequence };
    const input = { StreamArn: this.#streamArn, ShardId: shardId, ...start };
    try {
      const { ShardIterator } = await this.#call('GetShardIterator', input);
      if (typeof ShardIterator === 'string') this.#iterators.set(shardId, ShardIterator);
      if (sequence !== undefined) this.#lastRead.set(shardId, sequence);
    } catch (error) {
      if (!isTrimmed(error) || sequence === undefined) throw error;
      this.#lastRead.set(shardId, sequence);
      await this.#openAfter(shardId, undefined, oldest);
    }
  }

  async #follow(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      this.#reading = true;
      await new Promise((resolve) => setTimeout(resolve, gatherMs));
      this.#woken = false;
      try {
        await this.#readAll();
        this.#reading = false;
        if (!this.#woken) await this.#rest();
      } catch (error) {
        this.#reading = false;
        if (this.#stopping.signal.aborted) return;
        this.#options.onError(error);
        await this.#rest();
      }
    }
  }

  #rest(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, lookEveryMs);
      this.#wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Reads a page of every shard. */
  async #readAll(): Promise<void> {
    for (const [shardId, iterator] of this.#iterators) {
      for (const record of await this.#read(shardId, iterator)) this.#deal(record, shardId);
    }
  }

  async #read(shardId: string, iterator: string): Promise<StreamRecord[]> {
    const { Records, NextShardIterator } = await this.#recordsAt(shardId, iterator);
    if (typeof NextShardIterator === 'string') this.#iterators.set(shardId, NextShardIterator);
    else {
      this.#iterators.delete(shardId);
      await this.#openShards(false);
    }
    const all = Records as StreamRecord[];
    // There may be more behind a page, also when all of this one was read before.
    if (all.length > 0) this.#woken = true;
    const last = this.#lastRead.get(shardId) ?? '';
    // Sequence numbers are padded with zeros, so that their order is that of the text.
    const records = all.filter(({ dynamodb }) => dynamodb.SequenceNumber > last);
    const newest = records.at(-1)?.dynamodb.SequenceNumber;
    if (newest !== undefined) this.#lastRead.set(shardId, newest);
    return records;
  }

  /**
   * The engine numbers the records of all tables together and takes an iterator for trimmed when others were written
   * to for long: the shard is then read from its oldest record again, and what was read before is left out.
   */
  async #recordsAt(shardId: string, iterator: string): Promise<Record<string, unknown>> {
    try {
      return await this.#call('GetRecords', { ShardIterator: iterator, Limit: 1000 });
    } catch (error) {
      if (!isTrimmed(error)) throw error;
      const start = { StreamArn: this.#streamArn, ShardId: shardId, ShardIteratorType: oldest };
      const { ShardIterator } = await this.#call('GetShardIterator', start);
      return await this.#call('GetRecords', { ShardIterator, Limit: 1000 });
    }
  }

  #deal(record: StreamRecord, shardId: string): void {
    const { clock } = this.#options;
    const key = JSON.stringify(Object.entries(record.dynamodb.Keys).sort());
    const lane = this.#lanes[hashOf(key) % this.#lanes.length];
    const pending = { record, shardId, arrived: clock.now().getTime() };
    this.#position.begin(pending);
    lane?.add(pending);
  }

  #call(operation: string, input: object): Promise<Record<string, unknown>> {
    return callEngine(this.#options.endpoint, 'streams', operation, input, this.#stopping.signal);
  }
}

const isTrimmed = (error: unknown) =>
  error instanceof EngineError && /^(TrimmedDataAccess|ExpiredIterator)Exception$/.test(error.code);

function hashOf(text: string): number {
  let hash = 0;
  for (let at = 0; at < text.length; at += 1) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) >>> 0;
  return hash;
}

/** One order of work: batches one after another, each until it succeeds or is given up. */
class Lane {
  readonly #options: StreamSourceOptions;
  readonly #position: Position;
  readonly #stop: AbortSignal;
  #waiting: Pending[] = [];
  #work: Promise<void> | undefined;

  constructor(options: StreamSourceOptions, position: Position, stop: AbortSignal) {
    this.#options = options;
    this.#position = position;
    this.#stop = stop;
  }

  get busy(): boolean {
    return this.#work !== undefined;
  }

  add(pending: Pending): void {
    this.#waiting.push(pending);
    this.#work ??= this.#drain().finally(() => {
      this.#work = undefined;
    });
  }

  async ended(): Promise<void> {
    await this.#work;
  }

  async #drain(): Promise<void> {
    const { mapping, onError } = this.#options;
    if (mapping.windowSeconds > 0) await this.#pause(mapping.windowSeconds);
    else await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0 && !this.#stop.aborted) {
      const batch = this.#waiting.splice(0, mapping.batchSize);
      try {
        await this.#handle(batch.filter((pending) => this.#wants(pending)));
      } catch (error) {
        onError(error);
      }
      if (!this.#stop.aborted) for (const pending of batch) this.#position.finish(pending);
    }
  }

  #wants({ record }: Pending): boolean {
    const { filters } = this.#options.mapping;
    return filters.length === 0 || filters.some((pattern) => matches(pattern, record));
  }

  /**
   * Runs a batch; on failure again, in halves when the mapping bisects, until its retries or its age are used up.
   * Splitting a batch takes nothing from its retries.
   */
  async #handle(batch: readonly Pending[], tries = 0): Promise<void> {
    if (batch.length === 0 || this.#stop.aborted) return;
    const { mapping, invoke } = this.#options;
    const outcome = await invoke(JSON.stringify({ Records: batch.map((pending) => this.#event(pending)) }));
    const rest = outcome.ok ? this.#unfinished(batch, outcome.payload) : batch;
    if (rest.length === 0) return;
    const splits = mapping.bisect && rest.length > 1 && !outcome.ok;
    const again = rest.length < batch.length ? 0 : splits ? tries : tries + 1;
    if ((mapping.maxRetries >= 0 && again > mapping.maxRetries) || this.#tooOld(rest))
      return this.#giveUp(rest, outcome, again);
    await this.#pause(Math.min(this.#options.hideSeconds(again + 1), longestWaitSeconds, 2 ** again));
    if (splits) {
      const middle = Math.ceil(rest.length / 2);
      await this.#handle(rest.slice(0, middle), again);
      await this.#handle(rest.slice(middle), again);
    } else await this.#handle(rest, again);
  }

  /** From the first record that the function reports as failed, in order; all when it reports an unknown one. */
  #unfinished(batch: readonly Pending[], payload: string): readonly Pending[] {
    if (!this.#options.mapping.partialFailures) return [];
    const answer = JSON.parse(payload) as { batchItemFailures?: { itemIdentifier?: string }[] } | null;
    const failed = answer?.batchItemFailures ?? [];
    if (failed.length === 0) return [];
    const places = failed.map(({ itemIdentifier }) =>
      batch.findIndex(({ record }) => record.dynamodb.SequenceNumber === itemIdentifier),
    );
    return batch.slice(Math.max(0, Math.min(...places)));
  }

  #tooOld(batch: readonly Pending[]): boolean {
    const { maxAgeSeconds } = this.#options.mapping;
    const [first] = batch;
    if (maxAgeSeconds < 0 || first === undefined) return false;
    return this.#options.clock.now().getTime() - first.arrived > maxAgeSeconds * 1000;
  }

  #event({ record }: Pending): object {
    const { table, region, clock, mapping } = this.#options;
    const created = record.dynamodb.ApproximateCreationDateTime + clock.offset / 1000;
    return {
      ...record,
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: region,
      dynamodb: {
        ...record.dynamodb,
        ApproximateCreationDateTime: Math.floor(created),
        StreamViewType: table.streamView,
      },
      eventSourceARN: mapping.sourceArn,
    };
  }

  /** A queue or topic gets where the records are; a bucket gets the records too, as the text of the whole event. */
  async #giveUp(batch: readonly Pending[], outcome: Outcome, invocations: number): Promise<void> {
    const { mapping, bury } = this.#options;
    const { failureDestination: destination } = mapping;
    const [first] = batch;
    const last = batch.at(-1);
    if (destination === undefined || first === undefined || last === undefined) return;
    const note = this.#failureNote({ first, last, count: batch.length, outcome, invocations });
    const payload = JSON.stringify({ Records: batch.map((pending) => this.#event(pending)) });
    const body = JSON.stringify(destination.includes(':s3:') ? { ...note, payload } : note);
    await bury(destination, body, `aws/lambda/${mapping.uuid}/${first.shardId}`);
  }

  #failureNote({ first, last, count, outcome, invocations }: Failure): object {
    const { mapping, clock } = this.#options;
    const arrival = ({ arrived }: Pending) => new Date(arrived).toISOString().replace(/\.\d{3}Z$/, 'Z');
    return {
      requestContext: {
        requestId: randomUUID(),
        functionArn: mapping.functionArn,
        condition: this.#tooOld([first]) ? 'RecordAgeExceeded' : 'RetryAttemptsExhausted',
        approximateInvokeCount: invocations,
      },
      responseContext: {
        statusCode: 200,
        executedVersion: '$LATEST',
        functionError: outcome.ok ? 'PartialBatchFailure' : 'Unhandled',
      },
      version: '1.0',
      timestamp: clock.now().toISOString(),
      DDBStreamBatchInfo: {
        shardId: first.shardId,
        startSequenceNumber: first.record.dynamodb.SequenceNumber,
        endSequenceNumber: last.record.dynamodb.SequenceNumber,
        approximateArrivalOfFirstRecord: arrival(first),
        approximateArrivalOfLastRecord: arrival(last),
        batchSize: count,
        streamArn: mapping.sourceArn,
      },
    };
  }

  #pause(seconds: number): Promise<void> {
    return new Promise((resolve) => {
      if (this.#stop.aborted) return resolve();
      const timer = setTimeout(resolve, seconds * 1000);
      this.#stop.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}

/** How far each shard is worked off without a gap; in a file where data is kept. */
class Position {
  readonly #file: string | undefined;
  readonly #open = new Map<string, Map<string, boolean>>();
  readonly #reached = new Map<string, string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(file: string | undefined) {
    this.#file = file;
    if (file === undefined || !existsSync(file)) return;
    const kept = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
    for (const [shard, sequence] of Object.entries(kept)) this.#reached.set(shard, sequence);
  }

  reached(shardId: string): string | undefined {
    return this.#reached.get(shardId);
  }

  begin({ record, shardId }: Pending): void {
    const open = this.#open.get(shardId) ?? new Map<string, boolean>();
    this.#open.set(shardId, open.set(record.dynamodb.SequenceNumber, false));
  }

  finish({ record, shardId }: Pending): void {
    const open = this.#open.get(shardId);
    open?.set(record.dynamodb.SequenceNumber, true);
    for (const [sequence, finished] of open ?? []) {
      if (!finished) break;
      open?.delete(sequence);
      this.#reached.set(shardId, sequence);
    }
    if (this.#file !== undefined) this.#timer ??= setTimeout(() => this.save(), 50);
  }

  save(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#file === undefined) return;
    mkdirSync(dirname(this.#file), { recursive: true });
    writeFileSync(`${this.#file}.new`, JSON.stringify(Object.fromEntries(this.#reached)));
    renameSync(`${this.#file}.new`, this.#file);
  }
}
