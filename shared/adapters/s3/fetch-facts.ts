import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { FactKind } from '../../contracts/facts.ts';
import { type FactsManifest, factsKey } from '../../contracts/facts-files.ts';
import { inLanes } from '../../usecases/in-lanes.ts';

const atOnce = 8;

/** Copies the files of a kind that the manifest names, and no others, into `<folder>/<kind>/`. */
export async function fetchFacts(
  { run, parts }: FactsManifest,
  kind: FactKind,
  folder: string,
  { client, bucket }: { readonly client: S3Client; readonly bucket: string },
): Promise<void> {
  if (parts[kind].length > 0) await mkdir(join(folder, kind), { recursive: true });
  await inLanes(parts[kind], atOnce, async (part) => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: factsKey(run, kind, part) }));
    if (!(Body instanceof Readable)) throw new TypeError(`${kind} ${part} of the facts came without its content`);
    await pipeline(Body, createWriteStream(join(folder, kind, `${part}.parquet`)));
  });
}
