import { setTimeout as pause } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import { SESClient } from '@aws-sdk/client-ses';
import type { SQSEvent } from 'aws-lambda';
import { createHandler } from '../../functions/touch-send/handler.ts';
import { Clock } from '../../infra/local/clock.ts';
import { startWorkerEngine } from '../../infra/local/engines/worker-engine.ts';
import { messageLinks } from '../../shared/adapters/crypto/message-links.ts';
import { coalescedReads } from '../../shared/adapters/dynamodb/coalesced-reads.ts';
import { dynamoCampaignStore } from '../../shared/adapters/dynamodb/workspace/campaigns.ts';
import { dynamoJourneyStore } from '../../shared/adapters/dynamodb/workspace/journeys.ts';
import { dynamoSendingRates } from '../../shared/adapters/dynamodb/workspace/sending-rates.ts';
import { dynamoSettingsStore } from '../../shared/adapters/dynamodb/workspace/settings.ts';
import { dynamoShopStore } from '../../shared/adapters/dynamodb/workspace/shops.ts';
import { dynamoTemplateReader } from '../../shared/adapters/dynamodb/workspace/templates.ts';
import { sesSender } from '../../shared/adapters/mail/ses-sender.ts';
import { touchStore } from '../../shared/adapters/messaging.ts';
import { liquidRenderer } from '../../shared/adapters/rendering/liquid-renderer.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import type { TouchCall } from '../../shared/contracts/work.ts';
import { createMetrics } from '../../shared/runtime/observability.ts';
import type { QueueHandler } from '../../shared/runtime/queue-handler.ts';
import { calledForByCampaign } from '../../shared/usecases/campaigns/called-for.ts';
import { journeyCalledFor } from '../../shared/usecases/journeys/called-for.ts';
import { presetJourneys } from '../../shared/usecases/journeys/preset-journeys.ts';
import { calledForBy } from '../../shared/usecases/messages/called-for.ts';
import type { ChannelSender } from '../../shared/usecases/messages/messaging-ports.ts';
import type { LocalTables } from '../support/dynamodb-local.ts';
import { environmentOf } from '../support/intake-on-tables.ts';
import { lambdaContext } from '../support/lambda.ts';
import { keys } from './waiting-touches.ts';

/** Calls in one batch of the queue, which the sender works through side by side. */
export const batchSize = 10;

/** The engine that takes mail in, and a client of it as the function makes it. */
export interface MailEngine {
  readonly client: SESClient;
  /** Forgets the mail it has, which it keeps in memory. */
  empty(): Promise<void>;
  stop(): Promise<void>;
}

export async function startMailEngine(): Promise<MailEngine> {
  const module = new URL('../../infra/local/engines/mail-worker.ts', import.meta.url);
  const { endpoint, stop } = await startWorkerEngine(module, { clock: new Clock().shared });
  const client = new SESClient({
    endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 2000, requestTimeout: 10_000, throwOnRequestTimeout: true },
  });
  return {
    client,
    empty: async () => void (await fetch(`${endpoint}/clear-store`, { method: 'POST' })),
    stop: async () => {
      client.destroy();
      await stop();
    },
  };
}

const noSender: ChannelSender = { send: async () => ({ type: 'refused', reason: 'not measured', later: false }) };

/** touch-send as its index.ts wires it, for mail; the provider takes as much a second as comes. */
export function senderOn({ client, tableNames }: LocalTables, mail: MailEngine): QueueHandler {
  const env = {
    ...environmentOf(tableNames),
    CONTACTS_TABLE: tableNames.contacts,
    TOUCHES_TABLE: tableNames.touches,
  };
  const workspace = { client, name: tableNames.workspace };
  const settings = dynamoSettingsStore(workspace, systemClock);
  const touches = coalescedReads(touchStore(client, env));
  return createHandler({
    touches,
    settings,
    calledFor: calledForBy({
      campaign: calledForByCampaign({ campaigns: dynamoCampaignStore(workspace, tableNames.touches, systemClock) }),
      journey: journeyCalledFor({
        journeys: dynamoJourneyStore(workspace, systemClock, presetJourneys),
        touches,
        settings,
        holds: async () => true,
      }),
    }),
    templates: dynamoTemplateReader(workspace, systemClock),
    shops: dynamoShopStore(workspace, keys, systemClock),
    senders: {
      email: sesSender(mail.client, { from: 'service@north.example', configurationSet: 'bench' }),
      sms: noSender,
      webhook: noSender,
    },
    renderer: liquidRenderer(),
    links: messageLinks(keys, 'https://api.north.example'),
    pacer: { turn: async () => true },
    rates: dynamoSendingRates(workspace, systemClock),
    identityHash: keys.identityHash,
    clock: systemClock,
    pause: (milliseconds) => pause(milliseconds),
    random: Math.random,
    logger: new Logger({ logLevel: 'INFO' }),
    metrics: createMetrics(),
  });
}

/** Hands the sender its calls, a batch after the other. @throws when one of them fails */
export async function deliver(sender: QueueHandler, calls: readonly TouchCall[], size = batchSize): Promise<void> {
  const context = lambdaContext();
  for (let start = 0; start < calls.length; start += size) {
    const { batchItemFailures } = await sender(batchOf(calls.slice(start, start + size)), context);
    if (batchItemFailures.length > 0) throw new Error(`${batchItemFailures.length} calls of a batch failed`);
  }
}

function batchOf(calls: readonly TouchCall[]): SQSEvent {
  const attributes = {
    ApproximateReceiveCount: '1',
    ApproximateFirstReceiveTimestamp: '0',
    SentTimestamp: '0',
    SenderId: 'bench',
  };
  return {
    Records: calls.map((call, index) => ({
      messageId: `m${index}`,
      body: JSON.stringify(call),
      receiptHandle: '',
      attributes,
      messageAttributes: {},
      md5OfBody: '',
      eventSource: 'aws:sqs',
      eventSourceARN: '',
      awsRegion: '',
    })),
  };
}
