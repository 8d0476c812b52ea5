import * as z from 'zod';

/** Names a coupon; apart from its definition, which settings that name coupons do not need. */
export const couponId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,59}$/, 'must be 1 to 60 lower-case letters, digits and -');
