import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { factsPrefix } from '../../contracts/facts-files.ts';
import type { FactsFiles } from '../../usecases/census/census-ports.ts';
import { StoreBusyError } from '../../usecases/ports.ts';

/** What the steps of a census leave for one another: JSON beside its facts. Apart from these, which bring a library along. */
export function s3FactsNotes(client: S3Client, bucket: string): Pick<FactsFiles, 'readNotes' | 'writeNotes'> {
  return {
    async writeNotes(run, name, notes) {
      const Body = JSON.stringify(notes);
      await named(client.send(new PutObjectCommand({ Bucket: bucket, Key: notesKey(run, name), Body })));
    },
    async readNotes(run, name) {
      const { Body } = await named(client.send(new GetObjectCommand({ Bucket: bucket, Key: notesKey(run, name) })));
      return JSON.parse((await Body?.transformToString()) ?? 'null') as unknown;
    },
  };
}

function notesKey(run: string, name: string): string {
  return `${factsPrefix}${run}/notes/${name}.json`;
}

const busy = new Set(['SlowDown', 'ServiceUnavailable', 'InternalError', 'RequestTimeout', 'TimeoutError']);

/** @throws StoreBusyError where it is worth trying later */
export async function named<T>(request: Promise<T>): Promise<T> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof Error && busy.has(error.name)) throw new StoreBusyError(error.name, { cause: error });
    throw error;
  }
}
