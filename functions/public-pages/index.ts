import { setTimeout as pause } from 'node:timers/promises';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { caseStore } from '../../shared/adapters/cases.ts';
import { couponsOn } from '../../shared/adapters/coupons.ts';
import { publicLinks } from '../../shared/adapters/crypto/public-links.ts';
import { rootKeys } from '../../shared/adapters/crypto/root-keys.ts';
import { shortLinks } from '../../shared/adapters/crypto/short-links.ts';
import { customerStore } from '../../shared/adapters/customers.ts';
import { dynamoBehaviourStore } from '../../shared/adapters/dynamodb/behaviour-store.ts';
import { dynamoDbClient } from '../../shared/adapters/dynamodb/dynamodb-client.ts';
import { dynamoLinkedTouches } from '../../shared/adapters/dynamodb/linked-touches.ts';
import { dynamoNightlyLimits } from '../../shared/adapters/dynamodb/workspace/nightly-limits.ts';
import { dynamoSendingRates } from '../../shared/adapters/dynamodb/workspace/sending-rates.ts';
import { dynamoSettingsStore } from '../../shared/adapters/dynamodb/workspace/settings.ts';
import { dynamoShopStore } from '../../shared/adapters/dynamodb/workspace/shops.ts';
import { dynamoSubscriptionStore } from '../../shared/adapters/dynamodb/workspace/subscriptions.ts';
import { touchStore } from '../../shared/adapters/messaging.ts';
import { readRootSecret } from '../../shared/adapters/secrets/root-secret.ts';
import { sqsWorkQueue } from '../../shared/adapters/sqs/work-queue.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import { parseEnvironment } from '../../shared/runtime/environment.ts';
import { createLogger, createMetrics } from '../../shared/runtime/observability.ts';
import { claimCoupon } from '../../shared/usecases/coupons/claim-coupon.ts';
import { queuedEvents } from '../../shared/usecases/events/tell-events.ts';
import { behaviourHeard } from '../../shared/usecases/journeys/hear-behaviour.ts';
import { envSchema } from './env.ts';
import { createHandler } from './handler.ts';

const env = parseEnvironment(envSchema);
const keys = rootKeys(await readRootSecret(new SecretsManagerClient(), env.ROOT_SECRET_ID));
const dynamo = dynamoDbClient();
const workspace = { client: dynamo, name: env.WORKSPACE_TABLE };

const settings = dynamoSettingsStore(workspace, systemClock);
const work = sqsWorkQueue(new SQSClient(), env.WORK_QUEUE_URL);
const subscriptions = dynamoSubscriptionStore(workspace, systemClock);

const deps = {
  store: customerStore(dynamo, env),
  touches: touchStore(dynamo, env),
  cases: caseStore(dynamo, env),
  behaviour: dynamoBehaviourStore(dynamo, { customers: env.CUSTOMERS_TABLE, contacts: env.CONTACTS_TABLE }),
  shops: dynamoShopStore(workspace, keys, systemClock),
  settings,
  events: queuedEvents({ ...subscriptions, settings, work, clock: systemClock }),
  heard: behaviourHeard({ settings, work, clock: systemClock }),
  rates: dynamoSendingRates(workspace, systemClock),
  limits: dynamoNightlyLimits(workspace, systemClock),
  links: publicLinks(keys),
  shortLinks: shortLinks(keys),
  linkedTouches: dynamoLinkedTouches(dynamo, env.TOUCHES_TABLE),
  identityHash: keys.identityHash,
  clock: systemClock,
  pause: (milliseconds: number) => pause(milliseconds),
  random: Math.random,
  logger: createLogger(),
  metrics: createMetrics(),
};

const { coupons, ...stores } = couponsOn(dynamo, env, deps);

export const handler = createHandler({
  ...deps,
  coupons,
  claim: (wanted) => claimCoupon(wanted, { ...deps, ...stores }),
});
