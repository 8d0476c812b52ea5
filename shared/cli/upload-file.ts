import type { FileHandle } from 'node:fs/promises';
import * as z from 'zod';
import type { Api } from './api.ts';
import { UsageError } from './arguments.ts';

const linksSchema = z.object({ parts: z.array(z.object({ number: z.int(), url: z.string() })) });
/** Links asked for at a time: they end after an hour. */
const linksAtOnce = 20;
const lanes = 4;
const tries = 4;

/**
 * Uploads a file in parts, some at a time.
 * @param onBytes hears how many bytes are there
 * @returns the tags of the parts, in their order
 */
export async function uploadFile(
  file: FileHandle,
  size: number,
  job: { readonly id: string; readonly partBytes: number },
  api: Api,
  onBytes: (bytes: number) => void,
): Promise<string[]> {
  const count = Math.ceil(size / job.partBytes);
  const etags: string[] = [];
  let sent = 0;
  for (let first = 1; first <= count; first += linksAtOnce) {
    const numbers = Array.from({ length: Math.min(linksAtOnce, count - first + 1) }, (_, index) => first + index);
    const { parts } = await api.call('POST', `/v1/imports/${job.id}/parts`, linksSchema, { numbers });
    const waiting = [...parts];
    const lane = async () => {
      for (let part = waiting.shift(); part; part = waiting.shift()) {
        const start = (part.number - 1) * job.partBytes;
        const bytes = await readBytes(file, start, Math.min(job.partBytes, size - start));
        etags[part.number - 1] = await putPart(part.url, bytes);
        sent += bytes.length;
        onBytes(sent);
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));
  }
  return etags;
}

async function readBytes(file: FileHandle, start: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  const { bytesRead } = await file.read(bytes, 0, length, start);
  if (bytesRead < length) throw new UsageError('The file has become shorter while it was read.');
  return bytes;
}

/** A link may be used again: what is there is replaced. */
async function putPart(url: string, body: Uint8Array<ArrayBuffer>): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    const answer = await fetch(url, { method: 'PUT', body }).catch(() => undefined);
    const etag = answer?.ok ? answer.headers.get('etag') : undefined;
    await answer?.arrayBuffer();
    if (etag) return etag;
    const mayPass = answer === undefined || answer.status >= 500;
    if (!mayPass || attempt >= tries) {
      throw new UsageError(`A part of the file could not be uploaded${answer ? ` (${answer.status})` : ''}.`);
    }
  }
}
