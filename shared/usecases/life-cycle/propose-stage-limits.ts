import { type Day, dayOf, type Instant } from '../../domain/calendar.ts';
import { purchasesOf } from '../../domain/customers/customer-file.ts';
import type { StageLimits } from '../../domain/life-cycle/stage.ts';
import {
  type PurchaseCycle,
  purchaseCycleOf,
  RepurchaseIntervals,
  type StageMoves,
  stageMoves,
} from '../../domain/predictions/purchase-cycle.ts';
import { scanCustomers } from '../customers/scan-customers.ts';
import type { DueIndex, SettingsReader } from '../ports.ts';

export interface StageLimitsProposal {
  readonly inForce: StageLimits;
  readonly cycle: PurchaseCycle;
  /** Who would move under the limits proposed; absent where none are. */
  readonly moves?: StageMoves;
}

/**
 * Stage limits from the shop's own repurchase intervals (their p50, p75 and p90) beside the ones in force, and who would
 * move. Reads the whole base once and keeps four bytes of a purchase; saves nothing.
 */
export async function proposeStageLimits(
  now: Instant,
  deps: { readonly settings: SettingsReader; readonly store: Pick<DueIndex, 'scanFiles'> },
): Promise<StageLimitsProposal> {
  const { stages: inForce, timezone } = await deps.settings.settings(now);
  const intervals = new RepurchaseIntervals();
  const customers: Int32Array[] = [];
  await scanCustomers(deps.store, (file) => {
    const known = purchasesOf(file).filter(({ paidAt }) => paidAt <= now);
    const days = Int32Array.from(known.map(({ day }): Day => day)).sort();
    intervals.add(days);
    customers.push(days);
  });
  const cycle = purchaseCycleOf(intervals);
  if (cycle.type !== 'proposed') return { inForce, cycle };
  return { inForce, cycle, moves: stageMoves(customers, dayOf(now, timezone), inForce, cycle.limits) };
}
