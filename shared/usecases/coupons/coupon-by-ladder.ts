import { dayOf, type Instant } from '../../domain/calendar.ts';
import { couponOnLadder } from '../../domain/coupons/coupon-ladder.ts';
import { type CustomerFile, purchasesOf } from '../../domain/customers/customer-file.ts';
import { stageAt } from '../../domain/life-cycle/stage.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import { rfmGroupOf } from '../../domain/value/rfm.ts';
import { rfmValuesAt } from '../../domain/value/rfm-values.ts';
import { valueRulesOf } from '../../domain/value/value-rules.ts';
import { valuedPurchases } from '../../domain/value/valued-purchase.ts';
import type { NightlyLimitsReader } from '../ports.ts';

/**
 * The coupon that the ladder has for a customer as they stand right before the message leaves (DOMAIN 8).
 * @param limits without them no value group is known, and rows that ask for one fit nobody
 * @returns undefined where no row fits
 */
export async function couponByLadder(
  file: CustomerFile,
  settings: Settings,
  now: Instant,
  limits: NightlyLimitsReader | undefined,
): Promise<string | undefined> {
  const { couponLadder, stages, timezone } = settings;
  if (couponLadder.length === 0) return undefined;
  const { rfm: rules } = valueRulesOf(settings);
  const purchases = valuedPurchases(file.orders, settings).filter(({ paidAt }) => paidAt <= now);
  const values = rfmValuesAt(purchases, now, rules.windowDays, timezone);
  const group = values && rfmGroupOf(values, rules, (await limits?.nightlyLimits())?.rfmPopulation);
  const last = purchases.at(-1);
  return couponOnLadder(couponLadder, {
    stage: stageAt(purchasesOf(file), now, stages, timezone),
    ...(group && { group }),
    ...(last && { days: dayOf(now, timezone) - last.day }),
  });
}
