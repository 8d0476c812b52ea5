import type { Work } from '../contracts/work.ts';
import { orderRef } from '../domain/orders/order.ts';
import type { Settings } from '../domain/settings/settings.ts';
import { decideAttachment } from './attach-to-customer.ts';
import type { Changes, CustomerStore, LinkScan, RunStore, SettingsReader, ShopReader, WorkQueue } from './ports.ts';
import { type RecordingDeps, regroupAll, retried, sightingOf } from './record-order.ts';
import { regroupCustomers } from './regroup-customers.ts';

export interface RelinkDeps extends RecordingDeps {
  readonly store: CustomerStore & LinkScan;
  readonly settings: SettingsReader;
  readonly shops: ShopReader;
  readonly runs: RunStore;
  readonly work: WorkQueue;
}

export type RelinkPart = Extract<Work, { type: 'identities.relink' }>;

const pageSize = 50;
const handOnMs = 10_000;

/**
 * Applies another limit of buyers per identity to what is there: identities that link no more are taken apart, orders
 * whose identities link again bring their customers together. Repeating it changes nothing.
 */
export async function relinkPart(
  part: RelinkPart,
  remainingMs: () => number,
  deps: RelinkDeps,
): Promise<{ read: number }> {
  const settings = await deps.settings.settings(deps.clock.now());
  let after = part.after;
  let read = 0;
  do {
    const { names, next } = await readPage(part, after, deps.store);
    for (const name of names) {
      if (part.scan === 'identities') await retried(() => regroupCustomers(name, settings, deps), deps);
      else await relinkOrder(name, settings, deps);
    }
    read += names.length;
    after = next;
  } while (after !== undefined && remainingMs() > handOnMs);
  if (after !== undefined) await deps.work.send({ ...part, after });
  const from = part.after === undefined ? {} : { after: part.after };
  const step = { part: `${part.scan} ${part.segment}`, ...from, last: after === undefined, counts: { read } };
  await deps.runs.stepDone(part.run, step, deps.clock.now());
  return { read };
}

async function readPage(part: RelinkPart, after: string | undefined, store: LinkScan) {
  const { segment, segments } = part;
  if (part.scan === 'identities') {
    const { keys, next } = await store.scanIdentities(segment, segments, after, pageSize);
    return { names: keys, next };
  }
  const { refs, next } = await store.scanOrders(segment, segments, after, pageSize);
  return { names: refs, next };
}

/** Finds an order's customer anew by the identities that link now. */
export function relinkOrder(ref: string, settings: Settings, deps: Omit<RelinkDeps, 'runs' | 'work' | 'settings'>) {
  return retried(async () => {
    const stored = (await deps.store.readOrders([ref])).get(ref);
    if (!stored || stored.value.order.identities.length === 0) return;
    const { order, customer } = stored.value;
    const rows = await deps.store.readIdentities(order.identities);
    const shop = await deps.shops.shop(order.shop);
    const known = customer === undefined ? undefined : (await deps.store.readFiles([customer])).get(customer)?.value;
    const entry = known?.type === 'file' ? known.file.orders.get(orderRef(order.shop, order.id)) : undefined;
    const sighting = { ...sightingOf(order, stored, shop?.timezone ?? 'UTC'), identitiesKnown: false };
    // Of a shop that is gone the day stays as it was reckoned.
    const contribution = shop || !entry ? sighting.contribution : { ...sighting.contribution, entry };
    const { changes, toRegroup } = await decideAttachment(
      { ...sighting, contribution },
      { asked: order.identities, rows },
      settings,
      deps,
    );
    if (!movesAnything(changes, customer)) return;
    await deps.store.commit(changes);
    await regroupAll(toRegroup, settings, deps);
  }, deps);
}

function movesAnything(changes: Changes, customer: string | undefined): boolean {
  const [first, ...others] = changes.files ?? [];
  if (others.length > 0 || (changes.identities ?? []).length > 0) return true;
  if (first?.value.type !== 'file') return false;
  const { id, aliases } = first.value.file;
  return customer === undefined || (customer !== id && !aliases.includes(customer));
}
