import { type Day, type Instant, startOfDay } from '../calendar.ts';
import { courseByStage } from './tier-by-stage.ts';
import { courseByWindow } from './tier-by-window.ts';
import { type CourseStep, courseByTotal, rankOn, type TierCourse } from './tier-course.ts';
import { noTier, type TierRank, type TierRule, type TierRules } from './tier-rules.ts';
import { byPaymentTime, type ValuedPurchase } from './valued-purchase.ts';

/** A tier granted by hand: a floor from an instant to the end of a day in the workspace's zone (DOMAIN 5). */
export interface TierGrant {
  readonly tier: string;
  readonly from: Instant;
  readonly until: Day;
}

/** A change of tier. `time`: a midnight; `grant`: one by hand began or ended. */
export interface TierStep {
  readonly at: Instant;
  readonly from: TierRule | undefined;
  readonly to: TierRule | undefined;
  readonly cause: CourseStep['cause'] | 'grant';
}

/** Where a customer stands at a moment. */
export interface TierStanding {
  /** Absent for who has none. */
  readonly tier?: TierRule;
  /** When it began. */
  readonly since?: Instant;
  /** The tier would be lower but for a grant. */
  readonly isGranted: boolean;
  /** When it next changes if no webhook comes, for the due index; purchases dated later count from their own moment. */
  readonly next?: TierStep;
}

/**
 * The course of the tier by the basis in force (DOMAIN 5). Who has not bought has none. The window, and the fall of the
 * lost, lead down to the lowest tier and not out of it: it stands for having bought.
 * @param purchases in any order, net of refunds: a refund lowers at once, and all along
 */
export function tierCourse(purchases: readonly ValuedPurchase[], rules: TierRules): TierCourse {
  const paid = byPaymentTime(purchases);
  if (rules.basis === 'stage') return courseByStage(paid, rules);
  return rules.window ? courseByWindow(paid, rules, rules.window) : courseByTotal(paid, rules);
}

/** The tier at a moment, since when, and its next change. What lies after `asOf` shows only in `next`. */
export function tierStanding(
  course: TierCourse,
  grants: readonly TierGrant[],
  asOf: Instant,
  rules: TierRules,
): TierStanding {
  const steps = tierSteps(course, grants, rules);
  const held = steps.findLast(({ at }) => at <= asOf);
  const next = steps.find(({ at }) => at > asOf);
  const implied = rules.levels[rankOn(course, asOf)];
  return {
    ...(held?.to && { tier: held.to, since: held.at }),
    isGranted: held?.to !== implied,
    ...(next && { next }),
  };
}

/** Every change of tier, ever, in order. */
export function tierSteps(course: TierCourse, grants: readonly TierGrant[], rules: TierRules): TierStep[] {
  const floors = grants.flatMap((grant) => floorOf(grant, rules));
  const turns: { readonly at: Instant; readonly cause: TierStep['cause'] }[] = floors.flatMap(({ from, until }) => [
    { at: from, cause: 'grant' },
    { at: until, cause: 'grant' },
  ]);
  const steps: TierStep[] = [];
  let before = noTier;
  for (const { at, cause } of [...course.steps, ...turns].sort((a, b) => a.at - b.at)) {
    const rank = floorAt(floors, at, rankOn(course, at));
    if (rank !== before) steps.push({ at, from: rules.levels[before], to: rules.levels[rank], cause });
    before = rank;
  }
  return steps;
}

interface Floor {
  readonly rank: TierRank;
  readonly from: Instant;
  readonly until: Instant;
}

/** A grant of a tier that there is no more is none. */
function floorOf({ tier, from, until }: TierGrant, { levels, zone }: TierRules): Floor[] {
  const rank = levels.findIndex(({ id }) => id === tier);
  return rank === noTier ? [] : [{ rank, from, until: startOfDay(until + 1, zone) }];
}

function floorAt(floors: readonly Floor[], at: Instant, implied: TierRank): TierRank {
  let rank = implied;
  for (const floor of floors) if (floor.from <= at && at < floor.until) rank = Math.max(rank, floor.rank);
  return rank;
}
