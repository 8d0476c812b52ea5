import { Agent, request as httpRequest } from 'node:http';
import { bodyOf } from '../body.ts';

/** An engine refused a request of the runner itself. */
export class EngineError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'EngineError';
    this.code = code;
  }
}

const agent = new Agent({ keepAlive: true, maxSockets: 256 });

const protocols = {
  dynamodb: { prefix: 'DynamoDB_20120810', type: 'application/x-amz-json-1.0' },
  streams: { prefix: 'DynamoDBStreams_20120810', type: 'application/x-amz-json-1.0' },
  sqs: { prefix: 'AmazonSQS', type: 'application/x-amz-json-1.0' },
} as const;

export type JsonService = keyof typeof protocols;

const authorization = (service: string, region: string) =>
  `AWS4-HMAC-SHA256 Credential=local/20260101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=0`;

/** Calls an engine in its JSON protocol, past the proxy: what the runner does is no use of a function's role. */
export async function callEngine(
  endpoint: string,
  service: JsonService,
  operation: string,
  input: object,
  signal?: AbortSignal,
): Promise<Record<string, unknown>> {
  const { prefix, type } = protocols[service];
  const answer = await post(
    endpoint,
    {
      'content-type': type,
      'x-amz-target': `${prefix}.${operation}`,
      authorization: authorization(service, 'us-east-1'),
    },
    JSON.stringify(input),
    signal,
  );
  const body = JSON.parse(answer.body.toString() || '{}') as Record<string, unknown>;
  if (answer.status < 400) return body;
  throw new EngineError(
    String(body.__type ?? answer.status)
      .split('#')
      .at(-1) ?? '',
    String(body.message ?? body.Message ?? operation),
  );
}

/** Calls the topic engine in its query protocol. */
export async function callTopics(
  endpoint: string,
  region: string,
  input: Readonly<Record<string, string>>,
): Promise<string> {
  const answer = await post(
    endpoint,
    { 'content-type': 'application/x-www-form-urlencoded', authorization: authorization('sns', region) },
    new URLSearchParams(input).toString(),
  );
  if (answer.status < 400) return answer.body.toString();
  throw new EngineError(String(answer.status), answer.body.toString());
}

function post(
  endpoint: string,
  headers: Record<string, string>,
  body: string,
  signal?: AbortSignal,
): Promise<{ status: number; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      endpoint,
      {
        method: 'POST',
        agent,
        headers: { ...headers, 'content-length': Buffer.byteLength(body) },
        ...(signal === undefined ? {} : { signal }),
      },
      (response) => {
        bodyOf(response).then((bytes) => resolve({ status: response.statusCode ?? 0, body: bytes }), reject);
      },
    );
    request.on('error', (error: NodeJS.ErrnoException) => {
      // The engine closed a kept connection just as it was used again: nothing was asked yet.
      if (request.reusedSocket && error.code === 'ECONNRESET') resolve(post(endpoint, headers, body, signal));
      else reject(error);
    });
    request.end(body);
  });
}
