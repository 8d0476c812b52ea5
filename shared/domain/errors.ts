/** One field that is wrong, and what is wrong with it; never the value itself. */
export interface WrongField {
  readonly field: string;
  readonly message: string;
}

/** What was asked for contradicts a rule; nothing was changed. */
export class InvalidInputError extends Error {
  override name = 'InvalidInputError';
  readonly errors: readonly WrongField[];

  constructor(errors: readonly WrongField[]) {
    super(errors.map(({ field, message }) => `${field}: ${message}`).join('; '));
    this.errors = errors;
  }
}

/** What was asked for is not there, or no more. */
export class NotFoundError extends Error {
  override name = 'NotFoundError';
}

/** What was asked for cannot be done to the present state of things. */
export class StateConflictError extends Error {
  override name = 'StateConflictError';
}

/** What was asked for is not for the role of who asks. */
export class ForbiddenError extends Error {
  override name = 'ForbiddenError';
}
