import type { BehaviourEvent } from '../../domain/behaviour/behaviour.ts';
import { type Day, dayOf, type Instant, startOfDay } from '../../domain/calendar.ts';
import type { ServiceCase } from '../../domain/cases/case.ts';
import type { CustomerFile } from '../../domain/customers/customer-file.ts';
import type { Enrolment } from '../../domain/journeys/enrolment.ts';
import { hasBeenIn } from '../../domain/journeys/enter.ts';
import { type StageChange, stageHistory } from '../../domain/life-cycle/history.ts';
import { compareText, type Order } from '../../domain/orders/order.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import type { Touch } from '../../domain/touches/touch.ts';
import type { CustomerStore } from '../ports.ts';

export type TimelineEntry =
  | { readonly type: 'order'; readonly at: Instant; readonly order: Order }
  | { readonly type: 'stage'; readonly at: Instant; readonly change: StageChange }
  | { readonly type: 'message'; readonly at: Instant; readonly touch: Touch }
  | { readonly type: 'event'; readonly at: Instant; readonly event: BehaviourEvent }
  | { readonly type: 'case'; readonly at: Instant; readonly case: ServiceCase }
  | { readonly type: 'journey'; readonly at: Instant; readonly enrolment: Enrolment };

/** Where an entry stands: time first, then a name that tells equals apart. */
type Spot = { readonly at: Instant; readonly name: string } & (
  | { readonly ref: string }
  | { readonly change: StageChange }
  | { readonly touch: Touch }
  | { readonly event: BehaviourEvent }
  | { readonly case: ServiceCase }
  | { readonly enrolment: Enrolment }
);

/**
 * A page of what happened to a customer up to `now`, newest first: orders at their payment (unpaid ones when they were
 * made), every change of stage that follows from the purchases, messages, cases at their opening, journeys at their cause, and what
 * they did besides. Reads the orders of the page only.
 * @param after position of the last entry seen, as given in `next`
 */
export async function readTimeline(
  file: CustomerFile,
  {
    touches,
    events,
    cases,
    enrolments,
  }: {
    readonly touches: readonly Touch[];
    readonly events: readonly BehaviourEvent[];
    readonly cases: readonly ServiceCase[];
    readonly enrolments: readonly Enrolment[];
  },
  now: Instant,
  after: string | undefined,
  limit: number,
  settings: Settings,
  store: Pick<CustomerStore, 'readOrders'>,
): Promise<{ readonly entries: readonly TimelineEntry[]; readonly next?: string }> {
  const rest = [
    ...orderSpots(file),
    ...stageSpots(file, now, settings),
    ...touches.map(touchSpot),
    ...events.map(eventSpot),
    ...cases.map(caseSpot),
    ...enrolments.filter(hasBeenIn).map(enrolmentSpot),
  ]
    .filter(({ at }) => at <= now)
    .sort((a, b) => compareText(positionOf(b), positionOf(a)))
    .filter((spot) => after === undefined || positionOf(spot) < after);
  const page = rest.slice(0, limit);
  const orders = await store.readOrders(page.flatMap((spot) => ('ref' in spot ? [spot.ref] : [])));
  const entries = page.flatMap((spot): TimelineEntry[] => {
    if ('enrolment' in spot) return [{ type: 'journey', at: spot.at, enrolment: spot.enrolment }];
    if ('case' in spot) return [{ type: 'case', at: spot.at, case: spot.case }];
    if ('event' in spot) return [{ type: 'event', at: spot.at, event: spot.event }];
    if ('touch' in spot) return [{ type: 'message', at: spot.at, touch: spot.touch }];
    if ('change' in spot) return [{ type: 'stage', at: spot.at, change: spot.change }];
    const order = orders.get(spot.ref)?.value.order;
    return order ? [{ type: 'order', at: spot.at, order }] : [];
  });
  const last = page.at(-1);
  return { entries, ...(last && rest.length > limit && { next: positionOf(last) }) };
}

function positionOf({ at, name }: Spot): string {
  return `${new Date(at).toISOString()} ${name}`;
}

function touchSpot(touch: Touch): Spot {
  return { at: touch.sentAt ?? touch.judged?.at ?? touch.plannedAt, name: `message ${touch.id}`, touch };
}

function eventSpot(event: BehaviourEvent): Spot {
  return { at: event.at, name: `event ${JSON.stringify([event.type, event.product, event.key])}`, event };
}

function caseSpot(one: ServiceCase): Spot {
  return { at: one.openedAt, name: `case ${one.id}`, case: one };
}

function enrolmentSpot(enrolment: Enrolment): Spot {
  return { at: enrolment.at, name: `journey ${enrolment.journey} ${enrolment.occurrence}`, enrolment };
}

function orderSpots(file: CustomerFile): Spot[] {
  return [...file.orders].map(([ref, { statedAt, purchase }]) => ({
    at: purchase?.paidAt ?? statedAt,
    name: `order ${ref}`,
    ref,
  }));
}

function stageSpots(file: CustomerFile, now: Instant, { stages, timezone }: Settings): Spot[] {
  const lastPaid = new Map<Day, Instant>();
  const days: Day[] = [];
  for (const { purchase } of file.orders.values()) {
    if (!purchase || purchase.paidAt > now) continue;
    days.push(purchase.day);
    lastPaid.set(purchase.day, Math.max(purchase.paidAt, lastPaid.get(purchase.day) ?? purchase.paidAt));
  }
  days.sort((a, b) => a - b);
  const today = Math.max(dayOf(now, timezone), days.at(-1) ?? 0);
  return stageHistory(days, today, stages).map((change, index) => {
    const paidAt = change.byPurchase ? lastPaid.get(change.day) : undefined;
    return {
      at: paidAt ?? startOfDay(change.day, timezone),
      name: `stage ${String(index).padStart(5, '0')}`,
      change,
    };
  });
}
