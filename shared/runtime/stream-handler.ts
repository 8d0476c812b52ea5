import type { Logger } from '@aws-lambda-powertools/logger';
import type { Metrics } from '@aws-lambda-powertools/metrics';
import middy from '@middy/core';
import type { Context, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { describeError } from './describe-error.ts';
import { flush } from './observability.ts';

export interface StreamPlumbing {
  readonly handle: (records: readonly DynamoDBRecord[]) => Promise<void>;
  readonly logger: Logger;
  readonly metrics?: Metrics;
}

export type StreamHandler = (event: DynamoDBStreamEvent, context: Context) => Promise<void>;

/** A Lambda handler for a table's stream: what it throws brings the whole batch back, cut in half where that is set. */
export function createStreamHandler({ handle, logger, metrics }: StreamPlumbing): StreamHandler {
  return middy<DynamoDBStreamEvent, void>()
    .use({ after: () => flush(metrics), onError: () => flush(metrics) })
    .use({ onError: ({ error }) => logger.error('batch failed', { failure: { ...describeError(error) } }) })
    .handler((event: DynamoDBStreamEvent) => handle(event.Records));
}
