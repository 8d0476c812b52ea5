import { createHash, randomBytes } from 'node:crypto';

/** A webhook secret as Standard Webhooks writes it: 256 bits. */
export function newWebhookSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`;
}

/** An API key: 256 bits. Only its hash is kept. */
export function newApiKey(): string {
  return `hk_${randomBytes(32).toString('base64url')}`;
}

/** The public name of a key: tells nothing of the key. */
export function newKeyId(): string {
  return randomBytes(6).toString('hex');
}

/** SHA-256 in hex. A key is random, so that no salt and no slow hash is needed. */
export function hashOfKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}
