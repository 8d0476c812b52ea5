import { dayOf, startOfDay } from '../../shared/domain/calendar.ts';
import type { Stage, StageLimits } from '../../shared/domain/life-cycle/stage.ts';

/**
 * Tiers and points once more, written down from DOMAIN section 5 with no thought of speed: every instant that could
 * matter is looked at, every point is a thing of its own. Of the product it shares the calendar only.
 */

export interface NaivePurchase {
  readonly ref: string;
  readonly paidAt: number;
  readonly day: number;
  readonly amount: number;
}

export interface NaiveLevel {
  readonly atLeast: number;
  readonly stage?: Stage;
}

export interface NaiveTiers {
  readonly basis: 'spend' | 'purchases' | 'stage';
  readonly levels: readonly NaiveLevel[];
  readonly window?: { readonly days: number; readonly graceDays: number };
  readonly lostGraceDays: number;
  readonly limits: StageLimits;
  readonly zone: string;
}

/** The tier's place among the levels that these purchases imply at an instant, -1 for none. */
export function naiveRank(purchases: readonly NaivePurchase[], at: number, tiers: NaiveTiers): number {
  const known = purchases.filter(({ paidAt }) => paidAt <= at);
  if (known.length === 0) return -1;
  if (tiers.basis === 'stage') return naiveRankByStage(known, at, tiers);
  const measure = (some: readonly NaivePurchase[]) =>
    tiers.basis === 'spend' ? some.reduce((sum, { amount }) => sum + amount, 0) : some.length;
  const rankOf = (value: number) => tiers.levels.findLastIndex(({ atLeast }) => value >= atLeast);
  const { window } = tiers;
  if (!window) return rankOf(measure(known));
  const today = dayOf(at, tiers.zone);
  const inWindowAt = (instant: number) =>
    known.filter(({ paidAt, day }) => paidAt <= instant && dayOf(instant, tiers.zone) - day <= window.days);
  const ranks = momentsUntil(known, today - window.graceDays, at, tiers.zone).map((instant) =>
    known.some(({ paidAt }) => paidAt <= instant) ? rankOf(measure(inWindowAt(instant))) : -1,
  );
  const lowest = measure(known) >= (tiers.levels[0]?.atLeast ?? 0) ? 0 : -1;
  return Math.max(lowest, ...ranks);
}

/** Every midnight from a day on, and every purchase since. */
function momentsUntil(known: readonly NaivePurchase[], from: number, at: number, zone: string): number[] {
  const moments = known.map(({ paidAt }) => paidAt).filter((paidAt) => dayOf(paidAt, zone) >= from);
  for (let day = from; day <= dayOf(at, zone); day++) moments.push(startOfDay(day, zone));
  return [...moments, at].sort((a, b) => a - b);
}

function naiveRankByStage(known: readonly NaivePurchase[], at: number, tiers: NaiveTiers): number {
  const { zone, limits, levels, lostGraceDays } = tiers;
  let rank = -1;
  const first = Math.min(...known.map(({ paidAt }) => dayOf(paidAt, zone)));
  for (const instant of momentsUntil(known, first, at, zone)) {
    const then = known.filter(({ paidAt }) => paidAt <= instant);
    if (then.length === 0) continue;
    const ago = then.map(({ day }) => dayOf(instant, zone) - day);
    const spend = then.reduce((sum, { amount }) => sum + amount, 0);
    const [isActive, isOld, isRepeat] = [
      Math.min(...ago) <= limits.l1,
      Math.max(...ago) > limits.l1,
      ago.filter((d) => d <= limits.l1).length > 1,
    ];
    const grants = ({ atLeast, stage = 'new_once' }: NaiveLevel) =>
      isActive &&
      spend >= atLeast &&
      (isOld || !stage.startsWith('returning')) &&
      (isRepeat || !stage.endsWith('repeat'));
    rank = Math.max(rank, levels.findLastIndex(grants));
    if (Math.min(...ago) - (limits.l3 + 1) >= lostGraceDays) rank = Math.min(rank, 0);
  }
  return rank;
}

export type NaiveEntry =
  | {
      readonly does: 'credit';
      readonly id: string;
      readonly at: number;
      readonly points: number;
      readonly expiresAt: number;
    }
  | {
      readonly does: 'takeBack';
      readonly id: string;
      readonly at: number;
      readonly points: number;
      readonly credit: string;
    }
  | { readonly does: 'spend'; readonly id: string; readonly at: number; readonly points: number };

interface Token {
  readonly credit: string;
  readonly expiresAt: number;
  state: 'live' | 'spent' | 'expired' | 'back';
}

/** What is left, by credit, and the balance, when every point is spent, lost and taken back by itself. */
export function naiveAccount(
  entries: readonly NaiveEntry[],
  asOf: number,
): { balance: number; left: Map<string, number> } {
  const turns = { credit: 0, takeBack: 1, spend: 2 };
  const ordered = entries
    .filter(({ at }) => at <= asOf)
    .sort((a, b) => a.at - b.at || turns[a.does] - turns[b.does] || (a.id < b.id ? -1 : 1));
  const tokens: Token[] = [];
  let debt = 0;
  const expire = (until: number) => {
    for (const token of tokens) if (token.state === 'live' && token.expiresAt <= until) token.state = 'expired';
  };
  const spendOne = () => {
    const token = tokens.find(({ state }) => state === 'live');
    if (token) token.state = 'spent';
    else debt += 1;
  };
  const takeBackOne = (credit: string) => {
    const token = (['live', 'expired', 'spent'] as const)
      .map((wanted) => tokens.find((one) => one.credit === credit && one.state === wanted))
      .find((one) => one !== undefined);
    if (!token) throw new Error(`nothing left of ${credit} to take back`);
    const wasSpent = token.state === 'spent';
    token.state = 'back';
    if (wasSpent) spendOne();
  };
  for (const entry of ordered) {
    expire(entry.at);
    for (let point = 0; point < entry.points; point++) {
      if (entry.does === 'spend') spendOne();
      else if (entry.does === 'takeBack') takeBackOne(entry.credit);
      else {
        const pays = debt > 0;
        debt -= pays ? 1 : 0;
        tokens.push({ credit: entry.id, expiresAt: entry.expiresAt, state: pays ? 'spent' : 'live' });
      }
    }
  }
  expire(asOf);
  const live = tokens.filter(({ state }) => state === 'live');
  const left = new Map([...Map.groupBy(live, ({ credit }) => credit)].map(([credit, some]) => [credit, some.length]));
  return { balance: live.length - debt, left };
}
