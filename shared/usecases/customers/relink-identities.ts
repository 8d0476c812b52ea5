import type { Work } from '../../contracts/work.ts';
import { orderRef } from '../../domain/orders/order.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import { type RecordingDeps, regroupAll, sightingOf } from '../orders/record-order.ts';
import {
  type Changes,
  type CustomerStore,
  type LinkScan,
  type RunStore,
  type SettingsReader,
  type ShopReader,
  StoreBusyError,
  type WorkQueue,
} from '../ports.ts';
import { type Retrying, retried } from '../retried.ts';
import { type WorkPage, workThrough } from '../work-through.ts';
import { decideAttachment } from './attach-to-customer.ts';
import { regroupCustomers } from './regroup-customers.ts';

export interface RelinkDeps extends RecordingDeps {
  readonly store: CustomerStore & LinkScan;
  readonly settings: SettingsReader;
  readonly shops: ShopReader;
  readonly runs: RunStore;
  readonly work: WorkQueue;
  /** Hears of an identity or order that could not be looked at again. */
  readonly onFailure: (name: string, error: unknown) => void;
}

export type RelinkPart = Extract<Work, { type: 'identities.relink' }>;

const pageSize = 50;

/**
 * Applies another limit of buyers per identity to what is there: identities that link no more are taken apart, orders
 * whose identities link again bring their customers together. Repeating it changes nothing, and one that cannot be done
 * holds up no other.
 */
export async function relinkPart(
  part: RelinkPart,
  remainingMs: () => number,
  deps: RelinkDeps,
): Promise<{ read: number; failed: number }> {
  const counts = { read: 0, failed: 0 };
  const last = await workThrough({
    after: part.after,
    remainingMs,
    readPage: (after) => readPage(part, after, deps.store),
    doPage: (names) => relinkPage(names, part, counts, deps),
    handOn: (after) => deps.work.send({ ...part, after }),
  });
  const from = part.after === undefined ? {} : { after: part.after };
  const step = { part: `${part.scan} ${part.segment}`, ...from, last, counts: { ...counts } };
  await deps.runs.stepDone(part.run, step, deps.clock.now());
  return counts;
}

function readPage(part: RelinkPart, after: string | undefined, store: LinkScan): Promise<WorkPage<string>> {
  const { scan, segment, segments } = part;
  return scan === 'identities'
    ? store.scanIdentities(segment, segments, after, pageSize)
    : store.scanOrders(segment, segments, after, pageSize);
}

async function relinkPage(
  names: readonly string[],
  part: RelinkPart,
  counts: { read: number; failed: number },
  deps: RelinkDeps,
): Promise<void> {
  const settings = await deps.settings.settings(deps.clock.now());
  for (const name of names) {
    counts.read++;
    try {
      if (part.scan === 'identities') await retried(() => regroupCustomers(name, settings, deps), deps);
      else await relinkOrder(name, settings, deps);
    } catch (error) {
      if (error instanceof StoreBusyError) throw error;
      counts.failed++;
      deps.onFailure(name, error);
    }
  }
}

/** Finds an order's customer anew by the identities that link now. */
function relinkOrder(ref: string, settings: Settings, deps: Pick<RelinkDeps, 'store' | 'shops' | 'clock'> & Retrying) {
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
