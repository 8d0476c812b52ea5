import { comparableCode } from '../../domain/coupons/coupon-code.ts';
import { StateConflictError } from '../../domain/errors.ts';
import type { Actor, AuditLog, Clock } from '../ports.ts';
import type { AddedCodes, CouponLedger, CouponStore } from './coupon-ports.ts';
import { existingCoupon } from './save-coupon.ts';

export interface FillPoolDeps {
  readonly couponStore: CouponStore;
  readonly couponLedger: Pick<CouponLedger, 'addCodes'>;
  readonly audit: Pick<AuditLog, 'record'>;
  readonly clock: Clock;
}

/** What became of the codes of one request. */
export interface FilledPool extends AddedCodes {
  /** Named twice in this request; the first counts. */
  readonly duplicates: readonly string[];
}

/**
 * Puts codes that the shop will honour into a coupon's pool, each once: the same request again adds nothing.
 * @throws NotFoundError, StateConflictError for a coupon whose codes are generated
 */
export async function fillPool(
  id: string,
  codes: readonly string[],
  actor: Actor,
  { couponStore, couponLedger, audit, clock }: FillPoolDeps,
): Promise<FilledPool> {
  const { value } = await existingCoupon(id, { couponStore });
  if (value.definition.codes !== 'pool') throw new StateConflictError(`The codes of ${id} are generated.`);
  const first = new Map<string, string>();
  const duplicates = codes.filter((code) => {
    const comparable = comparableCode(code);
    const isSecond = first.has(comparable);
    if (!isSecond) first.set(comparable, code.trim());
    return isSecond;
  });
  const added = await couponLedger.addCodes(id, [...first.values()]);
  await audit.record({ actor, at: clock.now(), action: 'coupon.filled', target: `coupon/${id}`, changed: ['codes'] });
  return { ...added, duplicates };
}
