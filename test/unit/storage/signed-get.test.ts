import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { signedGet } from '../../../shared/adapters/s3/signed-get.ts';

const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };

type FinalizeArguments = { request: unknown; input: object };
// biome-ignore lint/suspicious/noExplicitAny: whatever the client answers is passed on
type FinalizeHandler = (args: any) => Promise<any>;

interface Sent {
  readonly hostname: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What the client of the SDK signs, without what it says about itself. */
async function ofTheSdk(key: string, region: string, sessionToken?: string): Promise<Sent> {
  let sent: Sent | undefined;
  const client = new S3Client({
    region,
    credentials: { ...keys, ...(sessionToken !== undefined && { sessionToken }) },
    maxAttempts: 1,
  });
  client.middlewareStack.addRelativeTo(
    (next: FinalizeHandler) => (args: FinalizeArguments) => {
      const request = args.request as { headers: Record<string, string>; query: object };
      for (const name of Object.keys(request.headers)) if (name !== 'host') delete request.headers[name];
      request.query = {};
      return next(args);
    },
    { relation: 'before', toMiddleware: 'httpSigningMiddleware', name: 'bare' },
  );
  client.middlewareStack.add(
    () => async (args) => {
      sent = args.request as Sent;
      throw new Error('seen');
    },
    { step: 'finalizeRequest', priority: 'low', name: 'see' },
  );
  await client.send(new GetObjectCommand({ Bucket: 'facts-of-a-shop', Key: key })).catch(() => undefined);
  if (!sent) throw new Error('nothing was sent');
  return sent;
}

describe('a signed GET', () => {
  it.each([
    ['facts/census-1/notes/recommendations.json', 'eu-west-1', undefined],
    ["facts/2026-11-23T19:00:00Z/notes/a b+c(d)!'*~é茶.json", 'cn-north-1', undefined],
    ['facts/x.json', 'us-east-1', 'a-session/token+of==a-role'],
  ])('of %s in %s is what the SDK signs', async (key, region, sessionToken) => {
    const { hostname, path, headers } = await ofTheSdk(key, region, sessionToken);
    const date = headers['x-amz-date'] ?? '';
    const at = Date.parse(date.replace(/(....)(..)(..)T(..)(..)(..)Z/, '$1-$2-$3T$4:$5:$6Z'));
    const access = { region, ...keys, ...(sessionToken !== undefined && { sessionToken }) };
    const own = signedGet('facts-of-a-shop', key, access, at);
    expect(own.url).toBe(`https://${hostname}${path}`);
    const { host: _host, ...signed } = headers;
    expect(own.headers).toEqual(signed);
  });

  it('goes by path where an endpoint stands for AWS', () => {
    const { url } = signedGet('b', 'k/1.json', { region: 'local', ...keys, endpoint: 'http://127.0.0.1:4000' }, 0);
    expect(url).toBe('http://127.0.0.1:4000/b/k/1.json');
  });
});
