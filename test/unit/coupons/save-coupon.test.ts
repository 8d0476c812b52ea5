import { beforeEach, describe, expect, it } from 'vitest';
import { type CouponInput, couponSchema } from '../../../shared/domain/coupons/coupon.ts';
import { defaultSettings } from '../../../shared/domain/settings/settings.ts';
import type { CouponStore, StoredCoupon } from '../../../shared/usecases/coupons/coupon-ports.ts';
import { changeCoupon, createCoupon } from '../../../shared/usecases/coupons/save-coupon.ts';
import { ConflictError, type Versioned } from '../../../shared/usecases/ports.ts';

const actor = { keyId: 'k', name: 'Test', role: 'marketer', requestId: 'r' } as const;
/** The 24th in Shanghai, the 23rd in UTC. */
let now: number;
beforeEach(() => {
  now = Date.parse('2026-11-23T17:00:00Z');
});

function world() {
  const coupons = new Map<string, Versioned<StoredCoupon>>();
  const couponStore: Pick<CouponStore, 'readCoupon' | 'saveCoupon'> = {
    readCoupon: async (id) => coupons.get(id),
    async saveCoupon({ value, version }) {
      const { id } = value.definition;
      if ((coupons.get(id)?.version ?? 0) !== version) throw new ConflictError(id);
      coupons.set(id, { value, version: version + 1 });
    },
  };
  return {
    couponStore: couponStore as CouponStore,
    settings: { settings: async () => ({ ...defaultSettings, timezone: 'Asia/Shanghai' }) },
    clock: { now: () => now },
  };
}

const coupon = (more: Partial<CouponInput>) =>
  couponSchema.parse({ id: 'spring', kind: 'amount', value: '20.00', codes: 'generate', ...more });
const isOver = { errors: [{ field: 'validUntil', message: 'is over: give 2026-11-24 or a later day' }] };

describe('the last day of a coupon', () => {
  it.each(['2026-11-23', '2020-01-01'])(
    'is refused where it is over when the coupon is made: %s',
    async (validUntil) => {
      const deps = world();
      await expect(createCoupon(coupon({ validUntil }), actor, deps)).rejects.toMatchObject(isOver);
      expect(await deps.couponStore.readCoupon('spring')).toBeUndefined();
    },
  );

  it.each(['2026-11-24', '2026-12-31', undefined])('may be today, later, or none: %s', async (validUntil) => {
    const made = await createCoupon(coupon(validUntil === undefined ? {} : { validUntil }), actor, world());
    expect(made.value.definition.validUntil).toBe(validUntil);
  });

  it('stands once it is over, while something else is changed', async () => {
    const deps = world();
    await createCoupon(coupon({ validUntil: '2026-11-30' }), actor, deps);
    now = Date.parse('2026-12-05T00:00:00Z');
    const changed = await changeCoupon('spring', { name: 'Spring', validUntil: '2026-11-30' }, actor, deps);
    expect(changed.value.definition).toMatchObject({ name: 'Spring', validUntil: '2026-11-30' });
    expect((await changeCoupon('spring', { perCustomer: 2 }, actor, deps)).version).toBe(3);
    const later = await changeCoupon('spring', { validUntil: '2026-12-31' }, actor, deps);
    expect(later.value.definition.validUntil).toBe('2026-12-31');
  });

  it('is not moved to a day that is over', async () => {
    const deps = world();
    await createCoupon(coupon({ validUntil: '2026-12-31' }), actor, deps);
    await expect(changeCoupon('spring', { validUntil: '2026-11-01' }, actor, deps)).rejects.toMatchObject(isOver);
  });
});
