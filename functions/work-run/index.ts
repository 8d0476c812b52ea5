import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { rootKeys } from '../../shared/adapters/crypto/root-keys.ts';
import { dynamoDbClient } from '../../shared/adapters/dynamodb/dynamodb-client.ts';
import { DynamoTouchDueIndex } from '../../shared/adapters/dynamodb/touch-due-index.ts';
import { dynamoTouchScan } from '../../shared/adapters/dynamodb/touch-scan.ts';
import { dynamoAuditLog } from '../../shared/adapters/dynamodb/workspace/audit.ts';
import { dynamoCensusSteps } from '../../shared/adapters/dynamodb/workspace/census-steps.ts';
import { dynamoErasedCustomers } from '../../shared/adapters/dynamodb/workspace/erased-customers.ts';
import { dynamoFactsManifests } from '../../shared/adapters/dynamodb/workspace/facts-manifest.ts';
import { dynamoJobStore } from '../../shared/adapters/dynamodb/workspace/jobs.ts';
import { dynamoNightlyLimits } from '../../shared/adapters/dynamodb/workspace/nightly-limits.ts';
import { dynamoProductStore } from '../../shared/adapters/dynamodb/workspace/products.ts';
import { dynamoRecommendationRuns } from '../../shared/adapters/dynamodb/workspace/recommendation-runs.ts';
import { dynamoRunStore } from '../../shared/adapters/dynamodb/workspace/runs.ts';
import { dynamoSegmentStore } from '../../shared/adapters/dynamodb/workspace/segments.ts';
import { intakeDeps } from '../../shared/adapters/intake.ts';
import { touchStore } from '../../shared/adapters/messaging.ts';
import { s3FactsFiles } from '../../shared/adapters/s3/facts-files.ts';
import { s3TransferFiles, transferClientConfig } from '../../shared/adapters/s3/transfer-files.ts';
import { readRootSecret } from '../../shared/adapters/secrets/root-secret.ts';
import { sqsWorkQueue } from '../../shared/adapters/sqs/work-queue.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import { touchQueues } from '../../shared/adapters/touches/touch-queues.ts';
import { parseEnvironment } from '../../shared/runtime/environment.ts';
import { createLogger, createMetrics } from '../../shared/runtime/observability.ts';
import { envSchema } from './env.ts';
import { createHandler } from './handler.ts';

const env = parseEnvironment(envSchema);
const keys = rootKeys(await readRootSecret(new SecretsManagerClient(), env.ROOT_SECRET_ID));
const dynamo = dynamoDbClient();
const sqs = new SQSClient();
const workspace = { client: dynamo, name: env.WORKSPACE_TABLE };

export const handler = createHandler({
  ...intakeDeps(dynamo, env, keys),
  runs: dynamoRunStore(workspace),
  work: sqsWorkQueue(sqs, env.WORK_QUEUE_URL),
  touches: touchStore(dynamo, env),
  erased: dynamoErasedCustomers(workspace),
  audit: dynamoAuditLog(workspace),
  dueTouches: new DynamoTouchDueIndex(dynamo, env.TOUCHES_TABLE),
  queues: touchQueues(sqs, env),
  touchScan: dynamoTouchScan(dynamo, env.TOUCHES_TABLE),
  facts: s3FactsFiles(new S3Client(), env.FACTS_BUCKET),
  steps: dynamoCensusSteps(workspace, systemClock),
  manifests: dynamoFactsManifests(workspace),
  recommendations: dynamoRecommendationRuns(workspace, systemClock),
  limits: dynamoNightlyLimits(workspace, systemClock),
  segments: dynamoSegmentStore(workspace),
  jobs: dynamoJobStore(workspace),
  files: s3TransferFiles(new S3Client(transferClientConfig), env.TRANSFERS_BUCKET),
  products: dynamoProductStore(workspace),
  logger: createLogger(),
  metrics: createMetrics(),
});
