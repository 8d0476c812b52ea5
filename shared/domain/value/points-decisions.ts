import type { Instant } from '../calendar.ts';
import { InvalidInputError, StateConflictError } from '../errors.ts';
import { type PointsEntry, type PointsSources, pointsAccount } from './points.ts';
import type { PointsRules } from './points-rules.ts';

/** More points were asked for than there are; nothing was changed. */
export class InsufficientPointsError extends StateConflictError {
  override name = 'InsufficientPointsError';
  readonly balance: number;
  readonly asked: number;

  constructor(balance: number, asked: number) {
    super(`The balance is ${balance} points, and ${asked} were asked for.`);
    this.balance = balance;
    this.asked = asked;
  }
}

/** The same key again asks for nothing new: the entry is then the one recorded before. */
export interface PointsDecision {
  readonly outcome: 'recorded' | 'unchanged';
  readonly entry: PointsEntry;
}

/** The most that one entry can move. */
export const mostPoints = 1_000_000_000;

interface Asked {
  /** Idempotency key. */
  readonly id: string;
  readonly points: number;
  readonly reason?: string;
}

/**
 * Decides on spending points, also for a coupon (DOMAIN 5).
 * @param asked `points` above zero
 * @throws InvalidInputError, InsufficientPointsError, StateConflictError where the key stands for something else
 */
export function decideRedemption(
  asked: Asked & { readonly coupon?: string },
  sources: PointsSources,
  now: Instant,
  rules: PointsRules,
): PointsDecision {
  if (asked.points <= 0) throw wrongPoints('must be above zero');
  return decide({ ...asked, kind: 'redeemed', points: -asked.points }, sources, now, rules);
}

/**
 * Decides on points given, or taken away, by hand. Like a redemption, it cannot take more than there is.
 * @param asked `points` other than zero
 * @throws as `decideRedemption`
 */
export function decideAdjustment(
  asked: Asked,
  sources: PointsSources,
  now: Instant,
  rules: PointsRules,
): PointsDecision {
  if (asked.points === 0) throw wrongPoints('must not be zero');
  return decide({ ...asked, kind: 'adjusted' }, sources, now, rules);
}

function decide(
  asked: Omit<PointsEntry, 'at'>,
  sources: PointsSources,
  now: Instant,
  rules: PointsRules,
): PointsDecision {
  if (!Number.isSafeInteger(asked.points)) throw wrongPoints('must be a whole number');
  if (Math.abs(asked.points) > mostPoints) throw wrongPoints(`must be at most ${mostPoints}`);
  const known = sources.byHand.filter(({ id }) => id === asked.id);
  if (known.length > 0) return { outcome: 'unchanged', entry: sameEntry(known, asked) };
  // Clocks differ a little: never before what is recorded, or this could take what a later entry has spent.
  const at = sources.byHand.reduce((latest, entry) => Math.max(latest, entry.at), now);
  const { balance } = pointsAccount(sources, at, rules);
  if (asked.points < 0 && balance + asked.points < 0) throw new InsufficientPointsError(balance, -asked.points);
  return { outcome: 'recorded', entry: { ...asked, at } };
}

/** @param known of one key: several where customers were merged */
function sameEntry(known: readonly PointsEntry[], asked: Omit<PointsEntry, 'at'>): PointsEntry {
  const same = known.find(
    ({ kind, points, coupon }) => kind === asked.kind && points === asked.points && coupon === asked.coupon,
  );
  if (!same) throw new StateConflictError('This key stands for another entry of points already.');
  return same;
}

function wrongPoints(message: string): InvalidInputError {
  return new InvalidInputError([{ field: 'points', message }]);
}
