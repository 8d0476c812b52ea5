import { parseAmount } from '../money.ts';
import type { RfmSettings } from '../settings/value-settings.ts';
import { type RfmGroup, rfmGroups } from './rfm-groups.ts';
import type { RfmPopulation } from './rfm-population.ts';
import type { RfmValues } from './rfm-values.ts';

export type RfmScore = 1 | 2 | 3 | 4 | 5;
export interface RfmScores {
  readonly r: RfmScore;
  readonly f: RfmScore;
  readonly m: RfmScore;
}

type Four = readonly [number, number, number, number];

/** Settings made ready once for many customers. */
export interface RfmRules {
  readonly windowDays: number;
  readonly currency: string;
  /** Fixed limits, with `m` in minor units; absent where quintiles decide. */
  readonly thresholds?: { readonly r: Four; readonly f: Four; readonly m: Four };
}

/** @throws RangeError where an amount is none in this currency (see `contradictionsInValue`) */
export function rfmRulesOf({ windowDays, scores }: RfmSettings, baseCurrency: string): RfmRules {
  const rules = { windowDays, currency: baseCurrency };
  if (scores.by === 'quintiles') return rules;
  const minor = (text: string): number => {
    const amount = parseAmount(text, baseCurrency);
    if (amount === undefined) throw new RangeError(`not an amount in ${baseCurrency}: ${text}`);
    return amount;
  };
  const [m1, m2, m3, m4] = scores.m;
  return { ...rules, thresholds: { r: scores.r, f: scores.f, m: [minor(m1), minor(m2), minor(m3), minor(m4)] } };
}

/**
 * Scores 1 to 5, the best 5. By limits: `r` days or fewer, `f` and `m` or more. By quintiles: as the population was cut;
 * whoever lies beyond its extremes gets theirs.
 * @returns undefined where quintiles decide and no population fits
 */
export function rfmScoresOf(values: RfmValues, rules: RfmRules, population?: RfmPopulation): RfmScores | undefined {
  const { thresholds } = rules;
  if (thresholds) {
    return {
      r: score(5 - thresholds.r.filter((limit) => values.r > limit).length),
      f: score(1 + countFrom(thresholds.f, values.f)),
      m: score(1 + countFrom(thresholds.m, values.m)),
    };
  }
  if (!population || !fits(population, rules)) return undefined;
  const { cuts } = population;
  return {
    r: score(5 - countFrom(cuts.r, values.r)),
    f: score(1 + countFrom(cuts.f, values.f)),
    m: score(1 + countFrom(cuts.m, values.m)),
  };
}

function countFrom(lowerBounds: readonly number[], value: number): number {
  let count = 0;
  for (const bound of lowerBounds) if (value >= bound) count++;
  return count;
}

function score(value: number): RfmScore {
  return value as RfmScore;
}

/** Cut over another window or in another currency, a population says nothing of these values. */
function fits({ windowDays, currency }: RfmPopulation, rules: RfmRules): boolean {
  return windowDays === rules.windowDays && currency === rules.currency;
}

/**
 * The value group by the population's means (DOMAIN 4): F and M high at or above the mean, R at or below it.
 * @returns undefined where no population fits
 */
export function rfmGroupOf(values: RfmValues, rules: RfmRules, population?: RfmPopulation): RfmGroup | undefined {
  if (!population || !fits(population, rules)) return undefined;
  const { high } = population;
  const place = (values.r <= high.r ? 0 : 4) + (values.f >= high.f ? 0 : 2) + (values.m >= high.m ? 0 : 1);
  return rfmGroups[place];
}
