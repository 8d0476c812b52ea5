import { isOpen } from '../../shared/domain/touches/touch.ts';
import { service } from '../support/local-stack.ts';
import { readEnrolments, readTouches } from '../support/touch-accounts.ts';
import type { WholeStack } from '../support/whole-stack.ts';

const minuteMs = 60_000;
const hourMs = 3_600_000;
/** Steps of the clock before it is given up: every backoff up to an expiry of three days takes fewer. */
const mostSteps = 150;

/**
 * Lets time pass from one due minute to the next, sweeping each as the schedule does, until no touch is open and nobody is on their way any more.
 * @returns how many minutes were swept
 */
export async function settle(whole: WholeStack): Promise<number> {
  const { stack } = whole;
  let swept = 0;
  for (let steps = 0; steps < mostSteps; steps++) {
    const travelling = (await readEnrolments(whole)).filter(({ state }) => state === 'active');
    const open = [...(await readTouches(whole)).filter(isOpen), ...travelling];
    if (open.length === 0) return steps;
    const earliest = Math.min(...open.map(({ dueAt }) => dueAt ?? 0));
    const now = stack.now().getTime();
    // A call that was lost is made again by the sweep of a full hour.
    const next = earliest <= swept ? Math.floor(now / hourMs + 1) * hourMs : Math.max(earliest, now);
    const minute = Math.floor(next / minuteMs + 1) * minuteMs;
    await stack.setTime(new Date(minute));
    await stack.fireSchedule('minute', new Date(minute));
    swept = minute;
  }
  throw new Error('touches are still open after all their minutes have passed');
}

/** Gives the work queue back what ended among its dead letters, as an operator does. @returns how many there were */
export async function redriveWork({ stack }: WholeStack): Promise<number> {
  const { QueueUrls } = await service(stack, 'AmazonSQS.ListQueues', 'sqs', {});
  const [work, dead] = ['-work', '-work-dead'].map((end) => (QueueUrls as string[]).find((url) => url.endsWith(end)));
  for (let redriven = 0; ; ) {
    const { Messages = [] } = (await service(stack, 'AmazonSQS.ReceiveMessage', 'sqs', {
      QueueUrl: dead,
      MaxNumberOfMessages: 10,
    })) as { Messages?: readonly { Body: string; ReceiptHandle: string }[] };
    if (Messages.length === 0) return redriven;
    for (const { Body, ReceiptHandle } of Messages) {
      await service(stack, 'AmazonSQS.SendMessage', 'sqs', { QueueUrl: work, MessageBody: Body });
      await service(stack, 'AmazonSQS.DeleteMessage', 'sqs', { QueueUrl: dead, ReceiptHandle });
      redriven++;
    }
    await stack.idle();
  }
}
