import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SESClient, SendRawEmailCommand } from '@aws-sdk/client-ses';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterEach, describe, expect, test } from 'vitest';
import { handoverOfError } from '../../../shared/adapters/provider-errors.ts';
import { webhookSender } from '../../../shared/adapters/webhooks/webhook-sender.ts';
import { defaultSettings } from '../../../shared/domain/settings/settings.ts';
import { noon } from '../../support/touches.ts';

const sdkError = (name: string, status?: number, more: object = {}) =>
  Object.assign(new Error('to ann@example.com'), {
    name,
    ...(status && { $metadata: { httpStatusCode: status } }),
    ...more,
  });

describe('what is known after a provider’s client has thrown', () => {
  test.each<[string, unknown, string]>([
    ['a throttle', sdkError('ThrottlingException', 400), 'throttling'],
    ['a throttle by its status', sdkError('SlowDown', 429), 'slow_down'],
    ['too many', sdkError('TooManyRequestsException', 400), 'too_many_requests'],
    ['a day’s quota', sdkError('LimitExceededException', 400), 'limit_exceeded'],
    ['an account that is paused', sdkError('AccountSendingPausedException', 400), 'account_sending_paused'],
    ['rights that are missing', sdkError('AccessDenied', 403), 'access_denied'],
    ['a token that has expired', sdkError('ExpiredTokenException', 400), 'expired_token'],
    ['nobody listening', sdkError('Error', undefined, { code: 'ECONNREFUSED' }), 'unreachable'],
    ['a name that leads nowhere', sdkError('Error', undefined, { code: 'ENOTFOUND' }), 'unreachable'],
    ['a certificate that has expired', sdkError('Error', undefined, { code: 'CERT_HAS_EXPIRED' }), 'unreachable'],
    ['a certificate of its own', sdkError('Error', undefined, { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }), 'unreachable'],
    ['a sender not verified', sdkError('MailFromDomainNotVerifiedException', 400), 'mail_from_domain_not_verified'],
    [
      'a connection that was too slow',
      sdkError('Error', undefined, { code: 'UND_ERR_CONNECT_TIMEOUT' }),
      'unreachable',
    ],
  ])('%s: not sent, to be tried again', (_what, error, reason) => {
    expect(handoverOfError(error)).toEqual({ type: 'refused', reason, later: true });
  });

  test.each<[string, unknown, string]>([
    ['a message refused', sdkError('MessageRejected', 400), 'message_rejected'],
    ['a parameter that is wrong', sdkError('InvalidParameterException', 400), 'invalid_parameter'],
  ])('%s: not sent, for good', (_what, error, reason) => {
    expect(handoverOfError(error)).toEqual({ type: 'refused', reason, later: false });
  });

  test.each<[string, unknown, string]>([
    ['a timeout', sdkError('TimeoutError'), 'timeout'],
    ['a connection that broke', sdkError('Error', undefined, { code: 'ECONNRESET' }), 'unknown'],
    ['an error of the provider', sdkError('InternalFailure', 500), 'internal_failure'],
    ['a service that is unavailable', sdkError('ServiceUnavailable', 503), 'service_unavailable'],
    ['a throttle that comes as a 5xx', sdkError('Throttling', 503), 'throttling'],
    ['something that is no error', 'oops', 'unknown'],
  ])('%s: nobody knows', (_what, error, reason) => {
    expect(handoverOfError(error)).toEqual({ type: 'unknown', reason });
  });

  test('the reason holds nothing of the message', () => {
    expect(JSON.stringify(handoverOfError(sdkError('MessageRejected', 400)))).not.toContain('ann');
  });
});

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A provider that answers everything with this, or breaks the connection. */
async function answering(status: number | 'nothing', headers: Record<string, string> = {}, body = ''): Promise<string> {
  const server = createServer((request, response) => {
    if (status === 'nothing') request.socket.destroy();
    else response.writeHead(status, headers).end(body);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function nobodyListening(): Promise<string> {
  const address = await answering(200);
  await new Promise((resolve) => servers.pop()?.close(resolve));
  return address;
}

const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const error = (code: string) =>
  `<ErrorResponse><Error><Code>${code}</Code><Message>no</Message></Error></ErrorResponse>`;

describe('real clients', () => {
  test.each<[string, number | 'nothing', string, object]>([
    ['a throttle', 400, 'Throttling', { type: 'refused', later: true }],
    ['a rejection', 400, 'MessageRejected', { type: 'refused', later: false }],
    ['an error of the provider', 500, 'InternalFailure', { type: 'unknown' }],
    ['a broken connection', 'nothing', '', { type: 'unknown' }],
  ])('of mail and text messages tell %s', async (_what, status, code, expected) => {
    const endpoint = await answering(status, { 'content-type': 'text/xml' }, error(code));
    const options = { endpoint, region: 'eu-west-1', credentials, maxAttempts: 1 };
    const mail = new SESClient(options).send(new SendRawEmailCommand({ RawMessage: { Data: Buffer.from('x') } }));
    const text = new SNSClient(options).send(new PublishCommand({ PhoneNumber: '+8613800138000', Message: 'x' }));
    const caught = await Promise.all([mail, text].map((sent) => sent.then(() => undefined, handoverOfError)));
    expect(caught).toMatchObject([expected, expected]);
  });

  test('of mail tell that nobody listens', async () => {
    const endpoint = await nobodyListening();
    const client = new SESClient({ endpoint, region: 'eu-west-1', credentials, maxAttempts: 1 });
    const sent = client.send(new SendRawEmailCommand({ RawMessage: { Data: Buffer.from('x') } }));
    expect(await sent.then(() => undefined, handoverOfError)).toEqual({
      type: 'refused',
      reason: 'unreachable',
      later: true,
    });
  });

  test.each<[string, number | 'nothing', object]>([
    ['is taken', 204, { type: 'accepted' }],
    ['is refused for good', 422, { type: 'refused', reason: 'http_422', later: false }],
    ['is refused for now', 429, { type: 'refused', reason: 'http_429', later: true }],
    ['leads elsewhere, which is not followed', 302, { type: 'refused', reason: 'http_302', later: false }],
    ['may have been taken', 503, { type: 'unknown', reason: 'http_503' }],
    ['may have been taken by one who broke off', 'nothing', { type: 'unknown' }],
  ])('a webhook %s', async (_what, status, expected) => {
    const url = await answering(status, { location: 'http://127.0.0.1:1/' });
    expect(await handOver(url)).toMatchObject(expected);
  });

  test('a webhook nobody listens to, or without an address, was not sent', async () => {
    expect(await handOver(await nobodyListening())).toEqual({ type: 'refused', reason: 'unreachable', later: true });
    expect(await handOver(undefined)).toEqual({ type: 'refused', reason: 'no_webhook_address', later: false });
    expect(await handOver('http://127.0.0.1:1/', false)).toEqual({
      type: 'refused',
      reason: 'webhook_needs_https',
      later: false,
    });
  });
});

function handOver(url: string | undefined, plainHttp = true) {
  const sender = webhookSender({ key: Buffer.alloc(32), plainHttp, clock: { now: () => noon } });
  return sender.send({
    touch: { customer: 'c1', id: 't-webhook' },
    channel: 'webhook',
    class: 'care',
    to: 'c1',
    speaker: 'North',
    settings: { ...defaultSettings.channels, webhook: url === undefined ? {} : { url } },
    content: { text: 'Hello' },
    facts: {},
  });
}
