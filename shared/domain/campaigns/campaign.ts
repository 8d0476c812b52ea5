import * as z from 'zod';
import type { Day, Instant } from '../calendar.ts';
import { amountText, definitionId, wallTime } from '../definition-values.ts';
import { holdoutShare } from '../effect/hold-out.ts';
import { channels, messageClasses } from '../messages/message-class.ts';

/** A campaign as data (DOMAIN 7), and where it stands. */

const id = definitionId;

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
  holdout: holdoutShare.default(0),
  variants: z
    .strictObject({
      of: z
        .array(z.strictObject({ id, share: z.number().gt(0).max(1), channels: parts }))
        .min(2)
        .max(5)
        .meta({
          description:
            'Shares sum to 1, over the channels of the campaign; the first goes out where a test is undecided',
        }),
      test: z
        .strictObject({
          share: z.number().gt(0).max(0.9),
          metric: z.enum(['opened', 'clicked', 'purchased']),
          waitHours: z.number().min(0.1).max(168),
        })
        .exactOptional()
        .meta({
          description: 'This share gets the variants, the rest after the wait the best; left out: a split for good',
        }),
    })
    .exactOptional(),
  priority: z.int().min(0).max(100).default(50).meta({ description: 'Of two of one class the higher goes first' }),
  budget: amountText('120.00').exactOptional().meta({
    description: 'At most this for the messages of a round, in the base currency; beyond it nobody more is planned',
  }),
  expiresAfterHours: z
    .int()
    .min(1)
    .max(720)
    .default(72)
    .meta({ description: 'Hours after they were due in which messages may go out' }),
  shopId: z
    .string()
    .min(1)
    .exactOptional()
    .meta({ description: 'Shop that speaks; left out, that of each customer’s last purchase, else the first' }),
});
export type CampaignInput = z.input<typeof campaignSchema>;
export type CampaignDefinition = z.output<typeof campaignSchema>;

export const campaignStates = ['draft', 'scheduled', 'running', 'paused', 'cancelled', 'done'] as const;
export type CampaignState = (typeof campaignStates)[number];

/** One sending of a campaign; a recurring one has many. */
export interface CampaignRound {
  /** 1, 2, ...: what its touches call their occurrence. */
  readonly number: number;
  readonly launchedAt: Instant;
  /** The day on which it goes out by each recipient's clock, where it goes by that. */
  readonly day?: Day;
  /** Parts that its audience is planned in. */
  readonly parts: number;
  /** When all of its audience was planned. */
  readonly plannedAt?: Instant;
  /** Decision of a test. */
  readonly winner?: { readonly variant: string; readonly at: Instant; readonly decided: boolean };
}

export interface Campaign {
  readonly id: string;
  readonly definition: CampaignDefinition;
  readonly state: CampaignState;
  /** Where it stood before it was paused. */
  readonly pausedFrom?: 'scheduled' | 'running';
  /** Why it has paused by itself. */
  readonly pauseReason?: string;
  /** When a person launched it. */
  readonly startedAt?: Instant;
  readonly rounds: readonly CampaignRound[];
  /** When it launches next, decides its test, or is looked at for its end. */
  readonly nextAt?: Instant;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

export type Schedule = CampaignDefinition['schedule'];
export type CampaignPart = CampaignDefinition['channels'][number];

/** Variant of those who wait for the decision of a test. */
export const undecidedVariant = 'winner';

/** The occurrence of a round's touches. */
export function occurrenceOf(round: number): string {
  return `round ${round}`;
}

/** The round that a touch belongs to; undefined for what no campaign has named. */
export function roundOf(occurrence: string): number | undefined {
  const number = /^round (\d+)$/.exec(occurrence)?.[1];
  return number === undefined ? undefined : Number(number);
}
