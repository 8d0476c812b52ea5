import { setTimeout as pause } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SESClient } from '@aws-sdk/client-ses';
import { SNSClient } from '@aws-sdk/client-sns';
import { publicLinks } from '../../shared/adapters/crypto/public-links.ts';
import { rootKeys } from '../../shared/adapters/crypto/root-keys.ts';
import { coalescedReads } from '../../shared/adapters/dynamodb/coalesced-reads.ts';
import { dynamoSendingRates } from '../../shared/adapters/dynamodb/workspace/sending-rates.ts';
import { dynamoSettingsStore } from '../../shared/adapters/dynamodb/workspace/settings.ts';
import { dynamoShopStore } from '../../shared/adapters/dynamodb/workspace/shops.ts';
import { sesSender } from '../../shared/adapters/mail/ses-sender.ts';
import { touchStore } from '../../shared/adapters/messaging.ts';
import { liquidRenderer } from '../../shared/adapters/rendering/liquid-renderer.ts';
import { readRootSecret } from '../../shared/adapters/secrets/root-secret.ts';
import { snsSender } from '../../shared/adapters/sms/sns-sender.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import { channelPacer } from '../../shared/adapters/touches/pacer.ts';
import { webhookSender } from '../../shared/adapters/webhooks/webhook-sender.ts';
import { parseEnvironment } from '../../shared/runtime/environment.ts';
import { createLogger, createMetrics } from '../../shared/runtime/observability.ts';
import { whyNoLongerCalledFor } from '../../shared/usecases/called-for.ts';
import { envSchema } from './env.ts';
import { createHandler } from './handler.ts';

const env = parseEnvironment(envSchema);
const keys = rootKeys(await readRootSecret(new SecretsManagerClient(), env.ROOT_SECRET_ID));
const dynamo = new DynamoDBClient();
const workspace = { client: dynamo, name: env.WORKSPACE_TABLE };
const settings = dynamoSettingsStore(workspace, systemClock);
const links = publicLinks(keys);

// A provider's client never tries again by itself: after a timeout nobody knows whether the first try went out.
const once = {
  maxAttempts: 1,
  requestHandler: { connectionTimeout: 2000, requestTimeout: 10_000, throwOnRequestTimeout: true },
};
const ses = new SESClient(once);

export const handler = createHandler({
  touches: coalescedReads(touchStore(dynamo, env)),
  settings,
  whyNoLongerCalledFor,
  shops: dynamoShopStore(workspace, keys, systemClock),
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
  unsubscribeUrl: (touch) => `${env.PUBLIC_URL}/u/${links.write('u', touch)}`,
  pacer: channelPacer({
    ses,
    settings,
    clock: systemClock,
    senders: env.SENDERS,
    pause: (milliseconds) => pause(milliseconds),
    elapsed: () => performance.now(),
  }),
  rates: dynamoSendingRates(workspace, systemClock),
  identityHash: keys.identityHash,
  clock: systemClock,
  pause: (milliseconds) => pause(milliseconds),
  random: Math.random,
  logger: createLogger(),
  metrics: createMetrics(),
});
