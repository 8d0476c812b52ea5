import { type CustomerFile, mergeFiles, survivorOf } from '../../domain/customers/customer-file.ts';
import { compareStrength } from '../../domain/customers/identity.ts';
import { NotFoundError } from '../../domain/errors.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import type { RecordingDeps } from '../orders/record-order.ts';
import { retried } from '../retried.ts';
import { noticeFile, redirect } from './attach-to-customer.ts';
import { resolveFiles } from './resolve-files.ts';

/**
 * Makes two customers one by hand. The link is kept as a fact of its own, so that it outlives a regrouping.
 * @returns the id that goes on; the other keeps resolving to it
 * @throws NotFoundError naming the id nobody has, ConflictError after three lost tries
 */
export function mergeCustomers(
  ids: readonly [string, string],
  settings: Settings,
  deps: RecordingDeps,
): Promise<string> {
  return retried(async () => {
    const resolved = await resolveFiles(ids, deps.store);
    const living = ids.map((id) => {
      const live = resolved.idOf(id);
      if (live === undefined) throw new NotFoundError(`There is no customer ${id}.`);
      return live;
    });
    const survivor = survivorOf(living) ?? ids[0];
    const loser = living.find((id) => id !== survivor);
    if (loser === undefined) return survivor;
    const [kept, other] = [resolved.files.get(survivor), resolved.files.get(loser)];
    if (!kept || !other) throw new NotFoundError(`There is no customer ${survivor}.`);
    const link = [strongestKey(kept.value), strongestKey(other.value)].flatMap((key) => key ?? []).sort();
    const merged = mergeFiles(kept.value, other.value);
    const linked = { ...merged, links: [...merged.links, ...(link.length === 2 ? [link] : [])] };
    const told = noticeFile(linked, 'merge', settings, deps.clock);
    await deps.store.commit({
      cause: `merge#${survivor}#${loser}`,
      files: [{ value: told.item, version: kept.version }, redirect(loser, survivor, resolved)],
      migrations: told.migrations,
    });
    return survivor;
  }, deps);
}

function strongestKey(file: CustomerFile): string | undefined {
  return [...file.identities].sort(compareStrength)[0];
}
