import { randomUUID } from 'node:crypto';
import type { FaultName } from './faults.ts';
import type { ServiceRequest } from './iam/requests.ts';

/** A complete answer of a service. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export function jsonAnswer(status: number, body: unknown, version: '1.0' | '1.1' = '1.1'): Answer {
  return {
    status,
    headers: { 'content-type': `application/x-amz-json-${version}`, 'x-amzn-requestid': randomUUID() },
    body: JSON.stringify(body),
  };
}

export function xmlAnswer(status: number, body: string): Answer {
  return { status, headers: { 'content-type': 'text/xml', 'x-amzn-requestid': randomUUID() }, body };
}

const shapes: Readonly<Record<string, string>> = {
  dynamodb: 'com.amazonaws.dynamodb.v20120810#',
  sqs: 'com.amazonaws.sqs#',
  secretsmanager: '',
  events: '',
};

/** An error in the words of the service that is asked. */
export function errorAnswer(service: string, status: number, code: string, message: string, more: object = {}): Answer {
  if (service === 's3') {
    return xmlAnswer(
      status,
      `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${escaped(message)}</Message></Error>`,
    );
  }
  if (service === 'sns' || service === 'ses') {
    const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${escaped(message)}</Message></Error>`;
    return xmlAnswer(status, `<ErrorResponse>${error}<RequestId>${randomUUID()}</RequestId></ErrorResponse>`);
  }
  const answer = jsonAnswer(status, { __type: `${shapes[service] ?? ''}${code}`, message, ...more }, '1.0');
  return service === 'sqs'
    ? { ...answer, headers: { ...answer.headers, 'x-amzn-query-error': `${code};Sender` } }
    : answer;
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** What a function without the permission hears. */
export function deniedAnswer(service: string, role: string, action: string, resource: string): Answer {
  const message = `User: ${role} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`;
  switch (service) {
    case 'sqs':
      return errorAnswer(service, 403, 'AccessDenied', message);
    case 'sns':
      return errorAnswer(service, 403, 'AuthorizationError', message);
    case 's3':
    case 'ses':
      return errorAnswer(service, 403, 'AccessDenied', message);
    default:
      return errorAnswer(service, 400, 'AccessDeniedException', message);
  }
}

/** The answer of a fault that refuses the request; undefined for faults that are no answer. */
export function faultAnswer(name: FaultName, { service, operation, input }: ServiceRequest): Answer | undefined {
  const error = (status: number, code: string, message: string) => errorAnswer(service, status, code, message);
  switch (name) {
    case 'dynamodb.throttle':
      return error(
        400,
        'ProvisionedThroughputExceededException',
        'The level of configured provisioned throughput for the table was exceeded.',
      );
    case 'dynamodb.conflict':
      return conflict(operation, input);
    case 'dynamodb.unavailable':
    case 'dynamodb.lost':
      return error(500, 'InternalServerError', 'The request processing has failed because of an unknown error.');
    case 'sqs.unavailable':
    case 'sqs.lost':
      return error(500, 'InternalFailure', 'The request processing has failed because of an unknown error.');
    case 's3.unavailable':
      return error(503, 'SlowDown', 'Please reduce your request rate.');
    case 'secretsmanager.unavailable':
      return error(500, 'InternalServiceError', 'An error occurred on the server side.');
    case 'ses.throttle':
      return error(400, 'Throttling', 'Maximum sending rate exceeded.');
    case 'ses.reject':
      return error(400, 'MessageRejected', 'Email address is not verified.');
    case 'sns.throttle':
      return error(429, 'Throttled', 'Rate exceeded.');
    case 'ses.accepted5xx':
    case 'sns.accepted5xx':
    case 'sns.unavailable':
      return error(500, 'InternalFailure', 'The request processing has failed because of an unknown error.');
    default:
      return undefined;
  }
}

/** DynamoDB Local runs one transaction at a time, so that it never reports this by itself. */
function conflict(operation: string, input: Readonly<Record<string, unknown>>): Answer {
  const message = 'Transaction is ongoing for the item';
  if (operation !== 'TransactWriteItems') {
    return errorAnswer('dynamodb', 400, 'TransactionConflictException', message);
  }
  const count = Array.isArray(input.TransactItems) ? input.TransactItems.length : 1;
  const reasons = Array.from({ length: count }, (_, at) =>
    at === 0 ? { Code: 'TransactionConflict', Message: message } : { Code: 'None' },
  );
  const codes = reasons.map(({ Code }) => Code).join(', ');
  const text = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`;
  return errorAnswer('dynamodb', 400, 'TransactionCanceledException', text, {
    Message: text,
    CancellationReasons: reasons,
  });
}
