import { type Day, dayOf, type Instant, startOfDay } from '../calendar.ts';
import { type Stage, stageFrom } from '../life-cycle/stage.ts';
import { CourseRecord, type TierCourse } from './tier-course.ts';
import { noTier, type TierRank, type TierRules } from './tier-rules.ts';
import type { PaidTogether } from './valued-purchase.ts';

interface Facts {
  readonly count: number;
  readonly spend: number;
  readonly first: Day;
  readonly secondLast: Day;
  readonly last: Day;
}

/** The purchases of one customer up to some instant, and what they lead to while no other comes. */
interface Known extends Facts {
  /** The tier at that instant. */
  readonly rank: TierRank;
  /** What time alone brings after it, in order. */
  readonly ahead: readonly { readonly day: Day; readonly rank: TierRank }[];
}

const nobody: Known = {
  count: 0,
  spend: 0,
  first: Number.POSITIVE_INFINITY,
  secondLast: Number.NEGATIVE_INFINITY,
  last: Number.NEGATIVE_INFINITY,
  rank: noTier,
  ahead: [],
};

/**
 * By life-cycle stage: it only rises, by purchases or by a customer's becoming an old one, and falls back to the lowest
 * tier when a customer has been lost for the days of grace (DOMAIN 5).
 */
export function courseByStage(paid: readonly PaidTogether[], rules: TierRules): TierCourse {
  const course = new CourseRecord();
  let known = nobody;
  for (const group of paid) {
    const { at } = group;
    climb(course, known, at, rules);
    course.before.set(at, rankAt(known, at, rules));
    // A purchase on the very instant of the fall prevents it: the customer is not lost then.
    known = withPurchases(known, group, rankAt(known, at - 1, rules), rules);
    course.set(at, known.rank, 'purchase');
  }
  climb(course, known, Number.POSITIVE_INFINITY, rules);
  return course;
}

function climb(course: CourseRecord, { ahead }: Known, until: Instant, { zone }: TierRules): void {
  for (const { day, rank } of ahead) {
    const at = startOfDay(day, zone);
    if (at < until) course.set(at, rank, 'time');
  }
}

/** The tier at an instant after the last of the known purchases and before any other. */
function rankAt({ rank, ahead }: Known, at: Instant, { zone }: TierRules): TierRank {
  const today = dayOf(at, zone);
  return ahead.findLast(({ day }) => day <= today)?.rank ?? rank;
}

function withPurchases(before: Known, { at, purchases }: PaidTogether, kept: TierRank, rules: TierRules): Known {
  const days = purchases.map(({ day }) => day);
  const [secondLast, last] = [before.secondLast, before.last, ...days].sort((a, b) => a - b).slice(-2);
  const known = {
    count: before.count + purchases.length,
    spend: purchases.reduce((sum, { amount }) => sum + amount, before.spend),
    first: Math.min(before.first, ...days),
    secondLast: secondLast ?? before.secondLast,
    last: last ?? before.last,
  };
  const today = dayOf(at, rules.zone);
  const rank = Math.max(kept, rankOn(known, today, rules));
  return { ...known, rank, ahead: aheadOf(known, rank, today, rules) };
}

function aheadOf(known: Facts, rank: TierRank, today: Day, rules: TierRules): Known['ahead'] {
  const { l1, l3 } = rules.limits;
  const growsOld = known.first + l1 + 1;
  const asOld = growsOld > today ? Math.max(rank, rankOn(known, growsOld, rules)) : rank;
  return [
    ...(asOld > rank ? [{ day: growsOld, rank: asOld }] : []),
    { day: known.last + l3 + 1 + rules.lostGraceDays, rank: Math.min(0, asOld) },
  ];
}

/** The highest level that the stage of a day grants. */
function rankOn(known: Facts, day: Day, { levels, limits }: TierRules): TierRank {
  const { count, first, secondLast, last, spend } = known;
  const stage = stageFrom(count, first, secondLast, last, day, limits);
  return levels.findLastIndex((level) => spend >= level.atLeast && hasReached(stage, level.stage));
}

/** How long and how often, from the names of the stages. */
const standing: Readonly<Partial<Record<Stage, readonly [isOld: number, isRepeat: number]>>> = {
  new_once: [0, 0],
  new_repeat: [0, 1],
  returning_once: [1, 0],
  returning_repeat: [1, 1],
};

/** "From" a stage: at least as old a customer, and buying at least as often. */
export function hasReached(stage: Stage, from: Stage = 'new_once'): boolean {
  const [reached, asked] = [standing[stage], standing[from]];
  return reached !== undefined && asked !== undefined && reached[0] >= asked[0] && reached[1] >= asked[1];
}
