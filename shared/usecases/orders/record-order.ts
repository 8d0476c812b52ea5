import { formatDay } from '../../domain/calendar.ts';
import { sameContent } from '../../domain/canonical.ts';
import { contributionOf } from '../../domain/customers/customer-file.ts';
import { anonymous } from '../../domain/customers/erasure.ts';
import type { IdentityKey } from '../../domain/customers/identity.ts';
import type { IdentityRow } from '../../domain/customers/linking.ts';
import { rateOn } from '../../domain/money.ts';
import { joinOrders, type Milestones, milestoneNames, type Order, orderRef } from '../../domain/orders/order.ts';
import { purchaseOf } from '../../domain/orders/purchase.ts';
import { paidAtOf } from '../../domain/orders/status.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import { changesOfErased, decideAttachment, isOfErased, type OrderSighting } from '../customers/attach-to-customer.ts';
import { regroupCustomers } from '../customers/regroup-customers.ts';
import type { Clock, CustomerStore, StoredOrder, Versioned } from '../ports.ts';
import { type Retrying, retried } from '../retried.ts';

export interface RecordingDeps extends Retrying {
  readonly store: CustomerStore;
  readonly clock: Clock;
}

export type Recording =
  | { readonly type: 'recorded' | 'unchanged' }
  /** No exchange rate for the day it was paid: nothing is written (DOMAIN 1). */
  | { readonly type: 'rate_missing'; readonly currency: string; readonly day: string };

/** How news comes: silently where it is replayed or imported, so that it triggers no message (DOMAIN 1). */
export interface Arrival {
  readonly silently: boolean;
}

/**
 * Joins what a webhook says of an order into the order, and its contribution into the customer's file, in one
 * conditional transaction: uncontended 2 requests for a milestone or a new customer's first order, 3 for a known one's.
 * @throws ConflictError after three lost tries, StoreBusyError when throttled; then nothing was written
 */
export function recordOrder(
  order: Order,
  shopZone: string,
  settings: Settings,
  deps: RecordingDeps,
  arrival: Arrival = { silently: false },
): Promise<Recording> {
  return retried(() => tryRecording(order, shopZone, settings, deps, arrival, true), deps);
}

async function tryRecording(
  incoming: Order,
  shopZone: string,
  settings: Settings,
  deps: RecordingDeps,
  arrival: Arrival,
  mayRegroup: boolean,
): Promise<Recording> {
  const ref = orderRef(incoming.shop, incoming.id);
  const { order: stored, identities } = await deps.store.readOrder(ref, incoming.identities);
  const pending = pendingKeys(identities.values(), stored?.value.regroup);
  if (pending.length > 0 && mayRegroup) {
    await regroupAll(pending, settings, deps);
    return tryRecording(incoming, shopZone, settings, deps, arrival, false);
  }

  const order = stored ? joinOrders(stored.value.order, incoming) : incoming;
  const known = { asked: incoming.identities, rows: identities };
  if (stored?.value.erased || (await isOfErased(order.identities, known, settings, deps.store))) {
    return recordAnonymously(incoming, stored, shopZone, settings, deps, arrival);
  }
  if (stored && sameContent(stored.value.order, order)) return { type: 'unchanged' };
  if (stored && bringsNothingNew(stored.value.order, order, shopZone)) {
    const { regroup: _seenTo, ...value } = stored.value;
    const told = { ...value, order, ...silentOnes(order, stored, arrival, deps) };
    await deps.store.commit({ cause: ref, orders: [{ ...stored, value: told }] });
    return { type: 'recorded' };
  }
  const missing = missingRate(order, shopZone, settings);
  if (missing) return missing;

  const sighting = { ...sightingOf(order, stored, shopZone), ...silentOnes(order, stored, arrival, deps) };
  const { changes, toRegroup } = await decideAttachment(sighting, known, settings, deps);
  await deps.store.commit(changes);
  await regroupAll(toRegroup, settings, deps);
  return { type: 'recorded' };
}

/** The order of somebody erased. Nothing of it is added to a file, so that it needs no exchange rate. */
async function recordAnonymously(
  incoming: Order,
  stored: Versioned<StoredOrder> | undefined,
  shopZone: string,
  settings: Settings,
  deps: RecordingDeps,
  arrival: Arrival,
): Promise<Recording> {
  const said = anonymous(incoming);
  const order = stored ? joinOrders(anonymous(stored.value.order), said) : said;
  if (stored?.value.erased && sameContent(stored.value.order, order)) return { type: 'unchanged' };
  const sighting = { ...sightingOf(order, stored, shopZone), ...silentOnes(order, stored, arrival, deps) };
  await deps.store.commit(await changesOfErased(sighting, settings, deps));
  return { type: 'recorded' };
}

/** The milestones known only from what came silently; one that was told of before stays so. */
function silentOnes(
  order: Order,
  stored: Versioned<StoredOrder> | undefined,
  { silently }: Arrival,
  { clock }: Pick<RecordingDeps, 'clock'>,
): Pick<StoredOrder, 'silent'> {
  const before = stored ? knownMilestones(stored.value.order) : {};
  const after = knownMilestones(order);
  const learnt = silently
    ? milestoneNames.filter((name) => after[name] !== undefined && before[name] === undefined)
    : [];
  const known = stored?.value.silent;
  if (learnt.length === 0) return known ? { silent: known } : {};
  return { silent: { milestones: [...(known?.milestones ?? []), ...learnt], at: clock.now() } };
}

function knownMilestones(order: Order): Milestones {
  const paidAt = paidAtOf(order);
  return { ...order.milestones, ...(paidAt !== undefined && { paidAt }) };
}

/** Identities whose files are still to be taken apart: marked themselves, or by the order that showed it. */
export function pendingKeys(
  rows: Iterable<Versioned<IdentityRow>>,
  shownByOrder: readonly IdentityKey[] = [],
): IdentityKey[] {
  const marked = [...rows].filter(({ value }) => value.regroup).map(({ value }) => value.key);
  return [...new Set([...marked, ...shownByOrder])];
}

/** Most webhooks only move milestones: then the customer's file and the identities stay as they are. */
function bringsNothingNew(before: Order, after: Order, shopZone: string): boolean {
  return (
    before.identities.length === after.identities.length &&
    sameContent(contributionOf(before, shopZone), contributionOf(after, shopZone))
  );
}

function missingRate(order: Order, shopZone: string, settings: Settings): Recording | undefined {
  const purchase = purchaseOf(order, shopZone);
  if (!purchase || purchase.currency === settings.baseCurrency) return undefined;
  const day = formatDay(purchase.day);
  return rateOn(settings.rates, purchase.currency, day) === undefined
    ? { type: 'rate_missing', currency: purchase.currency, day }
    : undefined;
}

export function sightingOf(order: Order, stored: Versioned<StoredOrder> | undefined, shopZone: string): OrderSighting {
  return {
    type: 'order',
    shop: order.shop,
    identities: order.identities,
    order: { value: order, version: stored?.version ?? 0 },
    ...(stored?.value.silent && { silent: stored.value.silent }),
    ...(stored?.value.customer !== undefined && { attachedTo: stored.value.customer }),
    contribution: contributionOf(order, shopZone),
    identitiesKnown: stored?.value.order.identities.length === order.identities.length,
  };
}

/** Takes apart what saturated identities had joined, before anything else is decided on them. */
export async function regroupAll(keys: readonly string[], settings: Settings, deps: RecordingDeps): Promise<void> {
  for (const key of keys) await retried(() => regroupCustomers(key, settings, deps), deps);
}
