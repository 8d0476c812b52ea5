import type { IncomingHttpHeaders } from 'node:http';
import { addressOf, headerNamed, headersOf } from '../mail/headers.ts';
import type { Access } from './policy.ts';

/** A service request as it came in, its body read. */
export interface RawRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface ServiceRequest {
  readonly service: string;
  /** Name of the API operation, such as `TransactWriteItems`. */
  readonly operation: string;
  readonly accesses: readonly Access[];
  /** The parsed body of a JSON or query protocol. */
  readonly input: Record<string, unknown>;
}

export interface Signer {
  readonly accessKeyId: string;
  readonly region: string;
  readonly service: string;
}

const scope = /Credential=([^/]+)\/[^/]*\/([^/]*)\/([^/]*)\//;

/** Who signed, for which service; from the header, or from the query of a presigned link. */
export function signerOf({ headers, url }: RawRequest): Signer | undefined {
  const text = headers.authorization ?? (url.includes('X-Amz-Credential=') ? presigned(url) : undefined);
  const match = text === undefined ? null : scope.exec(text);
  if (match === null) return undefined;
  const [, accessKeyId = '', region = '', service = ''] = match;
  return { accessKeyId, region, service };
}

const presigned = (url: string) =>
  `Credential=${new URL(url, 'http://local').searchParams.get('X-Amz-Credential') ?? ''}/`;

type Input = Record<string, unknown>;
type Arn = (service: string, rest: string) => string;

const record = (value: unknown): Input =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Input) : {};
const items = (value: unknown): Input[] => (Array.isArray(value) ? value.map(record) : []);

/** Works out which actions on which resources a request needs, as the AWS authorization reference lists them. */
export function readRequest(signer: Signer, request: RawRequest, account: string): ServiceRequest {
  const arn: Arn = (service, rest) => `arn:aws:${service}:${signer.region}:${account}:${rest}`;
  switch (signer.service) {
    case 'dynamodb':
      return dynamoDb(request, arn);
    case 'sqs':
      return sqs(request, arn);
    case 'sns':
      return query(request, 'sns', (operation, input) => snsAccess(operation, input));
    case 'ses':
    case 'email':
      return ses(request, arn);
    case 's3':
      return s3(request);
    case 'secretsmanager':
      return secrets(request, arn);
    case 'events':
      return events(request, arn);
    case 'lambda':
      return lambda(request, arn);
    default:
      return { service: signer.service, operation: request.url, accesses: [], input: {} };
  }
}

const target = ({ headers }: RawRequest) =>
  String(headers['x-amz-target'] ?? '')
    .split('.')
    .at(-1) ?? '';
const json = ({ body }: RawRequest): Input => {
  try {
    return record(JSON.parse(body.toString() || '{}'));
  } catch {
    return {};
  }
};

function dynamoDb(request: RawRequest, arn: Arn): ServiceRequest {
  const operation = target(request);
  const input = json(request);
  const table = (name: unknown) => (String(name).startsWith('arn:') ? String(name) : arn('dynamodb', `table/${name}`));
  const access = (action: string, name: unknown): Access => ({ action: `dynamodb:${action}`, resource: table(name) });
  return { service: 'dynamodb', operation, accesses: dynamoDbAccesses(operation, input, access), input };
}

const transactWrites = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
};

function dynamoDbAccesses(
  operation: string,
  input: Input,
  access: (action: string, name: unknown) => Access,
): Access[] {
  switch (operation) {
    case 'BatchGetItem':
    case 'BatchWriteItem':
      return Object.keys(record(input.RequestItems)).map((name) => access(operation, name));
    case 'TransactGetItems':
      return items(input.TransactItems).map((item) => access('GetItem', record(item.Get).TableName));
    case 'TransactWriteItems':
      return items(input.TransactItems).flatMap((item) =>
        Object.entries(transactWrites)
          .filter(([kind]) => kind in item)
          .map(([kind, action]) => access(action, record(item[kind]).TableName)),
      );
    case 'Query':
    case 'Scan': {
      const whole = access(operation, input.TableName);
      if (input.IndexName === undefined) return [whole];
      return [{ ...whole, resource: `${whole.resource}/index/${input.IndexName}` }];
    }
    default:
      return [access(operation, input.TableName ?? '*')];
  }
}

function sqs(request: RawRequest, arn: Arn): ServiceRequest {
  const operation = target(request);
  const input = json(request);
  const name =
    String(input.QueueUrl ?? input.QueueName ?? '*')
      .split('/')
      .at(-1) ?? '*';
  const action = `sqs:${operation === 'SetQueueAttributes' ? operation : operation.replace(/Batch$/, '')}`;
  return { service: 'sqs', operation, accesses: [{ action, resource: arn('sqs', name) }], input };
}

function query(
  request: RawRequest,
  service: string,
  accessesOf: (operation: string, input: Input) => Access[],
): ServiceRequest {
  const input: Input = Object.fromEntries(new URLSearchParams(request.body.toString()));
  const operation = String(input.Action ?? '');
  return { service, operation, accesses: accessesOf(operation, input), input };
}

function snsAccess(operation: string, input: Input): Access[] {
  const action = `sns:${operation.replace(/Batch$/, '')}`;
  return [{ action, resource: String(input.TopicArn ?? input.TargetArn ?? '*') }];
}

function ses(request: RawRequest, arn: Arn): ServiceRequest {
  if (request.url.startsWith('/v2/')) return sesV2(request, arn);
  return query(request, 'ses', (operation, input) => {
    if (!operation.startsWith('Send')) return [{ action: `ses:${operation}`, resource: '*' }];
    const headers = headersOfMessage(input['RawMessage.Data']);
    const source = String(input.Source ?? headerNamed(headers, 'From') ?? '');
    const set = input.ConfigurationSetName ?? headerNamed(headers, 'X-SES-CONFIGURATION-SET');
    return sesAccess(operation, source, set, arn);
  });
}

const headersOfMessage = (data: unknown) => (data === undefined ? [] : headersOf(Buffer.from(String(data), 'base64')));

const sesV2Sends: Readonly<Record<string, string>> = {
  '/v2/email/outbound-emails': 'SendEmail',
  '/v2/email/outbound-bulk-emails': 'SendBulkEmail',
};

function sesV2(request: RawRequest, arn: Arn): ServiceRequest {
  const input = json(request);
  const operation = sesV2Sends[request.url] ?? `${request.method} ${request.url}`;
  const accesses = sesAccess(operation, String(input.FromEmailAddress ?? ''), input.ConfigurationSetName, arn);
  return { service: 'ses', operation, accesses, input };
}

/** Either the address or its domain is the verified identity; a configuration set is a resource of its own. */
function sesAccess(operation: string, source: string, configurationSet: unknown, arn: Arn): Access[] {
  const address = addressOf(source);
  const action = `ses:${operation}`;
  const identity: Access = {
    action,
    resource: arn('ses', `identity/${address.split('@').at(-1) ?? '*'}`),
    orResources: [arn('ses', `identity/${address}`)],
  };
  if (configurationSet === undefined) return [identity];
  return [identity, { action, resource: arn('ses', `configuration-set/${configurationSet}`) }];
}

const objectActions: Readonly<Record<string, string>> = {
  GET: 's3:GetObject',
  HEAD: 's3:GetObject',
  PUT: 's3:PutObject',
  POST: 's3:PutObject',
  DELETE: 's3:DeleteObject',
};

function s3(request: RawRequest): ServiceRequest {
  const url = new URL(request.url, 'http://local');
  const [bucket = '', ...rest] = url.pathname.slice(1).split('/').map(decodeURIComponent);
  const key = rest.join('/');
  const resource = `arn:aws:s3:::${bucket}`;
  const one = (action: string, on: string): ServiceRequest => ({
    service: 's3',
    operation: action.slice('s3:'.length),
    accesses: [{ action, resource: on }],
    input: {},
  });
  if (key === '' && url.searchParams.has('delete')) return one('s3:DeleteObject', `${resource}/*`);
  if (key === '')
    return one(request.method === 'GET' || request.method === 'HEAD' ? 's3:ListBucket' : 's3:CreateBucket', resource);
  const object = `${resource}/${key}`;
  if (url.searchParams.has('uploadId')) {
    if (request.method === 'DELETE') return one('s3:AbortMultipartUpload', object);
    if (request.method === 'GET') return one('s3:ListMultipartUploadParts', object);
  }
  const written = one(objectActions[request.method] ?? 's3:GetObject', object);
  const source = request.headers['x-amz-copy-source'];
  if (source === undefined) return written;
  const from = decodeURIComponent(String(source)).replace(/^\//, '');
  return { ...written, accesses: [...written.accesses, { action: 's3:GetObject', resource: `arn:aws:s3:::${from}` }] };
}

function secrets(request: RawRequest, arn: Arn): ServiceRequest {
  const operation = target(request);
  const input = json(request);
  const id = String(input.SecretId ?? '*');
  const resource = id.startsWith('arn:') ? id : arn('secretsmanager', `secret:${id}-LocalX`);
  return {
    service: 'secretsmanager',
    operation,
    accesses: [{ action: `secretsmanager:${operation}`, resource }],
    input,
  };
}

function events(request: RawRequest, arn: Arn): ServiceRequest {
  const operation = target(request);
  const input = json(request);
  const buses = new Set(items(input.Entries).map((entry) => String(entry.EventBusName ?? 'default')));
  const accesses = [...buses].map((bus) => ({
    action: `events:${operation}`,
    resource: bus.startsWith('arn:') ? bus : arn('events', `event-bus/${bus}`),
  }));
  return { service: 'events', operation, accesses, input };
}

function lambda(request: RawRequest, arn: Arn): ServiceRequest {
  const name = /\/functions\/([^/]+)\/invocations/.exec(request.url)?.[1];
  if (name === undefined) return { service: 'lambda', operation: request.url, accesses: [], input: {} };
  const id = decodeURIComponent(name);
  const resource = id.startsWith('arn:') ? id : arn('lambda', `function:${id}`);
  return {
    service: 'lambda',
    operation: 'Invoke',
    accesses: [{ action: 'lambda:InvokeFunction', resource }],
    input: { FunctionName: id },
  };
}
