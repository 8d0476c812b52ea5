import type { ServerResponse } from 'node:http';

/** The machine, a setting or the template is not as it must be; `remedy` says what to do. */
export class SetupError extends Error {
  readonly remedy: string;

  constructor(message: string, remedy: string) {
    super(message);
    this.name = 'SetupError';
    this.remedy = remedy;
  }
}

/** A control request that cannot be done; becomes an RFC 9457 answer. */
export class ControlProblem extends Error {
  readonly status: number;
  readonly errors: readonly { field: string; message: string }[];

  constructor(status: number, detail: string, errors: readonly { field: string; message: string }[] = []) {
    super(detail);
    this.name = 'ControlProblem';
    this.status = status;
    this.errors = errors;
  }
}

const titles: Readonly<Record<number, string>> = {
  400: 'Bad request',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Not possible here',
  503: 'Still busy',
};

export function sendProblem(response: ServerResponse, problem: ControlProblem): void {
  const { status, message, errors } = problem;
  const body = {
    type: 'about:blank',
    title: titles[status] ?? 'Failed',
    status,
    detail: message,
    ...(errors.length > 0 ? { errors } : {}),
  };
  response.writeHead(status, { 'content-type': 'application/problem+json' });
  response.end(JSON.stringify(body));
}
