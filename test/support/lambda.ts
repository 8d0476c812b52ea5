import { randomUUID } from 'node:crypto';
import { Logger } from '@aws-lambda-powertools/logger';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { decodedPath } from '../../infra/local/http-event.ts';

/** A request as the HTTP API hands it to a function (payload format 2.0). */
export function httpEvent(
  method: string,
  url: string,
  {
    headers = {},
    body,
    params,
  }: { headers?: Record<string, string>; body?: string | Buffer; params?: Record<string, string> } = {},
): APIGatewayProxyEventV2 {
  const [path = '', query = ''] = url.split(/\?(.*)/s);
  return {
    version: '2.0',
    routeKey: '$default',
    // The HTTP API decodes the path, and leaves the query as it came.
    rawPath: decodedPath(path),
    rawQueryString: query,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    requestContext: {
      accountId: '1',
      apiId: 'test',
      domainName: 'test',
      domainPrefix: 'test',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' },
      requestId: randomUUID(),
      routeKey: '$default',
      stage: '$default',
      time: '',
      timeEpoch: 0,
    },
    ...(body !== undefined && { body: Buffer.from(body).toString('base64') }),
    ...(params && { pathParameters: params }),
    isBase64Encoded: body !== undefined,
  };
}

/** What the runtime hands along; `remainingMs` until the function would be stopped. */
export function lambdaContext(remainingMs: () => number = () => 30_000): Context {
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: 'test',
    functionVersion: '1',
    invokedFunctionArn: 'arn:aws:lambda:eu-west-1:1:function:test',
    memoryLimitInMB: '1024',
    awsRequestId: randomUUID(),
    logGroupName: 'test',
    logStreamName: 'test',
    getRemainingTimeInMillis: remainingMs,
    done: () => undefined,
    fail: () => undefined,
    succeed: () => undefined,
  };
}

/** A logger that keeps its lines, to look for what must not be in them. */
export function keepingLogger(): { readonly logger: Logger; readonly lines: unknown[][] } {
  const lines: unknown[][] = [];
  const logger = new Logger({ logLevel: 'INFO' });
  for (const level of ['info', 'warn', 'error'] as const) {
    logger[level] = (...line: unknown[]) => void lines.push([level, ...line]);
  }
  return { logger, lines };
}
