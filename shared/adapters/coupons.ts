import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { CouponLedger, CouponStore } from '../usecases/coupons/coupon-ports.ts';
import { couponIssuer, type IssueDeps } from '../usecases/coupons/issue-coupon.ts';
import type { CouponIssuer } from '../usecases/marketing-ports.ts';
import { DynamoCouponLedger } from './dynamodb/coupon-store.ts';
import { dynamoCouponStore } from './dynamodb/workspace/coupons.ts';
import { systemClock } from './system-clock.ts';

interface CouponEnvironment {
  readonly WORKSPACE_TABLE: string;
  readonly LEDGER_TABLE: string;
  readonly ORDERS_TABLE: string;
}

/** Definitions of coupons, and the ledger of their codes, on the real tables. */
export function couponStores(
  dynamo: DynamoDBClient,
  env: CouponEnvironment,
): { couponStore: CouponStore; couponLedger: CouponLedger } {
  return {
    couponStore: dynamoCouponStore({ client: dynamo, name: env.WORKSPACE_TABLE }, systemClock),
    couponLedger: new DynamoCouponLedger(dynamo, { ledger: env.LEDGER_TABLE, orders: env.ORDERS_TABLE }),
  };
}

/** These stores, and who gives coupons out of them. */
export function couponsOn(
  dynamo: DynamoDBClient,
  env: CouponEnvironment,
  deps: Omit<IssueDeps, 'couponStore' | 'couponLedger'>,
): { couponStore: CouponStore; couponLedger: CouponLedger; coupons: CouponIssuer } {
  const stores = couponStores(dynamo, env);
  return { ...stores, coupons: couponIssuer({ ...deps, ...stores }) };
}
