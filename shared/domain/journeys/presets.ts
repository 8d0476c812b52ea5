import type { Channel, MessageClass } from '../messages/message-class.ts';
import { type JourneyDefinition, type JourneyInput, journeySchema, type SendStep, type Step } from './journey.ts';

/**
 * The journeys every workspace finds ready (DOMAIN 8), in the very format of its own; all but two wait to be switched on.
 *
 * Templates they send, with class, channels and what they may say besides customer, shop and consent (`order.*` where the
 * journey is about an order; `coupon.*` only where the ladder or the tier has one for the customer):
 *
 * | template                   | class         | channels   | variables                                          |
 * | -------------------------- | ------------- | ---------- | -------------------------------------------------- |
 * | order-confirmation         | transactional | email, sms | order                                              |
 * | shipping-notice            | transactional | sms, email | order, order.carrier, order.tracking               |
 * | out-for-delivery           | transactional | sms, email | order, order.carrier, order.tracking               |
 * | delivery-exception         | transactional | sms, email | order, order.carrier, order.tracking               |
 * | delivered-thanks           | care          | email, sms | order                                              |
 * | refund-progress            | transactional | sms, email | order, trigger.refundStatus, .refundAmount, .currency |
 * | payment-reminder           | transactional | sms, email | order                                              |
 * | payment-reminder-mail      | transactional | email      | order                                              |
 * | payment-reminder-last      | transactional | sms        | order                                              |
 * | abandoned-checkout         | promotional   | email, sms | trigger.product (often missing), products          |
 * | satisfaction-questionnaire | transactional | email, sms | order, questionnaire.url                           |
 * | second-purchase-care       | care          | email, sms | order                                              |
 * | second-purchase-products   | news          | email, sms | order, products                                    |
 * | second-purchase-coupon     | promotional   | email, sms | order, coupon                                      |
 * | win-back-reminder          | care          | email, sms | trigger.days                                       |
 * | win-back-questionnaire     | care          | email, sms | trigger.days, questionnaire.url                    |
 * | win-back-coupon            | promotional   | email, sms | trigger.days, coupon                               |
 * | win-back-care              | care          | email, sms | trigger.days                                       |
 * | win-back-larger-coupon     | promotional   | email, sms | trigger.days, coupon                               |
 * | win-back-sale              | promotional   | email, sms | trigger.days, products                             |
 * | birthday                   | care          | email, sms | coupon                                             |
 * | anniversary                | care          | email, sms | trigger.years, coupon                              |
 * | festival-greeting          | care          | email, sms | trigger.festival, .zh, .en, coupon                 |
 * | tier-up                    | care          | email, sms | trigger.tier, .tierZh, .tierEn                     |
 * | tier-near                  | news          | email, sms | trigger.tier, .tierZh, .tierEn, .missing, .basis, .currency |
 * | turned-silent              | care          | email, sms | -                                                  |
 */
export interface JourneyPreset {
  readonly definition: JourneyDefinition;
  /** On before anybody has switched it. */
  readonly enabled: boolean;
}

const mailFirst = ['email', 'sms'] as const;
const textFirst = ['sms', 'email'] as const;
/** From ten in the morning until quiet hours begin at nine: a greeting is for its day. */
const thatDay = 11;
/** Quiet hours take twelve, and what they hold back leaves right after them. */
const overNight = 14;
/** Earns the order it is about (DOMAIN 10). */
const payment = { purpose: 'payment' } as const;

const aboutOrders: readonly JourneyInput[] = [
  {
    id: 'order-confirmation',
    name: 'Order confirmation',
    trigger: { on: 'order.paid' },
    steps: [send('confirm', 'order-confirmation', 'transactional', mailFirst, 24, { purpose: 'order' })],
  },
  onTheWay('shipping-notice', 'Shipped', 'order.shipped', 24),
  onTheWay('out-for-delivery', 'Out for delivery', 'order.outForDelivery', 12),
  onTheWay('delivery-exception', 'Delivery exception', 'order.exception', 24),
  {
    id: 'delivered-thanks',
    name: 'Delivered: thanks and how-to',
    trigger: { on: 'order.delivered' },
    steps: [send('thank', 'delivered-thanks', 'care', mailFirst, 48)],
    exit: ['refund'],
  },
  {
    id: 'refund-progress',
    name: 'Refund progress',
    trigger: { on: 'refund.changed' },
    steps: [send('notice', 'refund-progress', 'transactional', textFirst, 24, { purpose: 'refund' })],
  },
  {
    id: 'payment-reminder-new',
    name: 'Payment reminder, new customer',
    trigger: { on: 'order.unpaid' },
    filter: { field: 'orders.count', op: 'eq', value: 0 },
    steps: [
      { wait: { hours: 2 } },
      send('notice', 'payment-reminder', 'transactional', textFirst, overNight, payment),
      { wait: { days: 1, at: '10:00', from: 'cause' } },
      send('mail', 'payment-reminder-mail', 'transactional', ['email'], 5, payment),
      { wait: { days: 1, at: '15:00', from: 'cause' } },
      send('text', 'payment-reminder-last', 'transactional', ['sms'], 6, payment),
    ],
    exit: ['paid', 'cancelled'],
  },
  {
    id: 'payment-reminder-returning',
    name: 'Payment reminder, returning customer',
    trigger: { on: 'order.unpaid' },
    filter: { field: 'orders.count', op: 'gte', value: 1 },
    steps: [
      { wait: { hours: 2 } },
      send('notice', 'payment-reminder', 'transactional', textFirst, overNight, payment),
      { wait: { days: 1, at: '15:00', from: 'cause' } },
      send('text', 'payment-reminder-last', 'transactional', ['sms'], 6, payment),
    ],
    exit: ['paid', 'cancelled'],
  },
  {
    id: 'satisfaction-questionnaire',
    name: 'Satisfaction questionnaire',
    trigger: { on: 'order.received', afterDelivery: 3, afterShipping: 7 },
    steps: [send('ask', 'satisfaction-questionnaire', 'transactional', mailFirst, 72)],
    exit: ['refund'],
  },
];

const afterBuying: readonly JourneyInput[] = [
  {
    id: 'abandoned-checkout',
    name: 'Abandoned checkout',
    trigger: { on: 'event', type: 'checkout_started' },
    steps: [
      { wait: { hours: 4 } },
      send('mail', 'abandoned-checkout', 'promotional', ['email'], 24),
      { wait: { days: 1 } },
      // The second half of one reminder: the mail holds its place.
      send('text', 'abandoned-checkout', 'promotional', ['sms'], 24, { own: true }),
    ],
    exit: ['order'],
    reentry: { days: 3 },
  },
  {
    id: 'second-purchase',
    name: 'Second purchase',
    trigger: { on: 'purchase.first' },
    steps: [
      { wait: { days: 7, from: 'cause' } },
      send('care', 'second-purchase-care', 'care', mailFirst),
      { wait: { days: 21, from: 'cause' } },
      send('products', 'second-purchase-products', 'news', mailFirst),
      { wait: { days: 35, from: 'cause' } },
      send('coupon', 'second-purchase-coupon', 'promotional', mailFirst, 72, { coupon: 'ladder' }),
    ],
    exit: ['purchase', 'refund'],
  },
  winBack(45, 'reminder', 'Win-back, day 45: reminder', 'care'),
  winBack(60, 'questionnaire', 'Win-back, day 60: questionnaire', 'care'),
  winBack(90, 'coupon', 'Win-back, day 90: coupon', 'promotional', 'ladder'),
  winBack(120, 'care', 'Win-back, day 120: care', 'care'),
  winBack(180, 'larger-coupon', 'Win-back, day 180: larger coupon', 'promotional', 'ladder'),
  winBack(360, 'sale', 'Win-back, day 360: special sale', 'promotional'),
  {
    id: 'turned-silent',
    name: 'Has turned silent',
    trigger: { on: 'stage.entered', stage: 'silent' },
    steps: [send('greet', 'turned-silent', 'care', mailFirst)],
    exit: ['stage.left'],
  },
];

/** Who has bought knows the shop that speaks; whoever has not has none yet. */
const buyers = { field: 'orders.count', op: 'gte', value: 1 } as const;

const greetings: readonly JourneyInput[] = [
  {
    id: 'birthday',
    name: 'Birthday',
    trigger: { on: 'birthday' },
    filter: buyers,
    steps: [send('greet', 'birthday', 'care', mailFirst, thatDay, { purpose: 'birthday', coupon: 'tier-gift' })],
  },
  {
    id: 'anniversary',
    name: 'Anniversary of the first purchase',
    trigger: { on: 'anniversary' },
    steps: [send('greet', 'anniversary', 'care', mailFirst, thatDay, { coupon: 'tier-gift' })],
  },
  {
    id: 'festival-greeting',
    name: 'Spring Festival greeting',
    trigger: { on: 'festival', festival: 'spring-festival' },
    filter: buyers,
    steps: [send('greet', 'festival-greeting', 'care', mailFirst, thatDay, { coupon: 'tier-gift' })],
  },
  {
    id: 'tier-up',
    name: 'Tier up',
    trigger: { on: 'tier.up' },
    steps: [send('congratulate', 'tier-up', 'care', mailFirst)],
  },
  {
    id: 'tier-near',
    name: 'Near the next tier',
    trigger: { on: 'tier.near', percent: 10 },
    steps: [send('nudge', 'tier-near', 'news', mailFirst)],
  },
];

function send(
  id: string,
  template: string,
  messageClass: MessageClass,
  on: readonly Channel[],
  expiresAfterHours = 72,
  rest: Partial<Pick<SendStep, 'purpose' | 'own' | 'coupon'>> = {},
): Step {
  const others = { purpose: 'other', priority: 50, ...rest } as const;
  return { send: { id, class: messageClass, channels: [...on], template, expiresAfterHours, ...others } };
}

/** A notice with the tracking number. */
function onTheWay(
  id: string,
  name: string,
  on: 'order.shipped' | 'order.outForDelivery' | 'order.exception',
  expiresAfterHours: number,
): JourneyInput {
  return {
    id,
    name,
    trigger: { on },
    steps: [send('notice', id, 'transactional', textFirst, expiresAfterHours, { purpose: 'shipping' })],
    exit: ['refund'],
  };
}

/** A step of the ladder, which brings its stage's allowance along (DOMAIN 3). */
function winBack(
  day: number,
  what: string,
  name: string,
  messageClass: 'care' | 'promotional',
  coupon?: 'ladder',
): JourneyInput {
  return {
    id: `win-back-${day}`,
    name,
    trigger: { on: 'days.sincePurchase', day },
    steps: [send(what, `win-back-${what}`, messageClass, mailFirst, 72, { own: true, ...(coupon && { coupon }) })],
    exit: ['purchase'],
    group: 'win-back',
  };
}

const onAtFirst: ReadonlySet<string> = new Set(['order-confirmation', 'turned-silent']);

export const journeyPresets: readonly JourneyPreset[] = [...aboutOrders, ...afterBuying, ...greetings].map((input) => ({
  definition: journeySchema.parse(input),
  enabled: onAtFirst.has(input.id),
}));
