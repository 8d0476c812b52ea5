import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { ulid } from 'ulid';
import { campaignsOn, standingOfCampaign } from '../../shared/adapters/campaigns.ts';
import { caseStore } from '../../shared/adapters/cases.ts';
import { couponsOn } from '../../shared/adapters/coupons.ts';
import { messageLinks } from '../../shared/adapters/crypto/message-links.ts';
import { rootKeys } from '../../shared/adapters/crypto/root-keys.ts';
import { dynamoDbClient } from '../../shared/adapters/dynamodb/dynamodb-client.ts';
import { DynamoTouchDueIndex } from '../../shared/adapters/dynamodb/touch-due-index.ts';
import { dynamoTouchScan } from '../../shared/adapters/dynamodb/touch-scan.ts';
import { dynamoAuditLog } from '../../shared/adapters/dynamodb/workspace/audit.ts';
import { dynamoCaseAlerts } from '../../shared/adapters/dynamodb/workspace/case-alerts.ts';
import { dynamoCensusSteps } from '../../shared/adapters/dynamodb/workspace/census-steps.ts';
import { dynamoDeliveryLog } from '../../shared/adapters/dynamodb/workspace/deliveries.ts';
import { dynamoErasedCustomers } from '../../shared/adapters/dynamodb/workspace/erased-customers.ts';
import { dynamoFactsManifests } from '../../shared/adapters/dynamodb/workspace/facts-manifest.ts';
import { dynamoJobStore } from '../../shared/adapters/dynamodb/workspace/jobs.ts';
import { dynamoNightlyLimits } from '../../shared/adapters/dynamodb/workspace/nightly-limits.ts';
import { dynamoProductStore } from '../../shared/adapters/dynamodb/workspace/products.ts';
import { dynamoRecommendationRuns } from '../../shared/adapters/dynamodb/workspace/recommendation-runs.ts';
import { dynamoRehearsalStore } from '../../shared/adapters/dynamodb/workspace/rehearsals.ts';
import { dynamoRunStore } from '../../shared/adapters/dynamodb/workspace/runs.ts';
import { dynamoSegmentStore } from '../../shared/adapters/dynamodb/workspace/segments.ts';
import { dynamoSendingRates } from '../../shared/adapters/dynamodb/workspace/sending-rates.ts';
import { dynamoStageCounts } from '../../shared/adapters/dynamodb/workspace/stage-counts.ts';
import { dynamoSubscriptionStore } from '../../shared/adapters/dynamodb/workspace/subscriptions.ts';
import { dynamoTemplateReader } from '../../shared/adapters/dynamodb/workspace/templates.ts';
import { eventBridgeBus } from '../../shared/adapters/events/event-bus.ts';
import { eventPoster } from '../../shared/adapters/events/event-poster.ts';
import { intakeDeps } from '../../shared/adapters/intake.ts';
import { journeyStores } from '../../shared/adapters/journeys.ts';
import { rehearsalWorlds } from '../../shared/adapters/memory/rehearsal-world.ts';
import { touchStore } from '../../shared/adapters/messaging.ts';
import { liquidRenderer } from '../../shared/adapters/rendering/liquid-renderer.ts';
import { s3FactsFiles } from '../../shared/adapters/s3/facts-files.ts';
import { s3TransferFiles, transferClientConfig } from '../../shared/adapters/s3/transfer-files.ts';
import { readRootSecret } from '../../shared/adapters/secrets/root-secret.ts';
import { sqsWorkQueue } from '../../shared/adapters/sqs/work-queue.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import { touchQueues } from '../../shared/adapters/touches/touch-queues.ts';
import { parseEnvironment } from '../../shared/runtime/environment.ts';
import { createLogger, createMetrics } from '../../shared/runtime/observability.ts';
import { openCase } from '../../shared/usecases/cases/open-case.ts';
import { queuedEvents } from '../../shared/usecases/events/tell-events.ts';
import { envSchema } from './env.ts';
import { createHandler } from './handler.ts';

const env = parseEnvironment(envSchema);
const keys = rootKeys(await readRootSecret(new SecretsManagerClient(), env.ROOT_SECRET_ID));
const dynamo = dynamoDbClient();
const sqs = new SQSClient();
const workspace = { client: dynamo, name: env.WORKSPACE_TABLE };
const intake = intakeDeps(dynamo, env, keys);

const work = sqsWorkQueue(sqs, env.WORK_QUEUE_URL);
const subscriptions = dynamoSubscriptionStore(workspace, systemClock);
const events = queuedEvents({ ...subscriptions, settings: intake.settings, work, clock: systemClock });
const coupons = couponsOn(dynamo, env, { ...intake, events });
const templates = dynamoTemplateReader(workspace, systemClock);
const composing = { templates, renderer: liquidRenderer(), links: messageLinks(keys, env.PUBLIC_URL) };
const campaigns = campaignsOn(dynamo, env, {
  ...intake,
  ...coupons,
  ...composing,
});
const standingOf = standingOfCampaign(campaigns);
const cases = caseStore(dynamo, env);
const touches = touchStore(dynamo, env);
const journeys = journeyStores(dynamo, env);

export const handler = createHandler({
  ...intake,
  ...journeys,
  cases,
  alerts: dynamoCaseAlerts(workspace),
  openCase: (task) => openCase(task, { ...intake, cases, events }),
  runs: dynamoRunStore(workspace),
  work,
  subscriptions,
  deliveries: dynamoDeliveryLog(workspace, systemClock),
  bus: eventBridgeBus(new EventBridgeClient(), env.EVENT_BUS),
  poster: eventPoster({
    key: keys.webhookKey,
    plainHttp: env.PLAIN_HTTP_WEBHOOKS === 'true',
    clock: systemClock,
  }),
  events,
  touches,
  erased: dynamoErasedCustomers(workspace),
  audit: dynamoAuditLog(workspace),
  dueTouches: new DynamoTouchDueIndex(dynamo, env.TOUCHES_TABLE),
  queues: touchQueues(sqs, env),
  touchScan: dynamoTouchScan(dynamo, env.TOUCHES_TABLE),
  facts: s3FactsFiles(new S3Client(), env.FACTS_BUCKET),
  steps: dynamoCensusSteps(workspace, systemClock),
  manifests: dynamoFactsManifests(workspace),
  stageCounts: dynamoStageCounts(workspace),
  recommendations: dynamoRecommendationRuns(workspace, systemClock),
  limits: dynamoNightlyLimits(workspace, systemClock),
  ...coupons,
  ...campaigns,
  ...composing,
  rehearsals: dynamoRehearsalStore(workspace),
  makeWorld: rehearsalWorlds({ ...intake, ...journeys, touches }),
  rates: dynamoSendingRates(workspace, systemClock),
  newId: () => ulid(systemClock.now()),
  standingOfOrigin: async (type, id) => (type === 'campaign' ? standingOf(id) : 'on'),
  segments: dynamoSegmentStore(workspace),
  jobs: dynamoJobStore(workspace),
  files: s3TransferFiles(new S3Client(transferClientConfig), env.TRANSFERS_BUCKET),
  products: dynamoProductStore(workspace),
  logger: createLogger(),
  metrics: createMetrics(),
});
