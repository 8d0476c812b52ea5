import type { Instant } from '../domain/calendar.ts';
import { occurrencesOfCustomer, occurrencesOfOrder } from '../domain/journeys/occurrences.ts';
import type { Settings } from '../domain/settings/settings.ts';
import type { Touch } from '../domain/touches/touch.ts';
import { journeysOf } from './plan-touches.ts';
import type { SendingScene } from './read-sending-scene.ts';

export type GoneReason = 'rule_off' | 'shop_gone' | 'order_moved' | 'order_undone' | 'stage_left';

/**
 * Why a planned message has lost its cause, looked at once more right before it would leave: its rule was switched off, its
 * order was paid back or belongs to somebody else by now, its customer has moved on.
 * @returns undefined while it is still called for
 */
export function whyNoLongerCalledFor(
  touch: Touch,
  scene: Pick<SendingScene, 'file' | 'order' | 'shopOf'>,
  settings: Settings,
  now: Instant,
): GoneReason | undefined {
  const journey = journeysOf(settings).find(({ id }) => id === touch.origin.id);
  if (!journey?.enabled) return 'rule_off';
  const shop = scene.shopOf(touch);
  if (touch.shop !== undefined && !shop) return 'shop_gone';
  if (touch.order !== undefined) {
    // The file it was planned for may have been taken apart since.
    if (!scene.file.orders.has(touch.order)) return 'order_moved';
    const order = scene.order(touch.order)?.order;
    const zone = shop?.timezone ?? settings.timezone;
    return order && occurrencesOfOrder(journey, order, zone).length > 0 ? undefined : 'order_undone';
  }
  const still = occurrencesOfCustomer(journey, scene.file, settings, now);
  return still.some(({ name }) => name === touch.occurrence) ? undefined : 'stage_left';
}
