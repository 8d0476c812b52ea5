import type { Instant } from '../../domain/calendar.ts';
import type { ServiceCase } from '../../domain/cases/case.ts';
import { type NewCase, openedCase } from '../../domain/cases/case-life.ts';
import { type CustomerFile, idsOf } from '../../domain/customers/customer-file.ts';
import { NotFoundError } from '../../domain/errors.ts';
import { readCustomer } from '../customers/find-customer.ts';
import { everyPage } from '../every-page.ts';
import type { CaseStore, DomainEvent, DomainEvents } from '../marketing-ports.ts';
import type { AuditedChange, Clock, CustomerStore, SettingsReader, Versioned } from '../ports.ts';
import { type Retrying, retried } from '../retried.ts';

export interface CaseDeps extends Retrying {
  readonly cases: CaseStore;
  readonly store: CustomerStore;
  readonly settings: SettingsReader;
  readonly identityHash: (text: string) => string;
  readonly clock: Clock;
  readonly events?: DomainEvents;
}

/** The id of a case: the same cause opens one. */
function caseIdOf(cause: string, hash: (text: string) => string): string {
  return hash(`case:${cause}`);
}

/**
 * Opens a case of whoever the customer is now; marketing is silent from then on (DOMAIN 13). The same cause again is the
 * same case, however it stands by now.
 * @param audited makes the entry of the audit log, where a person opens it
 * @throws NotFoundError where there is no such customer; ConflictError after lost tries
 */
export function openCase(
  wanted: NewCase,
  deps: CaseDeps,
  audited?: (one: ServiceCase) => AuditedChange,
): Promise<Versioned<ServiceCase>> {
  return retried(async () => {
    const id = caseIdOf(wanted.cause, deps.identityHash);
    const known = await deps.cases.readCase(id);
    if (known) return known;
    const file = await readCustomer(wanted.customer, deps.store);
    if (!file) throw new NotFoundError('There is no such customer.');
    const now = deps.clock.now();
    const { cases: settings } = await deps.settings.settings(now);
    const others = await casesOf(file, deps.cases);
    const value = openedCase(id, { ...wanted, customer: file.id }, others, settings, now);
    await deps.cases.saveCase({ value, version: 0 }, audited?.(value));
    await deps.events?.tell([
      caseEvent('case.opened', value, value.openedAt),
      ...(value.escalated ? [caseEvent('case.escalated', value, value.escalated.at)] : []),
    ]);
    return { value, version: 1 };
  }, deps);
}

/** All cases of a customer, under whichever id they were opened, oldest first. */
export async function casesOf(file: CustomerFile, cases: Pick<CaseStore, 'listCases'>): Promise<ServiceCase[]> {
  const found: ServiceCase[] = [];
  for (const customer of idsOf(file)) {
    for await (const page of everyPage((after) => cases.listCases({ customer }, after, 100))) {
      found.push(...page.map(({ value }) => value));
    }
  }
  return found.sort((a, b) => a.openedAt - b.openedAt);
}

/** What others are told of a case: what it is about, and nothing that was written. */
export function caseEvent(type: `case.${string}`, one: ServiceCase, at: Instant): DomainEvent {
  const { id, customer, kind, severity, order, product } = one;
  return {
    id: `${type} ${id} ${at}`,
    type,
    occurredAt: at,
    data: {
      case: id,
      customer,
      kind,
      severity,
      ...(order !== undefined && { order }),
      ...(product !== undefined && { product }),
    },
  };
}
