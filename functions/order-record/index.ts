import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { rootKeys } from '../../shared/adapters/crypto/root-keys.ts';
import { dynamoDbClient } from '../../shared/adapters/dynamodb/dynamodb-client.ts';
import { intakeDeps } from '../../shared/adapters/intake.ts';
import { readRootSecret } from '../../shared/adapters/secrets/root-secret.ts';
import { sqsWorkQueue } from '../../shared/adapters/sqs/work-queue.ts';
import { parseEnvironment } from '../../shared/runtime/environment.ts';
import { createLogger, createMetrics } from '../../shared/runtime/observability.ts';
import { behaviourHeard } from '../../shared/usecases/journeys/hear-behaviour.ts';
import { envSchema } from './env.ts';
import { createHandler } from './handler.ts';

const env = parseEnvironment(envSchema);
const keys = rootKeys(await readRootSecret(new SecretsManagerClient(), env.ROOT_SECRET_ID));

const intake = intakeDeps(dynamoDbClient(), env, keys);
const work = sqsWorkQueue(new SQSClient(), env.WORK_QUEUE_URL);

export const handler = createHandler({
  ...intake,
  heard: behaviourHeard({ ...intake, work }),
  work,
  logger: createLogger(),
  metrics: createMetrics(),
});
