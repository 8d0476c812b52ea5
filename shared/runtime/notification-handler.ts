import { gunzipSync } from 'node:zlib';
import type { Logger } from '@aws-lambda-powertools/logger';
import type { Metrics } from '@aws-lambda-powertools/metrics';
import middy from '@middy/core';
import type { CloudWatchLogsDecodedData, CloudWatchLogsEvent, Context, SNSEvent } from 'aws-lambda';
import { describeError } from './describe-error.ts';
import { flush } from './observability.ts';

/** Something another service tells: a notification of a topic, or a line of a log. */
export interface Notice {
  readonly from: 'topic' | 'log';
  /** Its text parsed as JSON; undefined where it is none, such as the test message of a new subscription. */
  readonly content: unknown;
  readonly at: number;
}

export interface NotificationPlumbing {
  /** Whatever it throws brings the event back, and ends in the dead-letter queue. */
  readonly handle: (notice: Notice) => Promise<void>;
  readonly logger: Logger;
  readonly metrics?: Metrics;
}

export type NotificationHandler = (event: SNSEvent | CloudWatchLogsEvent, context: Context) => Promise<void>;

/** A Lambda handler for what topics and logs deliver. */
export function createNotificationHandler({ handle, logger, metrics }: NotificationPlumbing): NotificationHandler {
  return middy<SNSEvent | CloudWatchLogsEvent, void>()
    .use({ after: () => flush(metrics), onError: () => flush(metrics) })
    .use({ onError: ({ error }) => logger.error('notice failed', { failure: { ...describeError(error) } }) })
    .handler(async (event: SNSEvent | CloudWatchLogsEvent) => {
      await handleAll(noticesOf(event), handle);
    });
}

/** Notices side by side: a log brings hundreds at once. */
const together = 10;

/** All of them, whatever becomes of one. @throws the first failure, once the others are done */
async function handleAll(notices: readonly Notice[], handle: (notice: Notice) => Promise<void>): Promise<void> {
  const failures: unknown[] = [];
  for (let start = 0; start < notices.length; start += together) {
    const results = await Promise.allSettled(notices.slice(start, start + together).map(handle));
    for (const result of results) if (result.status === 'rejected') failures.push(result.reason);
  }
  if (failures.length > 0) throw failures[0];
}

function noticesOf(event: SNSEvent | CloudWatchLogsEvent): Notice[] {
  if ('awslogs' in event) return fromLogs(event);
  return event.Records.map(({ Sns }) => ({
    from: 'topic',
    content: parsed(Sns.Message),
    at: Date.parse(Sns.Timestamp),
  }));
}

function fromLogs({ awslogs }: CloudWatchLogsEvent): Notice[] {
  const text = gunzipSync(Buffer.from(awslogs.data, 'base64')).toString('utf8');
  const { logEvents } = JSON.parse(text) as CloudWatchLogsDecodedData;
  return logEvents.map(({ message, timestamp }) => ({ from: 'log', content: parsed(message), at: timestamp }));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
