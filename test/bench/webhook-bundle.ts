import type { envSchema } from '../../functions/order-webhook/env.ts';
import { bundleBudgets } from '../support/bundle-budgets.ts';
import { compareImports, importRounds, type OwnEnvironment } from './bundle-import.ts';
import { atMost, information, type Measure } from './measure.ts';

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
    `each imported in a fresh Node process, in turn, medians of ${importRounds}; both read the root secret while they load (top-level await), ` +
    'from a stub on this machine, so that the round trip is in both. Times are of import() alone, without the start of Node.',
  async run() {
    const environment: OwnEnvironment<typeof envSchema> = {
      ORDERS_QUEUE_URL: 'http://127.0.0.1/orders.fifo',
      WORK_QUEUE_URL: 'http://127.0.0.1/work',
    };
    const compared = await compareImports('order-webhook', clientsAlone, environment);
    const { bytes, baselineBytes, importMs, baselineMs } = compared;
    return [
      atMost('bundle of order-webhook, minified', bytes / 1000, bundleBudgets['order-webhook'], ' kB', 1),
      information('bundle of the SDK clients alone', baselineBytes / 1000, ' kB', 1),
      atMost('import time of order-webhook / of the SDK clients alone', importMs / baselineMs, 1.5),
      information('import of order-webhook', importMs, ' ms', 1),
      information('import of the SDK clients alone', baselineMs, ' ms', 1),
    ];
  },
};
