import type { Instant } from '../calendar.ts';
import { comparableCode } from '../coupons/coupon-code.ts';
import type { CustomerFile } from '../customers/customer-file.ts';
import { amountInBase } from '../customers/summary.ts';
import { dayMs } from '../durations.ts';
import { isTransactional } from '../messages/message-class.ts';
import type { Settings } from '../settings/settings.ts';
import { type Bought, type Credited, type Touch, touchName } from '../touches/touch.ts';

/** A purchase as attribution sees it. */
export interface CreditableOrder {
  /** `shop#order` */
  readonly ref: string;
  /** When it was placed; when it was paid, where that is not known. */
  readonly placedAt: Instant;
  readonly paidAt: Instant;
  /** Net of refunds, in minor units of the base currency. */
  readonly amount: number;
  /** Of the coupons used in it. */
  readonly codes: readonly string[];
  /** Taken off the prices, in minor units of the base currency; 0 where it is not looked at. */
  readonly discount: number;
  /** Of what was not given back, in minor units of the base currency; absent where it is not known of every piece. */
  readonly goodsCost?: number;
}

/** What of a touch decides whether it earned an order. */
export type CreditableTouch = Pick<
  Touch,
  | 'customer'
  | 'id'
  | 'origin'
  | 'state'
  | 'class'
  | 'purpose'
  | 'order'
  | 'code'
  | 'sentAt'
  | 'claim'
  | 'reactions'
  | 'occurredAt'
  | 'drawn'
>;

/** The purchases of a file, by what is known today. */
export function creditableOrders(file: CustomerFile, settings: Settings): CreditableOrder[] {
  return [...file.orders].flatMap(([ref, { purchase, statedAt }]) => {
    if (!purchase) return [];
    const { paidAt, coupons: codes } = purchase;
    // An order is placed before it is paid; a claim that says otherwise is none.
    const placedAt = statedAt > 0 && statedAt <= paidAt ? statedAt : paidAt;
    return [{ ref, placedAt, paidAt, amount: amountInBase(purchase, settings) ?? 0, codes, discount: 0 }];
  });
}

/**
 * The touch that an order is credited to (DOMAIN 10): of those that went out at most `days` before it was placed the one
 * whose coupon was used, else the last clicked, else the last delivered. A payment reminder earns the order it is about,
 * where that was paid after it.
 */
export function creditedTouch<T extends CreditableTouch>(
  order: CreditableOrder,
  touches: readonly T[],
  days: number,
): T | undefined {
  const eligible = touches.flatMap((touch) => {
    const at = momentFor(touch, order);
    const { reached } = reachedAt(touch);
    if (at === undefined || reached === undefined || reached > at || at > reached + days * dayMs) return [];
    return [{ touch, reached, clicked: clickedBy(touch, at) }];
  });
  const byCoupon = eligible.filter(({ touch }) => usedCouponOf(touch, order));
  const byClick = eligible.filter(({ clicked }) => clicked !== undefined);
  return (
    latest(byCoupon, ({ reached }) => reached) ??
    latest(byClick, ({ clicked = 0 }) => clicked) ??
    latest(eligible, ({ reached }) => reached)
  );
}

/** Whether the coupon that went with the touch was used in the order. */
function usedCouponOf({ code }: CreditableTouch, { codes }: CreditableOrder): boolean {
  return code !== undefined && codes.some((used) => comparableCode(used) === comparableCode(code));
}

/** The moment of the order that has to follow the touch; undefined where it cannot have earned it. */
function momentFor({ class: messageClass, purpose, order: about }: CreditableTouch, order: CreditableOrder) {
  if (purpose === 'payment') return about === order.ref ? order.paidAt : undefined;
  return isTransactional(messageClass) ? undefined : order.placedAt;
}

/** Delivered as reported; where nothing is reported (most SMS) when it was sent, unless it came back. */
export function reachedAt({ state, sentAt, claim, reactions }: CreditableTouch): { reached?: Instant } {
  if (state !== 'sent' && state !== 'unconfirmed') return {};
  if (reactions.delivered !== undefined) return { reached: reactions.delivered };
  if (reactions.bounced !== undefined || reactions.softBounced !== undefined) return {};
  const at = sentAt ?? claim?.at;
  return at === undefined ? {} : { reached: at };
}

function clickedBy({ reactions: { clicked } }: CreditableTouch, at: Instant): Instant | undefined {
  return clicked !== undefined && clicked <= at ? clicked : undefined;
}

/**
 * Whether what was told of a touch late may change who has earned an order that is known already: it turns out not to have
 * reached its customer by then, to have reached them though it seemed to have failed, or to have been clicked.
 */
export function movesCredit(before: CreditableTouch & Pick<Touch, 'credited'>, after: CreditableTouch): boolean {
  if (before.reactions.clicked !== after.reactions.clicked) return true;
  if (reachedAt(before).reached === reachedAt(after).reached) return false;
  return before.credited !== undefined || before.state === 'failed';
}

/** The one with the latest moment; of equal ones that with the smaller name, so that the order of rows does not decide. */
function latest<T extends { readonly touch: CreditableTouch }>(
  all: readonly T[],
  moment: (one: T) => Instant,
): T['touch'] | undefined {
  let best: T | undefined;
  for (const one of all) {
    const difference = best === undefined ? 1 : moment(one) - moment(best);
    if (best === undefined || difference > 0 || (difference === 0 && touchName(one.touch) < touchName(best.touch)))
      best = one;
  }
  return best?.touch;
}

/** What one touch has earned, and what its customer bought in its days whatever earned it. */
export interface Effect {
  readonly credited?: Credited;
  readonly bought?: Bought;
}

/**
 * The effect of every touch of a customer, from their orders as they are now: a refund takes back what it had earned.
 * @param days in which an order counts (config, 7)
 * @returns by `customer id`; touches without effect are not in it
 */
export function effectsOf(
  touches: readonly CreditableTouch[],
  orders: readonly CreditableOrder[],
  days: number,
): ReadonlyMap<string, Effect> {
  const effects = new Map<string, Effect>();
  const put = (touch: CreditableTouch, more: (known: Effect) => Effect) => {
    effects.set(touchName(touch), more(effects.get(touchName(touch)) ?? {}));
  };
  for (const order of orders) {
    const earner = creditedTouch(order, touches, days);
    if (earner) put(earner, (known) => ({ ...known, credited: withCredit(known.credited, earner, order) }));
    for (const touch of touches) {
      if (isInItsArm(order, touch, days)) put(touch, (known) => ({ ...known, bought: withOrder(known.bought, order) }));
    }
  }
  return effects;
}

function withOrder({ orders, amount }: Bought = { orders: 0, amount: 0 }, order: CreditableOrder): Bought {
  return { orders: orders + 1, amount: amount + order.amount };
}

function withCredit(known: Credited | undefined, touch: CreditableTouch, order: CreditableOrder): Credited {
  const { discount, margin } = known ?? { discount: 0, margin: 0 };
  const isKnown = margin !== undefined && order.goodsCost !== undefined;
  return {
    ...withOrder(known, order),
    discount: discount + (usedCouponOf(touch, order) ? order.discount : 0),
    ...(isKnown && { margin: margin + order.amount - (order.goodsCost ?? 0) }),
  };
}

/**
 * Campaigns draw arms, and journeys with a hold-out: both are followed from the launch, or the draw, on, whoever was reached;
 * those of a journey until the last of its messages has had its days.
 */
function isInItsArm(order: CreditableOrder, touch: CreditableTouch, days: number): boolean {
  const { at, lastAt } = touch.drawn ?? { at: touch.occurredAt, lastAt: touch.occurredAt };
  if (touch.origin.type !== 'campaign' && !touch.drawn) return false;
  const moment = touch.drawn && touch.purpose === 'payment' ? momentFor(touch, order) : order.placedAt;
  return moment !== undefined && moment > at && moment <= lastAt + days * dayMs;
}
