import { canonicalJson } from '../../shared/domain/canonical.ts';
import { connectedGroups } from '../../shared/domain/customers/connected-groups.ts';
import type { CustomerFile, Update } from '../../shared/domain/customers/customer-file.ts';
import { factsOf } from '../../shared/domain/customers/customer-file.ts';
import { isBuyerKey } from '../../shared/domain/customers/identity.ts';
import { joinOrders, type Order, orderRef } from '../../shared/domain/orders/order.ts';
import { defaultSettings, type Settings } from '../../shared/domain/settings/settings.ts';
import { type RecordingDeps, recordOrder } from '../../shared/usecases/orders/record-order.ts';
import { recordUpdate } from '../../shared/usecases/orders/record-update.ts';

export const now = Date.UTC(2026, 5, 1);
export const zone = 'Asia/Shanghai';

export function recordingDeps(store: RecordingDeps['store']): RecordingDeps {
  return { store, clock: { now: () => now }, pause: async () => undefined, random: () => 0.5 };
}

export async function recordAll(
  hooks: readonly Order[],
  store: RecordingDeps['store'],
  settings: Settings = defaultSettings,
): Promise<void> {
  for (const hook of hooks) await recordOrder(hook, zone, settings, recordingDeps(store));
}

/** Records orders and updates one after the other. */
export async function recordMixed(events: readonly (Order | Update)[], store: RecordingDeps['store']): Promise<void> {
  for (const event of events) await recordOne(event, store);
}

export async function recordOne(event: Order | Update, store: RecordingDeps['store']): Promise<void> {
  if ('milestones' in event) await recordOrder(event, zone, defaultSettings, recordingDeps(store));
  else await recordUpdate(event, 'north', defaultSettings, recordingDeps(store));
}

/** Files as their facts alone, in a fixed order: ids and moments of noticing are outside the promise. */
export function factsOfAll(files: Iterable<CustomerFile>): string[] {
  return [...files]
    .filter((file) => file.orders.size > 0 || Object.keys(file.updates).length > 0)
    .map((file) => canonicalJson(factsOf(file)))
    .sort();
}

/**
 * Which orders belong to one customer, computed the naive way over all webhooks at once: join each order, count whom
 * each phone and address has met, connect by what still links.
 */
export function expectedGroups(hooks: readonly Order[], limit = 3): string[] {
  const orders = new Map<string, Order>();
  for (const hook of hooks) {
    const ref = orderRef(hook.shop, hook.id);
    const known = orders.get(ref);
    orders.set(ref, known ? joinOrders(known, hook) : hook);
  }
  const met = new Map<string, Set<string>>();
  for (const { shop, identities } of orders.values()) {
    for (const key of identities.filter((one) => !isBuyerKey(one))) {
      for (const buyer of identities.filter(isBuyerKey)) {
        const at = `${key} ${shop}`;
        met.set(at, (met.get(at) ?? new Set()).add(buyer));
      }
    }
  }
  const tired = new Set([...met].filter(([, buyers]) => buyers.size > limit).map(([at]) => at.split(' ')[0]));
  const edges = new Map<string, string[]>();
  for (const [ref, { identities }] of orders) {
    const ranked = [...identities].sort(
      (a, b) => 'bpe'.indexOf(a[0] ?? '') - 'bpe'.indexOf(b[0] ?? '') || (a < b ? -1 : 1),
    );
    const linking = ranked.filter((key) => !tired.has(key));
    edges.set(ref, linking.length > 0 ? linking : ranked.slice(0, 1));
  }
  return connectedGroups(edges)
    .map(({ names }) => [...names].sort().join(' '))
    .sort();
}

export function groupsIn(files: Iterable<CustomerFile>): string[] {
  return [...files]
    .filter((file) => file.orders.size > 0)
    .map((file) => [...file.orders.keys()].sort().join(' '))
    .sort();
}
