import * as z from 'zod';
import type { Instant } from '../calendar.ts';
import { channels, messageClasses } from '../messages/message-class.ts';

/** A campaign as data (DOMAIN 7), and where it stands. */

const id = z.string().regex(/^[a-z0-9][a-z0-9-]{0,59}$/, 'must be 1 to 60 lower-case letters, digits and -');
const wallTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as 10:00');
const decimal = z.string().regex(/^\d{1,12}(\.\d{1,3})?$/, 'must be an amount such as "120.00"');

const parts = z
  .array(z.strictObject({ channel: z.enum(channels), templateId: id }))
  .min(1)
  .max(3)
  .meta({ description: 'Each recipient gets every channel on which they can be reached: one contact' });

export const scheduleSchema = z.union([
  z.strictObject({ at: z.literal('now') }),
  z.strictObject({ at: z.iso.datetime({ offset: true }) }),
  /** On each recipient's clock, on this date or else the next time it is that hour. */
  z.strictObject({ at: z.strictObject({ localTime: wallTime, date: z.iso.date().exactOptional() }) }),
  z.strictObject({
    every: z.enum(['week', 'month']),
    /** 1 Monday to 7 Sunday; day of the month (the last day where a month has fewer). */
    day: z.int().min(1).max(31),
    localTime: wallTime,
    until: z.iso.date().exactOptional(),
  }),
]);

export const campaignSchema = z.strictObject({
  id,
  name: z.string().trim().min(1).max(100),
  class: z.enum(messageClasses).exclude(['transactional']),
  segmentId: z.string().min(1),
  channels: parts,
  couponId: id.exactOptional(),
  schedule: scheduleSchema,
  /** Share that gets nothing, so that the effect is measured. */
  holdout: z.number().min(0).max(0.5).default(0),
  variants: z
    .strictObject({
      /** Shares sum to 1; the first is what goes to the rest where a test is undecided. */
      of: z
        .array(z.strictObject({ id, share: z.number().gt(0).max(1), channels: parts }))
        .min(2)
        .max(5),
      /** Left out: a split for good. */
      test: z
        .strictObject({
          share: z.number().gt(0).max(0.9),
          metric: z.enum(['opened', 'clicked', 'purchased']),
          waitHours: z.number().min(0.1).max(168),
        })
        .exactOptional(),
    })
    .exactOptional(),
  priority: z.int().min(0).max(100).default(50),
  /** At most this for messages, in the base currency; beyond it nobody more is planned. */
  budget: decimal.exactOptional(),
  /** Hours after they were due in which messages may go out. */
  expiresAfterHours: z.int().min(1).max(720).default(72),
  /** Shop that speaks; left out, the shop of each customer's last purchase, else the first. */
  shopId: z.string().min(1).exactOptional(),
});
export type CampaignInput = z.input<typeof campaignSchema>;
export type CampaignDefinition = z.output<typeof campaignSchema>;

export const campaignStates = ['draft', 'scheduled', 'running', 'paused', 'cancelled', 'done'] as const;
export type CampaignState = (typeof campaignStates)[number];

/** One sending of a campaign; a recurring one has many. */
export interface CampaignRound {
  /** `1`, `2`, ...: the occurrence its touches are named after. */
  readonly number: number;
  readonly launchedAt: Instant;
  /** Parts of the audience that are planned, and all of them. */
  readonly partsDone: readonly number[];
  readonly parts: number;
  /** When all of its audience was planned. */
  readonly plannedAt?: Instant;
  /** Decision of a test. */
  readonly winner?: { readonly variant: string; readonly at: Instant; readonly decided: boolean };
  /** Millionths of the base currency that planned messages have taken of the budget. */
  readonly spent: number;
}

export interface Campaign {
  readonly id: string;
  readonly definition: CampaignDefinition;
  readonly state: CampaignState;
  /** Where it stood before it was paused. */
  readonly pausedFrom?: 'scheduled' | 'running';
  readonly rounds: readonly CampaignRound[];
  /** When it launches next, or decides its test. */
  readonly nextAt?: Instant;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}
