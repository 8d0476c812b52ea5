import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { ulid } from 'ulid';
import { caseStore } from '../../shared/adapters/cases.ts';
import { couponStores } from '../../shared/adapters/coupons.ts';
import { signedCursors } from '../../shared/adapters/crypto/cursors.ts';
import { rootKeys } from '../../shared/adapters/crypto/root-keys.ts';
import { newWebhookSecret } from '../../shared/adapters/crypto/tokens.ts';
import { dynamoDbClient } from '../../shared/adapters/dynamodb/dynamodb-client.ts';
import { dynamoMigrationLog } from '../../shared/adapters/dynamodb/migration-log.ts';
import { dynamoApiKeyStore } from '../../shared/adapters/dynamodb/workspace/api-keys.ts';
import { dynamoAuditLog } from '../../shared/adapters/dynamodb/workspace/audit.ts';
import { dynamoCampaignStore } from '../../shared/adapters/dynamodb/workspace/campaigns.ts';
import { dynamoJobStore } from '../../shared/adapters/dynamodb/workspace/jobs.ts';
import { dynamoNightlyLimits } from '../../shared/adapters/dynamodb/workspace/nightly-limits.ts';
import { dynamoProductStore } from '../../shared/adapters/dynamodb/workspace/products.ts';
import { dynamoRecommendationRuns } from '../../shared/adapters/dynamodb/workspace/recommendation-runs.ts';
import { dynamoRunStore } from '../../shared/adapters/dynamodb/workspace/runs.ts';
import { dynamoSegmentStore } from '../../shared/adapters/dynamodb/workspace/segments.ts';
import { dynamoSendingRates } from '../../shared/adapters/dynamodb/workspace/sending-rates.ts';
import { dynamoStageCounts } from '../../shared/adapters/dynamodb/workspace/stage-counts.ts';
import { intakeDeps } from '../../shared/adapters/intake.ts';
import { journeyStores } from '../../shared/adapters/journeys.ts';
import { touchStore } from '../../shared/adapters/messaging.ts';
import { recommendationReader } from '../../shared/adapters/recommendations.ts';
import { s3FactsNotes } from '../../shared/adapters/s3/facts-notes.ts';
import { s3TransferFiles, transferClientConfig } from '../../shared/adapters/s3/transfer-files.ts';
import { readRootSecret } from '../../shared/adapters/secrets/root-secret.ts';
import { sqsWorkQueue } from '../../shared/adapters/sqs/work-queue.ts';
import { parseEnvironment } from '../../shared/runtime/environment.ts';
import { createLogger } from '../../shared/runtime/observability.ts';
import { mergeCustomers } from '../../shared/usecases/customers/merge-customers.ts';
import { behaviourHeard } from '../../shared/usecases/journeys/hear-behaviour.ts';
import { recomputesOf } from '../../shared/usecases/life-cycle/plan-night.ts';
import { replayParked } from '../../shared/usecases/orders/replay-parked.ts';
import { assetsIn } from './assets.ts';
import { envSchema } from './env.ts';
import { createHandler } from './handler.ts';

const env = parseEnvironment(envSchema);
const dynamodb = dynamoDbClient();
const keysOfRoot = rootKeys(await readRootSecret(new SecretsManagerClient(), env.ROOT_SECRET_ID));
const workspace = { client: dynamodb, name: env.WORKSPACE_TABLE };
const intake = intakeDeps(dynamodb, env, keysOfRoot);
const { settings, clock } = intake;
const workQueue = sqsWorkQueue(new SQSClient(), env.WORK_QUEUE_URL);
const runs = dynamoRunStore(workspace);

export const handler = createHandler({
  ...intake,
  ...couponStores(dynamodb, env),
  cases: caseStore(dynamodb, env),
  ...journeyStores(dynamodb, env),
  heard: behaviourHeard({ settings, clock, work: workQueue }),
  campaigns: dynamoCampaignStore(workspace, env.TOUCHES_TABLE, clock),
  keys: dynamoApiKeyStore(workspace, clock),
  adminKeyHash: env.ADMIN_KEY_HASH,
  recomputes: recomputesOf({ runs, work: workQueue, clock }),
  workQueue,
  newSecret: newWebhookSecret,
  outboundSecret: `whsec_${keysOfRoot.webhookKey.toString('base64')}`,
  touches: touchStore(dynamodb, env),
  rates: dynamoSendingRates(workspace, clock),
  audit: dynamoAuditLog(workspace),
  merge: async (id, other) => mergeCustomers([id, other], await settings.settings(clock.now()), intake),
  cursors: signedCursors(keysOfRoot.cursorTag),
  migrations: dynamoMigrationLog(dynamodb, env.MIGRATIONS_TABLE),
  segments: dynamoSegmentStore(workspace),
  recommendations: recommendationReader(
    dynamoRecommendationRuns(workspace, clock),
    s3FactsNotes(new S3Client(), env.FACTS_BUCKET),
    clock,
  ),
  limits: dynamoNightlyLimits(workspace, clock),
  stageCounts: dynamoStageCounts(workspace),
  jobs: dynamoJobStore(workspace),
  files: s3TransferFiles(new S3Client(transferClientConfig), env.TRANSFERS_BUCKET),
  products: dynamoProductStore(workspace),
  newJobId: () => ulid(clock.now()),
  runs,
  replay: (id) => replayParked(id, { ...intake, work: workQueue }),
  assets: assetsIn(new URL('.', import.meta.url)),
  logger: createLogger(),
});
