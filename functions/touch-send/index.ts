import { setTimeout as pause } from 'node:timers/promises';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SESClient } from '@aws-sdk/client-ses';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { couponsOn } from '../../shared/adapters/coupons.ts';
import { messageLinks } from '../../shared/adapters/crypto/message-links.ts';
import { rootKeys } from '../../shared/adapters/crypto/root-keys.ts';
import { dynamoBehaviourStore } from '../../shared/adapters/dynamodb/behaviour-store.ts';
import { coalescedReads } from '../../shared/adapters/dynamodb/coalesced-reads.ts';
import { dynamoDbClient } from '../../shared/adapters/dynamodb/dynamodb-client.ts';
import { dynamoCampaignStore } from '../../shared/adapters/dynamodb/workspace/campaigns.ts';
import { dynamoNightlyLimits } from '../../shared/adapters/dynamodb/workspace/nightly-limits.ts';
import { dynamoSendingRates } from '../../shared/adapters/dynamodb/workspace/sending-rates.ts';
import { dynamoSettingsStore } from '../../shared/adapters/dynamodb/workspace/settings.ts';
import { dynamoShopStore } from '../../shared/adapters/dynamodb/workspace/shops.ts';
import { dynamoSubscriptionStore } from '../../shared/adapters/dynamodb/workspace/subscriptions.ts';
import { dynamoTemplateReader } from '../../shared/adapters/dynamodb/workspace/templates.ts';
import { journeyStore } from '../../shared/adapters/journeys.ts';
import { sesSender } from '../../shared/adapters/mail/ses-sender.ts';
import { touchStore } from '../../shared/adapters/messaging.ts';
import { productsForMessages } from '../../shared/adapters/products-for-messages.ts';
import { liquidRenderer } from '../../shared/adapters/rendering/liquid-renderer.ts';
import { readRootSecret } from '../../shared/adapters/secrets/root-secret.ts';
import { snsSender } from '../../shared/adapters/sms/sns-sender.ts';
import { sqsWorkQueue } from '../../shared/adapters/sqs/work-queue.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import { channelPacer } from '../../shared/adapters/touches/pacer.ts';
import { webhookSender } from '../../shared/adapters/webhooks/webhook-sender.ts';
import { parseEnvironment } from '../../shared/runtime/environment.ts';
import { createLogger, createMetrics } from '../../shared/runtime/observability.ts';
import { calledForByCampaign } from '../../shared/usecases/campaigns/called-for.ts';
import { queuedEvents } from '../../shared/usecases/events/tell-events.ts';
import { journeyCalledFor } from '../../shared/usecases/journeys/called-for.ts';
import { calledForBy } from '../../shared/usecases/messages/called-for.ts';
import { ruleHolds } from '../../shared/usecases/segments/live-rule.ts';
import { envSchema } from './env.ts';
import { createHandler } from './handler.ts';

const env = parseEnvironment(envSchema);
const keys = rootKeys(await readRootSecret(new SecretsManagerClient(), env.ROOT_SECRET_ID));
const dynamo = dynamoDbClient();
const workspace = { client: dynamo, name: env.WORKSPACE_TABLE };
const settings = dynamoSettingsStore(workspace, systemClock);
const shops = dynamoShopStore(workspace, keys, systemClock);
const events = queuedEvents({
  ...dynamoSubscriptionStore(workspace, systemClock),
  settings,
  work: sqsWorkQueue(new SQSClient(), env.WORK_QUEUE_URL),
  clock: systemClock,
});
const retrying = { pause: (milliseconds: number) => pause(milliseconds), random: Math.random };

// A provider's client never tries again by itself: after a timeout nobody knows whether the first try went out.
const once = {
  maxAttempts: 1,
  requestHandler: { connectionTimeout: 2000, requestTimeout: 10_000, throwOnRequestTimeout: true },
};
const ses = new SESClient(once);

const touches = coalescedReads(touchStore(dynamo, env));
const rules = {
  touches,
  settings,
  store: { readFiles: async (ids: readonly string[]) => new Map((await touches.readLive({ customers: ids })).files) },
  behaviour: dynamoBehaviourStore(dynamo, { customers: env.CUSTOMERS_TABLE, contacts: env.CONTACTS_TABLE }),
  limits: dynamoNightlyLimits(workspace, systemClock),
  identityHash: keys.identityHash,
  clock: systemClock,
};

export const handler = createHandler({
  touches,
  settings,
  calledFor: calledForBy({
    campaign: calledForByCampaign({ campaigns: dynamoCampaignStore(workspace, env.TOUCHES_TABLE, systemClock) }),
    journey: journeyCalledFor({
      journeys: journeyStore(dynamo, env),
      touches,
      settings,
      holds: (rule, file) => ruleHolds(rule, file, rules),
    }),
  }),
  templates: dynamoTemplateReader(workspace, systemClock),
  shops,
  senders: {
    email: sesSender(ses, { from: env.MAIL_FROM, configurationSet: env.CONFIGURATION_SET }),
    sms: snsSender(new SNSClient({ ...once, region: env.SMS_REGION })),
    webhook: webhookSender({
      key: keys.webhookKey,
      plainHttp: env.PLAIN_HTTP_WEBHOOKS === 'true',
      clock: systemClock,
    }),
  },
  renderer: liquidRenderer(),
  recommend: productsForMessages(workspace, env.FACTS_BUCKET, { settings, clock: systemClock }),
  links: messageLinks(keys, env.PUBLIC_URL),
  pacer: channelPacer({
    ses,
    settings,
    clock: systemClock,
    senders: env.SENDERS,
    pause: (milliseconds) => pause(milliseconds),
    elapsed: () => performance.now(),
  }),
  rates: dynamoSendingRates(workspace, systemClock),
  coupons: couponsOn(dynamo, env, { settings, shops, events, identityHash: keys.identityHash, ...retrying }).coupons,
  limits: rules.limits,
  events,
  identityHash: keys.identityHash,
  clock: systemClock,
  ...retrying,
  logger: createLogger(),
  metrics: createMetrics(),
});
