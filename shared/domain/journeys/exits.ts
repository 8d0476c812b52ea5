import { assertUnreachable } from '../assert-unreachable.ts';
import { dayOf, formatDay, type Instant } from '../calendar.ts';
import { type CustomerFile, purchasesOf } from '../customers/customer-file.ts';
import { stageAt } from '../life-cycle/stage.ts';
import { rateOn } from '../money.ts';
import { type Order, shopOfRef } from '../orders/order.ts';
import { isRefundedInFull, paidAtOf, statusOf } from '../orders/status.ts';
import type { SegmentRule } from '../segments/rule.ts';
import type { Settings } from '../settings/settings.ts';
import { sincePurchase } from './date-occurrences.ts';
import type { Enrolment } from './enrolment.ts';
import type { ExitReason, JourneyDefinition } from './journey.ts';
import { waitsForPayment } from './order-occurrences.ts';

/** What exits are read from, as it is right now: asked by the step that is due, and once more before its message leaves. */
export interface ExitFacts {
  readonly file: CustomerFile;
  /** The order it is about; left out where there is none. */
  readonly order?: Order;
  /** Those of `otherOrders`, which a payment reminder looks at. */
  readonly others?: readonly Order[];
  readonly settings: Pick<Settings, 'stages' | 'timezone' | 'baseCurrency' | 'rates'>;
  /** Whether a rule of the segment language holds of the customer. */
  holds(rule: SegmentRule): boolean;
}

/** What says where an enrolment stands. */
export type Entered = Pick<Enrolment, 'at' | 'order' | 'occurrence' | 'done'>;

/**
 * The fact that ends a journey before its next step, if there is one (DOMAIN 8): one of its exits has come, or what it
 * started from is not so any more.
 */
export function exitReasonOf(
  definition: JourneyDefinition,
  enrolment: Entered,
  facts: ExitFacts,
  now: Instant,
): ExitReason | undefined {
  return (
    definition.exit.find((reason) => hasCome(reason, definition, enrolment, facts, now)) ??
    lostCause(definition, enrolment, facts, now)
  );
}

/**
 * Keys of the customer's other orders that a payment reminder has to know as they are now: those of the shop that are no
 * purchases and were made no earlier. Of several that wait to be paid the newest is spoken of.
 */
export function otherOrders(definition: JourneyDefinition, enrolment: Entered, { orders }: CustomerFile): string[] {
  const { order: own, at } = enrolment;
  if (own === undefined || !isReminder(definition)) return [];
  return [...orders].flatMap(([ref, { purchase, statedAt }]) =>
    !purchase && ref !== own && statedAt >= at && shopOfRef(ref) === shopOfRef(own) ? [ref] : [],
  );
}

function isReminder({ trigger, exit }: JourneyDefinition): boolean {
  return trigger.on === 'order.unpaid' && exit.includes('paid');
}

function hasCome(
  reason: ExitReason,
  definition: JourneyDefinition,
  enrolment: Entered,
  facts: ExitFacts,
  now: Instant,
): boolean {
  const { file, order } = facts;
  switch (reason) {
    case 'paid':
      return (
        order !== undefined &&
        (paidAtOf(order) !== undefined ||
          isBoughtAgain(order, enrolment, file) ||
          isPaymentParked(order, enrolment, facts.settings))
      );
    case 'cancelled':
      return order !== undefined && isCalledOff(order);
    case 'order':
      return [...file.orders].some(([ref, { statedAt }]) => ref !== enrolment.order && statedAt >= enrolment.at);
    case 'purchase':
      return hasBoughtSince(enrolment, file, now);
    case 'refund':
      return isGoingBack(enrolment, file, order);
    case 'stage.left':
      return hasLeftStage(definition, enrolment, facts, now);
    case 'rule':
      return definition.filter !== undefined && !facts.holds(definition.filter);
    default:
      return assertUnreachable(reason);
  }
}

/** What the enrolment was called for by has turned out otherwise. */
function lostCause(
  definition: JourneyDefinition,
  enrolment: Entered,
  { file, order, others = [] }: ExitFacts,
  now: Instant,
): ExitReason | undefined {
  const { trigger } = definition;
  if (trigger.on === 'order.paid' && order && isCalledOff(order)) return 'cancelled';
  if (isReminder(definition) && order && others.some((other) => speaksFor(other, order))) return 'order';
  const isUnbegun = Object.keys(enrolment.done).length === 0;
  if (trigger.on !== 'days.sincePurchase' || !isUnbegun) return undefined;
  const [counted] = sincePurchase(trigger.day, file, now);
  return counted?.name === enrolment.occurrence ? undefined : 'purchase';
}

/** A newer order of the shop that waits for its payment, too: several unpaid orders get one message (DOMAIN 8). */
function speaksFor(other: Order, order: Order): boolean {
  if (other.shop !== order.shop || other.id === order.id || !waitsForPayment(other)) return false;
  return other.statedAt > order.statedAt || (other.statedAt === order.statedAt && other.id > order.id);
}

/** Without a rate a payment is parked unread (DOMAIN 1): nobody can tell that it has not been paid. */
function isPaymentParked({ description }: Order, { at }: Entered, settings: ExitFacts['settings']): boolean {
  const currency = description?.value.currency;
  if (currency === undefined || currency === settings.baseCurrency) return false;
  return rateOn(settings.rates, currency, formatDay(dayOf(at, settings.timezone))) === undefined;
}

/** Everything in it has been bought in the same shop since, by an order of its own (DOMAIN 8, "Paid meanwhile"). */
function isBoughtAgain(order: Order, { at }: Entered, { orders }: CustomerFile): boolean {
  const wanted = new Set(order.description?.value.items.map(({ productId }) => productId));
  if (wanted.size === 0) return false;
  for (const [ref, { purchase }] of orders) {
    if (!purchase || purchase.paidAt < at || shopOfRef(ref) !== order.shop) continue;
    for (const { product } of purchase.lines) wanted.delete(product);
  }
  return wanted.size === 0;
}

function isCalledOff(order: Order): boolean {
  return statusOf(order) === 'cancelled' || isRefundedInFull(order);
}

/** Another purchase after the cause; what an order itself has become is none. */
function hasBoughtSince({ at, order: own }: Entered, { orders }: CustomerFile, now: Instant): boolean {
  return [...orders].some(([ref, { purchase }]) => {
    return purchase !== undefined && ref !== own && purchase.paidAt >= at && purchase.paidAt <= now;
  });
}

/** Asked for or made, be it of a part; or called off after it was paid. */
function isGoingBack({ order: ref }: Entered, { orders }: CustomerFile, order: Order | undefined): boolean {
  if (order) {
    return isRefundedInFull(order) || order.refunds.some(({ value }) => value.status !== 'refused');
  }
  const entry = ref === undefined ? undefined : orders.get(ref);
  return entry !== undefined && (!entry.purchase || entry.earning !== undefined || entry.refundOpenSince !== undefined);
}

/** The stage the journey is for, or that of its beginning, is not the present one. */
function hasLeftStage(
  { trigger }: JourneyDefinition,
  { at }: Entered,
  { file, settings }: ExitFacts,
  now: Instant,
): boolean {
  const purchases = purchasesOf(file);
  const stageOn = (instant: Instant) => stageAt(purchases, instant, settings.stages, settings.timezone);
  return stageOn(now) !== (trigger.on === 'stage.entered' ? trigger.stage : stageOn(at));
}
