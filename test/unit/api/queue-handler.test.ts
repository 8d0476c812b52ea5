import type { SQSEvent } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { createQueueHandler, type QueuePlumbing } from '../../../shared/runtime/queue-handler.ts';
import { createScheduleHandler } from '../../../shared/runtime/schedule-handler.ts';
import { keepingLogger, lambdaContext } from '../../support/lambda.ts';

function batch(...messages: [id: string, body: string, group?: string][]): SQSEvent {
  return {
    Records: messages.map(([messageId, body, MessageGroupId]) => ({
      messageId,
      body,
      receiptHandle: '',
      attributes: {
        ApproximateReceiveCount: '2',
        SentTimestamp: '',
        SenderId: '',
        ApproximateFirstReceiveTimestamp: '',
        ...(MessageGroupId !== undefined && { MessageGroupId }),
      },
      messageAttributes: {},
      md5OfBody: '',
      eventSource: 'aws:sqs',
      eventSourceARN: '',
      awsRegion: '',
    })),
  };
}

async function run(
  event: SQSEvent,
  over: Partial<QueuePlumbing<number>> = {},
  remainingMs: () => number = () => 10_000,
): Promise<{ failed: string[]; taken: number[]; log: string }> {
  const { logger, lines } = keepingLogger();
  const taken: number[] = [];
  const handler = createQueueHandler<number>({
    parse: (body) => JSON.parse(body) as number,
    handle: async (number) => {
      if (number < 0) throw new Error('negative');
      taken.push(number);
    },
    logger,
    ...over,
  });
  const { batchItemFailures } = await handler(event, lambdaContext(remainingMs));
  return { failed: batchItemFailures.map(({ itemIdentifier }) => itemIdentifier), taken, log: JSON.stringify(lines) };
}

describe('a queue', () => {
  it('gives back only what failed: unreadable or refused, each alone', async () => {
    const { failed, taken, log } = await run(batch(['a', '1'], ['b', 'ann@example.com'], ['c', '-1'], ['d', '4']));
    expect(failed).toEqual(['b', 'c']);
    expect(taken).toEqual([1, 4]);
    expect(log).toContain('negative');
    expect(log).not.toContain('ann@');
  });

  it('does not fail as a whole when every message does', async () => {
    expect((await run(batch(['a', '-1'], ['b', '-2']))).failed).toEqual(['a', 'b']);
  });

  it('keeps order within a group: after a failure the rest of that group waits, others go on', async () => {
    const event = batch(['a', '1', 'g1'], ['b', '-1', 'g1'], ['c', '3', 'g2'], ['d', '4', 'g1'], ['e', '5', 'g2']);
    const { failed, taken } = await run(event, { fifo: true });
    expect(failed).toEqual(['b', 'd']);
    expect(taken).toEqual([1, 3, 5]);
  });

  it('forgets one batch before the next', async () => {
    await run(batch(['a', '-1', 'g1']), { fifo: true });
    expect((await run(batch(['a', '1', 'g1']), { fifo: true })).failed).toEqual([]);
  });

  it('hands back what it has no time left to begin', async () => {
    let left = 3000;
    const begun: number[] = [];
    const handle = async (number: number) => {
      begun.push(number);
      left -= 600;
    };
    const { failed } = await run(batch(['a', '1'], ['b', '2'], ['c', '3']), { reserveMs: 2000, handle }, () => left);
    expect(begun).toEqual([1, 2]);
    expect(failed).toEqual(['c']);
  });

  it('says how often a message has come', async () => {
    const attempts: number[] = [];
    await run(batch(['a', '1']), { handle: async (_number, { attempt }) => void attempts.push(attempt) });
    expect(attempts).toEqual([2]);
  });
});

describe('a schedule', () => {
  it('tells the moment it fired for, and fails when its work fails', async () => {
    const { logger } = keepingLogger();
    const moments: number[] = [];
    const handler = createScheduleHandler({ logger, handle: async (at) => void moments.push(at) });
    await handler({ time: '2026-11-23T19:00:00Z' }, lambdaContext());
    expect(moments).toEqual([Date.UTC(2026, 10, 23, 19)]);
    await expect(handler({ time: 'tonight' }, lambdaContext())).rejects.toThrow();
    const failing = createScheduleHandler({ logger, handle: () => Promise.reject(new Error('no')) });
    await expect(failing({ time: '2026-11-23T19:00:00Z' }, lambdaContext())).rejects.toThrow('no');
  });
});
