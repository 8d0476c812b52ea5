import type { Instant } from '../../domain/calendar.ts';
import { type CustomerFile, knownSince } from '../../domain/customers/customer-file.ts';
import { type PurchaseDate, type Stage, stageAt, stages } from '../../domain/life-cycle/stage.ts';
import { partsOfRef } from '../../domain/orders/order.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import { scanCustomers } from '../customers/scan-customers.ts';
import type { DueIndex } from '../ports.ts';

/**
 * Customers per stage at a moment, computed from their purchases. Those not heard of by then are left out.
 * @param shop as if this shop were the only one: its purchases, and those who ordered there
 */
export async function countStages(
  asOf: Instant,
  shop: string | undefined,
  settings: Settings,
  store: Pick<DueIndex, 'scanFiles'>,
): Promise<ReadonlyMap<Stage, number>> {
  const counts = new Map<Stage, number>(stages.map((stage) => [stage, 0]));
  await scanCustomers(store, (file) => {
    const seen = seenFrom(file, shop);
    if (!seen || seen.knownAt > asOf) return;
    const stage = stageAt(seen.purchases, asOf, settings.stages, settings.timezone);
    counts.set(stage, (counts.get(stage) ?? 0) + 1);
  });
  return counts;
}

interface Seen {
  readonly purchases: readonly PurchaseDate[];
  readonly knownAt: Instant;
}

/** A customer as one shop sees them, or all shops together; undefined where that shop has never seen them. */
function seenFrom(file: CustomerFile, shop: string | undefined): Seen | undefined {
  const purchases: PurchaseDate[] = [];
  let knownAt = Number.POSITIVE_INFINITY;
  for (const [ref, { purchase, statedAt }] of file.orders) {
    if (shop !== undefined && partsOfRef(ref).shop !== shop) continue;
    knownAt = Math.min(knownAt, statedAt, purchase?.paidAt ?? statedAt);
    if (purchase) purchases.push(purchase);
  }
  if (shop === undefined) knownAt = Math.min(knownAt, knownSince(file) ?? knownAt);
  return Number.isFinite(knownAt) ? { purchases, knownAt } : undefined;
}
