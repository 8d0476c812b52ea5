import { Duration } from 'aws-cdk-lib';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { type Channel, channels } from '../../shared/contracts/channels.ts';
import { ConsumedQueue, deadLetterQueue } from '../constructs/consumed-queue.ts';
import { greatest } from '../constructs/metric-sum.ts';
import { sendsTo } from '../constructs/uses.ts';
import type { Service } from './service.ts';

/** How long touch-send may run; the queues' visibility follows from it. */
export const sendTimeout = Duration.seconds(30);

/**
 * One queue a channel, so that each keeps its provider's pace. They carry calls, not messages: what is to be sent stands in
 * the table, and the sweep of the next full hour calls again for what was lost here.
 */
export class TouchQueues extends Construct {
  readonly queues: Readonly<Record<Channel, ConsumedQueue>>;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, service: Service) {
    super(scope, id);
    const failureImpact =
      'Calls for messages failed again and again: some customers do not hear from the shop. Find the cause in the log of touch-send. Nothing need be redriven: the sweep calls again every hour until the messages expire.';
    this.deadLetters = deadLetterQueue(this, 'touches-dead', { ...service, failureImpact });
    const make = (channel: Channel) =>
      new ConsumedQueue(this, `touch-${channel}`, {
        ...service,
        deadLetters: this.deadLetters,
        consumerTimeout: sendTimeout,
        attempts: 4,
        failureImpact,
      });
    this.queues = { email: make('email'), sms: make('sms'), webhook: make('webhook') };
    service.alarms.watch(this, 'touches-late', {
      metric: greatest(
        'Longest wait of a call',
        Object.values(this.queues).map((queue) => queue.age()),
      ),
      atLeast: Duration.hours(2).toSeconds(),
      failureImpact:
        "Calls for messages wait longer than two hours: more is to be sent than the provider's rate allows, or touch-send fails. Look at its log, and at the quota of the account.",
    });
  }

  /** The queues as the environment of whoever calls for touches. */
  uses() {
    const { email, sms, webhook } = this.queues;
    return {
      TOUCH_EMAIL_QUEUE_URL: sendsTo(email.queue),
      TOUCH_SMS_QUEUE_URL: sendsTo(sms.queue),
      TOUCH_WEBHOOK_QUEUE_URL: sendsTo(webhook.queue),
    };
  }

  /** By their names in the dashboard. */
  byName(): Readonly<Record<string, ConsumedQueue>> {
    return Object.fromEntries(channels.map((channel) => [`touch-${channel}`, this.queues[channel]]));
  }
}
