import type { campaignRoutes } from '../../../shared/contracts/http/campaigns.ts';
import type { RouteHandlers } from '../../../shared/runtime/api-request.ts';

export type CampaignApiDeps = object;

export function campaignHandlers(_deps: CampaignApiDeps): RouteHandlers<keyof typeof campaignRoutes> {
  return {};
}
