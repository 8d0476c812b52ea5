import type { RouteDefinition } from '../contracts/http/route.ts';
import type { Role } from '../domain/access/roles.ts';
import type { HttpAnswer, HttpRequest } from './http-handler.ts';
import { routeMatcher } from './match-route.ts';
import { type ParsedRequest, parseRequest } from './parse-request.ts';
import { forbidden, unauthorized } from './problem.ts';

/** Whose key it is; undefined for one that is not known. */
export type FindHolder = (
  key: string,
) => Promise<{ readonly keyId: string; readonly name: string; readonly role: Role } | undefined>;

/** Who makes a request. */
export interface Caller {
  readonly keyId: string;
  readonly name: string;
  readonly role: Role;
  readonly requestId: string;
}

export interface ApiPlumbing<Id extends string> {
  readonly routes: Readonly<Record<Id, RouteDefinition>>;
  readonly holderOf: FindHolder;
  /** Does what was asked; the caller is missing on routes for anyone. */
  readonly answer: (id: Id, request: ParsedRequest & { readonly actor?: Caller }) => Promise<HttpAnswer>;
}

/** Finds the route, knows the key, checks the role, parses, then does it. */
export function apiResponder<Id extends string>(
  plumbing: ApiPlumbing<Id>,
): (request: HttpRequest) => Promise<HttpAnswer> {
  const matchRoute = routeMatcher(plumbing.routes);
  return async (request) => {
    const { id, route, params } = matchRoute(request.method, request.path);
    request.note({ operation: id });
    if (route.roles === 'anyone') return plumbing.answer(id, parseRequest(route, request, params));
    const actor = await authenticate(request, plumbing.holderOf);
    request.note({ keyId: actor.keyId, role: actor.role });
    authorize(route, actor);
    return plumbing.answer(id, { ...parseRequest(route, request, params), actor });
  };
}

/** Whose key it is. @throws Problem 401 without a key that is known */
export async function authenticate(
  request: Pick<HttpRequest, 'headers' | 'id'>,
  holderOf: FindHolder,
): Promise<Caller> {
  const key = keyOf(request);
  const holder = key === undefined ? undefined : await holderOf(key);
  if (!holder) throw unauthorized();
  return { ...holder, requestId: request.id };
}

/** `Authorization: Bearer <key>`, or `x-api-key: <key>`. */
function keyOf({ headers }: Pick<HttpRequest, 'headers'>): string | undefined {
  const bearer = /^Bearer +(\S+)\s*$/i.exec(headers.authorization ?? '')?.[1];
  return bearer ?? (headers['x-api-key']?.trim() || undefined);
}

/** @throws Problem 403 when the route is not for this role */
export function authorize(route: RouteDefinition, { role }: Pick<Caller, 'role'>): void {
  if (route.roles === 'anyone' || route.roles.includes(role)) return;
  throw forbidden(`This takes the role ${route.roles.join(' or ')}; this key has the role ${role}.`);
}
