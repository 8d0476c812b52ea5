import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { ulid } from 'ulid';
import { campaignsOn } from '../../shared/adapters/campaigns.ts';
import { caseStore } from '../../shared/adapters/cases.ts';
import { couponsOn } from '../../shared/adapters/coupons.ts';
import { signedCursors } from '../../shared/adapters/crypto/cursors.ts';
import { messageLinks } from '../../shared/adapters/crypto/message-links.ts';
import { rootKeys } from '../../shared/adapters/crypto/root-keys.ts';
import { dynamoBehaviourStore } from '../../shared/adapters/dynamodb/behaviour-store.ts';
import { dynamoApiKeyStore } from '../../shared/adapters/dynamodb/workspace/api-keys.ts';
import { dynamoAuditLog } from '../../shared/adapters/dynamodb/workspace/audit.ts';
import { dynamoCaseAlerts } from '../../shared/adapters/dynamodb/workspace/case-alerts.ts';
import { dynamoDeliveryLog } from '../../shared/adapters/dynamodb/workspace/deliveries.ts';
import { dynamoFactsManifests } from '../../shared/adapters/dynamodb/workspace/facts-manifest.ts';
import { dynamoJobStore } from '../../shared/adapters/dynamodb/workspace/jobs.ts';
import { dynamoNightMarks } from '../../shared/adapters/dynamodb/workspace/night-marks.ts';
import { dynamoNightlyLimits } from '../../shared/adapters/dynamodb/workspace/nightly-limits.ts';
import { dynamoProductStore } from '../../shared/adapters/dynamodb/workspace/products.ts';
import { dynamoRehearsalStore } from '../../shared/adapters/dynamodb/workspace/rehearsals.ts';
import { dynamoRunStore } from '../../shared/adapters/dynamodb/workspace/runs.ts';
import { dynamoSegmentStore } from '../../shared/adapters/dynamodb/workspace/segments.ts';
import { dynamoSendingRates } from '../../shared/adapters/dynamodb/workspace/sending-rates.ts';
import { dynamoSubscriptionStore } from '../../shared/adapters/dynamodb/workspace/subscriptions.ts';
import { dynamoTemplateStore } from '../../shared/adapters/dynamodb/workspace/templates.ts';
import { subscriptionKey } from '../../shared/adapters/events/event-poster.ts';
import { intakeDeps } from '../../shared/adapters/intake.ts';
import { journeyStore } from '../../shared/adapters/journeys.ts';
import { touchStore } from '../../shared/adapters/messaging.ts';
import { productsForMessages } from '../../shared/adapters/products-for-messages.ts';
import { liquidRenderer } from '../../shared/adapters/rendering/liquid-renderer.ts';
import { readRootSecret } from '../../shared/adapters/secrets/root-secret.ts';
import { sqsWorkQueue } from '../../shared/adapters/sqs/work-queue.ts';
import { touchQueues } from '../../shared/adapters/touches/touch-queues.ts';
import { parseEnvironment } from '../../shared/runtime/environment.ts';
import { createLogger } from '../../shared/runtime/observability.ts';
import type { Subscription } from '../../shared/usecases/events/event-ports.ts';
import { queuedEvents } from '../../shared/usecases/events/tell-events.ts';
import { behaviourHeard } from '../../shared/usecases/journeys/hear-behaviour.ts';
import { recomputesOf } from '../../shared/usecases/life-cycle/plan-night.ts';
import { envSchema } from './env.ts';
import { createHandler } from './handler.ts';

const env = parseEnvironment(envSchema);
const dynamo = new DynamoDBClient();
const sqs = new SQSClient();
const keys = rootKeys(await readRootSecret(new SecretsManagerClient(), env.ROOT_SECRET_ID));
const workspace = { client: dynamo, name: env.WORKSPACE_TABLE };
const intake = intakeDeps(dynamo, env, keys);
const { clock } = intake;
const work = sqsWorkQueue(sqs, env.WORK_QUEUE_URL);
const runs = dynamoRunStore(workspace);
const subscriptions = dynamoSubscriptionStore(workspace, clock);
const events = queuedEvents({ ...subscriptions, settings: intake.settings, work, clock });
const coupons = couponsOn(dynamo, env, { ...intake, events });
const templates = dynamoTemplateStore(workspace, clock);
const renderer = liquidRenderer();
const links = messageLinks(keys, env.PUBLIC_URL);

const deps = {
  ...intake,
  keys: dynamoApiKeyStore(workspace, clock),
  adminKeyHash: env.ADMIN_KEY_HASH,
  cursors: signedCursors(keys.cursorTag),
  audit: dynamoAuditLog(workspace),
  touches: touchStore(dynamo, env),
  queues: touchQueues(sqs, env),
  rates: dynamoSendingRates(workspace, clock),
  cases: caseStore(dynamo, env),
  journeys: journeyStore(dynamo, env),
  heard: behaviourHeard({ ...intake, work }),
  caseAlerts: dynamoCaseAlerts(workspace),
  behaviour: dynamoBehaviourStore(dynamo, { customers: env.CUSTOMERS_TABLE, contacts: env.CONTACTS_TABLE }),
  segments: dynamoSegmentStore(workspace),
  limits: dynamoNightlyLimits(workspace, clock),
  ...coupons,
  templates,
  ...campaignsOn(dynamo, env, {
    ...intake,
    ...coupons,
    templates,
    renderer,
    links,
  }),
  products: dynamoProductStore(workspace),
  rehearsals: dynamoRehearsalStore(workspace),
  nights: dynamoNightMarks(workspace),
  manifests: dynamoFactsManifests(workspace),
  jobs: dynamoJobStore(workspace),
  subscriptions,
  events,
  deliveries: dynamoDeliveryLog(workspace, clock),
  secretOf: (one: Subscription) => `whsec_${subscriptionKey(keys.webhookKey, one).toString('base64')}`,
  renderer,
  links,
  recommend: productsForMessages(workspace, env.FACTS_BUCKET, intake),
  publicUrl: env.PUBLIC_URL,
  runs,
  recomputes: recomputesOf({ runs, work, clock }),
  work,
  newId: () => ulid(clock.now()),
  logger: createLogger(),
};

export const handler = createHandler(deps);
