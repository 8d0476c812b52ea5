import type { HttpAnswer } from './http-handler.ts';

/** An answer in JSON. */
export function json(body: unknown, status = 200): HttpAnswer {
  return { status, contentType: 'application/json', body: JSON.stringify(body) };
}

export const noContent: HttpAnswer = { status: 204 };
