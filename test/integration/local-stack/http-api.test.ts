import { type IncomingMessage, request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FixtureStack, startFixture } from '../../support/local-stack.ts';

interface HttpEvent {
  readonly routeKey: string;
  readonly rawPath: string;
  readonly rawQueryString: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
  readonly isBase64Encoded: boolean;
  readonly [name: string]: unknown;
}

/** The HTTP API: events of payload format 2.0 to the letter, and the answers AWS gives without the function. */
describe('HTTP API', () => {
  let fixture: FixtureStack;
  beforeAll(async () => {
    fixture = await startFixture();
  });
  afterAll(() => fixture.stop());

  const send = (path: string, init: RequestInit = {}) => fetch(fixture.stack.url + path, init);
  const eventOf = async (path: string, init: RequestInit = {}) => (await (await send(path, init)).json()) as HttpEvent;

  it('makes the event that AWS makes', async () => {
    const event = await eventOf('/echo/a%20b/c?x=1&x=2&y=%20', {
      headers: { 'X-Mixed-Case': 'Yes', cookie: 'a=1; b=2' },
    });
    const host = new URL(fixture.stack.url).host;
    expect(event).toMatchObject({
      version: '2.0',
      routeKey: 'ANY /echo/{proxy+}',
      rawPath: '/echo/a b/c',
      rawQueryString: 'x=1&x=2&y=%20',
      cookies: ['a=1', 'b=2'],
      queryStringParameters: { x: '1,2', y: ' ' },
      pathParameters: { proxy: 'a b/c' },
      isBase64Encoded: false,
      requestContext: {
        accountId: '000000000000',
        domainName: host,
        http: { method: 'GET', path: '/echo/a b/c', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'node' },
        routeKey: 'ANY /echo/{proxy+}',
        stage: '$default',
        time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
        timeEpoch: expect.any(Number),
        requestId: expect.any(String),
      },
    });
    expect(event.headers['x-mixed-case']).toBe('Yes');
    expect(event.headers['x-forwarded-for']).toBe('127.0.0.1');
    expect(event.headers).not.toHaveProperty('cookie');
    expect(event).not.toHaveProperty('body');
  });

  it('joins repeated headers by commas', async () => {
    const { hostname, port } = new URL(fixture.stack.url);
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const headers = ['Host', `${hostname}:${port}`, 'X-Twice', 'one', 'x-twice', 'two'];
      request({ hostname, port, path: '/echo/x', headers }, resolve).on('error', reject).end();
    });
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    const event = JSON.parse(Buffer.concat(chunks).toString()) as HttpEvent;
    expect(event.headers['x-twice']).toBe('one,two');
  });

  it.each([
    ['application/json', '{"a":"ü"}', false],
    ['text/plain', 'plain', false],
    ['application/x-www-form-urlencoded', 'a=1', true],
    ['application/octet-stream', 'bytes', true],
  ])('passes a body of %s', async (contentType, body, isBase64Encoded) => {
    const event = await eventOf('/echo/a/b', { method: 'POST', body, headers: { 'content-type': contentType } });
    expect(event.isBase64Encoded).toBe(isBase64Encoded);
    expect(event.body).toBe(isBase64Encoded ? Buffer.from(body).toString('base64') : body);
  });

  it('keeps every byte of a text that is no UTF-8', async () => {
    const bytes = Buffer.from([0x7b, 0xff, 0xfe, 0x7d]);
    const event = await eventOf('/echo/a/b', {
      method: 'POST',
      body: bytes,
      headers: { 'content-type': 'application/json' },
    });
    expect(Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8')).toEqual(bytes);
  });

  it('prefers the most specific route', async () => {
    expect((await eventOf('/echo/fixed')).routeKey).toBe('GET /echo/fixed');
    expect((await eventOf('/echo/other')).routeKey).toBe('GET /echo/{name}');
    expect((await eventOf('/echo/a/b')).routeKey).toBe('ANY /echo/{proxy+}');
    expect((await eventOf('/echo/a/b', { method: 'POST' })).routeKey).toBe('POST /echo/{proxy+}');
    expect((await eventOf('/echo/a', { method: 'DELETE' })).routeKey).toBe('ANY /echo/{proxy+}');
  });

  it('answers 404 itself where there is no route', async () => {
    for (const path of ['/', '/echo', '/elsewhere']) {
      const response = await send(path);
      expect(response.status).toBe(404);
      expect(await response.json()).toEqual({ message: 'Not Found' });
    }
  });

  it('sends cookies and headers of the function', async () => {
    const response = await send('/echo/x');
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(response.headers.get('x-seen')).toBe('yes');
    expect(response.headers.get('content-type')).toContain('text/plain');
  });

  it('answers 500 when the function throws or its environment dies, and goes on', async () => {
    for (const action of ['fail', 'exit']) {
      const response = await send(`/do/${action}`, { method: 'POST' });
      expect(response.status).toBe(500);
      expect(await response.json()).toEqual({ message: 'Internal Server Error' });
    }
    expect((await fixture.act('clock')).status).toBe(200);
  });

  it('refuses what is too large', async () => {
    const body = 'x'.repeat(7 * 1024 * 1024);
    expect((await send('/do/put', { method: 'POST', body })).status).toBe(413);
    expect((await send('/echo/x', { headers: { 'x-long': 'y'.repeat(11_000) } })).status).toBe(431);
  });

  it('runs requests at the same time, each in an environment of its own', async () => {
    await Promise.all(Array.from({ length: 6 }, () => fixture.act('wait', { ms: 500 })));
    const started = performance.now();
    await Promise.all(Array.from({ length: 6 }, () => fixture.act('wait', { ms: 500 })));
    expect(performance.now() - started).toBeLessThan(1500);
  });

  it('tells the time left, and gives each function its own environment only', async () => {
    const { result, remaining } = await fixture.act('environment');
    expect(remaining).toBeGreaterThan(3000);
    expect(remaining).toBeLessThanOrEqual(5000);
    expect(result).toMatchObject({
      GREETING: 'hello',
      AWS_LAMBDA_FUNCTION_NAME: 'fixture-probe',
      AWS_REGION: 'us-east-1',
    });
    expect(result).not.toHaveProperty('PATH');
    expect(result).not.toHaveProperty('SEEN_TABLE');
  });

  it('speaks CORS as the template says', async () => {
    const origin = 'https://shop.example';
    const preflight = await send('/echo/x', {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'GET' },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe(origin);
    expect(preflight.headers.get('access-control-allow-methods')).toBe('GET');
    expect((await send('/echo/x', { headers: { origin } })).headers.get('access-control-allow-origin')).toBe(origin);
  });
});
