import type { Day, Instant } from '../calendar.ts';
import { pointsFor } from './multiplier.ts';
import { expiryOf, type PointsRules } from './points-rules.ts';
import { rankBefore, type TierCourse } from './tier-course.ts';
import type { TierRules } from './tier-rules.ts';
import type { ValuedPurchase } from './valued-purchase.ts';

/** An order that earned points when it was paid, though it may have been refunded in full since and be no purchase. */
export interface EarningOrder {
  /** `shop#order` */
  readonly ref: string;
  readonly paidAt: Instant;
  /** Calendar day of `paidAt` in the shop's zone. */
  readonly day: Day;
  /** What was paid, in minor units of the base currency. */
  readonly paid: number;
  /** Successful refunds, in the same units. */
  readonly refunds: readonly { readonly id: string; readonly at: Instant; readonly amount: number }[];
}

/** Points that come in, at once usable. `id` is an idempotency key. */
export interface PointsCredit {
  readonly id: string;
  readonly kind: 'earned' | 'adjusted';
  readonly at: Instant;
  readonly points: number;
  readonly expiresAt?: Instant;
}

/** Points of a credit taken back for a refund. */
export interface PointsTakenBack {
  readonly id: string;
  readonly kind: 'taken_back';
  readonly at: Instant;
  readonly points: number;
  /** Id of the credit. */
  readonly credit: string;
}

/** Purchases as orders of which only what is left of them is known: refunds then count from the beginning. */
export function earningPurchases(purchases: readonly ValuedPurchase[]): EarningOrder[] {
  return purchases.map(({ ref, paidAt, day, amount }) => ({ ref, paidAt, day, paid: amount, refunds: [] }));
}

/**
 * The entries that orders make in the ledger: a pure function of them, whatever order they and their refunds came in.
 * Earned at `paidAt`: floor(amount in major units x multiplier of the tier implied by the purchases paid before). Taken
 * back at each refund, so that what remains is what the rest of the order would have earned (DOMAIN 5).
 * @param course of the customer's purchases as known today
 */
export function entriesOfOrders(
  orders: readonly EarningOrder[],
  course: TierCourse,
  tiers: TierRules,
  rules: PointsRules,
): (PointsCredit | PointsTakenBack)[] {
  return orders.flatMap((order) => {
    const multiplier = tiers.levels[rankBefore(course, order.paidAt)]?.multiplier ?? rules.newcomerMultiplier;
    const pointsOf = (amount: number) => pointsFor(Math.max(0, amount), multiplier, rules.decimals);
    const credit = creditOf(order, pointsOf(order.paid), rules);
    return credit.points === 0 ? [] : [credit, ...takenBack(order, credit, pointsOf)];
  });
}

function creditOf({ ref, paidAt, day }: EarningOrder, points: number, rules: PointsRules): PointsCredit {
  const expiresAt = expiryOf(day, rules);
  return {
    id: `earned#${ref}`,
    kind: 'earned',
    at: paidAt,
    points,
    ...(expiresAt !== undefined && { expiresAt }),
  };
}

function takenBack(
  { ref, paidAt, paid, refunds }: EarningOrder,
  credit: PointsCredit,
  pointsOf: (amount: number) => number,
): PointsTakenBack[] {
  let left = paid;
  let points = credit.points;
  const entries: PointsTakenBack[] = [];
  for (const { id, at, amount } of [...refunds].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))) {
    left -= amount;
    const remaining = pointsOf(left);
    if (remaining < points) {
      const entry = { id: `refund#${ref}#${id}`, kind: 'taken_back', credit: credit.id } as const;
      entries.push({ ...entry, at: Math.max(at, paidAt), points: points - remaining });
    }
    points = remaining;
  }
  return entries;
}
