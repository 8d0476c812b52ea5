import type { ShopEvent } from '../../contracts/platforms/platform.ts';
import { timeRefused } from '../../domain/behaviour/behaviour.ts';
import type { Update } from '../../domain/customers/customer-file.ts';
import { compareStrength } from '../../domain/customers/identity.ts';
import { type BehaviourDeps, takeInBehaviour } from '../behaviour/take-in-behaviour.ts';
import type { SettingsReader } from '../ports.ts';
import type { RecordingDeps } from './record-order.ts';
import { recordUpdate, type UpdateOutcome } from './record-update.ts';

export type ShopEventDeps = RecordingDeps &
  Pick<BehaviourDeps, 'behaviour' | 'heard'> & { readonly settings: SettingsReader };

/**
 * Records what a shop tells that a customer did, after what it says of them: whoever begins to buy and is not known
 * becomes a prospect, whatever comes first. What is too old for an event still says who they are.
 * @returns `ahead` where it lies in the future: nothing is recorded then
 * @throws ConflictError after lost tries, StoreBusyError when throttled; it can come again as it is
 */
export async function recordShopEvent(
  update: Update,
  event: ShopEvent,
  shop: string,
  deps: ShopEventDeps,
): Promise<UpdateOutcome | 'ahead'> {
  const now = deps.clock.now();
  const refused = timeRefused(event.at, now);
  if (refused === 'ahead') return 'ahead';
  const said = await recordUpdate(update, shop, await deps.settings.settings(now), deps);
  if (said === 'erased' || refused) return said;
  const keys = [...update.identities].sort(compareStrength);
  const [done] = await takeInBehaviour([{ ...event, doer: { keys } }], deps);
  return done?.type === 'recorded' ? 'recorded' : said;
}
