import type { Instant } from '../calendar.ts';
import type { CaseKind } from '../journeys/journey.ts';

/** Something a person has to see to (DOMAIN 13). */
export interface ServiceCase {
  readonly id: string;
  readonly customer: string;
  readonly order?: string;
  readonly product?: string;
  readonly kind: CaseKind;
  /** 1 low, 2 usual, 3 high. */
  readonly severity: number;
  readonly openedAt: Instant;
  readonly dueAt: Instant;
  readonly assignee?: string;
  readonly resolvedAt?: Instant;
  readonly resolution?: string;
  readonly reason: string;
  /** A second complaint within 90 days, or its due time missed. */
  readonly escalated?: { readonly at: Instant; readonly why: 'repeated' | 'overdue' };
  /** What opened it: the same cause opens one. */
  readonly cause: string;
}
