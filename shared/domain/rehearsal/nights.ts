import type { Instant } from '../calendar.ts';

const DAY_MS = 86_400_000;

/**
 * Nights in (`from`, `until`], each 24 hours after the one before: `known` is one of them, whenever it was.
 */
export function nightsBetween(known: Instant, from: Instant, until: Instant): Instant[] {
  const nights: Instant[] = [];
  const first = known + Math.floor((from - known) / DAY_MS + 1) * DAY_MS;
  for (let night = first; night <= until; night += DAY_MS) nights.push(night);
  return nights;
}
