import type { Instant } from '../../domain/calendar.ts';
import { type CouponEffect, codesLeft, couponEffect } from '../../domain/coupons/coupon-effect.ts';
import { NotFoundError } from '../../domain/errors.ts';
import type { Clock, SettingsReader } from '../ports.ts';
import type { CouponLedger, CouponStore } from './coupon-ports.ts';

export interface CouponReportDeps {
  readonly couponStore: Pick<CouponStore, 'readCoupon'>;
  readonly couponLedger: Pick<CouponLedger, 'readTallies' | 'readStock'>;
  readonly settings: SettingsReader;
  readonly clock: Clock;
}

/** What came of a coupon as of now; amounts in minor units of `currency`. */
export interface CouponReport extends CouponEffect {
  readonly coupon: string;
  readonly asOf: Instant;
  readonly currency: string;
  /** Of an uploaded pool only. */
  readonly pool?: CouponStock;
}

export interface CouponStock {
  readonly loaded: number;
  readonly left: number;
  /** Fewer are left than the coupon wants to be warned at. */
  readonly isLow: boolean;
}

/** Reports on a coupon, also on one that has ended. @throws NotFoundError */
export async function reportCoupon(id: string, deps: CouponReportDeps): Promise<CouponReport> {
  const stored = await deps.couponStore.readCoupon(id);
  if (!stored) throw new NotFoundError(`There is no coupon ${id}.`);
  const asOf = deps.clock.now();
  const { baseCurrency: currency } = await deps.settings.settings(asOf);
  const { definition } = stored.value;
  const effect = couponEffect(definition, await deps.couponLedger.readTallies(id), currency, asOf);
  const pool = definition.codes === 'pool' ? await stockOf(definition, deps) : undefined;
  return { coupon: id, asOf, currency, ...effect, ...(pool && { pool }) };
}

/** How many codes are left of a pool: asked before a launch, too. */
export async function stockOf(
  { id, lowStock }: { readonly id: string; readonly lowStock: number },
  { couponLedger }: Pick<CouponReportDeps, 'couponLedger'>,
): Promise<CouponStock> {
  const stock = await couponLedger.readStock(id);
  const left = codesLeft(stock);
  return { loaded: stock.loaded, left, isLow: left < lowStock };
}
