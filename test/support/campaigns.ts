import { type CampaignDefinition, type CampaignInput, campaignSchema } from '../../shared/domain/campaigns/campaign.ts';

/** A promotion by mail to everybody, at once, unless told otherwise. */
export function aDefinition(changes: Partial<CampaignInput> = {}): CampaignDefinition {
  return campaignSchema.parse({
    id: 'spring',
    name: 'Spring',
    class: 'promotional',
    segmentId: 'all',
    channels: [{ channel: 'email', templateId: 'spring' }],
    schedule: { at: 'now' },
    ...changes,
  });
}
