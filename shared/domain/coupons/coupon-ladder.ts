import * as z from 'zod';
import { definitionId } from '../definition-values.ts';
import { type Stage, stages } from '../life-cycle/stage.ts';
import { type RfmGroup, rfmGroups } from '../value/rfm-groups.ts';

/** Which coupon whom: a table of stage x value x days since the last purchase (DOMAIN 8, "Coupon ladder"). */

const days = z.int().min(0).max(3650);

export const couponLadderSchema = z
  .array(
    z
      .strictObject({
        stage: z.enum(stages).exactOptional(),
        group: z.enum(rfmGroups).exactOptional().meta({ description: 'Value group of RFM' }),
        fromDays: days.exactOptional().meta({ description: 'Days since the last purchase, at least' }),
        toDays: days.exactOptional().meta({ description: 'At most' }),
        coupon: definitionId,
      })
      .refine(({ fromDays, toDays }) => fromDays === undefined || toDays === undefined || fromDays <= toDays, {
        path: ['toDays'],
        message: 'must not be below fromDays',
      }),
  )
  .max(100)
  .meta({ description: 'The first row that fits gives the coupon; what a row leaves out fits everybody' });
export type CouponLadder = z.output<typeof couponLadderSchema>;

/** Where a customer stands on the ladder. */
export interface LadderStanding {
  readonly stage: Stage;
  /** Absent while no population is known. */
  readonly group?: RfmGroup;
  /** Calendar days since the last purchase; absent without one. */
  readonly days?: number;
}

/** @returns the id of the coupon, or undefined where no row fits */
export function couponOnLadder(ladder: CouponLadder, standing: LadderStanding): string | undefined {
  return ladder.find((row) => {
    const isStage = row.stage === undefined || row.stage === standing.stage;
    const isGroup = row.group === undefined || row.group === standing.group;
    return isStage && isGroup && isWithin(row, standing.days);
  })?.coupon;
}

function isWithin({ fromDays, toDays }: CouponLadder[number], since: number | undefined): boolean {
  if (fromDays === undefined && toDays === undefined) return true;
  if (since === undefined) return false;
  return since >= (fromDays ?? 0) && since <= (toDays ?? Number.POSITIVE_INFINITY);
}
