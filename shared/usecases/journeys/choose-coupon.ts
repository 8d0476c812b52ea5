import type { Instant } from '../../domain/calendar.ts';
import type { CustomerFile } from '../../domain/customers/customer-file.ts';
import type { SendStep } from '../../domain/journeys/journey.ts';
import type { Settings } from '../../domain/settings/settings.ts';
import { membershipAt } from '../../domain/value/membership.ts';

/**
 * The coupon that goes with a message: the one named, or the gift of the tier (DOMAIN 5). `ladder` stays as it is: whoever
 * issues looks where the customer stands right before the message leaves.
 * @returns undefined where none is meant for this customer
 */
export function chooseCoupon(
  choice: SendStep['coupon'],
  file: CustomerFile,
  settings: Settings,
  now: Instant,
): string | undefined {
  return choice === 'tier-gift' ? membershipAt(file, settings, now).tier.tier?.benefits.birthdayCoupon : choice;
}
