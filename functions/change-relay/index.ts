import { SQSClient } from '@aws-sdk/client-sqs';
import { sqsWorkQueue } from '../../shared/adapters/sqs/work-queue.ts';
import { parseEnvironment } from '../../shared/runtime/environment.ts';
import { createLogger, createMetrics } from '../../shared/runtime/observability.ts';
import { envSchema } from './env.ts';
import { createHandler } from './handler.ts';

const env = parseEnvironment(envSchema);

export const handler = createHandler({
  work: sqsWorkQueue(new SQSClient(), env.WORK_QUEUE_URL),
  logger: createLogger(),
  metrics: createMetrics(),
});
