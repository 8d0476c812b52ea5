import type { Logger } from '@aws-lambda-powertools/logger';
import type { Work } from '../../shared/contracts/work.ts';
import { assertUnreachable } from '../../shared/domain/assert-unreachable.ts';
import { type AudienceDeps, planAudience } from '../../shared/usecases/campaigns/plan-audience.ts';
import { type RecallDeps, recallOrigin } from '../../shared/usecases/campaigns/recall-origin.ts';
import { continueReview, type ReviewDeps } from '../../shared/usecases/campaigns/review-campaign.ts';
import { type RunCampaignDeps, runCampaign } from '../../shared/usecases/campaigns/run-campaign.ts';
import { type HandOutDeps, handOutEvent } from '../../shared/usecases/events/hand-out-event.ts';
import { advanceEnrolments } from '../../shared/usecases/journeys/advance-enrolments.ts';
import {
  type AudienceDeps as JourneyAudienceDeps,
  lookAtAudience,
} from '../../shared/usecases/journeys/look-at-audience.ts';
import { type RehearsalDeps, rehearsePart } from '../../shared/usecases/rehearsal/rehearse-part.ts';

/** What campaigns, journeys, events and rehearsals bring to the work queue. */
const marketingWorkTypes = [
  'enrolments.due',
  'campaign.due',
  'campaign.audience',
  'campaign.review',
  'origin.recall',
  'journey.audience',
  'event.out',
  'rehearsal.part',
] as const satisfies readonly Work['type'][];
export type MarketingWork = Extract<Work, { type: (typeof marketingWorkTypes)[number] }>;

type CampaignWorkDeps = AudienceDeps & RunCampaignDeps & RecallDeps & ReviewDeps;

export type MarketingWorkDeps = HandOutDeps &
  CampaignWorkDeps &
  JourneyAudienceDeps &
  RehearsalDeps & { readonly logger: Logger };

export async function runMarketingWork(
  work: MarketingWork,
  remainingMs: () => number,
  deps: MarketingWorkDeps,
): Promise<void> {
  switch (work.type) {
    case 'enrolments.due': {
      const counts = await advanceEnrolments(work.enrolments, deps);
      deps.logger.info('journeys taken on', { ...counts });
      return;
    }
    case 'journey.audience': {
      const { journey, occurrence, segment } = work;
      const counts = await lookAtAudience(work, remainingMs, deps);
      deps.logger.info('everybody looked at for a journey', { journey, occurrence, segment, ...counts });
      return;
    }
    case 'campaign.due': {
      const steps = await runCampaign(work.campaign, deps);
      deps.logger.info('campaign looked at', { campaign: work.campaign, steps: [...steps] });
      return;
    }
    case 'campaign.audience': {
      const { campaign, round, segment } = work;
      const counts = await planAudience(work, remainingMs, deps);
      deps.logger.info('audience planned', { campaign, round, segment, ...counts });
      return;
    }
    case 'campaign.review':
      return continueReview(work, remainingMs, deps);
    case 'origin.recall': {
      const { origin, id, shard } = work;
      const counts = await recallOrigin(work, remainingMs, deps);
      deps.logger.info('messages recalled', { origin, id, shard, ...counts });
      return;
    }
    case 'event.out':
      return handOutEvent(work, deps);
    case 'rehearsal.part': {
      const part = await rehearsePart(work, remainingMs, deps);
      if (part) deps.logger.info('days rehearsed', { job: work.job, segment: work.segment, done: part.isDone });
      return;
    }
    default:
      return assertUnreachable(work);
  }
}
