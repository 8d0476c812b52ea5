import { signatureOf } from '../../contracts/platforms/standard-webhooks.ts';

const timeoutMs = 10_000;

/** What to post where, signed as Standard Webhooks has it. */
export interface SignedPost {
  readonly url: string;
  readonly id: string;
  readonly key: Buffer;
  readonly content: unknown;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Posts JSON under a signature. @returns the status @throws where there was no answer; redirects are not followed */
export async function postSigned({ url, id, key, content, now }: SignedPost): Promise<number> {
  const body = Buffer.from(JSON.stringify(content));
  const timestamp = String(Math.floor(now / 1000));
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': signatureOf(id, timestamp, body, key),
    },
    body: new Uint8Array(body),
    redirect: 'manual',
    signal: AbortSignal.timeout(timeoutMs),
  });
  await response.body?.cancel();
  return response.status;
}
