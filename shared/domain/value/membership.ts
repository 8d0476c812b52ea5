import { type Instant, parseDay } from '../calendar.ts';
import { type CustomerFile, pointsByHand } from '../customers/customer-file.ts';
import { amountInBase } from '../customers/summary.ts';
import type { Earning } from '../orders/purchase.ts';
import type { Settings } from '../settings/settings.ts';
import { type Multiplier, pointsFor } from './multiplier.ts';
import { type PointsAccount, type PointsSources, pointsAccount } from './points.ts';
import { type EarningOrder, earningPurchases, entriesOfOrders } from './points-earning.ts';
import { expiryOf, type PointsRules } from './points-rules.ts';
import { rankBefore, type TierCourse } from './tier-course.ts';
import type { TierRules } from './tier-rules.ts';
import { type TierGrant, type TierStanding, tierCourse, tierStanding } from './tiers.ts';
import { type ValueRules, valueRulesOf } from './value-rules.ts';
import { type ValuedPurchase, valuedPurchases } from './valued-purchase.ts';

/** A customer's tier and points at a moment, with what they were reckoned from. */
export interface Membership {
  /** In the base currency, oldest first. */
  readonly purchases: readonly ValuedPurchase[];
  readonly tier: TierStanding;
  readonly points: PointsAccount;
}

/** Tier and points by what the file says and the settings in force (DOMAIN 5): nothing of them is stored. */
export function membershipAt(file: CustomerFile, settings: Settings, asOf: Instant): Membership {
  const rules = valueRulesOf(settings);
  const purchases = valuedPurchases(file.orders, settings);
  const course = tierCourse(purchases, rules.tiers);
  return {
    purchases,
    tier: tierStanding(course, tierGrantsOf(file), asOf, rules.tiers),
    points: pointsAccount(sourcesOf(file, purchases, course, settings), asOf, rules.points),
  };
}

/** The tier and the balance alone: a census reckons them for every customer, and most have only bought and kept. */
export function membershipBalance(
  file: CustomerFile,
  purchases: readonly ValuedPurchase[],
  settings: Settings,
  asOf: Instant,
): { readonly tier: TierStanding; readonly balance: number } {
  const rules = valueRulesOf(settings);
  const course = tierCourse(purchases, rules.tiers);
  return {
    tier: tierStanding(course, tierGrantsOf(file), asOf, rules.tiers),
    balance: hasOnlyEarned(file)
      ? earnedBalance(purchases, course, rules, asOf)
      : pointsAccount(sourcesOf(file, purchases, course, settings), asOf, rules.points).balance,
  };
}

function hasOnlyEarned({ orders, updates }: CustomerFile): boolean {
  for (const key in updates) if (updates[key]?.points) return false;
  for (const { earning } of orders.values()) if (earning) return false;
  return true;
}

/** Where nothing is ever taken out of them, what was earned by now and has not expired. */
function earnedBalance(
  purchases: readonly ValuedPurchase[],
  course: TierCourse,
  { tiers, points }: ValueRules,
  asOf: Instant,
): number {
  let balance = 0;
  for (const { paidAt, day, amount } of purchases) {
    if (paidAt > asOf || (expiryOf(day, points) ?? Number.POSITIVE_INFINITY) <= asOf) continue;
    balance += pointsFor(Math.max(0, amount), multiplierAt(paidAt, course, tiers, points), points.decimals);
  }
  return balance;
}

function multiplierAt(paidAt: Instant, course: TierCourse, { levels }: TierRules, points: PointsRules): Multiplier {
  return levels[rankBefore(course, paidAt)]?.multiplier ?? points.newcomerMultiplier;
}

/** When tier or points next change if nothing comes; undefined when they never will. */
export function membershipChangeAt({ tier, points }: Pick<Membership, 'tier' | 'points'>): Instant | undefined {
  return earliest(tier.next?.at, points.nextChangeAt);
}

/** The earlier of instants of which either can be missing. */
export function earliest(a: Instant | undefined, b: Instant | undefined): Instant | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}

/** All that makes the account: the entries of orders and those by hand. */
export function pointsSources(file: CustomerFile, settings: Settings): PointsSources {
  const purchases = valuedPurchases(file.orders, settings);
  return sourcesOf(file, purchases, tierCourse(purchases, valueRulesOf(settings).tiers), settings);
}

function sourcesOf(
  file: CustomerFile,
  purchases: readonly ValuedPurchase[],
  course: TierCourse,
  settings: Settings,
): PointsSources {
  const { tiers, points } = valueRulesOf(settings);
  const refunded = refundedEarnings(file, settings);
  const whole = purchases.filter(({ ref }) => !file.orders.get(ref)?.earning);
  const earning = [...earningPurchases(whole), ...refunded];
  return { ofOrders: entriesOfOrders(earning, course, tiers, points), byHand: pointsByHand(file) };
}

function refundedEarnings({ orders }: CustomerFile, settings: Settings): EarningOrder[] {
  const earnings: EarningOrder[] = [];
  for (const [ref, { earning }] of orders) if (earning) earnings.push(earningOrder(ref, earning, settings));
  return earnings;
}

/**
 * In the base currency. A refund is what it makes the rest of the order worth less: each converted by itself, the rest
 * would be a unit off what the purchase is worth.
 */
function earningOrder(
  ref: string,
  { paidAt, day, paid, currency, refunds }: Earning,
  settings: Settings,
): EarningOrder {
  const worth = (amount: number) => amountInBase({ amount, currency, day }, settings) ?? 0;
  let left = paid;
  const inOrder = [...refunds].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  const converted = inOrder.map(({ id, at, amount }) => {
    const before = worth(left);
    left = Math.max(0, left - amount);
    return { id, at, amount: before - worth(left) };
  });
  return { ref, paidAt, day, paid: worth(paid), refunds: converted };
}

const grantPrefix = 'grant.';

/** The statement of a tier granted by hand: its value is the last day, YYYY-MM-DD; a day in the past takes it back. */
export function grantField(tier: string): string {
  return `${grantPrefix}${tier}`;
}

/** Tiers granted by hand, each from when it was said (DOMAIN 5). */
export function tierGrantsOf({ statements }: Pick<CustomerFile, 'statements'>): TierGrant[] {
  const grants: TierGrant[] = [];
  for (const field in statements) {
    if (!field.startsWith(grantPrefix)) continue;
    const stated = statements[field];
    const until = stated && typeof stated.value === 'string' ? parseDay(stated.value) : undefined;
    if (stated && until !== undefined) grants.push({ tier: field.slice(grantPrefix.length), from: stated.at, until });
  }
  return grants;
}
