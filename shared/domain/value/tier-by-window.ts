import { dayOf, type Instant, startOfDay } from '../calendar.ts';
import { CourseRecord, type TierCourse } from './tier-course.ts';
import { noTier, rankFor, type TierRank, type TierRules } from './tier-rules.ts';
import type { PaidTogether } from './valued-purchase.ts';

/**
 * By what was bought at most `days` ago. What was reached is kept for `graceDays` after the last day on which it was; it
 * falls at a midnight of the workspace's zone (DOMAIN 5).
 */
export function courseByWindow(
  paid: readonly PaidTogether[],
  rules: TierRules,
  { days, graceDays }: NonNullable<TierRules['window']>,
): TierCourse {
  const course = courseWithoutGrace(turnsOf(paid, days, rules), rules);
  return graceDays === 0 ? course : withGrace(course, graceDays, rules.zone);
}

/** What comes into the window at an instant and what leaves it. */
interface Turn {
  joining: number;
  leaving: number;
  /** What is bought then, in the window or not; undefined at a mere midnight. */
  bought?: number;
}

function turnsOf(paid: readonly PaidTogether[], days: number, { basis, zone }: TierRules): Map<Instant, Turn> {
  const turns = new Map<Instant, Turn>();
  const turnAt = (at: Instant): Turn => {
    const turn = turns.get(at) ?? { joining: 0, leaving: 0 };
    turns.set(at, turn);
    return turn;
  };
  for (const { at, purchases } of paid) {
    const turn = turnAt(at);
    for (const { day, amount } of purchases) {
      const value = basis === 'spend' ? amount : 1;
      turn.bought = (turn.bought ?? 0) + value;
      const leavesAt = startOfDay(day + days + 1, zone);
      // In a shop far west of the workspace it may be so long ago from the beginning.
      if (leavesAt <= at) continue;
      turn.joining += value;
      turnAt(leavesAt).leaving += value;
    }
  }
  return turns;
}

function courseWithoutGrace(turns: ReadonlyMap<Instant, Turn>, { levels }: TierRules): CourseRecord {
  const course = new CourseRecord();
  let [inWindow, ever, hasBought] = [0, 0, false];
  const lowest = () => Math.min(0, rankFor(ever, levels));
  const rank = (): TierRank => (hasBought ? Math.max(rankFor(inWindow, levels), lowest()) : noTier);
  for (const [at, { joining, leaving, bought }] of [...turns].sort(([a], [b]) => a - b)) {
    inWindow -= leaving;
    if (bought !== undefined) {
      course.before.set(at, rank());
      hasBought = true;
      inWindow += joining;
      ever += bought;
    }
    course.set(at, rank(), bought === undefined ? 'time' : 'purchase');
  }
  return course;
}

interface Held {
  readonly rank: TierRank;
  readonly from: Instant;
  readonly until: Instant;
}

function withGrace({ steps, before }: TierCourse, graceDays: number, zone: string): TierCourse {
  const held = steps.map(({ at, rank }, index): Held => {
    // A midnight, or a rise: then it does not matter how long the lower one is held.
    const end = steps[index + 1]?.at;
    const until = end === undefined ? Number.POSITIVE_INFINITY : startOfDay(dayOf(end, zone) + graceDays, zone);
    return { rank, from: at, until };
  });
  const kept = new CourseRecord();
  for (const [at, rank] of before) {
    const heldBefore = held.filter(({ from, until }) => from < at && until > at);
    kept.before.set(at, highest(heldBefore, rank));
  }
  const ends = held.flatMap(({ until }) => (Number.isFinite(until) ? [{ at: until, cause: 'time' as const }] : []));
  for (const { at, cause } of [...steps, ...ends].sort((a, b) => a.at - b.at)) {
    const heldThen = held.filter(({ from, until }) => from <= at && until > at);
    kept.set(at, highest(heldThen, noTier), cause);
  }
  return kept;
}

function highest(held: readonly Held[], atLeast: TierRank): TierRank {
  return held.reduce((highestRank, { rank }) => Math.max(highestRank, rank), atLeast);
}
