import { type CustomerFile, idsOf } from '../../domain/customers/customer-file.ts';
import { erasedIdentity } from '../../domain/customers/erasure.ts';
import { type IdentityKey, isBuyerKey } from '../../domain/customers/identity.ts';
import { type IdentityRow, isSaturated } from '../../domain/customers/linking.ts';
import { statedAddresses } from '../../domain/customers/stated-addresses.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import { addressKeyOf } from '../messages/plan-touches.ts';
import { pendingKeys, type RecordingDeps, regroupAll } from '../orders/record-order.ts';
import { ConflictError, type CustomerStore, type ErasedFile, type Versioned } from '../ports.ts';
import { retried } from '../retried.ts';

export interface EraseDeps extends RecordingDeps {
  readonly identityHash: (text: string) => string;
}

type Rows = ReadonlyMap<IdentityKey, Versioned<IdentityRow>>;

/** Actions in one transaction, but for the file's own. */
const rowsAtOnce = 99;

/**
 * Takes a customer's file away and marks their identities, in one transaction: from then on nothing comes to them any more
 * (DOMAIN 2). The file says what is left to be cleared, which `clearErased` does.
 * @returns undefined when there is no such customer; one erased before comes as they are
 * @throws ConflictError after several lost tries, StoreBusyError when throttled; then nothing was written
 */
export function eraseCustomer(id: string, settings: Settings, deps: EraseDeps): Promise<ErasedFile | undefined> {
  return retried(() => tryErasing(id, settings, deps, true), deps);
}

async function tryErasing(
  id: string,
  settings: Settings,
  deps: EraseDeps,
  mayRegroup: boolean,
): Promise<ErasedFile | undefined> {
  const found = await readToTheEnd(id, deps.store);
  if (!found || found.type === 'erased') return found;
  const { file, version } = found;
  const keys = [...new Set([...file.identities, ...addressKeys(file, deps.identityHash)])];
  const rows = await deps.store.readIdentities(keys);
  const pending = pendingKeys(rows.values());
  if (pending.length > 0 && mayRegroup) {
    await regroupAll(pending, settings, deps);
    return tryErasing(id, settings, deps, false);
  }
  const limit = settings.buyersPerIdentity;
  const own = keys.filter((key) => isOwn(rows.get(key)?.value, file, limit));
  const erased: ErasedFile = {
    type: 'erased',
    id: file.id,
    at: deps.clock.now(),
    left: {
      orders: [...file.orders.keys()],
      identities: own,
      addresses: [...own.filter((key) => isOwnAddress(key, rows, limit)), ...webhookKeys(file, deps.identityHash)],
      aliases: file.aliases,
    },
  };
  await deps.store.commit({
    cause: `erase#${file.id}`,
    files: [{ value: erased, version }],
    identities: own.slice(0, rowsAtOnce).map((key) => erasedRow(key, rows, limit)),
  });
  return erased;
}

/** The file an id leads to through merges, or that it was erased. */
export async function readToTheEnd(
  id: string,
  store: Pick<CustomerStore, 'readFiles'>,
): Promise<{ readonly type: 'file'; readonly file: CustomerFile; readonly version: number } | ErasedFile | undefined> {
  let next = id;
  for (let steps = 0; steps < 50; steps++) {
    const found = (await store.readFiles([next])).get(next);
    if (!found) return undefined;
    const { value, version } = found;
    if (value.type === 'erased') return value;
    if (value.type === 'file') return { type: 'file', file: value.file, version };
    next = value.to;
  }
  throw new ConflictError('files changed while they were read');
}

/** An identity that leads to this file, or to nobody; one that others use as well stays theirs. */
function isOwn(row: IdentityRow | undefined, { id, aliases }: CustomerFile, limit: number): boolean {
  if (row?.customer !== undefined) return row.customer === id || aliases.includes(row.customer);
  return !row || !isSaturated(row, limit);
}

/** A reseller's phone is barred for nobody else. */
function isOwnAddress(key: IdentityKey, rows: Rows, limit: number): boolean {
  return !isBuyerKey(key) && !isSaturated(rows.get(key)?.value ?? { buyers: [] }, limit);
}

export function erasedRow(key: IdentityKey, rows: Rows, limit: number): Versioned<IdentityRow> {
  const row = rows.get(key);
  const value = row?.value.erased ? row.value : erasedIdentity(row?.value ?? { key, buyers: [] }, limit);
  return { value, version: row?.version ?? 0 };
}

/** Keys of every phone and mail address that was stated, or that a consent was given for. */
function addressKeys(file: CustomerFile, identityHash: EraseDeps['identityHash']): IdentityKey[] {
  const stated = [file.statements, ...Object.values(file.updates).map(({ statements }) => statements)];
  return stated.flatMap(statedAddresses).map(({ channel, address }) => addressKeyOf(channel, address, identityHash));
}

/** To a webhook the customer is the address. */
function webhookKeys(file: CustomerFile, identityHash: EraseDeps['identityHash']): string[] {
  return idsOf(file).map((each) => addressKeyOf('webhook', each, identityHash));
}
