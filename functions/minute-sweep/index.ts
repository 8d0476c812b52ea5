import { SQSClient } from '@aws-sdk/client-sqs';
import { dynamoDbClient } from '../../shared/adapters/dynamodb/dynamodb-client.ts';
import { DynamoTouchDueIndex } from '../../shared/adapters/dynamodb/touch-due-index.ts';
import { dynamoSweepMarks } from '../../shared/adapters/dynamodb/workspace/sweep-marks.ts';
import { sqsWorkQueue } from '../../shared/adapters/sqs/work-queue.ts';
import { touchQueues } from '../../shared/adapters/touches/touch-queues.ts';
import { parseEnvironment } from '../../shared/runtime/environment.ts';
import { createLogger, createMetrics } from '../../shared/runtime/observability.ts';
import { envSchema } from './env.ts';
import { createHandler } from './handler.ts';

const env = parseEnvironment(envSchema);
const dynamo = dynamoDbClient();
const sqs = new SQSClient();

export const handler = createHandler({
  dueTouches: new DynamoTouchDueIndex(dynamo, env.TOUCHES_TABLE),
  queues: touchQueues(sqs, env),
  marks: dynamoSweepMarks({ client: dynamo, name: env.WORKSPACE_TABLE }),
  work: sqsWorkQueue(sqs, env.WORK_QUEUE_URL),
  logger: createLogger(),
  metrics: createMetrics(),
});
