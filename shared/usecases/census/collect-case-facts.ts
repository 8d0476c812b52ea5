import type { FactRow } from '../../contracts/facts-files.ts';
import { dayOf, type Instant } from '../../domain/calendar.ts';
import type { ServiceCase } from '../../domain/cases/case.ts';
import { partsOfRef } from '../../domain/orders/order.ts';
import { everyPage } from '../every-page.ts';
import type { CaseStore } from '../marketing-ports.ts';
import type { CensusChunk, FactsFiles } from './census-ports.ts';

const name = 'all';
const pageSize = 500;

/**
 * Writes the facts of all cases opened by the as-of moment. They are few beside customers and orders: one file holds them.
 * @param survivors who customers that were merged have become
 */
export async function collectCases(
  { run, asOf }: { readonly run: string; readonly asOf: Instant },
  zone: string,
  survivors: ReadonlyMap<string, string>,
  { cases, facts }: { readonly cases: Pick<CaseStore, 'listCases'>; readonly facts: Pick<FactsFiles, 'gatherRows'> },
): Promise<CensusChunk> {
  const rows = facts.gatherRows('cases');
  for await (const page of everyPage((after) => cases.listCases({}, after, pageSize))) {
    for (const { value } of page) {
      if (value.openedAt > asOf) continue;
      rows.add({ ...factsOfCase(value, zone), customer: survivors.get(value.customer) ?? value.customer });
    }
  }
  await rows.write(run, name);
  return { name, rows: { cases: rows.size } };
}

/** @param zone of the workspace */
export function factsOfCase(one: ServiceCase, zone: string): FactRow<'cases'> {
  const { id, customer, order, product, kind, reason, openedAt } = one;
  const about = order?.includes('#') ? partsOfRef(order) : undefined;
  return {
    customer,
    case: id,
    shop: about?.shop ?? null,
    order: about?.id ?? null,
    product: product ?? null,
    kind,
    reason,
    openedAt,
    day: dayOf(openedAt, zone),
  };
}
