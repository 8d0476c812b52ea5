import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import {
  keyOfSecret,
  signatureOf,
  verifyStandardWebhook,
} from '../../../shared/contracts/platforms/standard-webhooks.ts';

/** The vector of the Standard Webhooks repository (libraries/javascript, "sign function works"). */
const vector = {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  timestamp: '1614265330',
  body: Buffer.from('{"test": 2432232314}'),
  signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
};
const then = Number(vector.timestamp) * 1000;

function request(headers: Record<string, string | undefined> = {}, body = vector.body) {
  return {
    headers: {
      'webhook-id': vector.id,
      'webhook-timestamp': vector.timestamp,
      'webhook-signature': vector.signature,
      ...headers,
    },
    query: new URLSearchParams(),
    body,
  };
}

const verify = (headers: Record<string, string | undefined> = {}, secrets = [vector.secret], now = then) =>
  verifyStandardWebhook(request(headers), secrets, now).ok;

describe('the published vector', () => {
  test('gives the published signature', () => {
    const key = keyOfSecret(vector.secret) ?? Buffer.alloc(0);
    expect(signatureOf(vector.id, vector.timestamp, vector.body, key)).toBe(vector.signature);
  });

  test('is what the reference library signs', () => {
    const signed = new Webhook(vector.secret).sign(vector.id, new Date(then), vector.body.toString());
    expect(verify({ 'webhook-signature': signed })).toBe(true);
  });
});

describe('accepted', () => {
  test.each([
    ['as it is', {}],
    ['among signatures of other keys and versions', { 'webhook-signature': `v1,AAAA v1a,xyz ${vector.signature}` }],
    ['with several signature headers, joined by the gateway', { 'webhook-signature': `v1,AAAA,${vector.signature}` }],
  ])('%s', (_name, headers) => expect(verify(headers)).toBe(true));

  test('a secret without its prefix', () => expect(verify({}, [vector.secret.slice(6)])).toBe(true));
  test('either of two secrets during rotation', () => {
    expect(verify({}, [`whsec_${Buffer.alloc(24, 1).toString('base64')}`, vector.secret])).toBe(true);
    expect(verify({}, [vector.secret, `whsec_${Buffer.alloc(24, 1).toString('base64')}`])).toBe(true);
  });
  test.each([-300, -1, 300])('a clock %d s off', (seconds) =>
    expect(verify({}, undefined, then + seconds * 1000)).toBe(true),
  );
});

describe('refused', () => {
  test.each([
    ['no id', { 'webhook-id': undefined }],
    ['no timestamp', { 'webhook-timestamp': undefined }],
    ['no signature', { 'webhook-signature': undefined }],
    ['an empty signature', { 'webhook-signature': '' }],
    ['another id', { 'webhook-id': 'msg_other' }],
    ['another timestamp', { 'webhook-timestamp': '1614265331' }],
    ['a timestamp with a fraction', { 'webhook-timestamp': '1614265330.0' }],
    ['a timestamp in hexadecimal', { 'webhook-timestamp': '0x60378db2' }],
    ['a negative timestamp', { 'webhook-timestamp': '-1614265330' }],
    ['a timestamp with blanks', { 'webhook-timestamp': ' 1614265330' }],
    ['the signature without its version', { 'webhook-signature': vector.signature.slice(3) }],
    ['the signature under another version', { 'webhook-signature': vector.signature.replace('v1,', 'v2,') }],
    ['the signature as asymmetric', { 'webhook-signature': vector.signature.replace('v1,', 'v1a,') }],
    ['a signature cut short', { 'webhook-signature': vector.signature.slice(0, -2) }],
    ['a signature with something behind it', { 'webhook-signature': `${vector.signature}x` }],
  ])('%s', (_name, headers) => expect(verify(headers)).toBe(false));

  test.each([-301, 301, 86_400])('a clock %d s off', (seconds) =>
    expect(verify({}, undefined, then + seconds * 1000)).toBe(false),
  );
  test('a body of which one byte is another', () => {
    expect(verifyStandardWebhook(request({}, Buffer.from('{"test":2432232314}')), [vector.secret], then).ok).toBe(
      false,
    );
  });
  test('everything, when the shop has no usable secret', () => {
    expect(verify({}, [])).toBe(false);
    expect(verify({}, [''])).toBe(false);
    expect(verify({}, ['whsec_'])).toBe(false);
  });
});

test('a secret is 24 to 64 bytes of base64', () => {
  const secretOf = (bytes: number) => `whsec_${Buffer.alloc(bytes, 9).toString('base64')}`;
  expect([23, 24, 64, 65].map((bytes) => keyOfSecret(secretOf(bytes)) !== undefined)).toEqual([
    false,
    true,
    true,
    false,
  ]);
  expect(keyOfSecret('whsec_not base64!')).toBeUndefined();
});
