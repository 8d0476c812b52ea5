import type { CustomerFile } from '../../domain/customers/customer-file.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import { pointsSources } from '../../domain/value/membership.ts';
import { decideAdjustment, decideRedemption, type PointsDecision } from '../../domain/value/points-decisions.ts';
import { valueRulesOf } from '../../domain/value/value-rules.ts';
import type { RecordingDeps } from '../orders/record-order.ts';
import { type ChangedCustomer, changeCustomer } from './change-customer.ts';

/** What is asked for; `id` is the caller's idempotency key: with it, the same again changes nothing. */
export interface AskedPoints {
  readonly id: string;
  readonly kind: 'redeem' | 'adjust';
  readonly points: number;
  readonly reason?: string;
  /** Of a redemption: the coupon it is exchanged for. */
  readonly coupon?: string;
}

/**
 * Spends or adjusts points, decided on the account as it stands on the version written: however many ask at once, no
 * more is spent than there is.
 * @throws InsufficientPointsError, InvalidInputError, StateConflictError, NotFoundError; then nothing was written
 */
export function changePoints(
  customer: string,
  { kind, ...asked }: AskedPoints,
  settings: Settings,
  deps: RecordingDeps,
): Promise<ChangedCustomer<PointsDecision>> {
  const decide = kind === 'redeem' ? decideRedemption : decideAdjustment;
  return changeCustomer(
    customer,
    (file: CustomerFile, now) => {
      const outcome = decide(asked, pointsSources(file, settings), now, valueRulesOf(settings).points);
      return { points: outcome.outcome === 'recorded' ? [outcome.entry] : [], outcome };
    },
    settings,
    deps,
  );
}
