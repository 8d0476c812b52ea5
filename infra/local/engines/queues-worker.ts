/**
 * The thread of fauxqs: queues, topics and buckets. It is put together from its parts rather than by `startFauxqs`,
 * which would listen on all interfaces. Its version is pinned, since the parts are not of its public face.
 */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { sharedOffset, shiftDate } from '../clock.ts';
import { batchFifoGroups, type QueueClass } from './fifo-batches.ts';

interface Start {
  readonly clock: SharedArrayBuffer;
  readonly directory: string | undefined;
  readonly region: string;
}

interface Persistable {
  persistence?: unknown;
}

interface QueueStore extends Persistable {
  allQueues(): Iterable<Persistable>;
}

interface Persistence {
  load(queues: QueueStore, topics: Persistable, buckets: Persistable): void;
  close(): void;
}

const start = workerData as Start;
shiftDate(sharedOffset(start.clock));

const home = import.meta.resolve('fauxqs');
const part = (path: string): Promise<Record<string, unknown>> => import(new URL(path, home).href);
const { buildApp } = await import('fauxqs');
const { SqsStore, SqsQueue } = (await part('./sqs/sqsStore.js')) as {
  SqsStore: new () => QueueStore;
  SqsQueue: QueueClass;
};
const { SnsStore } = (await part('./sns/snsStore.js')) as { SnsStore: new () => Persistable };
const { S3Store } = (await part('./s3/s3Store.js')) as { S3Store: new () => Persistable };

batchFifoGroups(SqsQueue);
const queues = new SqsStore();
const topics = new SnsStore();
const buckets = new S3Store();
const persistence = start.directory === undefined ? undefined : await openPersistence(start.directory);

async function openPersistence(directory: string): Promise<Persistence> {
  const { PersistenceManager } = (await part('./persistence.js')) as {
    PersistenceManager: new (directory: string) => Persistence;
  };
  const opened = new PersistenceManager(directory);
  releaseInFlight(directory);
  opened.load(queues, topics, buckets);
  for (const store of [queues, topics, buckets, ...queues.allQueues()]) store.persistence = opened;
  return opened;
}

/** Whoever was working on a message died with the process: it need not stay hidden until its time is up. */
function releaseInFlight(directory: string): void {
  const database = new DatabaseSync(join(directory, 'fauxqs.db'));
  database.exec('UPDATE sqs_messages SET receipt_handle = NULL, visibility_deadline = NULL');
  database.close();
}

type Options = NonNullable<Parameters<typeof buildApp>[0]>;
const stores = { sqsStore: queues, snsStore: topics, s3Store: buckets } as unknown as NonNullable<Options['stores']>;
const app = buildApp({ logger: false, defaultRegion: start.region, stores });
const address = await app.listen({ port: 0, host: '127.0.0.1' });

parentPort?.on('message', async (message: unknown) => {
  if (message !== 'stop') return;
  await app.close();
  persistence?.close();
  process.exit(0);
});
parentPort?.postMessage({ endpoint: address });
