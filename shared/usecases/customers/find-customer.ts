import type { CustomerFile } from '../../domain/customers/customer-file.ts';
import { type Identity, identityKey } from '../../domain/customers/identity.ts';
import type { CustomerStore } from '../ports.ts';
import { resolveFiles } from './resolve-files.ts';

/** The customer an identity leads to now. */
export async function findCustomer(
  identity: Identity,
  hash: (text: string) => string,
  store: CustomerStore,
): Promise<CustomerFile | undefined> {
  const key = identityKey(identity, hash);
  const row = (await store.readIdentities([key])).get(key);
  return row?.value.customer === undefined ? undefined : readCustomer(row.value.customer, store);
}

/** A customer by their id, or by one they had before a merge. */
export async function readCustomer(id: string, store: CustomerStore): Promise<CustomerFile | undefined> {
  const resolved = await resolveFiles([id], store);
  const survivor = resolved.idOf(id);
  return survivor === undefined ? undefined : resolved.files.get(survivor)?.value;
}
