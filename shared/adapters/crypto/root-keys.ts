import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';

/** What is done with the one root secret: each purpose has a key of its own, so that none opens what another made. */
export interface RootKeys {
  /** Keyed hash of an identity: 22 characters of base64url, the first 16 bytes of HMAC-SHA256. */
  identityHash(text: string): string;
  /** Encrypts what must be read again, such as a shop's webhook secret; `owner` must be the same when opening. */
  seal(text: string, owner: string): string;
  /** @throws SealError when the text was sealed under another root secret or for another owner. */
  open(sealed: string, owner: string): string;
  /** Signs a public link's content. */
  linkTag(content: string): string;
  /** Signs the webhooks we send, as Standard Webhooks has it. */
  readonly webhookKey: Buffer;
  /** Signs a list's position, so that a cursor cannot be made up. */
  cursorTag(content: string): string;
}

/** A sealed text that this root secret does not open. */
export class SealError extends Error {
  override name = 'SealError';
}

const SALT = 'huitou';
const SEAL_VERSION = 'v1';
const NONCE_BYTES = 12;
const GCM_TAG_BYTES = 16;
const SHORT_TAG_BYTES = 16;

/** Derives every key by HKDF-SHA256 from the root secret. Changing a purpose's name orphans all that it has made. */
export function rootKeys(rootSecret: string): RootKeys {
  const keyFor = (purpose: string) => Buffer.from(hkdfSync('sha256', rootSecret, SALT, purpose, 32));
  const sealKey = keyFor('shop-secrets/v1');
  const tagger = (purpose: string) => {
    // A key object, for bytes would be made into one each time.
    const key = createSecretKey(keyFor(purpose));
    return (text: string) =>
      createHmac('sha256', key).update(text).digest().subarray(0, SHORT_TAG_BYTES).toString('base64url');
  };
  return {
    identityHash: tagger('identities/v1'),
    linkTag: tagger('links/v1'),
    cursorTag: tagger('cursors/v1'),
    webhookKey: keyFor('outbound-webhooks/v1'),
    seal: (text, owner) => seal(sealKey, text, owner),
    open: (sealed, owner) => open(sealKey, sealed, owner),
  };
}

function seal(key: Buffer, text: string, owner: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(owner));
  const encrypted = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return `${SEAL_VERSION}.${Buffer.concat([nonce, cipher.getAuthTag(), encrypted]).toString('base64url')}`;
}

function open(key: Buffer, sealed: string, owner: string): string {
  const [version, content = ''] = sealed.split('.');
  const bytes = Buffer.from(content, 'base64url');
  if (version !== SEAL_VERSION || bytes.length < NONCE_BYTES + GCM_TAG_BYTES) throw new SealError('not a sealed text');
  const nonce = bytes.subarray(0, NONCE_BYTES);
  const tag = bytes.subarray(NONCE_BYTES, NONCE_BYTES + GCM_TAG_BYTES);
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: GCM_TAG_BYTES })
      .setAAD(Buffer.from(owner))
      .setAuthTag(tag);
    const rest = bytes.subarray(NONCE_BYTES + GCM_TAG_BYTES);
    return Buffer.concat([decipher.update(rest), decipher.final()]).toString('utf8');
  } catch (cause) {
    throw new SealError('sealed under another root secret, or for another owner', { cause });
  }
}

/** Compares two texts without telling by its time where they differ; their lengths may show. */
export function equalInConstantTime(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(a), Buffer.from(b)];
  return x.length === y.length && timingSafeEqual(x, y);
}
