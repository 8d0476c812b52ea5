import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { WorkQueue } from '../../usecases/ports.ts';

/** Work cut into parts, one message a part. Whoever takes it checks it: its schema stays out of those who send. */
export function sqsWorkQueue(client: SQSClient, url: string): WorkQueue {
  return {
    async send(work, delaySeconds = 0) {
      const MessageBody = messageText(work);
      await client.send(new SendMessageCommand({ QueueUrl: url, MessageBody, DelaySeconds: delaySeconds }));
    },
  };
}

/**
 * JSON in characters that every queue takes: SQS refuses U+FFFE and U+FFFF, others also halves of pairs. An order's id can
 * hold any, and one message refused would hold up all that changed with it.
 */
export function messageText(work: unknown): string {
  return JSON.stringify(work).replace(
    /[\ud800-\udfff\ufffe\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16)}`,
  );
}
