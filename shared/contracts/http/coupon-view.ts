import { type Role, seesPersonalData } from '../../domain/access/roles.ts';
import { formatInstant, formatInstantOrNull } from '../../domain/calendar.ts';
import type { IssuedCoupon } from '../../domain/coupons/coupon.ts';
import type { IssuedCouponJson } from './coupons.ts';
import { moneyView } from './values.ts';

/** A code in a customer's hands as the API tells it: whoever reads a code could use it, so an analyst does not. */
export function issuedCouponView(
  { coupon, code, at, expiresAt, redeemed }: IssuedCoupon,
  currency: string,
  role: Role,
): IssuedCouponJson {
  const money = (amount: number) => moneyView({ amount, currency });
  return {
    coupon,
    code: seesPersonalData(role) ? code : null,
    issuedAt: formatInstant(at),
    expiresAt: formatInstantOrNull(expiresAt),
    redeemed: redeemed
      ? {
          order: redeemed.order,
          at: formatInstant(redeemed.at),
          discount: money(redeemed.discount),
          revenue: money(redeemed.revenue),
        }
      : null,
  };
}
