import { randomUUID } from 'node:crypto';
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';

/** Where an HTTP API request came in, and which route took it. */
export interface Arrival {
  readonly apiId: string;
  readonly stage: string;
  readonly account: string;
  readonly routeKey: string;
  readonly pathParameters: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly now: Date;
}

/** The event of payload format 2.0, as an HTTP API sends it to a function. */
export function httpEvent(request: IncomingMessage, arrival: Arrival): Record<string, unknown> {
  const [path = '/', rawQueryString = ''] = splitQuery(request.url ?? '/');
  const { cookie, ...headers } = joinedHeaders(request);
  const query = queryParameters(rawQueryString);
  const text = bodyText(arrival.body, headers['content-type']);
  return {
    version: '2.0',
    routeKey: arrival.routeKey,
    rawPath: decodedPath(path),
    rawQueryString,
    ...(cookie === undefined ? {} : { cookies: cookie.split(/;\s*/) }),
    headers,
    ...(query === undefined ? {} : { queryStringParameters: query }),
    requestContext: requestContext(request, arrival, headers, path),
    ...(Object.keys(arrival.pathParameters).length > 0 ? { pathParameters: arrival.pathParameters } : {}),
    ...(arrival.body.length > 0 ? { body: text.body } : {}),
    isBase64Encoded: arrival.body.length > 0 && text.isBase64Encoded,
  };
}

function requestContext(
  request: IncomingMessage,
  { apiId, stage, account, routeKey, now }: Arrival,
  headers: Readonly<Record<string, string>>,
  path: string,
): Record<string, unknown> {
  return {
    accountId: account,
    apiId,
    domainName: headers.host ?? '',
    domainPrefix: (headers.host ?? '').split('.')[0],
    http: {
      method: request.method,
      path: decodedPath(path),
      protocol: `HTTP/${request.httpVersion}`,
      sourceIp: (headers['x-forwarded-for'] ?? '').split(',')[0]?.trim() ?? '',
      userAgent: headers['user-agent'] ?? '',
    },
    requestId: Buffer.from(randomUUID()).toString('base64').slice(0, 15).concat('='),
    routeKey,
    stage,
    time: commonLogTime(now),
    timeEpoch: now.getTime(),
  };
}

/** Names in lower case, repeated headers joined by commas, the proxy headers as API Gateway adds them. */
function joinedHeaders(request: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let at = 0; at < request.rawHeaders.length; at += 2) {
    const name = (request.rawHeaders[at] ?? '').toLowerCase();
    const value = request.rawHeaders[at + 1] ?? '';
    const separator = name === 'cookie' ? '; ' : ',';
    headers[name] = headers[name] === undefined ? value : headers[name] + separator + value;
  }
  for (const dropped of ['connection', 'transfer-encoding', 'keep-alive', 'expect']) delete headers[dropped];
  const peer = (request.socket.remoteAddress ?? '127.0.0.1').replace('::ffff:', '');
  const forwarded = headers['x-forwarded-for'];
  headers['x-forwarded-for'] = forwarded === undefined ? peer : `${forwarded}, ${peer}`;
  headers['x-forwarded-proto'] ??= 'http';
  headers['x-forwarded-port'] ??= String(request.socket.localPort ?? '');
  headers['x-amzn-trace-id'] ??=
    `Root=1-${Math.floor(Date.now() / 1000).toString(16)}-${randomUUID().replaceAll('-', '').slice(0, 24)}`;
  headers['content-length'] ??= '0';
  return headers;
}

function queryParameters(query: string): Record<string, string> | undefined {
  if (query === '') return undefined;
  const joined: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(query)) {
    joined[name] = joined[name] === undefined ? value : `${joined[name]},${value}`;
  }
  return joined;
}

const textTypes = /^(text\/|application\/(json|javascript|xml)\b|application\/[^;]*\+(json|xml)\b)/i;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Text types go as they are; everything else, and what is no UTF-8, goes in base64. */
function bodyText(body: Buffer, contentType: string | undefined): { body: string; isBase64Encoded: boolean } {
  if (contentType === undefined || textTypes.test(contentType)) {
    try {
      return { body: utf8.decode(body), isBase64Encoded: false };
    } catch {
      return { body: body.toString('base64'), isBase64Encoded: true };
    }
  }
  return { body: body.toString('base64'), isBase64Encoded: true };
}

export function splitQuery(url: string): [string, string] {
  const at = url.indexOf('?');
  return at < 0 ? [url, ''] : [url.slice(0, at), url.slice(at + 1)];
}

/** The path as API Gateway shows it: percent-decoded where that is possible. */
export function decodedPath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (number: number) => String(number).padStart(2, '0');

/** `17/Jun/2024:15:52:39 +0000` */
function commonLogTime(time: Date): string {
  const day = `${two(time.getUTCDate())}/${months[time.getUTCMonth()]}/${time.getUTCFullYear()}`;
  return `${day}:${two(time.getUTCHours())}:${two(time.getUTCMinutes())}:${two(time.getUTCSeconds())} +0000`;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer;
}

/** Turns what a function returned into a response; undefined when API Gateway would call it malformed. */
export function httpResponse(payload: string): HttpResponse | undefined {
  const result: unknown = JSON.parse(payload);
  if (typeof result !== 'object' || result === null || !('statusCode' in result)) {
    return { status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from(plainBody(result)) };
  }
  const { statusCode, headers, cookies, body, isBase64Encoded } = result as Record<string, unknown>;
  const status = Number(statusCode);
  if (!Number.isInteger(status) || status < 100 || status > 599) return undefined;
  const text = body === undefined || body === null ? '' : typeof body === 'string' ? body : undefined;
  if (text === undefined) return undefined;
  const sent: OutgoingHttpHeaders = {};
  for (const [name, value] of Object.entries(headers ?? {})) sent[name.toLowerCase()] = String(value);
  if (Array.isArray(cookies)) sent['set-cookie'] = cookies.map(String);
  if (text !== '') sent['content-type'] ??= 'text/plain;charset=utf-8';
  delete sent['content-length'];
  return { status, headers: sent, body: Buffer.from(text, isBase64Encoded === true ? 'base64' : 'utf8') };
}

const plainBody = (result: unknown): string => (typeof result === 'string' ? result : JSON.stringify(result));
