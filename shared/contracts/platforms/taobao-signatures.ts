import { createHash, createHmac } from 'node:crypto';
import { matchesOne, momentOf } from './chinese-fields.ts';
import type { SignedRequest, Verification } from './platform.ts';
import { verifyStandardWebhook } from './standard-webhooks.ts';
import { type Form, formOf, unescaped } from './taobao-form.ts';

/** TOP and AGISO allow ten minutes either way. */
const toleranceMs = 600_000;

/**
 * Accepts what ERPs sign with, each with every secret: Standard Webhooks; AGISO's push (the form's `json` and the
 * timestamp); TOP's own (all parameters by name, headers it lists, and a body that is no form). A signature that leaves the
 * trade out is none, and nor is one over a parameter given twice: what is signed and what is read could differ.
 */
export function verifyTaobao(request: SignedRequest, secrets: readonly string[], now: number): Verification {
  const { headers, query, body } = request;
  if (headers['webhook-signature'] !== undefined) return verifyStandardWebhook(request, secrets, now);
  const form = formOf(body);
  const said = (name: string) => query.get(name) ?? form?.get(name)?.toString();
  const sign = said('sign');
  if (!sign) return refused('sign, or the headers of Standard Webhooks, are needed');
  const names = [...query.keys()];
  const isAmbiguous = new Set(names).size < names.length || names.some((name) => name !== 'sign' && form?.has(name));
  if (isAmbiguous) return refused('a parameter is given twice');
  const timestamp = said('timestamp');
  const isNear = Math.abs(now - (momentOf(timestamp) ?? Number.NaN)) <= toleranceMs;
  if (timestamp !== undefined && !isNear) return refused('timestamp is more than 10 minutes off');
  const known = secrets.filter((secret) => secret !== '');
  const agiso = known.flatMap((secret) => agisoDigests(secret, form?.get('json'), query.get('timestamp')));
  const isRight = matchesOne(sign, agiso) || matchesOne(sign, topDigests(known, request, form, said('sign_method')));
  return isRight ? { ok: true } : refused('sign does not match parameters and body');
}

function refused(reason: string): Verification {
  return { ok: false, reason };
}

function agisoDigests(secret: string, json: Buffer | undefined, timestamp: string | null): string[] {
  if (!json || timestamp === null) return [];
  const hash = createHash('md5').update(`${secret}json`).update(json);
  return [hash.update(`timestamp${timestamp}${secret}`).digest('hex')];
}

function topDigests(
  secrets: readonly string[],
  request: SignedRequest,
  form: Form | undefined,
  method = 'md5',
): string[] {
  const texts = topTexts(request, form);
  return secrets.flatMap((secret) => texts.map((text) => topDigest(secret, text, method)));
}

function topDigest(secret: string, text: Buffer, method: string): string {
  if (method === 'md5') return createHash('md5').update(secret).update(text).update(secret).digest('hex');
  return createHmac(method === 'hmac-sha256' ? 'sha256' : 'md5', secret)
    .update(text)
    .digest('hex');
}

/** With and without parameters that are empty: TOP's clients leave them out, its calls to others do not. */
function topTexts({ headers, query, body }: SignedRequest, form: Form | undefined): Buffer[] {
  const parameters = new Map<string, string>();
  for (const name of headers['top-sign-list']?.split(',') ?? []) {
    parameters.set(bytesOf(name), unescaped(Buffer.from(headers[name.trim().toLowerCase()] ?? '')).toString('latin1'));
  }
  for (const [name, value] of query) parameters.set(bytesOf(name), bytesOf(value));
  for (const [name, value] of form ?? []) parameters.set(name, value.toString('latin1'));
  parameters.delete('sign');
  const all = [...parameters].sort(([a], [b]) => (a < b ? -1 : 1));
  const full = all.filter(([, value]) => value !== '');
  const variants = full.length < all.length ? [all, full] : [all];
  return variants.map((pairs) =>
    Buffer.concat([Buffer.from(pairs.flat().join(''), 'latin1'), ...(form ? [] : [body])]),
  );
}

/** One character a byte. */
function bytesOf(text: string): string {
  return Buffer.from(text).toString('latin1');
}
