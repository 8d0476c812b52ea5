import { sameContent } from '../../domain/canonical.ts';
import { factsOf, type Update } from '../../domain/customers/customer-file.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import { decideAttachment, isOfErased } from '../customers/attach-to-customer.ts';
import { resolveFiles } from '../customers/resolve-files.ts';
import { retried } from '../retried.ts';
import { pendingKeys, type RecordingDeps, regroupAll } from './record-order.ts';

/** `erased`: it names somebody who was erased, and nothing is kept of it. */
export type UpdateOutcome = 'recorded' | 'unchanged' | 'erased';

/**
 * Joins what was said of a customer outside orders into their file; somebody nobody has heard of becomes a prospect.
 * @throws ConflictError after three lost tries, StoreBusyError when throttled; then nothing was written
 */
export function recordUpdate(
  update: Update,
  shop: string,
  settings: Settings,
  deps: RecordingDeps,
): Promise<UpdateOutcome> {
  return retried(() => tryUpdate(update, shop, settings, deps, true), deps);
}

async function tryUpdate(
  update: Update,
  shop: string,
  settings: Settings,
  deps: RecordingDeps,
  mayRegroup: boolean,
): Promise<UpdateOutcome> {
  const rows = await deps.store.readIdentities(update.identities);
  const pending = pendingKeys(rows.values());
  if (pending.length > 0 && mayRegroup) {
    await regroupAll(pending, settings, deps);
    return tryUpdate(update, shop, settings, deps, false);
  }
  const known = { asked: update.identities, rows };
  if (await isOfErased(update.identities, known, settings, deps.store)) return 'erased';
  const sighting = { type: 'update', shop, identities: update.identities, update } as const;
  const { changes, toRegroup } = await decideAttachment(sighting, known, settings, deps);
  const file = changes.files?.[0]?.value;
  const nothingElse = (changes.identities ?? []).length === 0 && changes.files?.length === 1;
  if (nothingElse && file?.type === 'file') {
    const known = (await resolveFiles([file.file.id], deps.store)).files.get(file.file.id)?.value;
    if (known && sameContent(factsOf(known), factsOf(file.file))) return 'unchanged';
  }
  await deps.store.commit(changes);
  await regroupAll(toRegroup, settings, deps);
  return 'recorded';
}
