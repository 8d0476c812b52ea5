import { setTimeout as pause } from 'node:timers/promises';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { rootKeys } from '../../shared/adapters/crypto/root-keys.ts';
import { dynamoDbClient } from '../../shared/adapters/dynamodb/dynamodb-client.ts';
import { dynamoSendingRates } from '../../shared/adapters/dynamodb/workspace/sending-rates.ts';
import { touchStore } from '../../shared/adapters/messaging.ts';
import { readRootSecret } from '../../shared/adapters/secrets/root-secret.ts';
import { sqsWorkQueue } from '../../shared/adapters/sqs/work-queue.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import { parseEnvironment } from '../../shared/runtime/environment.ts';
import { createLogger, createMetrics } from '../../shared/runtime/observability.ts';
import { envSchema } from './env.ts';
import { createHandler } from './handler.ts';

const env = parseEnvironment(envSchema);
const keys = rootKeys(await readRootSecret(new SecretsManagerClient(), env.ROOT_SECRET_ID));
const dynamo = dynamoDbClient();

export const handler = createHandler({
  touches: touchStore(dynamo, env),
  rates: dynamoSendingRates({ client: dynamo, name: env.WORKSPACE_TABLE }, systemClock),
  work: sqsWorkQueue(new SQSClient(), env.WORK_QUEUE_URL),
  identityHash: keys.identityHash,
  pause: (milliseconds) => pause(milliseconds),
  random: Math.random,
  logger: createLogger(),
  metrics: createMetrics(),
});
