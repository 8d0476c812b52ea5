import type * as z from 'zod';
import type { Role } from '../../domain/access/roles.ts';

export interface AnswerDefinition {
  readonly description: string;
  readonly schema?: z.ZodType;
  /** JSON unless said otherwise; a second type stands for the same content in another form. */
  readonly contentTypes?: readonly string[];
}

/** One endpoint as data: routing, key check, validation and the API's description all come from it. */
export interface RouteDefinition {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** `/v1/shops/{id}`; a last `{name+}` takes the rest of the path. */
  readonly path: string;
  readonly roles: 'anyone' | readonly Role[];
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodObject;
  readonly answers: Readonly<Record<number, AnswerDefinition>>;
}

type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;

/** What a route's handler gets, once parsed. */
export interface RouteInput<Route extends RouteDefinition> {
  readonly params: Parsed<Route['params']>;
  readonly query: Parsed<Route['query']>;
  readonly body: Parsed<Route['body']>;
}
