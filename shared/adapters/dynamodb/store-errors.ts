import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { ConflictError, RecordTooLargeError, StoreBusyError } from '../../usecases/ports.ts';

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

/** As the store words it of a put, of an update, and of either within a transaction. */
const tooLarge = /Item size (to update )?has exceeded the maximum allowed size/;

/** SDK exceptions as the three things a use case can act on; anything else is passed on as it is. */
export function namedStoreError(error: unknown): unknown {
  if (error instanceof TransactionCanceledException) return fromReasons(error);
  if (!(error instanceof Error)) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  if (conflicts.has(error.name)) return new ConflictError(error.name, { cause: error });
  if (busy.has(error.name) || busy.has(code)) return new StoreBusyError(error.name, { cause: error });
  if (error.name === 'ValidationException' && tooLarge.test(error.message)) return tooLargeError(error);
  return error;
}

function tooLargeError(cause: Error): RecordTooLargeError {
  return new RecordTooLargeError('an item of more than 400 kB', { cause });
}

function fromReasons(error: TransactionCanceledException): unknown {
  const codes = (error.CancellationReasons ?? []).map(({ Code }) => Code ?? 'None');
  if (codes.some((code) => code === 'ThrottlingError' || code === 'ProvisionedThroughputExceeded')) {
    return new StoreBusyError(codes.join(' '), { cause: error });
  }
  if (error.CancellationReasons?.some(({ Message = '' }) => tooLarge.test(Message))) return tooLargeError(error);
  const lost = codes.some((code) => code === 'ConditionalCheckFailed' || code === 'TransactionConflict');
  return lost ? new ConflictError(codes.join(' '), { cause: error }) : error;
}
