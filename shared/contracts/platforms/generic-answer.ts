import { assertUnreachable } from '../../domain/assert-unreachable.ts';
import type { Outcome, PlatformAnswer } from './platform.ts';

/** Generic senders are told exactly what happened: 200 or 202 with the outcome, 400 and 422 as problem+json. */
export function genericAnswer(outcome: Outcome): PlatformAnswer {
  switch (outcome.type) {
    case 'recorded':
    case 'unchanged':
      return answer(200, { outcome: outcome.type, orderId: outcome.orderId });
    case 'queued':
      return answer(202, { outcome: 'queued', orderId: outcome.orderId });
    case 'parked':
      return answer(202, { outcome: 'queued', orderId: outcome.orderId, waitsFor: outcome.reason });
    case 'ignored':
      return answer(200, { outcome: 'ignored', reason: outcome.why });
    case 'not_json':
      return problem(400, 'The body is not JSON', 'Send the event as one JSON object in UTF-8.', []);
    case 'invalid':
      return problem(
        422,
        'The event is not valid',
        'It is kept under /v1/parked. Mend the fields named and send it again.',
        outcome.errors,
      );
    default:
      return assertUnreachable(outcome);
  }
}

function answer(status: number, body: Readonly<Record<string, unknown>>): PlatformAnswer {
  return { status, contentType: 'application/json', body: JSON.stringify(body) };
}

function problem(status: number, title: string, detail: string, errors: readonly unknown[]): PlatformAnswer {
  const body = { type: 'about:blank', title, status, detail, ...(errors.length > 0 && { errors }) };
  return { status, contentType: 'application/problem+json', body: JSON.stringify(body) };
}
