import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import type { SignedRequest, Verification } from './platform.ts';

/** Seconds by which a timestamp may be off, either way: what lies outside is a replay. */
const toleranceSeconds = 300;

const minimumKeyBytes = 24;
const maximumKeyBytes = 64;

/** The key bytes of a `whsec_` secret (the prefix may be missing); undefined when it is not 24 to 64 bytes of base64. */
export function keyOfSecret(secret: string): Buffer | undefined {
  const text = secret.startsWith('whsec_') ? secret.slice('whsec_'.length) : secret;
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return undefined;
  const key = Buffer.from(text, 'base64');
  return key.length >= minimumKeyBytes && key.length <= maximumKeyBytes ? key : undefined;
}

/** The `v1,` signature of a delivery: HMAC-SHA256 over `id.timestamp.body`, base64. */
export function signatureOf(id: string, timestamp: string, body: Buffer, key: Buffer): string {
  // As a key object: given bytes, the mac takes twice as long.
  const mac = createHmac('sha256', createSecretKey(key)).update(`${id}.${timestamp}.`).update(body).digest('base64');
  return `v1,${mac}`;
}

/**
 * Standard Webhooks 1.0: every `v1` entry of `webhook-signature` is tried with every accepted secret, in constant time.
 * @param now epoch milliseconds
 */
export function verifyStandardWebhook(request: SignedRequest, secrets: readonly string[], now: number): Verification {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures } = request.headers;
  if (!id || !timestamp || !signatures) {
    return refused('the headers webhook-id, webhook-timestamp and webhook-signature are needed');
  }
  if (!/^\d{1,12}$/.test(timestamp)) return refused('webhook-timestamp is not a whole number of seconds');
  if (Math.abs(now / 1000 - Number(timestamp)) > toleranceSeconds) {
    return refused('webhook-timestamp is more than 5 minutes off: send the time of this attempt');
  }
  const keys = secrets.flatMap((secret) => keyOfSecret(secret) ?? []);
  const expected = keys.map((key) => Buffer.from(signatureOf(id, timestamp, request.body, key)));
  let matches = 0;
  for (const entry of signatures.split(/[ ,](?=v\d+a?,)/)) {
    const given = Buffer.from(entry.trim());
    for (const right of expected) {
      if (given.length === right.length && timingSafeEqual(given, right)) matches++;
    }
  }
  return matches > 0 ? { ok: true } : refused('no v1 signature in webhook-signature matches the body');
}

function refused(reason: string): Verification {
  return { ok: false, reason };
}
