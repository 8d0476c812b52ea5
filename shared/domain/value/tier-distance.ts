import { dayOf, type Instant } from '../calendar.ts';
import { noTier, type TierRule, type TierRules } from './tier-rules.ts';
import type { ValuedPurchase } from './valued-purchase.ts';

/** How far it is to the next tier: `has` of `needs`, in minor units of the base currency or purchases. */
export interface TierDistance {
  readonly tier: TierRule;
  readonly has: number;
  readonly needs: number;
}

/**
 * The way to the tier above `current` by what counts at a moment, for nudges near the next tier (DOMAIN 8).
 * @returns undefined at the top, and by stage, where nothing can be counted down
 */
export function distanceToNextTier(
  purchases: readonly ValuedPurchase[],
  current: TierRule | undefined,
  asOf: Instant,
  { basis, levels, window, zone }: TierRules,
): TierDistance | undefined {
  const tier = levels[(current ? levels.findIndex(({ id }) => id === current.id) : noTier) + 1];
  if (basis === 'stage' || !tier) return undefined;
  const today = dayOf(asOf, zone);
  const counted = purchases.filter(
    ({ paidAt, day }) => paidAt <= asOf && (window === undefined || today - day <= window.days),
  );
  const has = basis === 'spend' ? counted.reduce((sum, { amount }) => sum + amount, 0) : counted.length;
  return { tier, has, needs: tier.atLeast };
}

/** Whether at most `percent` of what the tier needs is missing. */
export function isNear({ has, needs }: TierDistance, percent: number): boolean {
  return (needs - has) * 100 <= needs * percent;
}
