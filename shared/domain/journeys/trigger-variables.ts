import type { Situation } from '../messages/template-variables.ts';
import type { SendStep, Trigger } from './journey.ts';
import { isOrderTrigger } from './order-occurrences.ts';

/** What triggers bring to templates as `trigger.<name>`, always, with an example for previews; others bring nothing. */
const variables: { readonly [On in Trigger['on']]?: Readonly<Record<string, string | number>> } = {
  'refund.changed': { refundStatus: 'success', refundAmount: '20.00', currency: 'CNY' },
  'stage.entered': { stage: 'silent' },
  'tier.up': { tier: 'vip', tierZh: 'VIP', tierEn: 'VIP' },
  'tier.near': { tier: 'vip', tierZh: 'VIP', tierEn: 'VIP', missing: '120.00', basis: 'spend', currency: 'CNY' },
  'segment.entered': { segment: 'tea-lovers' },
  'days.sincePurchase': { days: 45 },
  anniversary: { years: 1 },
  festival: { festival: 'spring-festival', zh: '春节', en: 'Spring Festival' },
};

export function triggerVariables({ on }: Trigger): Readonly<Record<string, string | number>> {
  return variables[on] ?? {};
}

/**
 * What a template can count on in a journey, so that one that asks for more is found before it is saved. A coupon by the
 * ladder or the tier is not there for everybody.
 */
export function situationOf(trigger: Trigger, { class: messageClass, coupon }: SendStep): Situation {
  return {
    class: messageClass,
    order: isOrderTrigger(trigger) || trigger.on === 'purchase.first',
    refund: trigger.on === 'refund.changed',
    coupon: coupon !== undefined && coupon !== 'ladder' && coupon !== 'tier-gift',
    trigger: Object.keys(triggerVariables(trigger)),
  };
}
