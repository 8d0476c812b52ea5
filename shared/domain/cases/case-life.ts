import type { Instant } from '../calendar.ts';
import type { KeptSilence } from '../contact-policy/standing.ts';
import { dayMs, hourMs } from '../durations.ts';
import type { CaseSettings } from '../settings/case-settings.ts';
import type { ServiceCase } from './case.ts';

/** What becomes of cases (DOMAIN 13). */

/** A second complaint within this time is looked at by somebody above, in milliseconds. */
const repeatedWithinMs = 90 * dayMs;
const highest = 3;

/** What is told of a case when it is opened. */
export type NewCase = Pick<ServiceCase, 'customer' | 'kind' | 'severity' | 'reason' | 'cause'> &
  Partial<Pick<ServiceCase, 'order' | 'product' | 'assignee'>>;

/** What may be changed by hand. */
export type CaseChange = Partial<Pick<ServiceCase, 'assignee' | 'severity' | 'reason' | 'order' | 'product'>>;

/**
 * A case as it is opened: due by its severity; a second complaint within 90 days is escalated at once.
 * @param others the customer's other cases, in any order
 */
export function openedCase(
  id: string,
  wanted: NewCase,
  others: readonly ServiceCase[],
  settings: CaseSettings,
  now: Instant,
): ServiceCase {
  const isRepeated = wanted.kind === 'complaint' && others.some((other) => isRecentComplaint(other, now));
  const severity = isRepeated ? raised(wanted.severity) : wanted.severity;
  return {
    ...wanted,
    id,
    severity,
    openedAt: now,
    dueAt: now + dueMs(severity, settings),
    ...(isRepeated && { escalated: { at: now, why: 'repeated' as const } }),
  };
}

function isRecentComplaint({ kind, openedAt }: ServiceCase, now: Instant): boolean {
  return kind === 'complaint' && openedAt <= now && now - openedAt < repeatedWithinMs;
}

/** A changed severity changes by when it is due, counted from when it was opened. */
export function changedCase(one: ServiceCase, change: CaseChange, settings: CaseSettings): ServiceCase {
  const severity = change.severity ?? one.severity;
  const dueAt = severity === one.severity ? one.dueAt : one.openedAt + dueMs(severity, settings);
  return { ...one, ...change, severity, dueAt };
}

/** @returns the same object where it is resolved already */
export function resolvedCase(one: ServiceCase, resolution: string, now: Instant): ServiceCase {
  return one.resolvedAt === undefined ? { ...one, resolvedAt: now, resolution } : one;
}

/** Open again, and due as if it were new. @returns the same object where it is open */
export function reopenedCase(one: ServiceCase, settings: CaseSettings, now: Instant): ServiceCase {
  if (one.resolvedAt === undefined) return one;
  const { resolvedAt: _done, resolution: _how, ...rest } = one;
  return { ...rest, dueAt: now + dueMs(one.severity, settings) };
}

export function isOverdue({ resolvedAt, dueAt }: ServiceCase, now: Instant): boolean {
  return resolvedAt === undefined && now >= dueAt;
}

/** Its due time missed: more severe, and somebody above sees to it. @returns the same object where that is known */
export function escalatedCase(one: ServiceCase, now: Instant): ServiceCase {
  const { escalated } = one;
  // A reopened case can be late a second time.
  const isKnown = escalated?.why === 'overdue' && escalated.at >= one.dueAt;
  if (!isOverdue(one, now) || isKnown) return one;
  return { ...one, severity: raised(one.severity), escalated: { at: now, why: 'overdue' } };
}

/** What a case keeps back of marketing (DOMAIN 3). */
export function silenceOfCase({ id, openedAt, resolvedAt }: ServiceCase): KeptSilence {
  return { id, kind: 'case', since: openedAt, ...(resolvedAt !== undefined && { over: true as const }) };
}

/** A case of somebody erased: it stays counted, and what was written of them goes. @returns the same object where nothing is left */
export function forgottenCase(one: ServiceCase, now: Instant): ServiceCase {
  const { order: _about, ...rest } = one;
  const reason = 'erased';
  if (one.reason === reason && one.order === undefined && one.resolvedAt !== undefined) return one;
  return { ...rest, reason, resolution: reason, resolvedAt: one.resolvedAt ?? now };
}

function dueMs(severity: number, { dueHours }: CaseSettings): number {
  return (severity >= highest ? dueHours[3] : severity === 2 ? dueHours[2] : dueHours[1]) * hourMs;
}

function raised(severity: number): number {
  return Math.min(severity + 1, highest);
}
