import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rootKeys } from '../../../shared/adapters/crypto/root-keys.ts';
import { couponPatchSchema } from '../../../shared/contracts/http/coupons.ts';
import { type CouponInput, couponSchema, wrongAmounts } from '../../../shared/domain/coupons/coupon.ts';
import { comparableCode, generatedCode } from '../../../shared/domain/coupons/coupon-code.ts';
import { couponDiscount } from '../../../shared/domain/coupons/coupon-discount.ts';
import { couponEffect } from '../../../shared/domain/coupons/coupon-effect.ts';
import { couponLadderSchema, couponOnLadder } from '../../../shared/domain/coupons/coupon-ladder.ts';
import { couponExpiry } from '../../../shared/domain/coupons/coupon-validity.ts';

const { identityHash } = rootKeys('a root secret of sixty-four characters, made for these tests only');
const at = (text: string) => Date.parse(text);

describe('how long a coupon holds', () => {
  it('counts whole days on the calendar of the shop, the last one included', () => {
    const given = at('2026-11-23T15:30:00Z'); // 23:30 in Shanghai
    expect(couponExpiry({ validDays: 1 }, given, 'Asia/Shanghai')).toBe(at('2026-11-25T00:00:00+08:00'));
    expect(couponExpiry({ validDays: 1 }, given, 'America/New_York')).toBe(at('2026-11-25T00:00:00-05:00'));
    expect(couponExpiry({ validDays: 30 }, at('2026-10-10T10:00:00Z'), 'Europe/Berlin')).toBe(
      at('2026-11-10T00:00:00+01:00'),
    );
  });
  it('reaches to the end of a day, or for ever', () => {
    expect(couponExpiry({ validUntil: '2026-12-31' }, 0, 'Asia/Shanghai')).toBe(at('2027-01-01T00:00:00+08:00'));
    expect(couponExpiry({}, 0, 'Asia/Shanghai')).toBeUndefined();
  });
});

describe('what a coupon takes off', () => {
  const order = (amount: number, shipping = 0) => ({ amount, shipping });
  const off = (offer: Parameters<typeof couponDiscount>[0], amount: number, shipping = 0, currency = 'CNY') =>
    couponDiscount(offer, order(amount, shipping), currency);

  it.each([
    ['percent', { kind: 'percent', value: '10' }, 12_345, 1234], // 1234.5, half to even
    ['percent of an odd half', { kind: 'percent', value: '10' }, 12_355, 1236],
    ['percent with decimals', { kind: 'percent', value: '12.5' }, 1000, 125],
    ['amount', { kind: 'amount', value: '20.00' }, 12_345, 2000],
    ['amount above the price', { kind: 'amount', value: '20.00' }, 1500, 1500],
    ['threshold reached', { kind: 'threshold', value: '30', minimum: '200' }, 20_000, 3000],
    ['threshold missed', { kind: 'threshold', value: '30', minimum: '200' }, 19_999, 0],
    ['floor', { kind: 'amount', value: '50', floor: 0.7 }, 10_000, 3000],
    ['floor rounds the price up', { kind: 'percent', value: '90', floor: 0.333 }, 1001, 667],
  ] as const)('%s', (_, offer, amount, expected) => {
    expect(off(offer, amount)).toBe(expected);
  });
  it('free shipping is the shipping', () => {
    expect(off({ kind: 'freeShipping' }, 10_800, 800)).toBe(800);
    expect(off({ kind: 'freeShipping', minimum: '200' }, 10_800, 800)).toBe(0);
  });
  it('minds currencies without decimals', () => {
    expect(off({ kind: 'amount', value: '500' }, 3000, 0, 'JPY')).toBe(500);
  });
  it('never exceeds the price, nor goes below its floor', () => {
    const offers = fc.record({
      kind: fc.constantFrom('percent' as const, 'amount' as const, 'threshold' as const),
      value: fc.integer({ min: 1, max: 100 }).map(String),
      minimum: fc.integer({ min: 0, max: 300 }).map(String),
      floor: fc.integer({ min: 0, max: 100 }).map((share) => share / 100),
    });
    fc.assert(
      fc.property(offers, fc.nat(1_000_000), (offer, amount) => {
        const discount = off(offer, amount);
        expect(Number.isSafeInteger(discount)).toBe(true);
        expect(discount).toBeGreaterThanOrEqual(0);
        expect((amount - discount) * 100).toBeGreaterThanOrEqual(Math.round(offer.floor * 100) * amount);
        if (amount < Number(offer.minimum) * 100) expect(discount).toBe(0);
      }),
    );
  });
});

describe('codes', () => {
  const cause = { coupon: 'ten', customer: 'c1', cause: 'claim' };
  it('are the same for a cause, others for others, and free of look-alikes', () => {
    const code = generatedCode(cause, 0, identityHash);
    expect(code).toMatch(/^[2-9A-HJ-NP-Z]{12}$/);
    expect(generatedCode(cause, 0, identityHash)).toBe(code);
    const others = Array.from({ length: 500 }, (_, index) =>
      generatedCode({ ...cause, customer: `c${index + 2}` }, 0, identityHash),
    );
    expect(new Set([code, generatedCode(cause, 1, identityHash), ...others]).size).toBe(502);
    expect(new Set(others.join('')).size).toBe(32);
  });
  it('are compared without case and blanks', () => {
    expect(comparableCode(' sPring-20 ')).toBe('SPRING-20');
  });
});

describe('what came of a coupon', () => {
  const tally = (expiresAt: number | undefined, issued: number, redeemed: number, discount: number) => ({
    ...(expiresAt !== undefined && { expiresAt }),
    issued,
    redeemed,
    discount,
    revenue: redeemed * 10_000,
  });
  const tallies = [tally(100, 10, 2, 4000), tally(200, 20, 1, 2000), tally(undefined, 5, 1, 2000)];
  it('leaves ended codes out of what may still cost', () => {
    const effect = couponEffect({ kind: 'amount', value: '20' }, tallies, 'CNY', 100);
    expect(effect).toEqual({
      issued: 35,
      redeemed: 4,
      rate: 4 / 35,
      revenue: 40_000,
      discount: 8000,
      outstanding: { codes: 23, amount: 46_000 },
    });
    expect(couponEffect({ kind: 'amount', value: '20' }, tallies, 'CNY', 99).outstanding.codes).toBe(31);
  });
  it('knows what a percent is worth by those redeemed, if any', () => {
    const percent = { kind: 'percent', value: '10' } as const;
    expect(couponEffect(percent, tallies, 'CNY', 100).outstanding).toEqual({ codes: 23, amount: 46_000 });
    expect(couponEffect(percent, [tally(undefined, 3, 0, 0)], 'CNY', 0)).toEqual({
      issued: 3,
      redeemed: 0,
      rate: 0,
      revenue: 0,
      discount: 0,
      outstanding: { codes: 3 },
    });
    expect(couponEffect(percent, [], 'CNY', 0)).not.toHaveProperty('rate');
  });
});

describe('the coupon ladder', () => {
  const ladder = couponLadderSchema.parse([
    { stage: 'sleeping', group: 'key_win_back', fromDays: 180, coupon: 'large' },
    { stage: 'sleeping', coupon: 'medium' },
    { fromDays: 90, toDays: 179, coupon: 'small' },
    { stage: 'prospect', coupon: 'hello' },
  ]);
  it.each([
    [{ stage: 'sleeping', group: 'key_win_back', days: 180 }, 'large'],
    [{ stage: 'sleeping', group: 'key_win_back', days: 179 }, 'medium'],
    [{ stage: 'sleeping', group: 'key_keep', days: 300 }, 'medium'],
    [{ stage: 'silent', days: 90 }, 'small'],
    [{ stage: 'silent', days: 180 }, undefined],
    [{ stage: 'prospect' }, 'hello'],
  ] as const)('gives by the first row that fits: %o', (standing, coupon) => {
    expect(couponOnLadder(ladder, standing)).toBe(coupon);
  });
  it('refuses a row that can fit nobody', () => {
    expect(couponLadderSchema.safeParse([{ fromDays: 9, toDays: 8, coupon: 'x' }]).success).toBe(false);
  });
});

describe('definitions', () => {
  const coupon = (over: Partial<CouponInput>): CouponInput => ({
    id: 'ten',
    kind: 'amount',
    value: '10',
    codes: 'pool',
    ...over,
  });
  it.each([
    [{ validDays: 3, validUntil: '2026-12-31' }, 'validUntil'],
    [{ kind: 'threshold' }, 'minimum'],
    [{ kind: 'percent', value: '101' }, 'value'],
    [{ kind: 'freeShipping' }, 'value'],
    [{ value: '0.00' }, 'value'],
    [{ kind: 'threshold', value: '200', minimum: '199.99' }, 'minimum'],
  ] as const)('that contradict themselves are refused: %o', (over, field) => {
    const result = couponSchema.safeParse(coupon(over));
    expect(result.error?.issues.map(({ path }) => path.join('.'))).toEqual([field]);
  });
  it('need amounts that the base currency has', () => {
    const grant = { orderAtLeast: '300.5' };
    const definition = couponSchema.parse(coupon({ value: '10.5', grant }));
    expect(wrongAmounts(definition, 'CNY')).toEqual([]);
    expect(wrongAmounts(definition, 'JPY').map(({ field }) => field)).toEqual(['value', 'grant.orderAtLeast']);
    expect(wrongAmounts(couponSchema.parse(coupon({ kind: 'percent', value: '12.5' })), 'JPY')).toEqual([]);
  });
  it('are patched without defaults coming back', () => {
    expect(couponPatchSchema.parse({ name: null })).toEqual({ name: null });
    expect(couponPatchSchema.safeParse({ codes: 'generate' }).success).toBe(false);
  });
});
