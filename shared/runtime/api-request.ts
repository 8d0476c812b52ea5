import type { InputOf, RouteId } from '../contracts/http/routes.ts';
import type { Caller } from './api-responder.ts';
import type { HttpAnswer } from './http-handler.ts';

/** A request to one route: parsed, and from a key that may make it. */
export type ApiRequest<Id extends RouteId> = InputOf<Id> & { readonly actor: Caller };

/** What answers each of these routes. */
export type RouteHandlers<Id extends RouteId> = {
  readonly [Each in Id]: (request: ApiRequest<Each>) => Promise<HttpAnswer>;
};
