import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { workSchema } from '../../contracts/work.ts';
import type { WorkQueue } from '../../usecases/ports.ts';

/** Work cut into parts, one message a part. */
export function sqsWorkQueue(client: SQSClient, url: string): WorkQueue {
  return {
    async send(work, delaySeconds = 0) {
      const MessageBody = JSON.stringify(workSchema.parse(work));
      await client.send(new SendMessageCommand({ QueueUrl: url, MessageBody, DelaySeconds: delaySeconds }));
    },
  };
}
