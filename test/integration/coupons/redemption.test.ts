import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DynamoCouponLedger } from '../../../shared/adapters/dynamodb/coupon-store.ts';
import { DynamoCustomerStore } from '../../../shared/adapters/dynamodb/customer-store.ts';
import type { CouponDefinition } from '../../../shared/domain/coupons/coupon.ts';
import type { Order } from '../../../shared/domain/orders/order.ts';
import { defaultSettings } from '../../../shared/domain/settings/settings.ts';
import type { StoredCoupon } from '../../../shared/usecases/coupons/coupon-ports.ts';
import { type RedeemDeps, redeemCoupons } from '../../../shared/usecases/coupons/redeem-coupons.ts';
import { recordOrder } from '../../../shared/usecases/orders/record-order.ts';
import { ConflictError } from '../../../shared/usecases/ports.ts';
import { now, recordingDeps, zone } from '../../support/converge.ts';
import { type LocalTables, startTables } from '../../support/dynamodb-local.ts';
import { watchRequests } from '../../support/sent-requests.ts';

let tables: LocalTables;
let store: DynamoCustomerStore;
let ledger: DynamoCouponLedger;
beforeAll(async () => {
  tables = await startTables();
  store = new DynamoCustomerStore(tables.client, tables.tableNames);
  ledger = new DynamoCouponLedger(tables.client, tables.tableNames);
});
afterAll(() => tables.stop());

const day = 86_400_000;
const issuedAt = now - 20 * day;
const definition: CouponDefinition = {
  id: 'ten-off',
  kind: 'amount',
  value: '10.00',
  perCustomer: 9,
  codes: 'generate',
  lowStock: 0,
};

function deps(coupon: string): RedeemDeps {
  const stored: StoredCoupon = { definition: { ...definition, id: coupon }, createdAt: 0, updatedAt: 0 };
  return {
    ...recordingDeps(store),
    couponStore: { coupon: async () => stored, coupons: async () => [stored] },
    couponLedger: ledger,
    settings: { settings: async () => defaultSettings },
    shops: { shop: async () => undefined, freshShop: async () => undefined },
  };
}

interface Snapshot {
  readonly order: number;
  readonly at: number;
  readonly codes: readonly string[];
  readonly paidAt?: number;
  readonly refunded?: number;
}

let orders = 0;
function orderOf(prefix: string, { order, at, codes, paidAt, refunded }: Snapshot): Order {
  const refund = { id: 'r', amount: refunded ?? 0, at: now - day, status: 'success' as const };
  return {
    shop: 'north',
    id: `${prefix}-${order}`,
    milestones: { createdAt: now - 30 * day, ...(paidAt !== undefined && { paidAt }) },
    refunds: refunded === undefined ? [] : [{ at, value: refund }],
    description: {
      at,
      value: { currency: 'CNY', total: 10_000, discount: 1000, items: [], coupons: codes },
    },
    tracking: [],
    identities: [`b:${prefix}-${order}`],
    statements: {},
    statedAt: now - 30 * day,
  };
}

async function insisting<T>(attempt: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
    }
  }
}

/** A webhook, and then the look at the order that it causes. */
async function arrives(order: Order, coupon: string): Promise<void> {
  await insisting(() => recordOrder(order, zone, defaultSettings, recordingDeps(store)));
  const stored = await store.readOrders([`north#${order.id}`]);
  await insisting(() => redeemCoupons([...stored.values()], deps(coupon)));
}

/** By the rules in words: newest snapshot, earliest payment, no full refund; the first letter; the first paid. */
function expected(snapshots: readonly Snapshot[], codes: readonly string[]): Map<string, number> {
  const uses: { code: string; order: number; paidAt: number }[] = [];
  for (const [order, all] of Map.groupBy(snapshots, ({ order }) => order)) {
    const newest = [...all].sort((a, b) => b.at - a.at)[0];
    const paid = all.flatMap(({ paidAt }) => paidAt ?? []);
    const refunded = [...all].sort((a, b) => b.at - a.at).find((one) => one.refunded !== undefined)?.refunded ?? 0;
    if (paid.length === 0 || refunded >= 10_000) continue;
    const named = (newest?.codes ?? []).map((code) => code.trim().toUpperCase()).sort();
    const paidAt = Math.min(...paid);
    const code = named.find((one) => codes.includes(one) && paidAt >= issuedAt);
    if (code !== undefined) uses.push({ code, order, paidAt });
  }
  uses.sort((a, b) => a.paidAt - b.paidAt || a.order - b.order);
  const redeemed = new Map<string, number>();
  for (const { code, order } of uses) if (!redeemed.has(code)) redeemed.set(code, order);
  return redeemed;
}

const snapshot = fc.record(
  {
    order: fc.integer({ min: 0, max: 3 }),
    codes: fc.array(fc.constantFrom('one', ' One ', 'TWO', 'nobody', 'three'), { maxLength: 3 }),
    paidAt: fc.constantFrom(issuedAt - day, issuedAt, now - 10 * day, now - 9 * day, now - 8 * day),
    refunded: fc.constantFrom(3000, 10_000),
  },
  { requiredKeys: ['order', 'codes'] },
);

describe('redemption by orders, on the table engine', () => {
  test('is the same whatever the order, the number and the concurrency of webhooks; counts add up', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(snapshot, { minLength: 1, maxLength: 9 }), fc.integer(), async (drawn, turn) => {
        const prefix = `o${orders++}`;
        const codes = ['ONE', 'TWO', 'THREE'];
        // Codes of this run alone.
        const own = (code: string) => (code.trim() === '' ? code : code.replace(/\w+/, (word) => `${prefix}${word}`));
        const snapshots: Snapshot[] = drawn.map(({ paidAt, refunded, ...one }, index) => ({
          ...one,
          at: now - 20 * day + index,
          codes: one.codes.map(own),
          ...(paidAt !== undefined && { paidAt }),
          ...(refunded !== undefined && { refunded }),
        }));
        const coupon = `ten-${prefix}`;
        const issued = codes.map((code) => own(code).toUpperCase());
        for (const code of issued) {
          await ledger.giveCode({ coupon, customer: `c-${prefix}`, cause: code, at: issuedAt, limit: 9 }, code);
        }
        const webhooks = [...snapshots, ...snapshots.slice(0, 2)];
        const shuffled = webhooks.map((one, index) => ({ one, key: ((index + 1) * (turn % 97)) % 11 }));
        shuffled.sort((a, b) => a.key - b.key);
        await Promise.all(shuffled.map(({ one }) => arrives(orderOf(prefix, one), coupon)));

        const wanted = expected(snapshots, issued);
        const held = await ledger.issuedTo([`c-${prefix}`]);
        const redeemed = held.flatMap(({ code, redeemed }) => (redeemed ? [[code, redeemed.order] as const] : []));
        expect(new Map(redeemed)).toEqual(
          new Map([...wanted].map(([code, order]) => [code, `north#${prefix}-${order}`])),
        );
        const tallies = await ledger.readTallies(coupon);
        const sum = (key: 'issued' | 'redeemed' | 'discount' | 'revenue') =>
          tallies.reduce((total, tally) => total + tally[key], 0);
        expect(sum('issued')).toBe(3);
        expect(sum('redeemed')).toBe(wanted.size);
        expect(sum('discount')).toBe(wanted.size * 1000);
        expect(sum('revenue')).toBe(held.reduce((total, one) => total + (one.redeemed?.revenue ?? 0), 0));
      }),
      { numRuns: Number(process.env.RUNS ?? 15) },
    );
  });

  test('follows the order: a partial refund, a code taken off, another buyer before, a refund in full', async () => {
    const prefix = `o${orders++}`;
    const coupon = `ten-${prefix}`;
    const code = `${prefix}-X`.toUpperCase();
    await ledger.giveCode({ coupon, customer: prefix, cause: 'one', at: issuedAt, limit: 9 }, code);
    const state = async () => {
      const [held] = await ledger.issuedTo([prefix]);
      const tallies = await ledger.readTallies(coupon);
      const sum = (key: 'redeemed' | 'revenue') => tallies.reduce((total, tally) => total + tally[key], 0);
      return [held?.redeemed?.order.slice(-1), sum('redeemed'), sum('revenue')];
    };
    const paid = { order: 1, at: issuedAt + 1, codes: [code], paidAt: issuedAt + 2 * day };
    const steps: readonly [Snapshot, unknown[]][] = [
      [{ order: 1, at: issuedAt, codes: [code] }, [undefined, 0, 0]],
      [paid, ['1', 1, 10_000]],
      [{ ...paid, at: paid.at + 1, refunded: 3000 }, ['1', 1, 7000]],
      [{ ...paid, at: paid.at + 2, refunded: 3000, codes: [] }, [undefined, 0, 0]],
      [{ ...paid, at: paid.at + 3, refunded: 3000 }, ['1', 1, 7000]],
      [{ ...paid, order: 2, paidAt: issuedAt + day }, ['2', 1, 10_000]],
      [{ ...paid, order: 2, at: paid.at + 4, paidAt: issuedAt + day, refunded: 10_000 }, ['1', 1, 7000]],
    ];
    for (const [one, expected] of steps) {
      await arrives(orderOf(prefix, one), coupon);
      expect(await state()).toEqual(expected);
    }
  });

  test('costs orders without codes one request for all of them, and none where there is no coupon', async () => {
    const prefix = `o${orders++}`;
    const plain = Array.from({ length: 5 }, (_, order) => orderOf(prefix, { order, at: now, codes: [] }));
    for (const order of plain) await recordOrder(order, zone, defaultSettings, recordingDeps(store));
    const read = [...(await store.readOrders(plain.map(({ id }) => `north#${id}`))).values()];
    const requests: string[] = [];
    const stop = watchRequests(tables.client, ({ operation }) => void requests.push(operation));
    const with_ = deps('some');
    expect(await redeemCoupons(read, with_)).toBe(0);
    expect(requests).toEqual(['BatchGetItem']);
    requests.length = 0;
    const without = { ...with_, couponStore: { ...with_.couponStore, coupons: async () => [] } };
    expect(await redeemCoupons(read, without)).toBe(0);
    expect(requests).toEqual([]);
    stop();
  });
});
