import type { Logger } from '@aws-lambda-powertools/logger';
import type { Metrics } from '@aws-lambda-powertools/metrics';
import middy, { type MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { describeError } from './describe-error.ts';
import { flush } from './observability.ts';
import { problemBody, problemOf } from './problem.ts';

/** A request as the HTTP API passes it on, its body as the bytes that came. */
export interface HttpRequest {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** What the HTTP API made of the path. */
  readonly params: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
  /** Adds ids and outcomes to the one log line of this request; nothing personal. */
  note(fields: Readonly<Record<string, string | number>>): void;
}

export interface HttpAnswer {
  readonly status: number;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export interface HttpPlumbing {
  readonly respond: (request: HttpRequest) => Promise<HttpAnswer>;
  readonly logger: Logger;
  readonly metrics?: Metrics;
}

export type HttpHandler = (
  event: APIGatewayProxyEventV2,
  context: Context,
) => Promise<APIGatewayProxyStructuredResultV2>;

type Middleware = MiddlewareObj<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>;

/** A Lambda handler for HTTP API events: one log line a request, errors as problem+json, headers that keep it safe. */
export function createHttpHandler({ respond, logger, metrics }: HttpPlumbing): HttpHandler {
  const notes = new WeakMap<APIGatewayProxyEventV2, Record<string, string | number>>();
  return middy<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>()
    .use(flushing(metrics))
    .use(accessLine(logger, notes))
    .use(safeHeaders())
    .use(problemAnswers(logger))
    .handler(async (event: APIGatewayProxyEventV2) => {
      const noted: Record<string, string | number> = {};
      notes.set(event, noted);
      return resultOf(await respond(requestOf(event, (fields) => Object.assign(noted, fields))));
    });
}

function requestOf(event: APIGatewayProxyEventV2, note: HttpRequest['note']): HttpRequest {
  return {
    id: event.requestContext.requestId,
    method: event.requestContext.http.method,
    path: event.rawPath,
    query: new URLSearchParams(event.rawQueryString),
    headers: event.headers,
    params: event.pathParameters ?? {},
    body: Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8'),
    note,
  };
}

function resultOf({ status, contentType, headers, body }: HttpAnswer): APIGatewayProxyStructuredResultV2 {
  const isBinary = Buffer.isBuffer(body);
  return {
    statusCode: status,
    headers: { ...(contentType !== undefined && { 'content-type': contentType }), ...headers },
    ...(body !== undefined && { body: isBinary ? body.toString('base64') : body, isBase64Encoded: isBinary }),
  };
}

function flushing(metrics: Metrics | undefined): Middleware {
  const write = () => flush(metrics);
  return { after: write, onError: write };
}

/** Neither path nor query: they can hold an address. The route says which endpoint it was. */
function accessLine(
  logger: Logger,
  notes: WeakMap<APIGatewayProxyEventV2, Record<string, string | number>>,
): Middleware {
  const started = new WeakMap<APIGatewayProxyEventV2, number>();
  const write: Middleware['after'] = ({ event, response }) => {
    logger.info('request', {
      requestId: event.requestContext?.requestId,
      route: event.routeKey,
      ...notes.get(event),
      status: response?.statusCode ?? 500,
      ms: Math.round(performance.now() - (started.get(event) ?? performance.now())),
    });
  };
  return { before: ({ event }) => void started.set(event, performance.now()), after: write, onError: write };
}

const SAFE_HEADERS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000',
};

/** Unless the answer says otherwise itself. */
function safeHeaders(): Middleware {
  const add: Middleware['after'] = ({ response }) => {
    if (response) response.headers = { ...SAFE_HEADERS, ...response.headers };
  };
  return { after: add, onError: add };
}

function problemAnswers(logger: Logger): Middleware {
  return {
    onError(request) {
      const requestId = request.event.requestContext?.requestId ?? 'unknown';
      const problem = problemOf(request.error);
      if (problem.status >= 500) logger.error('failed', { requestId, failure: { ...describeError(request.error) } });
      request.response = resultOf({
        status: problem.status,
        contentType: 'application/problem+json',
        headers: problem.headers,
        body: JSON.stringify(problemBody(problem, requestId)),
      });
    },
  };
}
