import type * as z from 'zod';
import type { RouteDefinition } from '../contracts/http/route.ts';
import type { WrongField } from '../domain/errors.ts';
import { plainIssue, wrongFields } from '../domain/plain-issue.ts';
import type { HttpRequest } from './http-handler.ts';
import { badRequest, invalid, tooLarge, unsupportedMediaType } from './problem.ts';

const maxBodyBytes = 256 * 1024;

export interface ParsedRequest {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}

/** Checks a request against its route. @throws Problem 400, 413, 415 for what cannot be read, 422 naming each field */
export function parseRequest(
  route: RouteDefinition,
  request: Pick<HttpRequest, 'body' | 'headers' | 'query'>,
  params: Readonly<Record<string, string>>,
): ParsedRequest {
  if (request.body.length > maxBodyBytes) throw tooLarge(maxBodyBytes);
  const errors: WrongField[] = [];
  const check = (schema: z.ZodType | undefined, value: unknown) => {
    const parsed = schema?.safeParse(value, { error: plainIssue });
    if (parsed && !parsed.success) errors.push(...wrongFields(parsed.error).map(named));
    return parsed?.data;
  };
  const parsed = {
    params: check(route.params, params),
    query: check(route.query, queryOf(request.query, errors)),
    body: route.body && check(route.body, jsonOf(request)),
  };
  if (errors.length > 0) throw invalid(errors);
  return parsed;
}

function queryOf(query: URLSearchParams, errors: WrongField[]): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, value] of query) {
    if (Object.hasOwn(values, name)) errors.push({ field: name, message: 'is given twice' });
    values[name] = value;
  }
  return values;
}

function jsonOf({ body, headers }: Pick<HttpRequest, 'body' | 'headers'>): unknown {
  const type = headers['content-type'];
  if (type !== undefined && !/^application\/([\w.-]+\+)?json\s*(;|$)/i.test(type.trim())) throw unsupportedMediaType();
  if (body.length === 0) throw badRequest('A JSON body is needed here.');
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) as unknown;
  } catch {
    throw badRequest('The body is not JSON in UTF-8.');
  }
}

/** The whole, when it is not even an object. */
function named({ field, message }: WrongField): WrongField {
  return { field: field === '' ? '(body)' : field, message };
}
