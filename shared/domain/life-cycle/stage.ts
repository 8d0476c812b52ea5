import { type Day, dayOf, type Instant, startOfDay } from '../calendar.ts';

/** DOMAIN 3, in the order in which reports show them. */
export const stages = [
  'prospect',
  'new_once',
  'new_repeat',
  'returning_once',
  'returning_repeat',
  'silent',
  'sleeping',
  'lost',
] as const;
export type Stage = (typeof stages)[number];

/** Days since the last purchase after which a customer is silent, sleeping, lost: `l1 < l2 < l3`. */
export interface StageLimits {
  readonly l1: number;
  readonly l2: number;
  readonly l3: number;
}

/** The purchases of one customer as the life cycle sees them. */
export interface PurchaseDate {
  readonly paidAt: Instant;
  readonly day: Day;
}

/**
 * The stage on a day, from the days of the purchases known by then (DOMAIN 3). All intervals are closed on the right:
 * a purchase exactly `l1` days ago is still within the period.
 * @param count how many of `days` there are
 * @param first earliest of them, `last` latest, `secondLast` the one before (or `first` when there is one only)
 */
export function stageFrom(
  count: number,
  first: Day,
  secondLast: Day,
  last: Day,
  today: Day,
  limits: StageLimits,
): Stage {
  if (count === 0) return 'prospect';
  const since = today - last;
  if (since > limits.l3) return 'lost';
  if (since > limits.l2) return 'sleeping';
  if (since > limits.l1) return 'silent';
  const repeat = count > 1 && today - secondLast <= limits.l1;
  if (today - first <= limits.l1) return repeat ? 'new_repeat' : 'new_once';
  return repeat ? 'returning_repeat' : 'returning_once';
}

/** The stage on `today` from days sorted ascending, of which the first `count` have happened. */
export function stageOnDay(days: ArrayLike<Day>, count: number, today: Day, limits: StageLimits): Stage {
  if (count === 0) return 'prospect';
  const first = days[0] ?? 0;
  const last = days[count - 1] ?? 0;
  return stageFrom(count, first, count > 1 ? (days[count - 2] ?? 0) : first, last, today, limits);
}

/** Days of the purchases paid at or before `asOf`, ascending. What lies after the as-of moment is ignored (DOMAIN 1). */
function daysUntil(purchases: readonly PurchaseDate[], asOf: Instant): Day[] {
  const days: Day[] = [];
  for (const { paidAt, day } of purchases) if (paidAt <= asOf) days.push(day);
  return days.sort((a, b) => a - b);
}

/**
 * The stage at a moment: a pure function of purchases, limits and time.
 * @param zone the workspace's zone, whose calendar gives the as-of day
 */
export function stageAt(purchases: readonly PurchaseDate[], asOf: Instant, limits: StageLimits, zone: string): Stage {
  const days = daysUntil(purchases, asOf);
  return stageOnDay(days, days.length, dayOf(asOf, zone), limits);
}

/**
 * The day on which the stage held at `asOf` began, a function of the purchases alone, never of when it was noticed.
 * @returns undefined for a prospect, who has no purchase to count from
 */
export function stageSince(
  purchases: readonly PurchaseDate[],
  asOf: Instant,
  limits: StageLimits,
  zone: string,
): Day | undefined {
  const days = daysUntil(purchases, asOf);
  const today = dayOf(asOf, zone);
  const stage = stageOnDay(days, days.length, today, limits);
  const last = days.at(-1);
  if (last === undefined) return undefined;
  switch (stage) {
    case 'silent':
      return last + limits.l1 + 1;
    case 'sleeping':
      return last + limits.l2 + 1;
    case 'lost':
      return last + limits.l3 + 1;
    default:
      return activeSince(days, stage, Math.max(today, last), limits);
  }
}

/** Walks back over the days on which an active stage can begin: a purchase, or a purchase leaving the period. */
function activeSince(days: readonly Day[], stage: Stage, today: Day, limits: StageLimits): Day {
  const starts = new Set<Day>();
  for (const day of days) {
    starts.add(day);
    if (day + limits.l1 < today) starts.add(day + limits.l1 + 1);
  }
  const descending = [...starts].sort((a, b) => b - a);
  for (const start of descending) {
    const count = countBefore(days, start);
    // What held the day before, and what held that morning, before the day's purchases.
    const held = [stageOnDay(days, count, start - 1, limits), stageOnDay(days, count, start, limits)];
    if (held[0] !== stage || (days.includes(start) && held[1] !== stage)) return start;
  }
  return descending.at(-1) ?? today;
}

function countBefore(days: readonly Day[], day: Day): number {
  let count = days.length;
  while (count > 0 && (days[count - 1] ?? 0) >= day) count--;
  return count;
}

/** A change of stage that comes by itself. `day` is the true day of crossing. */
export interface StageStep {
  readonly at: Instant;
  readonly day: Day;
  readonly from: Stage;
  readonly to: Stage;
  /** `purchase` when a purchase dated later than the moment of reckoning has come to pass. */
  readonly cause: 'time' | 'purchase';
}

/**
 * The next change of stage after `asOf` if no webhook comes: the stage is a step function of time (DOMAIN 3).
 * Purchases dated in the future count from their own moment.
 */
export function nextStageStep(
  purchases: readonly PurchaseDate[],
  asOf: Instant,
  limits: StageLimits,
  zone: string,
): StageStep | undefined {
  const from = stageAt(purchases, asOf, limits, zone);
  for (const candidate of candidatesAfter(purchases, asOf, limits, zone)) {
    const to = stageAt(purchases, candidate.at, limits, zone);
    if (to !== from) return { ...candidate, from, to };
  }
  return undefined;
}

type Candidate = Pick<StageStep, 'at' | 'day' | 'cause'>;

/** Every moment after `asOf` at which the stage can change, in order. */
function candidatesAfter(
  purchases: readonly PurchaseDate[],
  asOf: Instant,
  limits: StageLimits,
  zone: string,
): Candidate[] {
  const today = dayOf(asOf, zone);
  const candidates: Candidate[] = [];
  const boundaries = new Set<Day>();
  const last = purchases.reduce((latest, { paidAt, day }) => (paidAt <= asOf ? Math.max(latest, day) : latest), 0);
  for (const { paidAt, day } of purchases) {
    if (paidAt > asOf) candidates.push({ at: paidAt, day, cause: 'purchase' });
    // Only the latest purchase decides between silent, sleeping and lost; every one leaves the period some day.
    for (const limit of day >= last ? [limits.l1, limits.l2, limits.l3] : [limits.l1]) {
      if (day + limit >= today) boundaries.add(day + limit + 1);
    }
  }
  for (const day of boundaries) candidates.push({ at: startOfDay(day, zone), day, cause: 'time' });
  return candidates.filter(({ at }) => at > asOf).sort((a, b) => a.at - b.at || (a.cause === 'purchase' ? 1 : -1));
}

/** Every change of stage in (from, to], in order: what missed nights have to catch up on. */
export function stageStepsBetween(
  purchases: readonly PurchaseDate[],
  from: Instant,
  to: Instant,
  limits: StageLimits,
  zone: string,
): StageStep[] {
  const steps: StageStep[] = [];
  let step = nextStageStep(purchases, from, limits, zone);
  while (step && step.at <= to) {
    steps.push(step);
    step = nextStageStep(purchases, step.at, limits, zone);
  }
  return steps;
}
