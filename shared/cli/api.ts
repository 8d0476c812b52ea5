import type * as z from 'zod';
import { problemSchema } from '../contracts/http/values.ts';
import { UsageError } from './arguments.ts';

/** The API, as the command line calls it. */
export interface Api {
  /** @throws UsageError with what the API says is wrong, or when nobody answers */
  call<Schema extends z.ZodType>(
    method: string,
    path: string,
    schema: Schema,
    body?: unknown,
  ): Promise<z.output<Schema>>;
}

export function apiAt(url: string, key: string): Api {
  return {
    async call(method, path, schema, body) {
      const answer = await reach(url, path, {
        method,
        headers: { authorization: `Bearer ${key}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      if (!answer.ok) throw new UsageError(problemIn(text, answer.status));
      return schema.parse(JSON.parse(text));
    },
  };
}

async function reach(url: string, path: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(url + path, request);
  } catch {
    throw new UsageError(`Nobody answers at ${url}. Is it running? --url says where else.`);
  }
}

function problemIn(text: string, status: number): string {
  const problem = problemSchema.safeParse(jsonIn(text)).data;
  if (!problem) return `The API answered ${status}.`;
  const fields = (problem.errors ?? []).map(({ field, message }) => `\n  ${field} ${message}`);
  return fields.length > 0 ? `${problem.title}:${fields.join('')}` : `${problem.title}: ${problem.detail}`;
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
