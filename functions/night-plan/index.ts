import { SQSClient } from '@aws-sdk/client-sqs';
import { dynamoDbClient } from '../../shared/adapters/dynamodb/dynamodb-client.ts';
import { dynamoNightMarks } from '../../shared/adapters/dynamodb/workspace/night-marks.ts';
import { dynamoRunStore } from '../../shared/adapters/dynamodb/workspace/runs.ts';
import { dynamoSettingsStore } from '../../shared/adapters/dynamodb/workspace/settings.ts';
import { journeyStore } from '../../shared/adapters/journeys.ts';
import { sqsWorkQueue } from '../../shared/adapters/sqs/work-queue.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import { parseEnvironment } from '../../shared/runtime/environment.ts';
import { createLogger, createMetrics } from '../../shared/runtime/observability.ts';
import { envSchema } from './env.ts';
import { createHandler } from './handler.ts';

const env = parseEnvironment(envSchema);
const dynamo = dynamoDbClient();
const workspace = { client: dynamo, name: env.WORKSPACE_TABLE };

export const handler = createHandler({
  runs: dynamoRunStore(workspace),
  journeys: journeyStore(dynamo, env),
  settings: dynamoSettingsStore(workspace, systemClock),
  nights: dynamoNightMarks(workspace),
  work: sqsWorkQueue(new SQSClient(), env.WORK_QUEUE_URL),
  clock: systemClock,
  logger: createLogger(),
  metrics: createMetrics(),
});
