import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { composedSizes, type MessageSizes } from '../usecases/campaigns/message-sizes.ts';
import type { OriginStanding } from '../usecases/campaigns/recall-origin.ts';
import type { CouponReader } from '../usecases/coupons/coupon-ports.ts';
import type { CampaignProgress, CampaignStore, OriginIndex, ReviewStore } from '../usecases/marketing-ports.ts';
import type { ComposeDeps } from '../usecases/messages/compose-message.ts';
import type { Clock } from '../usecases/ports.ts';
import { dynamoOriginIndex } from './dynamodb/origin-index.ts';
import { dynamoCampaignProgress, dynamoCampaignStore, dynamoReviewStore } from './dynamodb/workspace/campaigns.ts';

interface CampaignEnvironment {
  readonly WORKSPACE_TABLE: string;
  readonly TOUCHES_TABLE: string;
}

/** What campaigns are kept in and measured by. */
export interface CampaignParts {
  readonly campaigns: CampaignStore;
  readonly progress: CampaignProgress;
  readonly reviews: ReviewStore;
  readonly originIndex: OriginIndex;
  readonly sizes: MessageSizes;
}

/** Campaigns, how far their rounds are, and their reviews, on the real tables. */
export function campaignsOn(
  dynamo: DynamoDBClient,
  env: CampaignEnvironment,
  deps: ComposeDeps & { readonly couponStore: Pick<CouponReader, 'coupon'>; readonly clock: Clock },
): CampaignParts {
  const workspace = { client: dynamo, name: env.WORKSPACE_TABLE };
  return {
    campaigns: dynamoCampaignStore(workspace, env.TOUCHES_TABLE, deps.clock),
    progress: dynamoCampaignProgress(workspace, deps.clock),
    reviews: dynamoReviewStore(workspace),
    originIndex: dynamoOriginIndex(dynamo, env.TOUCHES_TABLE),
    sizes: composedSizes(deps),
  };
}

/** How a campaign stands as of now. */
export function standingOfCampaign({ campaigns }: Pick<CampaignParts, 'campaigns'>) {
  return async (id: string): Promise<OriginStanding> => {
    const campaign = (await campaigns.readCampaign(id))?.value;
    if (!campaign || campaign.state === 'cancelled') return 'over';
    return campaign.state === 'paused' ? 'held' : 'on';
  };
}
