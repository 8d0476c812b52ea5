import { equalInConstantTime } from '../../shared/adapters/crypto/root-keys.ts';
import { hashOfKey } from '../../shared/adapters/crypto/tokens.ts';
import type { RouteDefinition } from '../../shared/contracts/http/route.ts';
import type { HttpRequest } from '../../shared/runtime/http-handler.ts';
import { forbidden, unauthorized } from '../../shared/runtime/problem.ts';
import type { Actor, ApiKeyStore } from '../../shared/usecases/ports.ts';

/** Id of the key that came with the deployment. */
export const FIRST_KEY = 'first';

export interface Access {
  readonly keys: Pick<ApiKeyStore, 'findKey'>;
  /** SHA-256 (hex) of the first admin key. */
  readonly adminKeyHash: string;
}

/** Whose key it is. @throws Problem 401 without a key that is known */
export async function authenticate(request: HttpRequest, { keys, adminKeyHash }: Access): Promise<Actor> {
  const key = keyOf(request);
  if (key === undefined) throw unauthorized();
  const hash = hashOfKey(key);
  if (equalInConstantTime(hash, adminKeyHash)) {
    return { keyId: FIRST_KEY, name: FIRST_KEY, role: 'admin', requestId: request.id };
  }
  const found = await keys.findKey(hash);
  if (!found) throw unauthorized();
  return { keyId: found.keyId, name: found.name, role: found.role, requestId: request.id };
}

/** `Authorization: Bearer <key>`, or `x-api-key: <key>`. */
function keyOf({ headers }: HttpRequest): string | undefined {
  const bearer = /^Bearer +(\S+)\s*$/i.exec(headers.authorization ?? '')?.[1];
  return bearer ?? (headers['x-api-key']?.trim() || undefined);
}

/** @throws Problem 403 when the route is not for this role */
export function authorize(route: RouteDefinition, { role }: Actor): void {
  if (route.roles === 'anyone' || route.roles.includes(role)) return;
  throw forbidden(`This takes the role ${route.roles.join(' or ')}; this key has the role ${role}.`);
}
