import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { WorkQueue } from '../../usecases/ports.ts';

/** Work cut into parts, one message a part. Whoever takes it checks it: its schema stays out of those who send. */
export function sqsWorkQueue(client: SQSClient, url: string): WorkQueue {
  return {
    async send(work, delaySeconds = 0) {
      const MessageBody = JSON.stringify(work);
      await client.send(new SendMessageCommand({ QueueUrl: url, MessageBody, DelaySeconds: delaySeconds }));
    },
  };
}
