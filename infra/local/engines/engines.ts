import { join } from 'node:path';
import { Clock } from '../clock.ts';
import { startDynamoDb, type TableEngine } from './dynamodb.ts';
import { startWorkerEngine, type WorkerEngine } from './worker-engine.ts';

/** The engines of one local stack, and the clock they run by. */
export interface Engines {
  readonly clock: Clock;
  readonly directory: string | undefined;
  readonly tables: TableEngine;
  readonly queues: WorkerEngine;
  readonly mail: WorkerEngine;
  stop(): Promise<void>;
}

export interface EngineOptions {
  /** Keeps tables, queues and secrets in this directory; in memory without it. */
  readonly persist?: string;
  readonly region?: string;
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** An engine somebody else runs. */
const foreign = (endpoint: string): WorkerEngine => ({ endpoint, stop: async () => undefined });

/**
 * Starts the engines, all at once. Needs no template, so that it can overlap with synthesis. An endpoint in the
 * environment (`DYNAMODB_ENDPOINT`, `SQS_ENDPOINT`, `SES_ENDPOINT`) stands in for the engine of that name.
 */
export async function prepareEngines(options: EngineOptions = {}): Promise<Engines> {
  const { persist: directory, region = 'us-east-1', environment = process.env } = options;
  const clock = new Clock();
  const inside = (name: string) => (directory === undefined ? undefined : join(directory, name));
  const { DYNAMODB_ENDPOINT: tablesAt, SQS_ENDPOINT: queuesAt, SES_ENDPOINT: mailAt } = environment;
  const starting = [
    tablesAt ? foreign(tablesAt) : startDynamoDb(inside('tables')),
    queuesAt
      ? foreign(queuesAt)
      : startWorkerEngine(new URL('./queues-worker.ts', import.meta.url), {
          clock: clock.shared,
          directory: inside('queues'),
          region,
        }),
    mailAt ? foreign(mailAt) : startWorkerEngine(new URL('./mail-worker.ts', import.meta.url), { clock: clock.shared }),
  ] as const;
  const settled = await Promise.allSettled(starting);
  const stop = async () => {
    await Promise.all(settled.map((one) => (one.status === 'fulfilled' ? one.value.stop() : undefined)));
  };
  const failed = settled.find((one) => one.status === 'rejected');
  if (failed !== undefined) {
    await stop();
    throw failed.reason;
  }
  const [tables, queues, mail] = await Promise.all(starting);
  return { clock, directory, tables, queues, mail, stop };
}
