import {
  BatchProcessor,
  EventType,
  processPartialResponse,
  SqsFifoPartialProcessorAsync,
} from '@aws-lambda-powertools/batch';
import type { Logger } from '@aws-lambda-powertools/logger';
import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import middy from '@middy/core';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { describeError } from './describe-error.ts';
import { flush } from './observability.ts';

/** What a message's handler knows besides the message. */
export interface MessageContext {
  readonly messageId: string;
  /** 1 for the first delivery. */
  readonly attempt: number;
  /** Milliseconds until the function is stopped. */
  remainingMs(): number;
}

export interface QueuePlumbing<Message> {
  /** Reads one body; what it throws fails that message alone. */
  readonly parse: (body: string) => Message;
  /** Whatever it throws is tried again by the queue, and ends in the dead-letter queue. */
  readonly handle: (message: Message, context: MessageContext) => Promise<void>;
  /** Messages side by side instead of one after the other. */
  readonly concurrently?: boolean;
  /** Once all messages of a batch have been handled, whatever became of them. */
  readonly afterBatch?: () => Promise<void>;
  /** After a failure the rest of the same message group is reported failed too, so that order holds. */
  readonly fifo?: boolean;
  /** A message begun with less time than this is handed back instead. */
  readonly reserveMs?: number;
  readonly logger: Logger;
  readonly metrics?: Metrics;
}

export type QueueHandler = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;

/** Too little time is left to begin a message: the queue gives it again. */
export class OutOfTimeError extends Error {
  override name = 'OutOfTimeError';
}

const DEFAULT_RESERVE_MS = 1000;

/** A Lambda handler for a queue: only the messages that failed are reported back. */
export function createQueueHandler<Message>(plumbing: QueuePlumbing<Message>): QueueHandler {
  return middy<SQSEvent, SQSBatchResponse>()
    .use({ after: () => flush(plumbing.metrics), onError: () => flush(plumbing.metrics) })
    .handler(async (event: SQSEvent, context: Context) => {
      const answer = await processBatch(event, context, plumbing);
      await afterwards(plumbing);
      return answer;
    });
}

/** The messages are done: what fails here must not bring them back. */
async function afterwards<Message>({ afterBatch, logger }: QueuePlumbing<Message>): Promise<void> {
  await afterBatch?.().catch((error: unknown) => {
    logger.error('after the batch', { failure: { ...describeError(error) } });
  });
}

function processBatch<Message>(
  event: SQSEvent,
  context: Context,
  plumbing: QueuePlumbing<Message>,
): Promise<SQSBatchResponse> {
  const take = (record: SQSRecord) => takeRecord(record, context, plumbing);
  if (plumbing.fifo) {
    const options = { context, skipGroupOnError: true, throwOnFullBatchFailure: false };
    return processPartialResponse(event, take, new SqsFifoPartialProcessorAsync(), options);
  }
  const options = { context, processInParallel: plumbing.concurrently ?? false, throwOnFullBatchFailure: false };
  return processPartialResponse(event, take, new BatchProcessor(EventType.SQS), options);
}

async function takeRecord<Message>(
  record: SQSRecord,
  context: Context,
  { parse, handle, logger, metrics, reserveMs = DEFAULT_RESERVE_MS }: QueuePlumbing<Message>,
): Promise<void> {
  const { messageId } = record;
  const attempt = Number(record.attributes.ApproximateReceiveCount);
  const remainingMs = () => context.getRemainingTimeInMillis();
  try {
    if (remainingMs() < reserveMs) throw new OutOfTimeError('too little time left to begin');
    await handle(parse(record.body), { messageId, attempt, remainingMs });
  } catch (error) {
    metrics?.addMetric('MessagesFailed', MetricUnit.Count, 1);
    logger.error('message failed', { messageId, attempt, failure: { ...describeError(error) } });
    throw error;
  }
}
