import type { Instant } from '../calendar.ts';
import type { Channel } from '../messages/message-class.ts';
import type { Touch, TouchState } from '../touches/touch.ts';

/** What reports count of a touch; stands in the index by origin, so that a report reads no touch itself. */
export interface TouchBrief {
  readonly step: string;
  readonly occurrence: string;
  readonly channel: Channel;
  readonly template: string;
  /** `planned` and `claimed` are one here: pending. */
  readonly state: 'pending' | Exclude<TouchState, 'planned' | 'claimed'>;
  readonly reason?: string;
  readonly undrawn?: true;
  readonly variant?: string;
  readonly coupon?: string;
  readonly sentAt?: Instant;
  readonly reactions?: Touch['reactions'];
  readonly parts?: number;
  /** Millionths of the base currency. */
  readonly cost?: number;
  readonly credited?: Touch['credited'];
  readonly bought?: Touch['bought'];
}

export function briefOf(touch: Touch): TouchBrief {
  const { origin, occurrence, channel, template, state, variant, coupon, sentAt, reactions, parts, cost } = touch;
  const { credited, bought } = touch;
  const isPending = state === 'planned' || state === 'claimed';
  return {
    step: origin.step,
    occurrence,
    channel,
    template,
    state: isPending ? 'pending' : state,
    ...(!isPending && touch.reason !== undefined && { reason: touch.reason }),
    ...(touch.undrawn && { undrawn: true as const }),
    ...(variant !== undefined && { variant }),
    ...(coupon !== undefined && { coupon }),
    ...(sentAt !== undefined && { sentAt }),
    ...(Object.keys(reactions).length > 0 && { reactions }),
    ...(!isPending && parts !== undefined && { parts }),
    ...(!isPending && cost !== undefined && { cost }),
    ...(credited && { credited }),
    ...(bought && { bought }),
  };
}
