import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { rootKeys } from '../../shared/adapters/crypto/root-keys.ts';
import { DynamoTouchDueIndex } from '../../shared/adapters/dynamodb/touch-due-index.ts';
import { dynamoRunStore } from '../../shared/adapters/dynamodb/workspace/runs.ts';
import { intakeDeps } from '../../shared/adapters/intake.ts';
import { touchStore } from '../../shared/adapters/messaging.ts';
import { readRootSecret } from '../../shared/adapters/secrets/root-secret.ts';
import { sqsWorkQueue } from '../../shared/adapters/sqs/work-queue.ts';
import { touchQueues } from '../../shared/adapters/touches/touch-queues.ts';
import { parseEnvironment } from '../../shared/runtime/environment.ts';
import { createLogger, createMetrics } from '../../shared/runtime/observability.ts';
import { envSchema } from './env.ts';
import { createHandler } from './handler.ts';

const env = parseEnvironment(envSchema);
const keys = rootKeys(await readRootSecret(new SecretsManagerClient(), env.ROOT_SECRET_ID));
const dynamo = new DynamoDBClient();
const sqs = new SQSClient();

export const handler = createHandler({
  ...intakeDeps(dynamo, env, keys),
  runs: dynamoRunStore({ client: dynamo, name: env.WORKSPACE_TABLE }),
  work: sqsWorkQueue(sqs, env.WORK_QUEUE_URL),
  touches: touchStore(dynamo, env),
  dueTouches: new DynamoTouchDueIndex(dynamo, env.TOUCHES_TABLE),
  queues: touchQueues(sqs, env),
  logger: createLogger(),
  metrics: createMetrics(),
});
