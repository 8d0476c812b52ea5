import type { CampaignJson, CampaignReviewJson } from '../../../shared/contracts/http/campaigns.ts';
import { moneyView } from '../../../shared/contracts/http/values.ts';
import { formatDay, formatInstant, formatInstantOrNull } from '../../../shared/domain/calendar.ts';
import type { Campaign } from '../../../shared/domain/campaigns/campaign.ts';
import { minorOf } from '../../../shared/domain/messages/message-price.ts';
import type { ReviewFindings } from '../../../shared/usecases/campaigns/review-findings.ts';
import type { Versioned } from '../../../shared/usecases/ports.ts';

export function campaignView({ value, version }: Versioned<Campaign>): CampaignJson {
  const { definition, state, pauseReason, nextAt, rounds, createdAt, updatedAt } = value;
  return {
    ...definition,
    state,
    pauseReason: pauseReason ?? null,
    nextAt: formatInstantOrNull(nextAt),
    rounds: rounds.map(({ number, launchedAt, day, plannedAt, winner }) => ({
      number,
      launchedAt: formatInstant(launchedAt),
      day: day === undefined ? null : formatDay(day),
      planned: plannedAt !== undefined,
      winner: winner ? { ...winner, at: formatInstant(winner.at) } : null,
    })),
    version,
    createdAt: formatInstant(createdAt),
    updatedAt: formatInstant(updatedAt),
  };
}

export function reviewView(findings: ReviewFindings): CampaignReviewJson {
  const { review, currency, averageOrder, margin, coupon, advice, budget, warnings } = findings;
  const { tally } = review;
  const money = (amount: number) => moneyView({ amount, currency });
  const cost = (millionths: number) => money(minorOf(millionths, currency));
  const channels = Object.entries(tally.byChannel);
  return {
    id: review.id,
    campaign: review.campaign,
    state: review.state,
    asOf: formatInstant(review.asOf),
    count: tally.members,
    recipients: tally.recipients,
    holdout: tally.heldOut,
    unreachable: tally.unreachable,
    heldBack: tally.heldBack,
    channels: channels.map(([channel, { messages, parts, cost: spent }]) => ({
      channel,
      messages,
      parts: channel === 'sms' ? parts : null,
      cost: cost(spent),
    })),
    variants: tally.byVariant,
    cost: cost(channels.reduce((sum, [, { cost: spent }]) => sum + spent, 0)),
    budget: budget === undefined ? null : cost(budget),
    averageOrder: averageOrder === undefined ? null : money(averageOrder),
    margin: margin ?? null,
    coupon: coupon ? { id: coupon.id, needed: coupon.needed, left: coupon.left ?? null } : null,
    advice: advice
      ? {
          growing: money(advice.growing),
          mature: money(advice.mature),
          gift: { from: money(advice.gift.from), to: money(advice.gift.to) },
          mostLevels: advice.mostLevels,
        }
      : null,
    warnings: [...warnings],
    problems: Object.entries(tally.unfilled).map(([template, unfilled]) => ({ template, ...unfilled })),
  };
}
