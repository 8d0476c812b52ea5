import type { Instant } from './calendar.ts';
import { hourMs } from './durations.ts';

/** Whether something is recent enough to be told of: what is older than `staleAfterHours` is old news (DOMAIN 1). */
export function isRecent(
  at: Instant,
  { staleAfterHours }: { readonly staleAfterHours: number },
  now: Instant,
): boolean {
  return now - at <= staleAfterHours * hourMs;
}
