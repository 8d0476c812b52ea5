import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { rootKeys } from '../../shared/adapters/crypto/root-keys.ts';
import { intakeDeps } from '../../shared/adapters/intake.ts';
import { readRootSecret } from '../../shared/adapters/secrets/root-secret.ts';
import { sqsOrderQueue } from '../../shared/adapters/sqs/order-queue.ts';
import { parseEnvironment } from '../../shared/runtime/environment.ts';
import { createLogger, createMetrics } from '../../shared/runtime/observability.ts';
import { envSchema } from './env.ts';
import { createHandler } from './handler.ts';

const env = parseEnvironment(envSchema);
const keys = rootKeys(await readRootSecret(new SecretsManagerClient(), env.ROOT_SECRET_ID));
// A busy store is the queue's business, not one of long retries: the shop waits for an answer.
const dynamo = new DynamoDBClient({ maxAttempts: 2 });

export const handler = createHandler({
  ...intakeDeps(dynamo, env, keys),
  queue: sqsOrderQueue(new SQSClient(), env.ORDERS_QUEUE_URL),
  logger: createLogger(),
  metrics: createMetrics(),
});
