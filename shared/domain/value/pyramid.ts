import * as z from 'zod';

/** Preset rule tags by what a customer bought in 365 days (DOMAIN 5). */
export const pyramidGroups = ['key', 'major', 'potential', 'target'] as const;
export type PyramidGroup = (typeof pyramidGroups)[number];

/** Days over which amounts are compared. */
export const pyramidDays = 365;
const keyPercent = 5;
/** Key customers and major ones together. */
const majorPercent = 20;

/** Least 365-day amounts, in minor units of the base currency. */
export const pyramidLimitsSchema = z
  .strictObject({ keyFrom: z.int().min(1), majorFrom: z.int().min(1) })
  .meta({ description: 'Least amount in 365 days of key and of major customers' });
export type PyramidLimits = z.output<typeof pyramidLimitsSchema>;

/**
 * What the top 5 % and the top 20 % of all buyers bought at least. Whoever bought as much as the last of them belongs to
 * them too, so ties make a group larger than its share, never smaller. An amount of nothing is at the top of nothing.
 * @param amounts of every customer who ever bought, in any order
 */
export function pyramidLimitsOf(amounts: Float64Array): PyramidLimits {
  const sorted = amounts.toSorted();
  const atTop = (percent: number) => sorted[sorted.length - Math.ceil((sorted.length * percent) / 100)] ?? 0;
  return { keyFrom: Math.max(1, atTop(keyPercent)), majorFrom: Math.max(1, atTop(majorPercent)) };
}

/** @param amount bought in 365 days; undefined for who has never bought */
export function pyramidGroupOf(amount: number | undefined, { keyFrom, majorFrom }: PyramidLimits): PyramidGroup {
  if (amount === undefined) return 'target';
  if (amount >= keyFrom) return 'key';
  return amount >= majorFrom ? 'major' : 'potential';
}
