import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { DuckDBInstance } from '@duckdb/node-api';
import { Clock } from '../../infra/local/clock.ts';
import { startWorkerEngine } from '../../infra/local/engines/worker-engine.ts';
import { type FactKind, factKinds } from '../../shared/contracts/facts.ts';
import { type FactRow, type FactsManifest, factsKey } from '../../shared/contracts/facts-files.ts';

export interface LocalBucket {
  readonly client: S3Client;
  readonly bucket: string;
  stop(): Promise<void>;
}

/** A fresh bucket on an engine of its own. */
export async function startBucket(): Promise<LocalBucket> {
  const engine = await startWorkerEngine(new URL('../../infra/local/engines/queues-worker.ts', import.meta.url), {
    clock: new Clock().shared,
    region: 'eu-west-1',
  });
  const client = bucketClient(engine.endpoint);
  const bucket = `facts-${randomBytes(5).toString('hex')}`;
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  const stop = async () => {
    client.destroy();
    await engine.stop();
  };
  return { client, bucket, stop };
}

/** A client of a local engine, which takes any key. */
export function bucketClient(endpoint: string): S3Client {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return new S3Client({ endpoint, region: 'eu-west-1', forcePathStyle: true, credentials });
}

/** Every object of a bucket below a prefix, by its key. */
export async function objectsIn(
  { client, bucket }: Omit<LocalBucket, 'stop'>,
  prefix = '',
): Promise<Map<string, Uint8Array>> {
  const objects = new Map<string, Uint8Array>();
  let ContinuationToken: string | undefined;
  do {
    const page = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken }));
    for (const { Key = '' } of page.Contents ?? []) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key }));
      objects.set(Key, (await Body?.transformToByteArray()) ?? new Uint8Array());
    }
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  return objects;
}

export type Facts = { readonly [Kind in FactKind]: readonly FactRow<Kind>[] };

/** The rows of exactly the files that a manifest names, read by an engine that had no part in writing them. */
export async function factsOf(manifest: FactsManifest, objects: ReadonlyMap<string, Uint8Array>): Promise<Facts> {
  const folder = mkdtempSync(join(tmpdir(), 'facts-'));
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    const read = async (kind: FactKind) => {
      const files = manifest.parts[kind].map((part) => {
        const key = factsKey(manifest.run, kind, part);
        const bytes = objects.get(key);
        if (!bytes) throw new Error(`the manifest names ${key}, which is not there`);
        mkdirSync(dirname(join(folder, key)), { recursive: true });
        writeFileSync(join(folder, key), bytes);
        return `'${join(folder, key)}'`;
      });
      if (files.length === 0) return [];
      const rows = await connection.runAndReadAll(`SELECT * FROM read_parquet([${files.join(', ')}])`);
      return rows.getRowObjects().map(withNumbers);
    };
    const facts: Partial<Record<FactKind, unknown>> = {};
    for (const kind of factKinds) facts[kind] = await read(kind);
    return facts as unknown as Facts;
  } finally {
    connection.closeSync();
    instance.closeSync();
    rmSync(folder, { recursive: true });
  }
}

function withNumbers(row: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, typeof value === 'bigint' ? Number(value) : value]),
  );
}
