import type { ReportDefinition } from './definition.ts';
import { inPeriod } from './sources.ts';

export const messages: ReportDefinition = {
  name: 'messages',
  definition:
    'Messages that went out in the period, by the rule or campaign that sent them, template, channel and coupon. Reactions ' +
    'are those by the as-of moment, of people as far as that can be told; orders and revenue are those credited to the ' +
    'messages by what is known today, net of refunds; buyers are customers with such an order. Days are those of delivery, ' +
    'or of sending where nothing is reported, on the workspace’s calendar.',
  by: [],
  kinds: ['purchases', 'touches'],
  ofCampaign: true,
  columns: () => [
    { name: 'campaign', type: 'text' },
    { name: 'template', type: 'text' },
    { name: 'channel', type: 'text' },
    { name: 'coupon', type: 'text' },
    { name: 'messages', type: 'count' },
    { name: 'parts', type: 'count' },
    { name: 'delivered', type: 'count' },
    { name: 'bounced', type: 'count' },
    { name: 'opened', type: 'count' },
    { name: 'clicked', type: 'count' },
    { name: 'unsubscribed', type: 'count' },
    { name: 'buyers', type: 'count' },
    { name: 'orders', type: 'count' },
    { name: 'revenue', type: 'money' },
  ],
  sql: (asked, bind) => {
    const asOf = bind(asked.asOf);
    const byThen = (column: string) => `count(*) FILTER (${column} <= ${asOf})`;
    const ofCampaign = asked.campaign === undefined ? 'true' : `campaign = ${bind(asked.campaign)}`;
    return `SELECT campaign, template, channel, coupon, count(*), coalesce(sum(parts), 0), ${byThen('deliveredAt')},
      ${byThen('bouncedAt')}, ${byThen('openedAt')}, ${byThen('clickedAt')}, ${byThen('unsubscribedAt')},
      count(DISTINCT id) FILTER (creditedOrders > 0), sum(creditedOrders), sum(creditedAmount)
      FROM messages WHERE coalesce(deliveredAt, sentAt) <= ${asOf} AND ${inPeriod('day', asked, bind)} AND ${ofCampaign}
      GROUP BY campaign, template, channel, coupon ORDER BY campaign, template, channel, coupon NULLS FIRST`;
  },
};
