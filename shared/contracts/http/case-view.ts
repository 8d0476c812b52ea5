import { formatInstant, formatInstantOrNull, type Instant } from '../../domain/calendar.ts';
import type { ServiceCase } from '../../domain/cases/case.ts';
import { isOverdue } from '../../domain/cases/case-life.ts';
import type { CaseJson } from './cases.ts';

/** A case as the API tells it. */
export function caseView(one: ServiceCase, now: Instant): CaseJson {
  const { id, customer, kind, severity, reason, escalated } = one;
  return {
    id,
    customer,
    order: one.order ?? null,
    product: one.product ?? null,
    kind,
    severity,
    reason,
    assignee: one.assignee ?? null,
    openedAt: formatInstant(one.openedAt),
    dueAt: formatInstant(one.dueAt),
    overdue: isOverdue(one, now),
    escalated: escalated ? { at: formatInstant(escalated.at), why: escalated.why } : null,
    resolvedAt: formatInstantOrNull(one.resolvedAt),
    resolution: one.resolution ?? null,
  };
}
