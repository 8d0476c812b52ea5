import {
  ForbiddenError,
  InvalidInputError,
  NotFoundError,
  StateConflictError,
  type WrongField,
} from '../domain/errors.ts';

/** What a caller did, or ran into, that has an answer of its own (RFC 9457). */
export class Problem extends Error {
  override name = 'Problem';
  readonly status: number;
  /** Last part of the problem's type, `urn:huitou:problem:<slug>`. */
  readonly slug: string;
  readonly title: string;
  readonly errors: readonly WrongField[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    kind: { readonly status: number; readonly slug: string; readonly title: string },
    detail: string,
    more: { readonly errors?: readonly WrongField[]; readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(detail);
    this.status = kind.status;
    this.slug = kind.slug;
    this.title = kind.title;
    this.errors = more.errors;
    this.headers = more.headers ?? {};
  }
}

const kinds = {
  badRequest: { status: 400, slug: 'bad-request', title: 'The request cannot be read' },
  unauthorized: { status: 401, slug: 'unauthorized', title: 'A valid key is needed' },
  refusedSignature: { status: 401, slug: 'unauthorized', title: 'A valid signature is needed' },
  forbidden: { status: 403, slug: 'forbidden', title: 'This key may not do that' },
  notFound: { status: 404, slug: 'not-found', title: 'There is no such thing' },
  methodNotAllowed: { status: 405, slug: 'method-not-allowed', title: 'This method is not for this path' },
  conflict: { status: 409, slug: 'conflict', title: 'It does not fit with what is there' },
  tooLarge: { status: 413, slug: 'too-large', title: 'The body is too large' },
  unsupportedMediaType: { status: 415, slug: 'unsupported-media-type', title: 'The body must be JSON' },
  invalid: { status: 422, slug: 'invalid', title: 'Something in the request is wrong' },
  unexpected: { status: 500, slug: 'unexpected', title: 'Something went wrong here' },
  busy: { status: 503, slug: 'busy', title: 'Too busy just now' },
} as const;

export const badRequest = (detail: string) => new Problem(kinds.badRequest, detail);

export const unauthorized = () =>
  new Problem(kinds.unauthorized, 'Send a key as "Authorization: Bearer <key>" or "x-api-key: <key>".', {
    headers: { 'www-authenticate': 'Bearer' },
  });

/** The webhook's own 401: what is wrong with the signature, never what it should be. */
export const refusedSignature = (reason: string) => new Problem(kinds.refusedSignature, reason);

export const forbidden = (detail: string) => new Problem(kinds.forbidden, detail);

export const notFound = (detail: string) => new Problem(kinds.notFound, detail);

export const methodNotAllowed = (allowed: readonly string[]) =>
  new Problem(kinds.methodNotAllowed, `Here one can ${allowed.join(', ')}.`, {
    headers: { allow: allowed.join(', ') },
  });

export const conflict = (detail: string) => new Problem(kinds.conflict, detail);

export const tooLarge = (maxBytes: number) => new Problem(kinds.tooLarge, `At most ${maxBytes} bytes are taken here.`);

export const unsupportedMediaType = () =>
  new Problem(kinds.unsupportedMediaType, 'Send the body with "content-type: application/json".');

export const invalid = (errors: readonly WrongField[]) =>
  new Problem(kinds.invalid, errors.map(({ field, message }) => `${field}: ${message}`).join('; '), { errors });

/**
 * The one place that turns an error into what the caller is told. The stores' named errors are known by name, for this
 * layer does not know the layer they come from; of anything unexpected nothing is told.
 */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof InvalidInputError) return invalid(error.errors);
  if (error instanceof ForbiddenError) return forbidden(error.message);
  if (error instanceof NotFoundError) return notFound(error.message);
  if (error instanceof StateConflictError) return conflict(error.message);
  switch (error instanceof Error ? error.name : undefined) {
    case 'ConflictError':
      return conflict('Someone else changed it at the same time: read it again, then decide again.');
    case 'RecordTooLargeError':
      return conflict('With this it would hold more than can be stored of one; nothing was changed.');
    case 'StoreBusyError':
      return new Problem(kinds.busy, 'Nothing was changed; try again in a moment.', {
        headers: { 'retry-after': '1' },
      });
    default:
      return new Problem(kinds.unexpected, 'It is in the log under this request id.');
  }
}

/** The problem as its JSON (RFC 9457, with the request id beside it). */
export function problemBody(problem: Problem, requestId: string): Record<string, unknown> {
  return {
    type: `urn:huitou:problem:${problem.slug}`,
    title: problem.title,
    status: problem.status,
    detail: problem.message,
    ...(problem.errors && { errors: problem.errors }),
    instance: `urn:huitou:request:${requestId}`,
    requestId,
  };
}
