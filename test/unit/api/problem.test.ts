import { describe, expect, it } from 'vitest';
import { InvalidInputError, NotFoundError, StateConflictError } from '../../../shared/domain/errors.ts';
import { describeError } from '../../../shared/runtime/describe-error.ts';
import { createHttpHandler } from '../../../shared/runtime/http-handler.ts';
import { problemBody, problemOf } from '../../../shared/runtime/problem.ts';
import { ConflictError, RecordTooLargeError, StoreBusyError } from '../../../shared/usecases/ports.ts';
import { httpEvent, keepingLogger, lambdaContext } from '../../support/lambda.ts';

describe('errors as answers', () => {
  const wrong = [{ field: 'name', message: 'is missing' }];
  it.each([
    [new InvalidInputError(wrong), 422, 'name: is missing'],
    [new NotFoundError('There is no shop x.'), 404, 'There is no shop x.'],
    [new StateConflictError('taken'), 409, 'taken'],
    [new ConflictError('x'), 409, 'Someone else'],
    [new StoreBusyError('x'), 503, 'try again'],
    [new RecordTooLargeError('x'), 409, 'more than can be stored'],
    [new Error('secret things'), 500, 'request id'],
    ['thrown text', 500, 'request id'],
  ])('%s', (error, status, detail) => {
    const problem = problemOf(error);
    expect(problem.status).toBe(status);
    expect(problem.message).toContain(detail);
  });

  it('have the members of RFC 9457, and fields where there are some', () => {
    expect(problemBody(problemOf(new InvalidInputError(wrong)), 'r1')).toEqual({
      type: 'urn:huitou:problem:invalid',
      title: 'Something in the request is wrong',
      status: 422,
      detail: 'name: is missing',
      errors: wrong,
      instance: 'urn:huitou:request:r1',
      requestId: 'r1',
    });
    expect(problemOf(new StoreBusyError('x')).headers).toEqual({ 'retry-after': '1' });
  });
});

describe('the HTTP plumbing', () => {
  it('hands on the bytes as they came, and answers with text or bytes', async () => {
    const { logger } = keepingLogger();
    const bytes = Buffer.from([0, 255, 1]);
    const handler = createHttpHandler({
      logger,
      respond: async ({ body, query, headers }) => {
        expect(body).toEqual(bytes);
        expect(query.getAll('a')).toEqual(['1', '2']);
        expect(headers['x-one']).toBe('1');
        return { status: 200, contentType: 'image/png', body };
      },
    });
    const event = httpEvent('POST', '/x?a=1&a=2', { body: bytes, headers: { 'X-One': '1' } });
    const answer = await handler(event, lambdaContext());
    expect(answer).toMatchObject({ statusCode: 200, isBase64Encoded: true, body: bytes.toString('base64') });
  });

  it('tells the caller nothing of an unexpected error, and the log nothing of the caller', async () => {
    const { logger, lines } = keepingLogger();
    const handler = createHttpHandler({
      logger,
      respond: async () => JSON.parse('{"email":"ann@example.com') as never,
    });
    const answer = await handler(httpEvent('GET', '/v1/customers?email=ann@example.com'), lambdaContext());
    expect(answer.statusCode).toBe(500);
    expect(answer.headers).toMatchObject({ 'content-type': 'application/problem+json', 'cache-control': 'no-store' });
    expect(JSON.stringify([answer, lines])).not.toContain('ann@');
    expect(lines.map(([level]) => level)).toEqual(['error', 'info']);
  });
});

describe('errors in the log', () => {
  it('have name, place and cause, and a message only where it cannot quote', () => {
    const cause = new SyntaxError('Unexpected token in "ann@example.com"');
    const described = describeError(new NotFoundError('There is no shop x.', { cause }));
    expect(described).toMatchObject({ name: 'NotFoundError', message: 'There is no shop x.' });
    expect(described.cause?.name).toBe('SyntaxError');
    expect(JSON.stringify(described)).not.toContain('ann@');
  });
});
