import type { Role } from '../../domain/access/roles.ts';
import type { ApiKeyStore } from '../../usecases/ports.ts';
import { equalInConstantTime } from './root-keys.ts';
import { hashOfKey } from './tokens.ts';

/** Id of the key that came with the deployment. */
export const FIRST_KEY = 'first';

export interface Access {
  readonly keys: Pick<ApiKeyStore, 'findKey'>;
  /** SHA-256 (hex) of the first admin key. */
  readonly adminKeyHash: string;
}

export interface KeyHolder {
  readonly keyId: string;
  readonly name: string;
  readonly role: Role;
}

/** Whose key it is; undefined for one that is not known. */
export function keyHolders({ keys, adminKeyHash }: Access): (key: string) => Promise<KeyHolder | undefined> {
  return async (key) => {
    const hash = hashOfKey(key);
    if (equalInConstantTime(hash, adminKeyHash)) return { keyId: FIRST_KEY, name: FIRST_KEY, role: 'admin' };
    const found = await keys.findKey(hash);
    return found && { keyId: found.keyId, name: found.name, role: found.role };
  };
}
