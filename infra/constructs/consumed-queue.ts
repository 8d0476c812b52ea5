import { Duration } from 'aws-cdk-lib';
import { type IMetric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { DeduplicationScope, FifoThroughputLimit, Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type * as z from 'zod';
import type { StageSettings } from '../stages.ts';
import { type AlarmTopic, alarmPeriod } from './alarm-topic.ts';
import type { ServiceFunction } from './service-function.ts';

export interface ConsumedQueueProps {
  readonly stage: StageSettings;
  readonly alarms: AlarmTopic;
  /** In order per message group, at the price of less throughput. */
  readonly fifo?: boolean;
  /** Timeout of the function it will be delivered to; the visibility timeout follows from it. */
  readonly consumerTimeout: Duration;
  /** Deliveries before a message is set aside as dead. */
  readonly attempts: number;
  /** Who notices what when messages end as dead letters. */
  readonly failureImpact: string;
  /** Raise an alarm when the oldest message has waited this long; left out, somebody else watches it. */
  readonly late?: { readonly after: Duration; readonly impact: string };
  /** Where its dead letters go, instead of a queue of its own: shared by queues whose messages are of one kind. */
  readonly deadLetters?: Queue;
}

export interface Delivery {
  readonly batchSize: number;
  /** Most copies of the consumer at a time (2 to 1,000). */
  readonly maxConcurrency: number;
}

/** AWS advises six times the function's timeout, so that a throttled delivery is not given out twice. */
const visibilityFactor = 6;

/** A queue with its dead-letter queue, alarms on both, and one function that it is delivered to. */
export class ConsumedQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;
  private readonly consumerTimeout: Duration;

  constructor(scope: Construct, name: string, props: ConsumedQueueProps) {
    super(scope, name);
    this.consumerTimeout = props.consumerTimeout;
    this.deadLetters = props.deadLetters ?? deadLetterQueue(this, `${name}-dead`, props);
    this.queue = new Queue(this, 'queue', {
      ...queueBasics(name, props),
      retentionPeriod: Duration.days(10),
      visibilityTimeout: Duration.seconds(props.consumerTimeout.toSeconds() * visibilityFactor),
      receiveMessageWaitTime: Duration.seconds(20),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: props.attempts },
    });
    if (!props.late) return;
    props.alarms.watch(this, `${name}-late`, {
      metric: this.age(),
      atLeast: props.late.after.toSeconds(),
      failureImpact: props.late.impact,
    });
  }

  /** Seconds that the oldest message has waited. */
  age(): IMetric {
    return this.queue.metricApproximateAgeOfOldestMessage({ period: alarmPeriod, statistic: Stats.MAXIMUM });
  }

  /** Delivers the queue to a function in batches, of which only the messages that failed come back. */
  deliverTo<Schema extends z.ZodObject>(consumer: ServiceFunction<Schema>, delivery: Delivery): void {
    if (consumer.timeout.toSeconds() > this.consumerTimeout.toSeconds()) {
      throw new Error(`${consumer.node.id} runs longer than the consumerTimeout of the queue ${this.node.id}.`);
    }
    consumer.allow(
      new PolicyStatement({
        actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
        resources: [this.queue.queueArn],
      }),
    );
    const mapping = new EventSourceMapping(this, 'delivery', {
      target: consumer.lambda,
      eventSourceArn: this.queue.queueArn,
      reportBatchItemFailures: true,
      ...delivery,
    });
    mapping.node.addDependency(consumer);
  }
}

export interface DeadLetterQueueProps {
  readonly stage: StageSettings;
  readonly alarms: AlarmTopic;
  readonly fifo?: boolean;
  readonly failureImpact: string;
}

/** A queue that keeps what failed for two weeks, and says so at the first message. */
export function deadLetterQueue(scope: Construct, name: string, props: DeadLetterQueueProps): Queue {
  const queue = new Queue(scope, 'dead-letters', {
    ...queueBasics(name, props),
    retentionPeriod: Duration.days(14),
  });
  props.alarms.watch(scope, name, {
    metric: queue.metricApproximateNumberOfMessagesVisible({ period: alarmPeriod, statistic: Stats.MAXIMUM }),
    failureImpact: props.failureImpact,
  });
  return queue;
}

function queueBasics(name: string, { stage, fifo }: { stage: StageSettings; fifo?: boolean }): QueueProps {
  return {
    queueName: `${stage.prefix}-${name}${fifo ? '.fifo' : ''}`,
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    // High throughput: order and duplicates matter within a message group only.
    ...(fifo && {
      fifo,
      deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
      fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
    }),
  };
}
