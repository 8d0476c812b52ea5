import type { Campaign } from '../../domain/campaigns/campaign.ts';
import { tooLate } from '../../domain/campaigns/check-campaign.ts';
import { cancelled, launched, paused, resumed } from '../../domain/campaigns/course.ts';
import type { CampaignReview } from '../../domain/campaigns/review.ts';
import { hourMs } from '../../domain/durations.ts';
import { InvalidInputError, StateConflictError } from '../../domain/errors.ts';
import type { ReviewStore } from '../marketing-ports.ts';
import type { Actor, Versioned, WorkQueue } from '../ports.ts';
import type { ChangeDeps } from './change-campaign.ts';
import { readNames } from './names-of-campaign.ts';
import { recallOf } from './recall-origin.ts';
import { changeOf, checkCampaign, existingCampaign, type SaveCampaignDeps } from './save-campaign.ts';

export interface LaunchDeps extends SaveCampaignDeps, ChangeDeps {
  readonly reviews: ReviewStore;
  readonly work: WorkQueue;
}

/** A review older than this does not say any more who would get what. */
const reviewHoldsMs = 24 * hourMs;

/**
 * Confirms what was reviewed (DOMAIN 7: review -> confirm -> send). What is due at once begins at once.
 * @param review id of the review that is confirmed
 * @throws NotFoundError, InvalidInputError, StateConflictError where it cannot be launched, with what to do instead
 */
export async function launchCampaign(
  id: string,
  review: string,
  actor: Actor,
  deps: LaunchDeps,
): Promise<Versioned<Campaign>> {
  const { value: campaign, version } = await existingCampaign(id, deps);
  const now = deps.clock.now();
  const { timezone } = await deps.settings.settings(now);
  const value = launched(campaign, timezone, now);
  const late = tooLate(campaign.definition, timezone, now);
  if (late) throw new InvalidInputError([late]);
  await checkCampaign(campaign.definition, deps);
  await checkReview(campaign, review, now, deps);
  const next = await saved({ value, version }, 'launched', actor, deps);
  await startIfDue(next.value, now, deps);
  return next;
}

async function checkReview(campaign: Campaign, id: string, now: number, deps: LaunchDeps): Promise<void> {
  const review = await deps.reviews.readReview(campaign.id);
  const problem = whyNotConfirmed(review, id, now, (await readNames(campaign.definition, deps)).basis);
  if (problem !== undefined) throw new StateConflictError(problem);
}

function whyNotConfirmed(
  review: CampaignReview | undefined,
  id: string,
  now: number,
  basis: string,
): string | undefined {
  if (!review || review.id !== id) return 'This is not its last review: review it, and launch with the id of that.';
  if (review.state === 'running') return 'Its review is still running: wait until it is done.';
  if (review.basis !== basis)
    return 'The campaign, its segment, a template or its coupon has changed since the review: review it again.';
  if (now - review.asOf > reviewHoldsMs) return 'The review is older than a day: review it again.';
  const [unfilled] = Object.keys(review.tally.unfilled);
  if (unfilled !== undefined) {
    return `The template ${unfilled} could not be filled for everybody: correct it, and review again.`;
  }
  return undefined;
}

/** What is sent already stays sent; what waits, waits on. @throws NotFoundError, StateConflictError */
export async function pauseCampaign(id: string, actor: Actor, deps: LaunchDeps): Promise<Versioned<Campaign>> {
  const { value, version } = await existingCampaign(id, deps);
  return saved({ value: paused(value, deps.clock.now()), version }, 'paused', actor, deps);
}

/** What waited is called for again, as long as it has not expired. @throws NotFoundError, StateConflictError */
export async function resumeCampaign(id: string, actor: Actor, deps: LaunchDeps): Promise<Versioned<Campaign>> {
  const { value, version } = await existingCampaign(id, deps);
  const now = deps.clock.now();
  const { timezone } = await deps.settings.settings(now);
  const next = await saved({ value: resumed(value, timezone, now), version }, 'resumed', actor, deps);
  await recallOf({ type: 'campaign', id }, deps);
  await startIfDue(next.value, now, deps);
  return next;
}

/** What waits is given up. @throws NotFoundError, StateConflictError */
export async function cancelCampaign(id: string, actor: Actor, deps: LaunchDeps): Promise<Versioned<Campaign>> {
  const { value, version } = await existingCampaign(id, deps);
  const next = await saved({ value: cancelled(value, deps.clock.now()), version }, 'cancelled', actor, deps);
  await recallOf({ type: 'campaign', id }, deps);
  return next;
}

async function saved(
  campaign: Versioned<Campaign>,
  action: string,
  actor: Actor,
  { campaigns, clock }: LaunchDeps,
): Promise<Versioned<Campaign>> {
  await campaigns.saveCampaign(campaign, changeOf(campaign.value, action, ['state'], actor, clock.now()));
  return { value: campaign.value, version: campaign.version + 1 };
}

/** The sweep of the minute would find it, too. */
async function startIfDue({ id, nextAt }: Campaign, now: number, { work }: LaunchDeps): Promise<void> {
  if (nextAt !== undefined && nextAt <= now) await work.send({ type: 'campaign.due', campaign: id });
}
