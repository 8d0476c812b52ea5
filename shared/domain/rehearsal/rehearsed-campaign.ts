import type { Instant } from '../calendar.ts';
import type { Campaign, CampaignRound } from '../campaigns/campaign.ts';
import { launched, waitOf } from '../campaigns/course.ts';
import { nextRound } from '../campaigns/schedule.ts';
import { minuteMs } from '../durations.ts';

/** Rounds of one campaign within a rehearsal: more than one a day there are none. */
const mostRounds = 100;

/**
 * A campaign with the rounds it will have launched by `until`, reckoned as whoever launches it does; a draft as if it were
 * launched at `from`. What is paused or over has no more.
 * @param zone of the workspace
 */
export function withRoundsUntil(campaign: Campaign, zone: string, from: Instant, until: Instant): Campaign {
  const going = campaign.state === 'draft' ? launched(campaign, zone, from) : campaign;
  const { definition, state, startedAt } = going;
  if ((state !== 'scheduled' && state !== 'running') || startedAt === undefined) return going;
  const rounds: CampaignRound[] = [...going.rounds];
  let now = from;
  while (rounds.length < going.rounds.length + mostRounds) {
    const next = nextRound(definition, rounds, startedAt, zone, now);
    if (!next || next.at > until) break;
    // What comes due is found by the sweep of the next minute.
    now = Math.ceil(Math.max(next.at, now) / minuteMs) * minuteMs;
    const day = next.day === undefined ? {} : { day: next.day };
    rounds.push({ number: rounds.length + 1, launchedAt: now, parts: 1, plannedAt: now, ...day });
  }
  return { ...going, state: rounds.length > 0 ? 'running' : state, rounds };
}

/**
 * As it stands at a moment of a rehearsal: nobody reacts in it, and a test that is undecided by then goes to the first
 * variant (DOMAIN 7).
 */
export function decidedBy(campaign: Campaign, at: Instant): Campaign {
  const { definition, rounds } = campaign;
  const first = definition.variants?.of[0]?.id;
  if (!definition.variants?.test || first === undefined) return campaign;
  const wait = waitOf(definition);
  return {
    ...campaign,
    rounds: rounds.map((round) => {
      const over = round.launchedAt + wait;
      return round.winner || at < over ? round : { ...round, winner: { variant: first, at: over, decided: false } };
    }),
  };
}
