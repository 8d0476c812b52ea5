import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { linkSeconds, type TransferFiles, UploadError } from '../../usecases/transfers/transfer-ports.ts';

/** What the client has to be made with: a link must not ask its user for a checksum. */
export const transferClientConfig = {
  requestChecksumCalculation: 'WHEN_REQUIRED',
  responseChecksumValidation: 'WHEN_REQUIRED',
} as const;

/** Files in a bucket of their own. */
export function s3TransferFiles(client: S3Client, Bucket: string): TransferFiles {
  const get = async (Key: string, Range?: string) => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key, ...(Range !== undefined && { Range }) }));
    return (await Body?.transformToByteArray()) ?? new Uint8Array(0);
  };
  return {
    putLink: (Key) => getSignedUrl(client, new PutObjectCommand({ Bucket, Key }), { expiresIn: linkSeconds.upload }),
    async startUpload(Key) {
      const { UploadId = '' } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
      return UploadId;
    },
    partLink: (Key, UploadId, PartNumber) =>
      getSignedUrl(client, new UploadPartCommand({ Bucket, Key, UploadId, PartNumber }), {
        expiresIn: linkSeconds.upload,
      }),
    async uploadPart(Key, UploadId, part, Body) {
      const { ETag = '' } = await client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: part, Body }));
      return { number: part, etag: ETag };
    },
    async completeUpload(Key, UploadId, parts) {
      const sorted = parts.toSorted((a, b) => a.number - b.number);
      const Parts = sorted.map(({ number, etag }) => ({ PartNumber: number, ETag: etag }));
      const command = new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } });
      await client.send(command).catch((error: unknown) => {
        throw uploadErrorOf(error) ?? error;
      });
    },
    async sizeOf(Key) {
      try {
        const { ContentLength = 0 } = await client.send(new HeadObjectCommand({ Bucket, Key }));
        return ContentLength;
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
    read: (key, start, end) => get(key, `bytes=${start}-${end - 1}`),
    readWhole: (key) => get(key),
    async write(Key, Body) {
      await client.send(new PutObjectCommand({ Bucket, Key, Body }));
    },
    downloadLink(Key, name) {
      const ResponseContentDisposition = `attachment; filename="${name}"`;
      const command = new GetObjectCommand({ Bucket, Key, ResponseContentDisposition });
      return getSignedUrl(client, command, { expiresIn: linkSeconds.download });
    },
  };
}

/** Without the right to list a bucket, what is not there is forbidden. */
function isMissing(error: unknown): boolean {
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
  return status === 404 || status === 403;
}

const wrongParts: Readonly<Record<string, string>> = {
  InvalidPart: 'are not those that were uploaded',
  InvalidPartOrder: 'are not in their order',
  EntityTooSmall: 'but the last must have at least 5 MiB each',
  NoSuchUpload: 'belong to an upload that is over',
};

function uploadErrorOf(error: unknown): UploadError | undefined {
  const words = error instanceof Error ? wrongParts[error.name] : undefined;
  return words === undefined ? undefined : new UploadError(words, { cause: error });
}
