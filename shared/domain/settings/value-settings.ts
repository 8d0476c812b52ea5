import * as z from 'zod';
import { stages } from '../life-cycle/stage.ts';

/** What decides how customers are valued: RFM, tiers and points. The API and the storage derive from these schemas. */

const decimal = z
  .string()
  .regex(/^\d{1,12}(\.\d{1,4})?$/, 'must be a decimal number as text, such as "500" or "1.25"')
  .meta({ example: '500' });
const four = <Value extends z.ZodType>(value: Value) => z.tuple([value, value, value, value]);
const days = (least: number) => z.int(`must be a whole number of days from ${least} to 3650`).min(least).max(3650);

export const rfmSchema = z.strictObject({
  windowDays: days(1).meta({ description: 'Purchases at most this many days ago count' }),
  scores: z.discriminatedUnion('by', [
    z
      .strictObject({ by: z.literal('quintiles') })
      .meta({ description: 'By the fifths of all buyers, cut every night' }),
    z
      .strictObject({
        by: z.literal('thresholds'),
        r: four(days(0)).meta({ description: 'Rising: at most so many days ago scores 5, 4, 3, 2' }),
        f: four(z.int().min(1).max(1_000_000)).meta({ description: 'Rising: at least so many score 2, 3, 4, 5' }),
        m: four(decimal).meta({ description: 'Rising: at least so much in the base currency scores 2, 3, 4, 5' }),
      })
      .meta({ description: 'By fixed limits' }),
  ]),
});

export const tierBases = ['spend', 'purchases', 'stage'] as const;
export type TierBasis = (typeof tierBases)[number];

const label = z.string().trim().min(1).max(40);
const slug = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,39}$/, 'must be 1 to 40 lower-case letters, digits, - and _');
/** A multiplier is read exactly: points = floor(amount x multiplier). */
const multiplier = z
  .string()
  .regex(/^\d{1,3}(\.\d{1,4})?$/, 'must be a decimal number as text, such as "1" or "1.25"')
  .meta({ description: 'Points for one unit of the base currency', example: '1.25' });

const tierBenefitsSchema = z.strictObject({
  pointsMultiplier: multiplier,
  discountPercent: z
    .number()
    .min(0)
    .max(100)
    .meta({ description: 'For templates and shops; nothing is deducted here' }),
  birthdayCoupon: z.string().min(1).max(100).exactOptional().meta({ description: 'Id of the coupon given' }),
});

const tierLevelSchema = z
  .strictObject({
    id: slug,
    names: z.strictObject({ en: label, zh: label }),
    spend: decimal.exactOptional().meta({ description: 'Net spend from which it holds, where tiers go by spend' }),
    purchases: z
      .int()
      .min(1)
      .max(100_000)
      .exactOptional()
      .meta({ description: 'Number of purchases from which it holds, where tiers go by purchases' }),
    stage: z
      .strictObject({
        from: z.enum(stages).extract(['new_once', 'new_repeat', 'returning_once', 'returning_repeat']),
        spend: decimal.exactOptional(),
      })
      .exactOptional()
      .meta({ description: 'Stage (and lifetime spend) from which it holds, where tiers go by stage' }),
    benefits: tierBenefitsSchema,
  })
  .meta({ id: 'TierLevel' });

export const tiersSchema = z.strictObject({
  basis: z.enum(tierBases),
  window: z
    .union(
      [z.literal('lifetime'), z.strictObject({ days: days(1), graceDays: days(0) })],
      'must be "lifetime", or {"days": 1 to 3650, "graceDays": 0 to 3650}',
    )
    .meta({ description: 'What counts, by spend or purchases: all of them, or those of so many days' }),
  lostGraceDays: days(0).meta({ description: 'By stage: days a lost customer keeps the tier' }),
  levels: z.array(tierLevelSchema).min(1).max(10).meta({ description: 'From the lowest to the highest' }),
});

export const pointsSchema = z.strictObject({
  newcomerMultiplier: multiplier.meta({ description: 'For purchases before which there was no tier' }),
  expiryMonths: z
    .int('must be a whole number of months from 1 to 120, or null')
    .min(1)
    .max(120)
    .nullable()
    .meta({ description: 'Points go at the end of this month after the one they came in; null: never' }),
});

export type RfmSettings = z.output<typeof rfmSchema>;
export type TierBenefits = z.output<typeof tierBenefitsSchema>;
export type TierLevel = z.output<typeof tierLevelSchema>;
export type TierSettings = z.output<typeof tiersSchema>;
export type PointsSettings = z.output<typeof pointsSchema>;

export interface ValueSettings {
  readonly rfm: RfmSettings;
  readonly tiers: TierSettings;
  readonly points: PointsSettings;
}
