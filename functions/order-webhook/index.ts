import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { rootKeys } from '../../shared/adapters/crypto/root-keys.ts';
import { dynamoDbClient } from '../../shared/adapters/dynamodb/dynamodb-client.ts';
import { intakeDeps } from '../../shared/adapters/intake.ts';
import { readRootSecret } from '../../shared/adapters/secrets/root-secret.ts';
import { sqsOrderQueue } from '../../shared/adapters/sqs/order-queue.ts';
import { sqsWorkQueue } from '../../shared/adapters/sqs/work-queue.ts';
import { parseEnvironment } from '../../shared/runtime/environment.ts';
import { createLogger, createMetrics } from '../../shared/runtime/observability.ts';
import { behaviourHeard } from '../../shared/usecases/journeys/hear-behaviour.ts';
import { envSchema } from './env.ts';
import { createHandler } from './handler.ts';

const env = parseEnvironment(envSchema);
const keys = rootKeys(await readRootSecret(new SecretsManagerClient(), env.ROOT_SECRET_ID));
// A busy store is the queue's business, not one of long retries: the shop waits for an answer.
const dynamo = dynamoDbClient({ maxAttempts: 2 });

const intake = intakeDeps(dynamo, env, keys);
const sqs = new SQSClient();

export const handler = createHandler({
  ...intake,
  heard: behaviourHeard({ ...intake, work: sqsWorkQueue(sqs, env.WORK_QUEUE_URL) }),
  queue: sqsOrderQueue(sqs, env.ORDERS_QUEUE_URL),
  logger: createLogger(),
  metrics: createMetrics(),
});
