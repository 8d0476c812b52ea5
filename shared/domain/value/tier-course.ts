import type { Instant } from '../calendar.ts';
import { noTier, rankFor, type TierRank, type TierRules } from './tier-rules.ts';
import type { PaidTogether } from './valued-purchase.ts';

/** From `at` on the purchases imply this tier; `time` when it came without a purchase at that instant. */
export interface CourseStep {
  readonly at: Instant;
  readonly rank: TierRank;
  readonly cause: 'purchase' | 'time';
}

/**
 * The tier that purchases imply, as a step function over all of time: a pure function of the purchases, whatever order
 * they came in. Up to an instant it depends on nothing paid later.
 */
export interface TierCourse {
  /** In order; each differs from the one before, the first from `noTier`. */
  readonly steps: readonly CourseStep[];
  /** At the instants of purchases: what the purchases paid before them imply. */
  readonly before: ReadonlyMap<Instant, TierRank>;
}

/** What the purchases paid by `at` imply. */
export function rankOn({ steps }: Pick<TierCourse, 'steps'>, at: Instant): TierRank {
  let rank = noTier;
  for (const step of steps) {
    if (step.at > at) break;
    rank = step.rank;
  }
  return rank;
}

/** What the purchases paid before `at` imply at that instant. */
export function rankBefore(course: TierCourse, at: Instant): TierRank {
  return course.before.get(at) ?? rankOn(course, at);
}

/** Takes ranks in the order of time and keeps the changes. */
export class CourseRecord implements TierCourse {
  readonly steps: CourseStep[] = [];
  readonly before = new Map<Instant, TierRank>();

  get rank(): TierRank {
    return this.steps.at(-1)?.rank ?? noTier;
  }

  set(at: Instant, rank: TierRank, cause: CourseStep['cause']): void {
    if (rank !== this.rank) this.steps.push({ at, rank, cause });
  }
}

/** By everything ever bought: only purchases change it. */
export function courseByTotal(paid: readonly PaidTogether[], rules: TierRules): TierCourse {
  const course = new CourseRecord();
  let total = 0;
  for (const { at, purchases } of paid) {
    course.before.set(at, course.rank);
    for (const { amount } of purchases) total += rules.basis === 'spend' ? amount : 1;
    course.set(at, rankFor(total, rules.levels), 'purchase');
  }
  return course;
}
