import type { Cursors } from '../../../shared/adapters/crypto/cursors.ts';
import type { CampaignPatch, campaignRoutes } from '../../../shared/contracts/http/campaigns.ts';
import { type Campaign, type CampaignDefinition, occurrenceOf } from '../../../shared/domain/campaigns/campaign.ts';
import type { CampaignReview } from '../../../shared/domain/campaigns/review.ts';
import type { TouchBrief } from '../../../shared/domain/effect/touch-brief.ts';
import { NotFoundError } from '../../../shared/domain/errors.ts';
import { answerPage } from '../../../shared/runtime/answer-page.ts';
import type { RouteHandlers } from '../../../shared/runtime/api-request.ts';
import { json, noContent } from '../../../shared/runtime/json-answer.ts';
import {
  cancelCampaign,
  type LaunchDeps,
  launchCampaign,
  pauseCampaign,
  resumeCampaign,
} from '../../../shared/usecases/campaigns/launch-campaign.ts';
import { type ReviewDeps, reviewCampaign } from '../../../shared/usecases/campaigns/review-campaign.ts';
import { type FindingsDeps, findingsOf } from '../../../shared/usecases/campaigns/review-findings.ts';
import {
  changeDefinition,
  createCampaign,
  existingCampaign,
  removeCampaign,
} from '../../../shared/usecases/campaigns/save-campaign.ts';
import { reportOfOrigin } from '../../../shared/usecases/effect/report-of-origin.ts';
import type { OriginIndex } from '../../../shared/usecases/marketing-ports.ts';
import type { Versioned } from '../../../shared/usecases/ports.ts';
import { campaignView, reviewView } from '../views/campaign.ts';
import { effectView } from '../views/effect.ts';

export type CampaignApiDeps = LaunchDeps &
  ReviewDeps &
  FindingsDeps & { readonly cursors: Cursors; readonly originIndex: OriginIndex };

type Handlers = RouteHandlers<keyof typeof campaignRoutes>;

/** A request ends after 29 seconds; a review that takes longer goes on as work. */
const reviewMs = 20_000;

export function campaignHandlers(deps: CampaignApiDeps): Handlers {
  const answer = (campaign: Versioned<Campaign>) => json(campaignView(campaign));
  return {
    listCampaigns: ({ query }) =>
      answerPage(
        ['campaigns'],
        query,
        deps.cursors,
        (after, limit) => deps.campaigns.listCampaigns(after, limit),
        campaignView,
      ),
    createCampaign: async ({ body, actor }) => json(campaignView(await createCampaign(body, actor, deps)), 201),
    getCampaign: async ({ params }) => answer(await existingCampaign(params.id, deps)),
    changeCampaign: async ({ params, body: { version, ...patch }, actor }) =>
      answer(await changeDefinition(params.id, version, (definition) => patched(definition, patch), actor, deps)),
    async removeCampaign({ params, actor }) {
      await removeCampaign(params.id, actor, deps);
      return noContent;
    },
    async reviewCampaign({ params }) {
      const review = await reviewCampaign(params.id, deps.clock.now() + reviewMs, deps);
      return showReview(review, deps);
    },
    async getCampaignReview({ params }) {
      const review = await deps.reviews.readReview(params.id);
      if (!review) throw new NotFoundError(`There is no review of a campaign ${params.id}.`);
      return showReview(review, deps);
    },
    launchCampaign: async ({ params, body, actor }) =>
      answer(await launchCampaign(params.id, body.review, actor, deps)),
    pauseCampaign: async ({ params, actor }) => answer(await pauseCampaign(params.id, actor, deps)),
    resumeCampaign: async ({ params, actor }) => answer(await resumeCampaign(params.id, actor, deps)),
    cancelCampaign: async ({ params, actor }) => answer(await cancelCampaign(params.id, actor, deps)),
    async reportCampaign({ params: { id }, query: { round } }) {
      await existingCampaign(id, deps);
      const counts = (brief: TouchBrief) => round === undefined || brief.occurrence === occurrenceOf(round);
      const report = await reportOfOrigin({ type: 'campaign', id }, deps, groupsOf, counts);
      return json(effectView(report, await deps.settings.settings(deps.clock.now())));
    },
  };
}

async function showReview(review: CampaignReview, deps: CampaignApiDeps) {
  const { value } = await existingCampaign(review.campaign, deps);
  return json(reviewView(await findingsOf(review, value.definition, deps)));
}

function groupsOf({ channel, template, variant }: TouchBrief): string[] {
  return [`channel:${channel}`, `template:${template}`, ...(variant === undefined ? [] : [`variant:${variant}`])];
}

function patched(definition: CampaignDefinition, patch: Omit<CampaignPatch, 'version'>): CampaignDefinition {
  const given = Object.entries(patch).filter(([, value]) => value !== undefined);
  const merged = Object.entries({ ...definition, ...Object.fromEntries(given) }).filter(([, value]) => value !== null);
  return Object.fromEntries(merged) as unknown as CampaignDefinition;
}
