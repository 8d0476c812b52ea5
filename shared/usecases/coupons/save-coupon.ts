import type { CouponPatch } from '../../contracts/http/coupons.ts';
import { type CouponDefinition, couponSchema, wrongAmounts } from '../../domain/coupons/coupon.ts';
import { wrongLastDay } from '../../domain/coupons/coupon-validity.ts';
import { InvalidInputError, NotFoundError, StateConflictError } from '../../domain/errors.ts';
import { plainIssue, wrongFields } from '../../domain/plain-issue.ts';
import { given, withoutNulls } from '../../domain/settings/patch-messaging.ts';
import {
  type Actor,
  type AuditedChange,
  type Clock,
  ConflictError,
  type SettingsReader,
  type Versioned,
} from '../ports.ts';
import type { CouponStore, StoredCoupon } from './coupon-ports.ts';

export interface CouponDeps {
  readonly couponStore: CouponStore;
  readonly settings: SettingsReader;
  readonly clock: Clock;
}

/** What a step of a journey says in place of an id: the coupon ladder, the gift of the tier. */
const chosenNames = new Set(['ladder', 'tier-gift']);

/** @throws InvalidInputError, StateConflictError where the id is taken, also by one that has ended */
export async function createCoupon(
  definition: CouponDefinition,
  actor: Actor,
  deps: CouponDeps,
): Promise<Versioned<StoredCoupon>> {
  if (chosenNames.has(definition.id)) {
    throw new InvalidInputError([{ field: 'id', message: 'stands for a choice of coupons in journeys' }]);
  }
  await refuseUnfit(definition, undefined, deps);
  const now = deps.clock.now();
  const value: StoredCoupon = { definition, createdAt: now, updatedAt: now };
  const change = changeOf(definition.id, 'coupon.created', Object.keys(definition), actor, now);
  try {
    await deps.couponStore.saveCoupon({ value, version: 0 }, change);
  } catch (error) {
    if (error instanceof ConflictError && (await deps.couponStore.readCoupon(definition.id))) {
      throw new StateConflictError(`There is or was a coupon ${definition.id}.`);
    }
    throw error;
  }
  return { value, version: 1 };
}

/**
 * Changes what is given from now on; codes in customers' hands keep their last day.
 * @throws NotFoundError, InvalidInputError, ConflictError where it is at another version
 */
export async function changeCoupon(
  id: string,
  { version: wanted, ...patch }: CouponPatch,
  actor: Actor,
  deps: CouponDeps,
): Promise<Versioned<StoredCoupon>> {
  const { value: before, version } = await existingCoupon(id, deps);
  if (wanted !== undefined && wanted !== version) throw new ConflictError(`coupon ${id} is at version ${version}`);
  const definition = parsed(withoutNulls({ ...before.definition, ...given(patch) }));
  await refuseUnfit(definition, before.definition, deps);
  const now = deps.clock.now();
  const value: StoredCoupon = { ...before, definition, updatedAt: now };
  const change = changeOf(id, 'coupon.changed', Object.keys(given(patch)), actor, now);
  await deps.couponStore.saveCoupon({ value, version }, change);
  return { value, version: version + 1 };
}

/** Nobody is given it any more; its id stays taken, and its codes are recognised. @throws NotFoundError, ConflictError */
export async function endCoupon(id: string, actor: Actor, deps: CouponDeps): Promise<void> {
  const { value, version } = await existingCoupon(id, deps);
  const now = deps.clock.now();
  const ended: StoredCoupon = { ...value, updatedAt: now, endedAt: now };
  await deps.couponStore.saveCoupon({ value: ended, version }, changeOf(id, 'coupon.ended', [], actor, now));
}

/** @throws NotFoundError also for one that has ended */
export async function existingCoupon(
  id: string,
  { couponStore }: Pick<CouponDeps, 'couponStore'>,
): Promise<Versioned<StoredCoupon>> {
  const coupon = await couponStore.readCoupon(id);
  if (!coupon || coupon.value.endedAt !== undefined) throw new NotFoundError(`There is no coupon ${id}.`);
  return coupon;
}

function parsed(definition: unknown): CouponDefinition {
  const result = couponSchema.safeParse(definition, { error: plainIssue });
  if (result.success) return result.data;
  throw new InvalidInputError(wrongFields(result.error));
}

/** The last day of one that has run out stands while others of its members change. */
async function refuseUnfit(
  definition: CouponDefinition,
  before: CouponDefinition | undefined,
  { settings, clock }: CouponDeps,
): Promise<void> {
  const now = clock.now();
  const { baseCurrency, timezone } = await settings.settings(now);
  const isNewDay = definition.validUntil !== before?.validUntil;
  const wrong = [
    ...wrongAmounts(definition, baseCurrency),
    ...(isNewDay ? wrongLastDay(definition, now, timezone) : []),
  ];
  if (wrong.length > 0) throw new InvalidInputError(wrong);
}

function changeOf(id: string, action: string, changed: readonly string[], actor: Actor, at: number): AuditedChange {
  return { actor, at, action, target: `coupon/${id}`, changed };
}
