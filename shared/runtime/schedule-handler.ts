import type { Logger } from '@aws-lambda-powertools/logger';
import type { Metrics } from '@aws-lambda-powertools/metrics';
import middy from '@middy/core';
import type { Context, ScheduledEvent } from 'aws-lambda';
import * as z from 'zod';
import { describeError } from './describe-error.ts';
import { flush } from './observability.ts';

export interface SchedulePlumbing {
  /** @param at the moment the schedule fired for, which may be a while ago when the event is delivered late */
  readonly handle: (at: number, context: { remainingMs(): number }) => Promise<void>;
  readonly logger: Logger;
  readonly metrics?: Metrics;
}

export type ScheduleHandler = (event: Pick<ScheduledEvent, 'time'>, context: Context) => Promise<void>;

const eventSchema = z.object({ time: z.iso.datetime({ offset: true }) });

/** A Lambda handler for a schedule. What it throws is tried again by the service, then goes to the dead letters. */
export function createScheduleHandler({ handle, logger, metrics }: SchedulePlumbing): ScheduleHandler {
  return middy<Pick<ScheduledEvent, 'time'>, void>()
    .use({ after: () => flush(metrics), onError: () => flush(metrics) })
    .use({ onError: ({ error }) => logger.error('schedule failed', { failure: { ...describeError(error) } }) })
    .handler(async (event: Pick<ScheduledEvent, 'time'>, context: Context) => {
      const { time } = eventSchema.parse(event);
      await handle(Date.parse(time), { remainingMs: () => context.getRemainingTimeInMillis() });
    });
}
