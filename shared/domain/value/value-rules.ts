import type { Settings } from '../settings/settings.ts';
import { type PointsRules, pointsRulesOf } from './points-rules.ts';
import { type RfmRules, rfmRulesOf } from './rfm.ts';
import { type TierRules, tierRulesOf } from './tier-rules.ts';

/** Settings of value made ready once for many customers. */
export interface ValueRules {
  readonly tiers: TierRules;
  readonly points: PointsRules;
  readonly rfm: RfmRules;
}

const prepared = new WeakMap<Settings, ValueRules>();

/** The same rules for the same settings object. */
export function valueRulesOf(settings: Settings): ValueRules {
  const known = prepared.get(settings);
  if (known) return known;
  const rules = {
    tiers: tierRulesOf(settings),
    points: pointsRulesOf(settings),
    rfm: rfmRulesOf(settings.rfm, settings.baseCurrency),
  };
  prepared.set(settings, rules);
  return rules;
}
