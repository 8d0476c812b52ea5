import { type Day, formatDay, type Instant, parseDay, startOfDay } from '../calendar.ts';
import { decimalsOf } from '../money.ts';
import type { Settings } from '../settings/settings.ts';
import type { ValueSettings } from '../settings/value-settings.ts';
import { type Multiplier, parseMultiplier } from './multiplier.ts';

/** Settings made ready once for many customers. */
export interface PointsRules {
  /** For purchases before which there was no tier. */
  readonly newcomerMultiplier: Multiplier;
  /** Decimals of the base currency. */
  readonly decimals: number;
  /** null: points never expire. */
  readonly expiryMonths: number | null;
  /** The workspace's zone: points expire at its midnights. */
  readonly zone: string;
  /** What `expiryOf` found before, by day: asking the calendar takes microseconds. */
  readonly expiries: Map<Day, Instant>;
}

export function pointsRulesOf({
  points,
  baseCurrency,
  timezone,
}: Pick<ValueSettings, 'points'> & Pick<Settings, 'baseCurrency' | 'timezone'>): PointsRules {
  return {
    newcomerMultiplier: parseMultiplier(points.newcomerMultiplier),
    decimals: decimalsOf(baseCurrency),
    expiryMonths: points.expiryMonths,
    zone: timezone,
    expiries: new Map(),
  };
}

/**
 * From when on points that came in on a day are gone: with n months, the end of the n-th calendar month after that of
 * the day. Points of 15 January with 12 months are good until the end of 31 January of the next year.
 */
export function expiryOf(day: Day, { expiryMonths, zone, expiries }: PointsRules): Instant | undefined {
  if (expiryMonths === null) return undefined;
  const known = expiries.get(day);
  if (known !== undefined) return known;
  const [year = 0, month = 0] = formatDay(day).split('-').map(Number);
  const months = year * 12 + (month - 1) + expiryMonths + 1;
  const first = parseDay(`${Math.floor(months / 12)}-${String((months % 12) + 1).padStart(2, '0')}-01`);
  if (first === undefined) return undefined;
  const expiry = startOfDay(first, zone);
  expiries.set(day, expiry);
  return expiry;
}
