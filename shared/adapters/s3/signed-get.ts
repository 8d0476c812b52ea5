import { createHash, createHmac } from 'node:crypto';

/** Where a bucket is, and whose rights are used: as functions find them in their environment. */
export interface S3Access {
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** In place of AWS: then the bucket is the first part of the path. */
  readonly endpoint?: string;
}

/** SHA-256 of nothing: a GET has no body. */
const emptyHash = createHash('sha256').digest('hex');

/**
 * A signed GET of one object (Signature Version 4): for a function that reads one file a night and nothing else of S3, whose
 * client would be a fifth of its bundle. @param at epoch milliseconds
 */
export function signedGet(bucket: string, key: string, access: S3Access, at: number) {
  const { region, accessKeyId, secretAccessKey, sessionToken } = access;
  const url = addressOf(bucket, key, access);
  const time = `${new Date(at).toISOString().replace(/[-:]|\.\d+/g, '')}`;
  const scope = `${time.slice(0, 8)}/${region}/s3/aws4_request`;
  const headers = {
    host: url.host,
    'x-amz-content-sha256': emptyHash,
    'x-amz-date': time,
    ...(sessionToken !== undefined && { 'x-amz-security-token': sessionToken }),
  };
  const names = Object.keys(headers).join(';');
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
  const canonical = ['GET', url.pathname, '', lines.join(''), names, emptyHash].join('\n');
  const hash = createHash('sha256').update(canonical).digest('hex');
  const signature = hmac(keyFor(scope, secretAccessKey), ['AWS4-HMAC-SHA256', time, scope, hash].join('\n')).toString(
    'hex',
  );
  const { host: _sentAnyway, ...sent } = headers;
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
  return { url: url.href, headers: { ...sent, authorization } };
}

function addressOf(bucket: string, key: string, { region, endpoint }: S3Access): URL {
  const path = key.split('/').map(encoded).join('/');
  if (endpoint !== undefined) return new URL(`/${bucket}/${path}`, endpoint);
  const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return new URL(`https://${bucket}.s3.${region}.${domain}/${path}`);
}

/** As RFC 3986 has it: stricter than encodeURIComponent. */
function encoded(part: string): string {
  return encodeURIComponent(part).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
}

function keyFor(scope: string, secret: string): Buffer {
  return scope.split('/').reduce((key: Buffer | string, part) => hmac(key, part), `AWS4${secret}`) as Buffer;
}

function hmac(key: Buffer | string, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
