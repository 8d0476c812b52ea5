/**
 * The life cycle once more, written down from DOMAIN section 3 with plain calendar dates and no thought of speed. It
 * shares nothing with the product, so that the two can only agree by both being right.
 */

export interface Limits {
  readonly l1: number;
  readonly l2: number;
  readonly l3: number;
}

export const ninetyDays: Limits = { l1: 90, l2: 180, l3: 360 };

/** Days from one `2026-11-23` to another; the same day is 0. */
export function daysBetween(from: string, to: string): number {
  return (Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000;
}

export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** @param days days of all purchases, in any order; those after `on` do not count */
export function naiveStage(days: readonly string[], on: string, { l1, l2, l3 }: Limits = ninetyDays): string {
  const ago = days.map((day) => daysBetween(day, on)).filter((d) => d >= 0);
  if (ago.length === 0) return 'prospect';
  const sinceLast = Math.min(...ago);
  if (sinceLast > l3) return 'lost';
  if (sinceLast > l2) return 'sleeping';
  if (sinceLast > l1) return 'silent';
  const kind = Math.max(...ago) <= l1 ? 'new' : 'returning';
  return ago.filter((d) => d <= l1).length >= 2 ? `${kind}_repeat` : `${kind}_once`;
}

/** Changes of stage by time alone after `from` up to `to`: `2026-11-24 silent sleeping`. */
export function naiveSteps(days: readonly string[], from: string, to: string, limits: Limits = ninetyDays): string[] {
  const steps: string[] = [];
  for (let day = dayAfter(from, 1); day <= to; day = dayAfter(day, 1)) {
    const before = naiveStage(days, dayAfter(day, -1), limits);
    const after = naiveStage(days, day, limits);
    if (before !== after) steps.push(`${day} ${before} ${after}`);
  }
  return steps;
}

/** The instant of a wall-clock time in a zone, `1997-09-30T23:59:59` -> RFC 3339 with its offset. */
export function instantIn(zone: string, local: string): string {
  const at = (offset: string) => `${local}${offset}`;
  const guess = offsetOf(zone, new Date(at('Z')));
  return at(offsetOf(zone, new Date(at(guess))));
}

function offsetOf(zone: string, instant: Date): string {
  const format = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' });
  const name = format.formatToParts(instant).find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT';
  return name === 'GMT' ? '+00:00' : name.slice('GMT'.length);
}

/** The same order for the same seed, and another than it was. */
export function shuffled<T>(values: readonly T[], seed: number): T[] {
  const result = [...values];
  let state = seed;
  for (let last = result.length - 1; last > 0; last--) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const other = Math.floor((state / 4_294_967_296) * (last + 1));
    const kept = result[last] as T;
    result[last] = result[other] as T;
    result[other] = kept;
  }
  return result;
}
