import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { TouchQueueEnvironment } from '../../contracts/touch-environment.ts';
import type { TestCall, TouchCall } from '../../contracts/work.ts';
import type { Channel } from '../../domain/messages/message-class.ts';
import type { TestQueue, TouchQueues } from '../../usecases/messages/messaging-ports.ts';
import { StoreBusyError } from '../../usecases/ports.ts';

/** Messages in one SendMessageBatch. */
const batchSize = 10;

/** One queue a channel, so that each keeps its provider's pace and a slow one holds up no other. */
export function touchQueues(client: SQSClient, env: TouchQueueEnvironment): TouchQueues & TestQueue {
  const urls: Readonly<Record<Channel, string>> = {
    email: env.TOUCH_EMAIL_QUEUE_URL,
    sms: env.TOUCH_SMS_QUEUE_URL,
    webhook: env.TOUCH_WEBHOOK_QUEUE_URL,
  };
  return {
    async call(calls) {
      for (const [channel, ofChannel] of Map.groupBy(calls, (call) => call.channel)) {
        for (let start = 0; start < ofChannel.length; start += batchSize) {
          await sendBatch(client, urls[channel], ofChannel.slice(start, start + batchSize));
        }
      }
    },
    try: (call) => sendBatch(client, urls[call.test.channel], [call]),
  };
}

async function sendBatch(client: SQSClient, url: string, calls: readonly (TouchCall | TestCall)[]): Promise<void> {
  const Entries = calls.map((call, index) => ({ Id: String(index), MessageBody: JSON.stringify(call) }));
  const { Failed = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }));
  // Calls may come twice: the whole batch is repeated by whoever repeats the work.
  if (Failed.length > 0) throw new StoreBusyError(`the queue refused ${Failed.length} calls`);
}
