import type { Instant } from '../calendar.ts';
import { minuteMs } from '../durations.ts';

/** What other systems may hear of. A journey's own events are `journey.` and the name its step gives. */
export const eventTypes = [
  'order.paid',
  'order.refunded',
  'stage.changed',
  'tier.up',
  'touch.sent',
  'coupon.issued',
  'coupon.redeemed',
  'case.opened',
  'case.resolved',
  'case.escalated',
  'questionnaire.answered',
  'ping',
] as const;
export type EventType = (typeof eventTypes)[number];

/**
 * Something that happened. Ids, amounts and words of ours only, nothing personal: who may know more asks the API. Told at
 * least once and in no order; the same cause has the same id, by which a receiver knows a repetition.
 */
export interface DomainEvent {
  readonly id: string;
  /** One of `eventTypes`, or `journey.` and a name. */
  readonly type: string;
  readonly occurredAt: Instant;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What a subscription asks for: `*`, a whole group such as `order.*`, or one type. */
export function wants(asked: readonly string[], type: string): boolean {
  return asked.some((one) => one === '*' || one === type || (one.endsWith('.*') && type.startsWith(one.slice(0, -1))));
}

/** Minutes until the next try after so many that failed: a day in all, as Standard Webhooks proposes. */
const pausesMinutes = [0.1, 1, 5, 30, 120, 300, 600, 840] as const;

/** @returns undefined when it is given up */
export function nextTryAt(tries: number, now: Instant): Instant | undefined {
  const minutes = pausesMinutes[tries - 1];
  return minutes === undefined ? undefined : now + minutes * minuteMs;
}

/** Of telling one event to one that listens. */
export const deliveryStates = ['delivered', 'waiting', 'failed'] as const;
export type DeliveryState = (typeof deliveryStates)[number];
