import type { Instant } from '../calendar.ts';
import type { CustomerFile } from '../customers/customer-file.ts';
import { formatAmount } from '../money.ts';
import type { Settings } from '../settings/settings.ts';
import { membershipAt, tierGrantsOf } from '../value/membership.ts';
import { distanceToNextTier, isNear } from '../value/tier-distance.ts';
import type { TierRule } from '../value/tier-rules.ts';
import { tierCourse, tierSteps } from '../value/tiers.ts';
import { valueRulesOf } from '../value/value-rules.ts';
import { type ValuedPurchase, valuedPurchases } from '../value/valued-purchase.ts';
import type { Occurrence } from './enter.ts';
import type { Trigger } from './journey.ts';

/**
 * The rise to the tier held at `now`, named after when it came: whoever falls and rises again has risen twice. The first
 * tier, which one purchase gives, is a rise only for a journey that names it.
 */
export function tierRises(
  { tier: wanted }: Extract<Trigger, { readonly on: 'tier.up' }>,
  file: CustomerFile,
  settings: Settings,
  now: Instant,
): Occurrence[] {
  const { tiers: rules } = valueRulesOf(settings);
  const course = tierCourse(valuedPurchases(file.orders, settings), rules);
  const last = tierSteps(course, tierGrantsOf(file), rules).findLast(({ at }) => at <= now);
  const { to, from, at } = last ?? {};
  if (!to || at === undefined || rules.levels.indexOf(to) < (from ? rules.levels.indexOf(from) : 0)) return [];
  if (wanted === undefined ? !from : wanted !== to.id) return [];
  return [{ name: `tier ${to.id} ${at}`, at, vars: tierVars(to) }];
}

/**
 * That the next tier has come within reach, named after the purchase that brought it there and has not been followed by a
 * time out of reach. Nothing by stage, where no distance can be told.
 */
export function tierComesNear(
  { percent }: Extract<Trigger, { readonly on: 'tier.near' }>,
  file: CustomerFile,
  settings: Settings,
  now: Instant,
): Occurrence[] {
  const { tiers: rules } = valueRulesOf(settings);
  const { purchases, tier } = membershipAt(file, settings, now);
  const near = (at: Instant) => {
    const distance = distanceToNextTier(purchases, tier.tier, at, rules);
    return distance && distance.has < distance.needs && isNear(distance, percent) ? distance : undefined;
  };
  const distance = near(now);
  const paid = purchases.filter(({ paidAt }) => paidAt <= now);
  const broughtBy = distance && firstOfLastRun(paid, ({ paidAt }) => near(paidAt) !== undefined);
  if (!distance || !broughtBy) return [];
  const missing = distance.needs - distance.has;
  const shown = rules.basis === 'spend' ? formatAmount(missing, settings.baseCurrency) : missing;
  return [
    {
      name: `near ${distance.tier.id} ${broughtBy.ref}`,
      at: broughtBy.paidAt,
      vars: { ...tierVars(distance.tier), missing: shown, basis: rules.basis, currency: settings.baseCurrency },
    },
  ];
}

/** The first of those at the end of the list that all hold. */
function firstOfLastRun(
  purchases: readonly ValuedPurchase[],
  holds: (purchase: ValuedPurchase) => boolean,
): ValuedPurchase | undefined {
  const broken = purchases.findLastIndex((purchase) => !holds(purchase));
  return purchases[broken + 1];
}

function tierVars({ id, names }: TierRule): Record<string, string> {
  return { tier: id, tierZh: names.zh, tierEn: names.en };
}
