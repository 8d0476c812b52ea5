import * as z from 'zod';
import { definitionId, wallTime } from '../definition-values.ts';
import { holdoutShare } from '../effect/hold-out.ts';
import { stages } from '../life-cycle/stage.ts';
import { channels, messageClasses, purposes } from '../messages/message-class.ts';
import { segmentRuleSchema } from '../segments/rule-schema.ts';

/** A journey as data (DOMAIN 8): trigger -> steps, with exits, a filter and a re-entry rule. Presets are written in it, too. */

export const journeyId = definitionId;
const stepId = definitionId;
const days = z.int().min(1).max(3650);

/** What starts a journey. Those by date are found by the night; the others are hints of changed records. */
export const triggerSchema = z.discriminatedUnion('on', [
  z.strictObject({ on: z.literal('order.paid') }),
  /** Waits for its payment; cash on delivery, transfers and authorised orders do not count (DOMAIN 1). */
  z.strictObject({ on: z.literal('order.unpaid') }),
  z.strictObject({ on: z.literal('order.shipped') }),
  z.strictObject({ on: z.literal('order.outForDelivery') }),
  z.strictObject({ on: z.literal('order.exception') }),
  z.strictObject({ on: z.literal('order.delivered') }),
  /** `afterDays` after delivery, or after shipping where no delivery date comes. */
  z.strictObject({ on: z.literal('order.received'), afterDelivery: days, afterShipping: days }),
  z.strictObject({
    on: z.literal('refund.changed'),
    status: z.enum(['requested', 'success', 'refused']).exactOptional(),
  }),
  z.strictObject({ on: z.literal('purchase.first') }),
  /** A behaviour event (DOMAIN 14), such as `checkout_started`. */
  z.strictObject({ on: z.literal('event'), type: z.string().min(1).max(60) }),
  z.strictObject({ on: z.literal('stage.entered'), stage: z.enum(stages) }),
  z.strictObject({ on: z.literal('tier.up'), tier: z.string().exactOptional() }),
  /** Within `percent` of the next tier's limit. */
  z.strictObject({ on: z.literal('tier.near'), percent: z.int().min(1).max(50) }),
  z.strictObject({ on: z.literal('tag.added'), tag: z.string().min(1) }),
  z.strictObject({ on: z.literal('segment.entered'), segment: z.string().min(1) }),
  /** On the n-th day since the last purchase, at a time of the customer's clock. */
  z.strictObject({ on: z.literal('days.sincePurchase'), day: days, at: wallTime.default('10:00') }),
  /** Solar or lunar; 29 February is the 28th in other years. `daysBefore` 0: on the day. */
  z.strictObject({
    on: z.literal('birthday'),
    daysBefore: z.int().min(0).max(60).default(0),
    at: wallTime.default('10:00'),
  }),
  /** Of the first purchase. */
  z.strictObject({ on: z.literal('anniversary'), at: wallTime.default('10:00') }),
  /** A day of the marketing calendar, by its id; for everybody whom the filter holds of. */
  z.strictObject({
    on: z.literal('festival'),
    festival: z.string().min(1),
    daysBefore: z.int().min(0).max(60).default(0),
    at: wallTime.default('10:00'),
  }),
]);
export type Trigger = z.output<typeof triggerSchema>;

/** Facts that end a journey before its next step: looked at when a step is due, and right before its message leaves. */
export const exitReasons = ['paid', 'cancelled', 'order', 'purchase', 'refund', 'stage.left', 'rule'] as const;
export type ExitReason = (typeof exitReasons)[number];

const sendSchema = z.strictObject({
  /** Names the step within the journey; part of the id of what it sends. */
  id: stepId,
  class: z.enum(messageClasses),
  purpose: z.enum(purposes).default('other'),
  /** In order of preference: the first on which the customer can be reached. */
  channels: z.array(z.enum(channels)).min(1),
  template: journeyId,
  /** Hours after it was due in which it may go out; what waits longer is skipped. */
  expiresAfterHours: z.int().min(1).max(8760).default(72),
  priority: z.int().min(0).max(100).default(50),
  /** Brings its own allowance: takes no place of its class (win-back steps, DOMAIN 3). */
  own: z.boolean().exactOptional(),
  /** A coupon that goes with it, drawn right before it leaves; by the coupon ladder, the gift of the tier, or this one. */
  coupon: z.union([z.enum(['ladder', 'tier-gift']), journeyId]).exactOptional(),
});
export type SendStep = z.output<typeof sendSchema>;

const waitSchema = z
  .strictObject({
    minutes: z.int().min(1).max(525_600).exactOptional(),
    hours: z.number().min(0.1).max(8760).exactOptional(),
    /** Calendar days on the customer's clock, at the same wall time unless `at` is given. */
    days: z.int().min(0).max(3650).exactOptional(),
    at: wallTime.exactOptional(),
    /** Counts from the cause; left out, from the end of the last wait. */
    from: z.literal('cause').exactOptional(),
  })
  .refine(({ minutes, hours, days }) => [minutes, hours, days].filter((one) => one !== undefined).length === 1, {
    message: 'give one of minutes, hours and days',
  })
  .refine(({ days, at }) => at === undefined || days !== undefined, { message: 'a time goes with days' });

export type Wait = z.output<typeof waitSchema>;

export type Step =
  | { readonly wait: Wait }
  | { readonly send: SendStep }
  | { readonly branch: Branch }
  | { readonly tag: { readonly id: string; readonly add?: string; readonly remove?: string } }
  | { readonly coupon: { readonly id: string; readonly coupon: string } }
  | { readonly points: { readonly id: string; readonly amount: number; readonly reason: string } }
  | {
      readonly task: {
        readonly id: string;
        readonly kind: CaseKind;
        readonly reason: string;
        readonly severity: number;
      };
    }
  | { readonly webhook: { readonly id: string; readonly event: string } };

export const caseKinds = ['complaint', 'return', 'review', 'question'] as const;
export type CaseKind = (typeof caseKinds)[number];

/** By a rule of the segment language on the live record, or by what became of an earlier step's message. */
export interface Branch {
  readonly if:
    | { readonly rule: z.output<typeof segmentRuleSchema> }
    | { readonly reacted: 'opened' | 'clicked'; readonly step: string };
  readonly yes: readonly Step[];
  readonly no: readonly Step[];
}

export const stepSchema: z.ZodType<Step> = z.union([
  z.strictObject({ wait: waitSchema }),
  z.strictObject({ send: sendSchema }),
  z.strictObject({
    branch: z.strictObject({
      if: z.union([
        z.strictObject({ rule: segmentRuleSchema }),
        z.strictObject({ reacted: z.enum(['opened', 'clicked']), step: stepId }),
      ]),
      get yes() {
        return z.array(stepSchema).max(20);
      },
      get no() {
        return z.array(stepSchema).max(20).default([]);
      },
    }),
  }),
  z.strictObject({
    tag: z.strictObject({ id: stepId, add: z.string().exactOptional(), remove: z.string().exactOptional() }),
  }),
  z.strictObject({ coupon: z.strictObject({ id: stepId, coupon: journeyId }) }),
  z.strictObject({
    points: z.strictObject({ id: stepId, amount: z.int().min(1).max(1_000_000), reason: z.string().min(1).max(200) }),
  }),
  z.strictObject({
    task: z.strictObject({
      id: stepId,
      kind: z.enum(caseKinds),
      reason: z.string().min(1).max(500),
      severity: z.int().min(1).max(3).default(2),
    }),
  }),
  z.strictObject({ webhook: z.strictObject({ id: stepId, event: z.string().regex(/^[a-z][a-z0-9_.-]{0,59}$/) }) }),
]);

export const journeySchema = z.strictObject({
  id: journeyId,
  name: z.string().min(1).max(100),
  trigger: triggerSchema,
  /** Whom it is for, as of the trigger; a rule of the segment language. */
  filter: segmentRuleSchema.exactOptional(),
  steps: z.array(stepSchema).min(1).max(50),
  exit: z.array(z.enum(exitReasons)).default([]),
  /** Drawn when they come to their first message, once for each time they enter; the draw is the same each time. */
  holdout: holdoutShare.exactOptional(),
  /** `each`: for every occurrence of the trigger; `once`; or again after so many days at the earliest. */
  reentry: z.union([z.enum(['each', 'once']), z.strictObject({ days })]).default('each'),
  /** Shops it is on for; left out: all of them. */
  shops: z.array(z.string().min(1)).exactOptional(),
  /** Journeys of one group are shown together, such as the steps of the win-back ladder. */
  group: journeyId.exactOptional(),
});
export type JourneyInput = z.input<typeof journeySchema>;
export type JourneyDefinition = z.output<typeof journeySchema>;

/** A journey as it is kept: its newest definition, and whether it runs. */
export interface Journey {
  readonly id: string;
  /** Of the definition; customers in flight finish on theirs. */
  readonly version: number;
  readonly definition: JourneyDefinition;
  readonly enabled: boolean;
  /** Since when it runs: what was crossed before is not made up for. */
  readonly enabledAt?: number;
  /** Paused: nobody enters and nothing leaves; steps that go stale meanwhile expire. */
  readonly pausedAt?: number;
  /** Of one entered with a segment: the parts of the base in which everybody was looked at once, and how many there are. */
  readonly baseline?: { readonly parts: number; readonly done: readonly number[] };
  readonly preset: boolean;
  readonly updatedAt: number;
}
