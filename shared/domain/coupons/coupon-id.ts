import { definitionId } from '../definition-values.ts';

/** Names a coupon; apart from its definition, which settings that name coupons do not need. */
export const couponId = definitionId;
