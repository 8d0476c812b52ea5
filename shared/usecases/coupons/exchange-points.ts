import { pointsByHand } from '../../domain/customers/customer-file.ts';
import { StateConflictError } from '../../domain/errors.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import { changePoints } from '../customers/change-points.ts';
import { readCustomer } from '../customers/find-customer.ts';
import type { IssueOutcome } from '../marketing-ports.ts';
import type { RecordingDeps } from '../orders/record-order.ts';
import { type IssueDeps, issueCoupon } from './issue-coupon.ts';

export interface ExchangeDeps extends IssueDeps, RecordingDeps {
  readonly store: RecordingDeps['store'];
}

export interface Exchange {
  readonly coupon: string;
  readonly customer: string;
  /** The caller's idempotency key within the customer and the coupon: with it, the same again gives the same code. */
  readonly id: string;
  /** What it costs; left out, it is a present. */
  readonly points?: number;
}

/**
 * Gives a coupon by hand, for points or for nothing (DOMAIN 5, "redeemed (also for a coupon)"). Points are taken first
 * and given back where there is no code for them; with the same key it goes on where it was interrupted.
 * @returns undefined where there is no such customer
 * @throws InsufficientPointsError, StateConflictError; then nothing was given
 */
export async function giveByHand(
  { coupon, customer, id, points }: Exchange,
  settings: Settings,
  deps: ExchangeDeps,
): Promise<IssueOutcome | undefined> {
  const file = await readCustomer(customer, deps.store);
  if (!file) return undefined;
  const entry = `coupon ${coupon} ${id}`;
  const back = `${entry} back`;
  if (pointsByHand(file).some((one) => one.id === back)) {
    throw new StateConflictError('This key has been refused before, and its points were given back: use another one.');
  }
  if (points !== undefined) {
    await changePoints(file.id, { id: entry, kind: 'redeem', points, coupon }, settings, deps);
  }
  const wanted = { coupon, customer: file.id, aliases: file.aliases, cause: `hand ${id}`, at: deps.clock.now() };
  const outcome = await issueCoupon(wanted, deps);
  if (outcome.type === 'refused' && points !== undefined) {
    await changePoints(file.id, { id: back, kind: 'adjust', points, reason: outcome.reason }, settings, deps);
  }
  return outcome;
}
