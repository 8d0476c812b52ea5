import type { Instant } from '../calendar.ts';
import type { PointsMovement } from './points.ts';

/**
 * A line of the stored ledger that was computed, not asked for: what orders and time did to the points. Never changed:
 * when a later webhook shows that it should read otherwise, another line puts it right.
 */
export interface LedgerPosting {
  /** Idempotency key: two writers who correct the same thing at once collide on it, and the second looks again. */
  readonly id: string;
  /** Id of the movement it belongs to. */
  readonly cause: string;
  readonly kind: 'earned' | 'taken_back' | 'expired' | 'corrected';
  readonly at: Instant;
  readonly points: number;
}

/**
 * What the stored ledger lacks for its lines to sum, cause by cause, to the account's movements. Nothing when it is
 * complete, however often this is asked. Entries by hand stand in the ledger themselves and are left out.
 * @param posted all computed lines, in any order
 * @param now the time of corrections; what is posted first carries its true time
 */
export function postingsDue(
  movements: readonly PointsMovement[],
  posted: readonly LedgerPosting[],
  now: Instant,
): LedgerPosting[] {
  const known = Map.groupBy(new Map(posted.map((line) => [line.id, line])).values(), ({ cause }) => cause);
  const due: LedgerPosting[] = [];
  for (const { id, kind, at, points } of movements) {
    if (kind === 'redeemed' || kind === 'adjusted') continue;
    const lines = known.get(id) ?? [];
    known.delete(id);
    if (lines.length === 0) due.push({ id: `${id}~0`, cause: id, kind, at, points });
    else due.push(...correction(id, lines, points, now));
  }
  for (const [cause, lines] of known) due.push(...correction(cause, lines, 0, now));
  return due;
}

function correction(cause: string, lines: readonly LedgerPosting[], wanted: number, now: Instant): LedgerPosting[] {
  const points = wanted - lines.reduce((sum, line) => sum + line.points, 0);
  return points === 0 ? [] : [{ id: `${cause}~${lines.length}`, cause, kind: 'corrected', at: now, points }];
}
