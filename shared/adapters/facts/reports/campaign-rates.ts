import type { Stage } from '../../../domain/life-cycle/stage.ts';
import type { Bind } from '../../../domain/segments/bound-values.ts';
import type { Asked, ReportDefinition } from './definition.ts';
import { inPeriod, knownPurchases } from './sources.ts';

const usualDays = 30;

export const wakeUpRate = campaignRate('wake-up-rate', 'sleeping', 'woken');
export const activationRate = campaignRate('activation-rate', 'lost', 'activated');

function campaignRate(name: string, stage: Extract<Stage, 'sleeping' | 'lost'>, back: string): ReportDefinition {
  return {
    name,
    definition:
      `Of customers who were ${stage} when a message of the campaign first reached them, and whom it reached in the ` +
      'period, the share with a purchase after that moment, at the latest days days after its day (30 where not asked). ' +
      'A message reached its customer when its delivery was reported; where no delivery was reported, when it was sent ' +
      '(of SMS often nothing is told), unless it bounced. The stage is that by the purchases up to that moment, under ' +
      'the limits of today. pending are those of them who have not bought yet and whose days are not over at the as-of ' +
      'moment. Without campaign: a row for each. With a shop: stage and purchases are by those there; messages of every ' +
      'shop count.',
    by: [],
    kinds: ['purchases', 'touches'],
    ofCampaign: true,
    defaults: ({ days = usualDays }) => ({ days }),
    columns: () => [
      { name: 'campaign', type: 'text' },
      { name: 'days', type: 'count' },
      { name: 'customers', type: 'count' },
      { name: back, type: 'count' },
      { name: 'pending', type: 'count' },
      { name: 'rate', type: 'rate', of: back, by: 'customers' },
    ],
    sql: (asked, bind) => rateSql(stage, asked, bind),
  };
}

/** A campaign that was asked for has its row, also where it reached nobody. */
function rateSql(stage: 'sleeping' | 'lost', asked: Asked, bind: Bind): string {
  const { campaign, days = usualDays, today, limits } = asked;
  const ahead = bind(days);
  const since =
    stage === 'lost' ? `ago > ${bind(limits.l3)}` : `ago > ${bind(limits.l2)} AND ago <= ${bind(limits.l3)}`;
  const ofCampaign = campaign === undefined ? 'true' : `campaign = ${bind(campaign)}`;
  const counts = `${ahead}, count(*) FILTER (fits), count(*) FILTER (fits AND isBack),
    count(*) FILTER (fits AND NOT isBack AND day + ${ahead} >= ${bind(today)}) FROM judged`;
  return `WITH ${knownPurchases(asked, bind)},
    firsts AS (SELECT id, campaign, min("at") AS "at", arg_min(day, "at") AS day FROM touches
      WHERE "at" <= ${bind(asked.asOf)} AND ${ofCampaign} GROUP BY id, campaign
      HAVING ${inPeriod('arg_min(day, "at")', asked, bind)}),
    followed AS (SELECT f.campaign, f.day, f.day - max(k.day) FILTER (k.paidAt <= f."at") AS ago,
        coalesce(bool_or(k.paidAt > f."at" AND k.day <= f.day + ${ahead}), false) AS isBack
      FROM firsts f LEFT JOIN known k ON k.id = f.id GROUP BY f.id, f.campaign, f.day, f."at"),
    judged AS (SELECT campaign, day, isBack, (${since}) IS TRUE AS fits FROM followed)
    SELECT ${campaign === undefined ? 'campaign' : `${bind(campaign)}::VARCHAR`}, ${counts}
    ${campaign === undefined ? 'GROUP BY campaign ORDER BY campaign' : ''}`;
}
