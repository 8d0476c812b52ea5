import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { prepareEngines } from '../../infra/local/engines/engines.ts';
import { type LocalStack, type LocalStackOptions, startLocalStack } from '../../infra/local/stack.ts';
import { synthesizeFixture } from '../fixtures/local-stack/app.ts';

/** What a witness function wrote down of one invocation. */
export interface Sighting {
  readonly ids?: readonly string[];
  readonly attributes?: Readonly<Record<string, string>>;
  readonly first?: Readonly<Record<string, unknown>>;
  readonly event?: Readonly<Record<string, unknown>>;
  readonly now?: string;
}

export interface FixtureStack {
  readonly stack: LocalStack;
  /** Has the probe function do something; answers what it returned. */
  act(action: string, input?: object): Promise<{ status: number; result?: unknown; name?: string; remaining?: number }>;
  /** What a witness saw, in order. */
  sightings(functionName: string): Promise<Sighting[]>;
  /** Puts a message into a queue of the fixture, called by its construct id. */
  send(queue: string, message: object, more?: object): Promise<void>;
  /** Puts messages into a queue at once. */
  sendAll(queue: string, messages: readonly object[]): Promise<void>;
  stop(): Promise<void>;
}

const fixtureSource = fileURLToPath(new URL('../fixtures/local-stack', import.meta.url));

/** The synthesized fixture app, made once per content of its sources: synthesis takes longer than most tests. */
export function fixtureAssembly(): string {
  const hash = createHash('sha256');
  for (const file of readdirSync(fixtureSource, { recursive: true, encoding: 'utf8' }).sort()) {
    if (file.endsWith('.ts')) hash.update(readFileSync(join(fixtureSource, file)));
  }
  const cache = join(fixtureSource, '../../../node_modules/.cache');
  const kept = join(cache, `local-stack-fixture-${hash.digest('hex').slice(0, 16)}`);
  if (existsSync(kept)) return kept;
  mkdirSync(cache, { recursive: true });
  const made = mkdtempSync(join(cache, 'making-'));
  try {
    renameSync(synthesizeFixture(made), kept);
  } catch (error) {
    if (!existsSync(kept)) throw error;
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
  return kept;
}

export async function startFixture(options: Partial<LocalStackOptions> = {}): Promise<FixtureStack> {
  const engines = prepareEngines();
  const stack = await startLocalStack({ assembly: fixtureAssembly(), engines, log: console.error, ...options });
  return { ...handles(stack), stop: () => stack.stop() };
}

function handles(stack: LocalStack): Omit<FixtureStack, 'stop'> {
  return {
    stack,
    act: async (action, input = {}) => {
      const response = await fetch(`${stack.url}/do/${action}`, { method: 'POST', body: JSON.stringify(input) });
      return { status: response.status, ...((await response.json()) as object) };
    },
    sightings: async (functionName) => {
      const { Items } = await service(stack, 'DynamoDB_20120810.Query', 'dynamodb', {
        TableName: stack.tableName('seen'),
        KeyConditionExpression: '#by = :by',
        ExpressionAttributeNames: { '#by': 'by' },
        ExpressionAttributeValues: { ':by': { S: `fixture-${functionName}` } },
      });
      return (Items as { what: { S: string } }[]).map(({ what }) => JSON.parse(what.S) as Sighting);
    },
    send: async (queue, message, more = {}) => {
      const QueueUrl = await queueUrl(stack, queue);
      await service(stack, 'AmazonSQS.SendMessage', 'sqs', { QueueUrl, MessageBody: JSON.stringify(message), ...more });
    },
    sendAll: async (queue, messages) => {
      const QueueUrl = await queueUrl(stack, queue);
      const Entries = messages.map((message, at) => ({ Id: String(at), MessageBody: JSON.stringify(message) }));
      await service(stack, 'AmazonSQS.SendMessageBatch', 'sqs', { QueueUrl, Entries });
    },
  };
}

async function queueUrl(stack: LocalStack, queue: string): Promise<string> {
  const { QueueUrls } = await service(stack, 'AmazonSQS.ListQueues', 'sqs', {});
  const url = (QueueUrls as string[]).find((one) => new RegExp(`-${queue}[0-9A-F]{8}`).test(one));
  if (url === undefined) throw new Error(`The fixture has no queue ${queue}.`);
  return url;
}

/** Calls a service through the stack's endpoint, as somebody who may do everything. */
export async function service(
  stack: LocalStack,
  target: string,
  name: string,
  input: object,
): Promise<Record<string, unknown>> {
  const response = await fetch(stack.serviceEndpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': target,
      authorization: `AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/${name}/aws4_request, SignedHeaders=host, Signature=0`,
    },
    body: JSON.stringify(input),
  });
  const body = (await response.json()) as Record<string, unknown>;
  if (!response.ok) throw new Error(JSON.stringify(body));
  return body;
}
