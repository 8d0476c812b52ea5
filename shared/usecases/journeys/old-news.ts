import type { Occurrence } from '../../domain/journeys/enter.ts';
import type { Trigger } from '../../domain/journeys/journey.ts';
import type { MilestoneName } from '../../domain/orders/order.ts';
import type { StoredOrder } from '../ports.ts';

/** What was learnt from a replay or an import triggers nothing (DOMAIN 1); what came after it does. */

const milestoneOf: { readonly [On in Trigger['on']]?: MilestoneName } = {
  'order.paid': 'paidAt',
  'order.unpaid': 'createdAt',
  'order.shipped': 'shippedAt',
  'order.delivered': 'deliveredAt',
};

/** Whether an order tells of an occurrence, or was only filled in. */
export function tellsOf({ on }: Trigger, occurrence: Occurrence, stored: StoredOrder): boolean {
  const milestone = milestoneOf[on];
  if (milestone) return !stored.silent?.milestones.includes(milestone);
  return !stored.silent || newsAt(occurrence) > stored.silent.at;
}

/** Whether it was known already when the milestone that decides it was filled in. */
export function learntSilently(milestone: MilestoneName, occurrence: Occurrence, { silent }: StoredOrder): boolean {
  if (!silent?.milestones.includes(milestone)) return false;
  return newsAt(occurrence) <= silent.at;
}

function newsAt({ at, newsAt: news = at }: Occurrence): number {
  return news;
}
