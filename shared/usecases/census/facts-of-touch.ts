import type { FactRow } from '../../contracts/facts-files.ts';
import { dayOf, type Instant } from '../../domain/calendar.ts';
import type { Touch } from '../../domain/touches/touch.ts';

export interface TouchFrame {
  /** Of what came later nothing is told. */
  readonly asOf: Instant;
  /** The workspace's. */
  readonly zone: string;
}

/**
 * A message as facts tell it, without address and text.
 * @returns undefined for one that had not gone out by then; one of which nobody knows tells no time of sending
 */
export function factsOfTouch(touch: Touch, { asOf, zone }: TouchFrame): FactRow<'touches'> | undefined {
  const { customer, id, origin, channel, class: kind, state, claim, reactions, credited } = touch;
  if (state !== 'sent' && state !== 'unconfirmed') return undefined;
  const wentAt = touch.sentAt ?? claim?.at;
  if (wentAt === undefined || wentAt > asOf) return undefined;
  const byThen = (at: Instant | undefined) => (at === undefined || at > asOf ? null : at);
  const sentAt = byThen(touch.sentAt);
  const deliveredAt = byThen(reactions.delivered);
  const reachedAt = deliveredAt ?? sentAt;
  return {
    customer,
    touch: id,
    origin: origin.id,
    channel,
    class: kind,
    state,
    sentAt,
    deliveredAt,
    // A mailbox that was full at first and took it later has it.
    bouncedAt: byThen(reactions.bounced) ?? (deliveredAt === null ? byThen(reactions.softBounced) : null),
    openedAt: byThen(reactions.opened),
    clickedAt: byThen(reactions.clicked),
    unsubscribedAt: byThen(reactions.unsubscribed),
    step: origin.step,
    template: touch.template,
    variant: touch.variant ?? null,
    coupon: touch.coupon ?? null,
    parts: touch.parts ?? null,
    cost: touch.cost ?? null,
    creditedOrders: credited?.orders ?? 0,
    creditedAmount: credited?.amount ?? 0,
    day: reachedAt === null ? null : dayOf(reachedAt, zone),
  };
}
