import type { Stage, StageLimits } from '../life-cycle/stage.ts';
import { parseAmount } from '../money.ts';
import type { Settings } from '../settings/settings.ts';
import type { TierBasis, TierBenefits, TierLevel, ValueSettings } from '../settings/value-settings.ts';
import { type Multiplier, parseMultiplier } from './multiplier.ts';

/** Place of a tier among the levels, from 0; `noTier` below all of them. */
export type TierRank = number;
export const noTier: TierRank = -1;

/** What a level asks for. */
export interface TierRule {
  readonly id: string;
  readonly names: { readonly en: string; readonly zh: string };
  readonly benefits: TierBenefits;
  readonly multiplier: Multiplier;
  /** Net spend in minor units of the base currency, or a number of purchases; by stage: lifetime spend besides. */
  readonly atLeast: number;
  /** By stage only. */
  readonly stage?: Stage;
}

/** Settings made ready once for many customers. */
export interface TierRules {
  readonly basis: TierBasis;
  readonly levels: readonly TierRule[];
  /** Absent where all purchases count; by stage it plays no part. */
  readonly window?: { readonly days: number; readonly graceDays: number };
  readonly lostGraceDays: number;
  readonly limits: StageLimits;
  /** The workspace's zone: tiers change by time at its midnights. */
  readonly zone: string;
}

/** @throws RangeError where the settings contradict themselves (see `contradictionsInValue`) */
export function tierRulesOf({
  tiers,
  baseCurrency,
  stages,
  timezone,
}: Pick<ValueSettings, 'tiers'> & Pick<Settings, 'baseCurrency' | 'stages' | 'timezone'>): TierRules {
  return {
    basis: tiers.basis,
    levels: tiers.levels.map((level) => ruleOf(level, tiers.basis, baseCurrency)),
    ...(tiers.window !== 'lifetime' && { window: tiers.window }),
    lostGraceDays: tiers.lostGraceDays,
    limits: stages,
    zone: timezone,
  };
}

function ruleOf(level: TierLevel, basis: TierBasis, currency: string): TierRule {
  const { id, names, benefits } = level;
  const shown = { id, names, benefits, multiplier: parseMultiplier(benefits.pointsMultiplier) };
  const given = level[basis];
  if (given === undefined) throw new RangeError(`tier ${id} says nothing of ${basis}`);
  if (typeof given === 'number') return { ...shown, atLeast: given };
  const spend = typeof given === 'string' ? given : (given.spend ?? '0');
  const atLeast = parseAmount(spend, currency);
  if (atLeast === undefined) throw new RangeError(`not an amount in ${currency}: ${spend}`);
  return { ...shown, atLeast, ...(typeof given === 'object' && { stage: given.from }) };
}

/** The highest level that asks for no more than `value`. */
export function rankFor(value: number, levels: readonly TierRule[]): TierRank {
  let rank = levels.length - 1;
  while (rank >= 0 && value < (levels[rank]?.atLeast ?? 0)) rank -= 1;
  return rank;
}
