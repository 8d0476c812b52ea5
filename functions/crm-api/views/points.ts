import type { PointsAccountJson, PointsMovementJson } from '../../../shared/contracts/http/customer-changes.ts';
import { type Role, seesPersonalData } from '../../../shared/domain/access/roles.ts';
import { formatInstant, formatInstantOrNull } from '../../../shared/domain/calendar.ts';
import { type CustomerFile, pointsByHand } from '../../../shared/domain/customers/customer-file.ts';
import { handLineId, type PointsAccount } from '../../../shared/domain/value/points.ts';

/** The account but for its movements, which are a list of their own. */
export function accountView({ balance, lots, nextExpiry }: PointsAccount): Omit<PointsAccountJson, 'items' | 'next'> {
  return {
    balance,
    nextExpiry: nextExpiry ? { at: formatInstant(nextExpiry.at), points: nextExpiry.points } : null,
    lots: lots.map(({ id, at, points, left, expiresAt }) => ({
      id,
      at: formatInstant(at),
      points,
      left,
      expiresAt: formatInstantOrNull(expiresAt),
    })),
  };
}

/** Movements with the balance after each, newest first. Why, somebody wrote in words of their own: no analyst reads it. */
export function movementViews(file: CustomerFile, { movements }: PointsAccount, role: Role): PointsMovementJson[] {
  const byHand = new Map(pointsByHand(file).map((entry) => [handLineId(entry), entry]));
  let balance = 0;
  const views = movements.map(({ id, kind, at, points }) => {
    balance += points;
    const { reason = null, coupon = null } = byHand.get(id) ?? {};
    return {
      id,
      kind,
      at: formatInstant(at),
      points,
      balance,
      reason: seesPersonalData(role) ? reason : null,
      coupon,
    };
  });
  return views.reverse();
}
