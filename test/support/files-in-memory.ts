import { type TransferFiles, UploadError } from '../../shared/usecases/transfers/transfer-ports.ts';

export interface FilesInMemory extends TransferFiles {
  readonly objects: Map<string, Uint8Array>;
  /** How many bytes were asked for at a time, at most. */
  readonly largestRead: () => number;
}

/** Files in memory, with links that lead nowhere. */
export function filesInMemory(): FilesInMemory {
  const objects = new Map<string, Uint8Array>();
  const uploads = new Map<string, Map<number, Uint8Array>>();
  let largest = 0;
  const whole = (key: string) => {
    const found = objects.get(key);
    if (!found) throw new Error(`no object ${key}`);
    return found;
  };
  return {
    objects,
    largestRead: () => largest,
    putLink: async (key) => `memory:${key}`,
    async startUpload() {
      const id = `upload-${uploads.size}`;
      uploads.set(id, new Map());
      return id;
    },
    partLink: async (key, uploadId, part) => `memory:${key}?uploadId=${uploadId}&partNumber=${part}`,
    async uploadPart(_key, uploadId, part, body) {
      uploads.get(uploadId)?.set(part, Buffer.from(body));
      return { number: part, etag: `"${uploadId}-${part}"` };
    },
    async completeUpload(key, uploadId, parts) {
      const bodies = parts.map(({ number }) => uploads.get(uploadId)?.get(number));
      if (bodies.some((body) => body === undefined)) throw new UploadError('are not those that were uploaded');
      objects.set(key, Buffer.concat(bodies.flatMap((body) => body ?? [])));
    },
    sizeOf: async (key) => objects.get(key)?.length,
    async read(key, start, end) {
      largest = Math.max(largest, end - start);
      return whole(key).subarray(start, end);
    },
    readWhole: async (key) => whole(key),
    async write(key, body) {
      objects.set(key, Buffer.from(body));
    },
    downloadLink: async (key, name) => `memory:${key}?name=${name}`,
  };
}
