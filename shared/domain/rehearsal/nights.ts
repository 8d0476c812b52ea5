import type { Instant } from '../calendar.ts';
import { dayMs } from '../durations.ts';

/**
 * Nights in (`from`, `until`], each 24 hours after the one before: `known` is one of them, whenever it was.
 */
export function nightsBetween(known: Instant, from: Instant, until: Instant): Instant[] {
  const nights: Instant[] = [];
  const first = known + Math.floor((from - known) / dayMs + 1) * dayMs;
  for (let night = first; night <= until; night += dayMs) nights.push(night);
  return nights;
}
