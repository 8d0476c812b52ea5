import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { ConflictError, StoreBusyError } from '../../usecases/ports.ts';

const conflicts = new Set([
  'ConditionalCheckFailedException',
  'TransactionConflictException',
  'TransactionInProgressException',
]);

const busy = new Set([
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'RequestLimitExceeded',
  'InternalServerError',
  'ServiceUnavailableException',
  'ServiceUnavailable',
  'TimeoutError',
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
  'ETIMEDOUT',
]);

/** Runs a request to the store; what it throws is one of the store's named errors where there is one for it. */
export async function named<T>(request: Promise<T>): Promise<T> {
  try {
    return await request;
  } catch (error) {
    throw namedStoreError(error);
  }
}

/** SDK exceptions as the two things a use case can act on; anything else is passed on as it is. */
export function namedStoreError(error: unknown): unknown {
  if (error instanceof TransactionCanceledException) return fromReasons(error);
  if (!(error instanceof Error)) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  if (conflicts.has(error.name)) return new ConflictError(error.name, { cause: error });
  if (busy.has(error.name) || busy.has(code)) return new StoreBusyError(error.name, { cause: error });
  return error;
}

function fromReasons(error: TransactionCanceledException): unknown {
  const codes = (error.CancellationReasons ?? []).map(({ Code }) => Code ?? 'None');
  if (codes.some((code) => code === 'ThrottlingError' || code === 'ProvisionedThroughputExceeded')) {
    return new StoreBusyError(codes.join(' '), { cause: error });
  }
  const lost = codes.some((code) => code === 'ConditionalCheckFailed' || code === 'TransactionConflict');
  return lost ? new ConflictError(codes.join(' '), { cause: error }) : error;
}
