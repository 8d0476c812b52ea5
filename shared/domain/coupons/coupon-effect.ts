import type { Instant } from '../calendar.ts';
import { divideHalfEven, parseAmount } from '../money.ts';
import type { CouponDefinition } from './coupon.ts';

/** Counts of a coupon's codes that end at one moment; amounts in minor units of the base currency. */
export interface CouponTally {
  /** Absent for codes that never end. */
  readonly expiresAt?: Instant;
  readonly issued: number;
  readonly redeemed: number;
  readonly discount: number;
  readonly revenue: number;
}

/** What came of a coupon (DOMAIN 9, "Effect"). */
export interface CouponEffect {
  readonly issued: number;
  readonly redeemed: number;
  /** Redeemed of issued, 0 to 1; absent while none was issued. */
  readonly rate?: number;
  readonly revenue: number;
  readonly discount: number;
  /** Codes that can still be used, and what they may cost; no amount while nothing tells what one is worth. */
  readonly outstanding: { readonly codes: number; readonly amount?: number };
}

export function couponEffect(
  definition: Pick<CouponDefinition, 'kind' | 'value'>,
  tallies: readonly CouponTally[],
  currency: string,
  now: Instant,
): CouponEffect {
  const total = (key: 'issued' | 'redeemed' | 'discount' | 'revenue') =>
    tallies.reduce((sum, tally) => sum + tally[key], 0);
  const [issued, redeemed, discount] = [total('issued'), total('redeemed'), total('discount')];
  const usable = tallies.filter(({ expiresAt }) => expiresAt === undefined || expiresAt > now);
  // Counts are written shard by shard: one read between two of them may have seen a use before its issue.
  const codes = Math.max(
    0,
    usable.reduce((sum, tally) => sum + tally.issued - tally.redeemed, 0),
  );
  const amount = outstandingAmount(definition, codes, { redeemed, discount }, currency);
  return {
    issued,
    redeemed,
    ...(issued > 0 && { rate: redeemed / issued }),
    revenue: total('revenue'),
    discount,
    outstanding: { codes, ...(amount !== undefined && { amount }) },
  };
}

/** An amount off is known; of percents and shipping only the average of those redeemed tells what one may cost. */
function outstandingAmount(
  { kind, value }: Pick<CouponDefinition, 'kind' | 'value'>,
  codes: number,
  { redeemed, discount }: { readonly redeemed: number; readonly discount: number },
  currency: string,
): number | undefined {
  if (codes === 0) return 0;
  if (kind === 'amount' || kind === 'threshold') {
    const each = parseAmount(value ?? '', currency);
    return each === undefined ? undefined : each * codes;
  }
  return redeemed === 0 ? undefined : Number(divideHalfEven(BigInt(discount) * BigInt(codes), BigInt(redeemed)));
}

/** What is in a pool of codes. */
export interface PoolStock {
  readonly loaded: number;
  readonly drawn: number;
}

export function codesLeft({ loaded, drawn }: PoolStock): number {
  return loaded - drawn;
}
