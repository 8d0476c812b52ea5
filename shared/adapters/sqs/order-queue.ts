import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { type InboundEvent, type OrderQueue, StoreBusyError } from '../../usecases/ports.ts';

const eventSchema = z.object({
  shop: z.string(),
  id: z.string(),
  headers: z.record(z.string(), z.string()),
  query: z.record(z.string(), z.string()),
  body: z.string(),
  receivedAt: z.int(),
});

/** Events the store could not take at once, in order per group. */
export function sqsOrderQueue(client: SQSClient, url: string): OrderQueue {
  return {
    async send(event, group) {
      const message = new SendMessageCommand({
        QueueUrl: url,
        MessageBody: packEvent(event),
        MessageGroupId: digest(group),
        MessageDeduplicationId: digest(`${event.shop}\n${event.id}`),
      });
      // Refused by the queue too: the sender has to keep it and come again.
      await client.send(message).catch((cause: unknown) => {
        throw new StoreBusyError('the queue did not take the event', { cause });
      });
    },
  };
}

/** Bodies repeat themselves: packed, a webhook of several hundred kB still fits a message. */
function packEvent(event: InboundEvent): string {
  return gzipSync(JSON.stringify(event)).toString('base64');
}

/** @throws when the text is no packed event */
export function unpackEvent(text: string): InboundEvent {
  return eventSchema.parse(JSON.parse(gunzipSync(Buffer.from(text, 'base64')).toString('utf8')));
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
