import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { bundleFunctions, projectRoot } from '../../infra/bundle.ts';
import { atMost, information, type Measure } from './measure.ts';
import { interleaved, median } from './rounds.ts';

const rounds = 21;
const run = promisify(execFile);

/** The same three clients, made and used as the webhook does when it is loaded: one secret is read. */
const clientsAlone = `
import { DynamoDBClient, BatchGetItemCommand, PutItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
const secret = await new SecretsManagerClient().send(new GetSecretValueCommand({ SecretId: process.env.ROOT_SECRET_ID }));
const dynamo = new DynamoDBClient({ maxAttempts: 2 });
const queue = new SQSClient();
const commands = { BatchGetItemCommand, PutItemCommand, TransactWriteItemsCommand, SendMessageCommand };
export const handler = async (name) => [secret.Name, await (name === 'queue' ? queue : dynamo).send(new commands[name]({}))];
`;

export const webhookBundle: Measure = {
  name: 'webhook-bundle',
  how:
    'order-webhook bundled as for deployment; a handler that only makes the same three SDK clients through the same bundler. Import: ' +
    `each imported in a fresh Node process, in turn, medians of ${rounds}; both read the root secret while they load (top-level await), ` +
    'from a stub on this machine, so that the round trip is in both. Times are of import() alone, without the start of Node.',
  async run() {
    const scratch = mkdtempSync(join(tmpdir(), 'huitou-bench-'));
    const secrets = await stubOfSecrets();
    try {
      const webhook = bundleFunctions([{ name: 'order-webhook' }], join(scratch, 'webhook')).get('order-webhook');
      const alone = bundleFunctions([{ name: 'clients' }], join(scratch, 'clients'), projectOf(scratch)).get('clients');
      if (!webhook || !alone) throw new Error('nothing was bundled');
      const port = (secrets.address() as AddressInfo).port;
      const { one, other } = await interleaved(
        rounds,
        () => importMs(webhook.directory, port),
        () => importMs(alone.directory, port),
      );
      return [
        atMost('bundle of order-webhook, minified', webhook.bytes / 1000, 520, ' kB', 1),
        information('bundle of the SDK clients alone', alone.bytes / 1000, ' kB', 1),
        atMost('import time of order-webhook / of the SDK clients alone', median(one) / median(other), 1.5),
        information('import of order-webhook', median(one), ' ms', 1),
        information('import of the SDK clients alone', median(other), ' ms', 1),
      ];
    } finally {
      secrets.close();
      rmSync(scratch, { recursive: true });
    }
  },
};

/** A project with one function, for the bundler. */
function projectOf(scratch: string): string {
  const root = join(scratch, 'project');
  mkdirSync(join(root, 'functions/clients'), { recursive: true });
  symlinkSync(join(projectRoot, 'node_modules'), join(root, 'node_modules'));
  writeFileSync(join(root, 'functions/clients/index.ts'), clientsAlone);
  return root;
}

async function stubOfSecrets(): Promise<Server> {
  const answer = JSON.stringify({ Name: 'root', SecretString: 'x'.repeat(64) });
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => response.setHeader('content-type', 'application/x-amz-json-1.1').end(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

/** Milliseconds that a fresh process takes to import the bundle. */
async function importMs(directory: string, secretsPort: number): Promise<number> {
  const url = JSON.stringify(pathToFileURL(join(directory, 'index.mjs')).href);
  const script = `const started = performance.now(); await import(${url}); process.stdout.write(String(performance.now() - started), () => process.exit(0));`;
  const tables = ['ORDERS_TABLE', 'CUSTOMERS_TABLE', 'IDENTITIES_TABLE', 'MIGRATIONS_TABLE', 'WORKSPACE_TABLE'];
  const { stdout } = await run(process.execPath, ['--enable-source-maps', '--input-type=module', '-e', script], {
    env: {
      PATH: process.env.PATH ?? '',
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'bench',
      AWS_SECRET_ACCESS_KEY: 'bench',
      AWS_LAMBDA_FUNCTION_NAME: 'order-webhook',
      AWS_ENDPOINT_URL_SECRETS_MANAGER: `http://127.0.0.1:${secretsPort}`,
      ROOT_SECRET_ID: 'root',
      ORDERS_QUEUE_URL: 'http://127.0.0.1/orders.fifo',
      ...Object.fromEntries(tables.map((name) => [name, name.toLowerCase()])),
    },
  });
  return Number(stdout);
}
