import type { Instant } from '../calendar.ts';
import { hourMs } from '../durations.ts';
import { StateConflictError } from '../errors.ts';
import type { Campaign, CampaignDefinition, CampaignRound } from './campaign.ts';
import { endOfRound, type NextRound, nextRound } from './schedule.ts';

/**
 * The course of a campaign: draft -> scheduled | running -> (paused ->) cancelled | done. What cannot be done in the state
 * it is in is refused with what to do instead.
 */

/** How long a campaign that should be at its end is given before it is looked at again. */
const endCheckMs = 600_000;

export function drafted(definition: CampaignDefinition, now: Instant): Campaign {
  return { id: definition.id, definition, state: 'draft', rounds: [], createdAt: now, updatedAt: now };
}

/**
 * Another definition; what was scheduled must be reviewed and launched again.
 * @throws StateConflictError once anything of it has gone out
 */
export function edited(campaign: Campaign, definition: CampaignDefinition, now: Instant): Campaign {
  const { state, rounds } = campaign;
  if (rounds.length > 0 || state === 'cancelled' || state === 'done') {
    throw new StateConflictError(
      `The campaign is ${state} and has been sent from: make a new one under another id${isOver(campaign) ? '' : ', and cancel this one'}.`,
    );
  }
  return { id: campaign.id, definition, state: 'draft', rounds, createdAt: campaign.createdAt, updatedAt: now };
}

/** @throws StateConflictError where it is not a draft, or its time has passed */
export function launched(campaign: Campaign, zone: string, now: Instant): Campaign {
  const { state } = campaign;
  if (state !== 'draft') throw new StateConflictError(`The campaign is ${state} already${advice[state]}`);
  return timed({ ...campaign, state: 'scheduled', startedAt: now, updatedAt: now }, zone, now);
}

const advice = {
  scheduled: ': cancel it, or change it to make it a draft again.',
  running: ': pause or cancel it.',
  paused: ': resume it.',
  cancelled: ': make a new one under another id.',
  done: ': make a new one under another id.',
} as const;

/** @throws StateConflictError where nothing is under way */
export function paused(campaign: Campaign, now: Instant, reason?: string): Campaign {
  const { state } = campaign;
  if (state !== 'scheduled' && state !== 'running') {
    throw new StateConflictError(
      state === 'draft' ? 'The campaign is a draft: it has not been launched.' : notUnderWay(campaign),
    );
  }
  const { nextAt: _none, ...rest } = campaign;
  return {
    ...rest,
    state: 'paused',
    pausedFrom: state,
    updatedAt: now,
    ...(reason !== undefined && { pauseReason: reason }),
  };
}

function notUnderWay({ state }: Campaign): string {
  return `The campaign is ${state}${state === 'paused' ? ' already: resume or cancel it.' : ': nothing of it is under way.'}`;
}

/** @throws StateConflictError where it is not paused, or has missed its time */
export function resumed(campaign: Campaign, zone: string, now: Instant): Campaign {
  const { pausedFrom = 'running', pauseReason: _over, ...rest } = campaign;
  if (rest.state !== 'paused') {
    throw new StateConflictError(`The campaign is ${rest.state}: only a paused one is resumed.`);
  }
  const next = timed({ ...rest, state: pausedFrom, updatedAt: now }, zone, now);
  if (nextStep(next, zone, now)?.type === 'finish' && next.rounds.length === 0) {
    throw new StateConflictError(
      'Its time to go out has passed while it was paused: cancel it, or change its schedule.',
    );
  }
  return next;
}

/** @throws StateConflictError where there is nothing to cancel */
export function cancelled(campaign: Campaign, now: Instant): Campaign {
  const { state } = campaign;
  if (state === 'draft') throw new StateConflictError('The campaign is a draft: delete it.');
  if (isOver(campaign)) throw new StateConflictError(`The campaign is ${state}: there is nothing to cancel.`);
  const { nextAt: _none, pausedFrom: _from, pauseReason: _reason, ...rest } = campaign;
  return { ...rest, state: 'cancelled', updatedAt: now };
}

export function isOver({ state }: Campaign): boolean {
  return state === 'cancelled' || state === 'done';
}

/** What a campaign whose moment has come is to do. */
export type DueStep =
  | { readonly type: 'launch'; readonly next: NextRound }
  | { readonly type: 'decide'; readonly round: number }
  | { readonly type: 'finish' };

/** The next thing it does by itself, and when; undefined where it does nothing more. */
export function nextStep(
  campaign: Campaign,
  zone: string,
  now: Instant,
): (DueStep & { readonly at: Instant }) | undefined {
  const { definition, rounds, state, startedAt } = campaign;
  if ((state !== 'scheduled' && state !== 'running') || startedAt === undefined) return undefined;
  const next = nextRound(definition, rounds, startedAt, zone, now);
  const steps = [
    ...(next ? [{ type: 'launch' as const, next, at: next.at }] : []),
    ...undecided(definition, rounds).map(({ number, launchedAt }) => ({
      type: 'decide' as const,
      round: number,
      at: launchedAt + waitOf(definition),
    })),
  ].sort((a, b) => a.at - b.at);
  return (
    steps[0] ?? { type: 'finish', at: Math.max(startedAt, ...rounds.map((round) => endOfRound(definition, round))) }
  );
}

function undecided(definition: CampaignDefinition, rounds: readonly CampaignRound[]): CampaignRound[] {
  return definition.variants?.test ? rounds.filter(({ winner }) => !winner) : [];
}

/** Milliseconds from the launch of a round to the decision of its test. */
export function waitOf({ variants }: CampaignDefinition): number {
  return (variants?.test?.waitHours ?? 0) * hourMs;
}

/** With the moment of its next step. */
export function timed(campaign: Campaign, zone: string, now: Instant): Campaign {
  const { nextAt: _before, ...rest } = campaign;
  const step = nextStep(rest, zone, now);
  return { ...rest, ...(step && { nextAt: step.at }) };
}

/** With another round under way. */
export function roundBegun(
  campaign: Campaign,
  { day }: NextRound,
  parts: number,
  zone: string,
  now: Instant,
): Campaign {
  const number = campaign.rounds.length + 1;
  const round: CampaignRound = { number, launchedAt: now, ...(day !== undefined && { day }), parts };
  return timed({ ...campaign, state: 'running', rounds: [...campaign.rounds, round], updatedAt: now }, zone, now);
}

/** With what is known of a round besides; the same object where there is no such round. */
export function withRound(
  campaign: Campaign,
  number: number,
  known: Partial<Pick<CampaignRound, 'plannedAt' | 'winner'>>,
  zone: string,
  now: Instant,
): Campaign {
  const round = campaign.rounds.find((one) => one.number === number);
  if (!round) return campaign;
  const rounds = campaign.rounds.map((one) => (one === round ? { ...one, ...known } : one));
  return timed({ ...campaign, rounds, updatedAt: now }, zone, now);
}

/** Nothing of it is under way any more; or, while something is, to be looked at again. */
export function finished(campaign: Campaign, isStillPending: boolean, now: Instant): Campaign {
  const isPlanned = campaign.rounds.every(({ plannedAt }) => plannedAt !== undefined);
  if (isStillPending || !isPlanned) return { ...campaign, nextAt: now + endCheckMs };
  const { nextAt: _none, ...rest } = campaign;
  return { ...rest, state: 'done', updatedAt: now };
}
