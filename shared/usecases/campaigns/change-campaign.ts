import type { Instant } from '../../domain/calendar.ts';
import type { Campaign } from '../../domain/campaigns/campaign.ts';
import type { CampaignStore } from '../marketing-ports.ts';
import type { Clock, SettingsReader, Versioned } from '../ports.ts';
import { type Retrying, retried } from '../retried.ts';

export interface ChangeDeps extends Retrying {
  readonly campaigns: CampaignStore;
  readonly settings: SettingsReader;
  readonly clock: Clock;
}

/**
 * Changes a campaign as it stands by then, decided anew where somebody else was quicker.
 * @param change returns the same object where there is nothing to change
 * @returns the campaign after it; undefined where there is none
 * @throws ConflictError after several lost tries, StoreBusyError
 */
export function changeCampaign(
  id: string,
  deps: ChangeDeps,
  change: (campaign: Campaign, zone: string, now: Instant) => Campaign,
): Promise<Versioned<Campaign> | undefined> {
  return retried(async () => {
    const known = await deps.campaigns.readCampaign(id);
    if (!known) return undefined;
    const now = deps.clock.now();
    const { timezone } = await deps.settings.settings(now);
    const value = change(known.value, timezone, now);
    if (value === known.value) return known;
    await deps.campaigns.saveCampaign({ value, version: known.version });
    return { value, version: known.version + 1 };
  }, deps);
}
