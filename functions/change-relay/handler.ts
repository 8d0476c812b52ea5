import type { Logger } from '@aws-lambda-powertools/logger';
import type { Metrics } from '@aws-lambda-powertools/metrics';
import type { DynamoDBRecord } from 'aws-lambda';
import { tables } from '../../shared/contracts/tables.ts';
import type { Work } from '../../shared/contracts/work.ts';
import { createStreamHandler, type StreamHandler } from '../../shared/runtime/stream-handler.ts';
import type { WorkQueue } from '../../shared/usecases/ports.ts';

export interface Deps {
  readonly work: WorkQueue;
  readonly logger: Logger;
  readonly metrics?: Metrics;
}

/** Keys in one message of the work queue. */
const together = 100;

/** Tells the work queue which orders and customers were written; there is no business in it. */
export function createHandler({ work, logger, metrics }: Deps): StreamHandler {
  return createStreamHandler({
    logger,
    ...(metrics && { metrics }),
    handle: async (records) => {
      for (const message of messagesFor(records)) await work.send(message);
    },
  });
}

function messagesFor(records: readonly DynamoDBRecord[]): Work[] {
  const orders = keysOf(records, tables.orders.partitionKey);
  const customers = keysOf(records, tables.customers.partitionKey);
  return [
    ...inParts(orders).map((part): Work => ({ type: 'orders.changed', orders: part })),
    ...inParts(customers).map((part): Work => ({ type: 'customers.changed', customers: part })),
  ];
}

/** Each key once, however often it was written; what was removed tells nothing. */
function keysOf(records: readonly DynamoDBRecord[], attribute: string): string[] {
  const keys = records.flatMap(({ eventName, dynamodb }) =>
    eventName === 'REMOVE' ? [] : (dynamodb?.Keys?.[attribute]?.S ?? []),
  );
  return [...new Set(keys)];
}

function inParts(keys: readonly string[]): string[][] {
  const parts = Math.ceil(keys.length / together);
  return [...Array(parts).keys()].map((part) => keys.slice(part * together, (part + 1) * together));
}
