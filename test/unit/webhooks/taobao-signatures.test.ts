import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { platforms } from '../../../shared/contracts/platforms/platforms.ts';
import { taobao } from '../../../shared/contracts/platforms/taobao.ts';
import { inForm, type Sent, taobaoRequest, taobaoSecret } from '../../support/taobao-payloads.ts';

const wall = '2026-11-20 10:15:00';
const now = Date.parse('2026-11-20T10:15:00+08:00');
const body = '{"trade":{"tid":"1","title":"杯子 a+b"}}';
const query = { app_key: '12345678', timestamp: wall, method: 'erp.trade.push', tid: '1' };

/** `杯子` in GBK. */
const inGbk = Buffer.concat([
  Buffer.from('{"trade":{"tid":"1","title":"'),
  Buffer.from('b1add7d3', 'hex'),
  Buffer.from(' a+b"}}'),
]);

const verify = (text: string | Buffer, sent: Sent, secrets = [taobaoSecret], at = now) =>
  taobao.verify(taobaoRequest(text, sent), secrets, at);

/** Reckoned outside this project, with the secret of AGISO's documentation. */
const vectors: readonly (readonly [name: string, text: string | Buffer, sent: Sent])[] = [
  [
    'AGISO’s push',
    inForm({
      json: '{"Tid":2067719225654838,"Status":"WAIT_BUYER_CONFIRM_GOODS","BuyerNick":"西门吹雪","TotalFee":"3.00"}',
    }),
    {
      query: {
        timestamp: '1468476350',
        aopic: '2048',
        fromPlatform: 'TbAlds',
        sign: 'bcce3186b3e71886cd47b9d11b6afe19',
      },
    },
  ],
  ['a call by TOP', body, { query: { ...query, sign: '8C2271429F0FB6C497B3A865078E419B' } }],
  [
    'a call by TOP with headers of its own',
    body,
    {
      query: { ...query, sign: '100531E23B230E7378422E404E3A7A8A' },
      headers: { 'top-sign-list': 'x-source,x-empty', 'x-source': 'erp' },
    },
  ],
  [
    'a call by TOP in GBK',
    inGbk,
    {
      query: { timestamp: wall, sign: '1A877D0185ED4762215669159FC39B5E' },
      headers: { 'content-type': 'application/json;charset=GBK' },
    },
  ],
  [
    'parameters as to TOP, in the query and a form',
    inForm({ content: body }),
    { query: { ...query, sign: 'CC362AEEB12A0B12766A18673DE8F75B' } },
  ],
  ['the same, all in a form', inForm({ ...query, content: body, sign: 'CC362AEEB12A0B12766A18673DE8F75B' }), {}],
  [
    'by MD5 as its method says',
    inForm({ content: body }),
    { query: { ...query, sign_method: 'md5', sign: '84F62E325FC451F050452AC9BA5989C3' } },
  ],
  [
    'by HMAC-MD5',
    inForm({ content: body }),
    { query: { ...query, sign_method: 'hmac', sign: '982CFBB3C2F972A36A79D8E5D4EC1CDB' } },
  ],
  [
    'by HMAC-SHA256',
    inForm({ content: body, sign_method: 'hmac-sha256' }),
    { query: { ...query, sign: '1B9ED8E08A0C8599A08CC227B2F2C4FD6D9F99AE052BD100457288E9B92E0A8A' } },
  ],
  [
    'a form in GBK',
    'content=%7B%22trade%22%3A%7B%22tid%22%3A%221%22%2C%22title%22%3A%22%B1%AD%D7%D3+a%2Bb%22%7D%7D',
    {
      query: { timestamp: wall, sign: 'C9272B1ADBE39C2DB07C9F6B17D2AECD' },
      headers: { 'content-type': 'application/x-www-form-urlencoded; charset=gbk' },
    },
  ],
  [
    'an empty parameter signed',
    inForm({ content: body, session: '' }),
    { query: { timestamp: wall, sign: '4851EC0CCE5FA3A862D943116B65AA64' } },
  ],
  [
    'an empty parameter left out',
    inForm({ content: body, session: '' }),
    { query: { timestamp: wall, sign: '0523B86E0FBC1FB47D3E0721193A1CE9' } },
  ],
];

const timeOf = (sent: Sent) => (sent.query?.aopic ? 1468476350_000 : now);

describe.each(vectors)('%s', (_name, text, sent) => {
  const at = timeOf(sent);
  test('verifies, whatever case its sign is in', () => {
    expect(verify(text, sent, undefined, at)).toEqual({ ok: true });
    const sign = sent.query?.sign;
    if (!sign) return;
    for (const other of [sign.toLowerCase(), sign.toUpperCase()]) {
      expect(verify(text, { ...sent, query: { ...sent.query, sign: other } }, undefined, at).ok).toBe(true);
    }
  });
  test('verifies with either of two secrets, and with no other', () => {
    expect(verify(text, sent, ['another secret', taobaoSecret], at).ok).toBe(true);
    expect(verify(text, sent, [taobaoSecret, 'another secret'], at).ok).toBe(true);
    expect(verify(text, sent, ['another secret', ''], at).ok).toBe(false);
    expect(verify(text, sent, [], at).ok).toBe(false);
  });
  test('does not with a byte of the trade changed', () => {
    const bytes = Buffer.from(text);
    const place = bytes.indexOf('1', bytes.indexOf('id'));
    bytes[place] = '2'.charCodeAt(0);
    expect(verify(bytes, sent, undefined, at).ok).toBe(false);
  });
  test('does not ten minutes off', () => {
    expect(verify(text, sent, undefined, at - 600_000).ok).toBe(true);
    expect(verify(text, sent, undefined, at + 600_000).ok).toBe(true);
    for (const off of [at - 601_000, at + 601_000]) {
      expect(verify(text, sent, undefined, off)).toEqual({
        ok: false,
        reason: 'timestamp is more than 10 minutes off',
      });
    }
  });
});

describe('refused', () => {
  const sign = 'CC362AEEB12A0B12766A18673DE8F75B';
  test('without any signature', () => {
    const reason = 'sign, or the headers of Standard Webhooks, are needed';
    expect(verify(body, { query })).toEqual({ ok: false, reason });
    expect(verify(inForm({ json: body }), { query: { timestamp: wall, sign: '' } })).toEqual({ ok: false, reason });
  });
  test('parameters signed as to TOP that leave a JSON body out', () => {
    // MD5 over the parameters alone.
    const sent = { query: { tid: '1', sign: 'e2bdb820b2ce1a4088139ce85618aec1' } };
    expect(verify(body, sent)).toEqual({ ok: false, reason: 'sign does not match parameters and body' });
  });
  test.each([
    [
      'in the query and the form',
      inForm({ content: '{"trade":{"tid":"2"}}' }),
      { query: { ...query, content: body, sign } },
    ],
    ['the timestamp in both', inForm({ ...query, content: body }), { query: { timestamp: wall, sign } }],
  ])('a parameter given twice, %s', (_name, text, sent) => {
    expect(verify(text, sent)).toEqual({ ok: false, reason: 'a parameter is given twice' });
  });
  test('a parameter given twice in the query', () => {
    const request = taobaoRequest(inForm({ content: body }), { query: { ...query, sign } });
    request.query.append('timestamp', '2020-01-01 00:00:00');
    expect(taobao.verify(request, [taobaoSecret], now)).toEqual({ ok: false, reason: 'a parameter is given twice' });
  });
  test.each(['soon', '', '2026-13-01 00:00:00', '1e9'])('a timestamp that is none: %j', (timestamp) => {
    expect(verify(inForm({ content: body }), { query: { ...query, timestamp, sign } }).ok).toBe(false);
  });
});

describe('Standard Webhooks', () => {
  const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
  const headersFor = (text: string) => ({
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(now / 1000),
    'webhook-signature': new Webhook(secret).sign('msg_1', new Date(now), text),
  });
  test('verify, and their id is the event’s', () => {
    const sent = { headers: headersFor(body) };
    expect(verify(body, sent, ['another secret', secret])).toEqual({ ok: true });
    expect(verify(`${body} `, sent, [secret]).ok).toBe(false);
    expect(verify(body, sent, [secret], now + 301_000).ok).toBe(false);
    expect(taobao.eventId(taobaoRequest(body, sent))).toBe('msg_1');
  });
});

describe('the secret', () => {
  test('is the platform’s or the ERP’s, of eight characters or more', () => {
    expect(platforms.taobao).toBe(taobao);
    expect(taobao.secretMadeBy).toBe('platform');
    for (const secret of [taobaoSecret, '12345678', `whsec_${Buffer.alloc(24).toString('base64')}`]) {
      expect(taobao.checkSecret(secret)).toBeUndefined();
    }
  });
  test.each(['', '1234567', ' 12345678', '12345678\n', '         '])('%j is none', (secret) => {
    expect(taobao.checkSecret(secret)).toBe('is shorter than 8 characters, or has blanks around it');
  });
});

test('one message under two topics is two events', () => {
  const idOf = (sent: Sent) => taobao.eventId(taobaoRequest(body, sent));
  expect(idOf({ query: { aopic: '256' } })).toBe('256');
  expect(idOf({ query: { topic: 'taobao_refund_RefundSuccess' } })).toBe('taobao_refund_RefundSuccess');
  expect(idOf({})).toBeUndefined();
});

test('whatever became of it, the answer is 200 and says success', () => {
  const answer = (outcome: Parameters<typeof taobao.answer>[0]) => {
    const { status, contentType, body: text } = taobao.answer(outcome);
    expect([status, contentType]).toEqual([200, 'application/json']);
    return JSON.parse(text) as unknown;
  };
  const success = { success: true, IsSuccess: true };
  expect(answer({ type: 'recorded', orderId: '1' })).toEqual({ ...success, outcome: 'recorded', orderId: '1' });
  expect(answer({ type: 'not_json' })).toEqual({ ...success, outcome: 'not_json' });
  const errors = [{ field: 'trade.payment', message: 'is needed' }];
  expect(answer({ type: 'invalid', errors })).toEqual({ ...success, outcome: 'invalid', errors });
});
