import type { InputOf, RouteId } from '../../shared/contracts/http/routes.ts';
import type { HttpAnswer } from '../../shared/runtime/http-handler.ts';
import type { Actor } from '../../shared/usecases/ports.ts';

/** A request to one route: parsed, and from a key that may make it. */
export type ApiRequest<Id extends RouteId> = InputOf<Id> & { readonly actor: Actor };

/** What answers each of these routes. */
export type RouteHandlers<Id extends RouteId> = {
  readonly [Each in Id]: (request: ApiRequest<Each>) => Promise<HttpAnswer>;
};
