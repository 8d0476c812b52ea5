import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import type { Outcome, PlatformAnswer, Verification } from './platform.ts';

/** What is alike for platforms that sign the raw body alone and count nothing but the status of the answer. */

/** Base64 of HMAC-SHA256 over the body. */
export function macOf(body: Buffer, secret: string): string {
  return createHmac('sha256', createSecretKey(secret, 'utf8')).update(body).digest('base64');
}

/**
 * Tries every signature given with every accepted secret, in constant time. An empty secret accepts nothing: with it
 * anybody could sign.
 * @param header name of the header to speak of when it is missing
 */
export function verifyMac(
  body: Buffer,
  signatures: readonly (string | undefined)[],
  secrets: readonly string[],
  header: string,
): Verification {
  const given = signatures.flatMap((signature) => (signature ? Buffer.from(signature.trim()) : []));
  if (given.length === 0) return { ok: false, reason: `the header ${header} is needed` };
  let matches = 0;
  for (const secret of secrets) {
    if (secret.trim() === '') continue;
    const right = Buffer.from(macOf(body, secret));
    for (const signature of given) {
      if (signature.length === right.length && timingSafeEqual(signature, right)) matches++;
    }
  }
  return matches > 0 ? { ok: true } : { ok: false, reason: `${header} does not match the body` };
}

/** @returns what is wrong with a secret somebody copied, if anything is */
export function checkCopiedSecret(secret: string): string | undefined {
  if (secret.trim() === '') return 'is empty: anybody could sign with it';
  return secret.trim() === secret ? undefined : 'has blanks around it, which cannot be part of it';
}

/** 200 whatever became of it: such platforms count anything else against the subscription, and drop it in the end. */
export function acknowledge({ type, ...more }: Outcome): PlatformAnswer {
  return { status: 200, contentType: 'application/json', body: JSON.stringify({ outcome: type, ...more }) };
}
