import type { Day } from '../calendar.ts';
import { type Stage, type StageLimits, stageOnDay } from './stage.ts';

/** A change of stage as the purchases tell it, whenever it was noticed. */
export interface StageChange {
  readonly day: Day;
  readonly from: Stage;
  readonly to: Stage;
  /** True when a purchase of that day made it, false when time alone did. */
  readonly byPurchase: boolean;
}

/**
 * Every change of stage up to `today` that follows from purchases on these days, oldest first: a day begins with what
 * time changes, then come its purchases.
 * @param days days of purchases, sorted ascending, none after `today`
 */
export function stageHistory(days: readonly Day[], today: Day, limits: StageLimits): StageChange[] {
  const changes: StageChange[] = [];
  let stage: Stage = 'prospect';
  let count = 0;
  const turn = (day: Day, byPurchase: boolean) => {
    const to = stageOnDay(days, count, day, limits);
    if (to !== stage) changes.push({ day, from: stage, to, byPurchase });
    stage = to;
  };
  for (const day of turningDays(days, today, limits)) {
    turn(day, false);
    const before = count;
    while (count < days.length && days[count] === day) count++;
    if (count > before) turn(day, true);
  }
  return changes;
}

/** The days on which anything can change, ascending: purchases, and purchases getting older than a limit. */
function turningDays(days: readonly Day[], today: Day, { l1, l2, l3 }: StageLimits): Day[] {
  const turning = new Set<Day>();
  for (const day of days) {
    for (const after of [0, l1 + 1, l2 + 1, l3 + 1]) if (day + after <= today) turning.add(day + after);
  }
  return [...turning].sort((a, b) => a - b);
}
