import type { Bind } from '../../../domain/segments/bound-values.ts';
import type { Asked, ReportDefinition } from './definition.ts';
import { groupings } from './definition.ts';
import {
  groupColumn,
  groupColumns,
  groupJoin,
  inOrder,
  inPeriod,
  isMember,
  leading,
  monthOf,
  netAmount,
  ofShop,
  ordersAsked,
  soldInPeriod,
} from './sources.ts';

const sold =
  'Orders paid in the period and neither tests nor refunded in full, with or without a known customer; amounts are in the ' +
  'base currency, less refunds known today; buyers are known customers.';

export const paymentRate: ReportDefinition = {
  name: 'payment-rate',
  definition:
    'Of orders created in the period (or month) up to the as-of moment, tests left out, the share paid by then; one ' +
    'refunded later still counts as paid. Days are those of the shop’s calendar.',
  by: groupings,
  kinds: ['orders'],
  columns: (asked) => [
    ...groupColumns(asked),
    { name: 'orders', type: 'count' },
    { name: 'paid', type: 'count' },
    { name: 'rate', type: 'rate', of: 'paid', by: 'orders' },
  ],
  sql: (asked, bind) => {
    const asOf = bind(asked.asOf);
    const created = `o.createdAt <= ${asOf} AND ${inPeriod('o.createdDay', asked, bind)}`;
    return `WITH created AS (SELECT (o.paidAt <= ${asOf}) IS TRUE AS isPaid${groupColumn(asked, 'o.createdDay')}
        FROM orders o ${groupJoin(asked, 'o.id')} WHERE ${created} AND ${ordersAsked(asked, bind)})
      SELECT ${leading(asked)} count(*), count(*) FILTER (isPaid) FROM created ${inOrder(asked)}`;
  },
};

export const regionMonth: ReportDefinition = {
  name: 'region-month',
  definition: `${sold} By the province they went to and the month they were paid in.`,
  by: [],
  kinds: ['orders'],
  columns: () => [
    { name: 'province', type: 'text' },
    { name: 'month', type: 'month' },
    { name: 'orders', type: 'count' },
    { name: 'buyers', type: 'count' },
    { name: 'amount', type: 'money' },
  ],
  sql: (asked, bind) =>
    `SELECT o.province, ${monthOf('o.paidDay')} AS month, count(*), count(DISTINCT o.id), sum(${netAmount})
     FROM orders o WHERE ${soldInPeriod(asked, bind)} GROUP BY ALL ORDER BY o.province NULLS LAST, month`,
};

export const hourWeekday: ReportDefinition = {
  name: 'hour-weekday',
  definition: `${sold} By the hour and the weekday (1 Monday to 7 Sunday) of payment on the shop’s clock.`,
  by: [],
  kinds: ['orders'],
  columns: () => [
    { name: 'weekday', type: 'count' },
    { name: 'hour', type: 'count' },
    { name: 'orders', type: 'count' },
    { name: 'buyers', type: 'count' },
    { name: 'amount', type: 'money' },
  ],
  sql: (asked, bind) =>
    `SELECT o.weekday, o.localHour, count(*), count(DISTINCT o.id), sum(${netAmount})
     FROM orders o WHERE ${soldInPeriod(asked, bind)} GROUP BY ALL ORDER BY o.weekday, o.localHour`,
};

export const refundsByProduct: ReportDefinition = {
  name: 'refunds-by-product',
  definition:
    'Refunds that went through, of orders paid in the period up to the as-of moment (a refund counts in the period of its ' +
    'order), by product and reason (by product alone for roles that see no personal data: people write reasons ' +
    'themselves): how often, of how many orders, and what went back, in the base currency. A refund of several products ' +
    'counts once for each. Beside them the cases opened in the period, on the workspace’s calendar; with a shop those ' +
    'about an order there. What is about a test order is left out.',
  by: [],
  kinds: ['orders', 'refunds', 'cases'],
  columns: ({ withoutWords }) => [
    { name: 'product', type: 'text' },
    ...(withoutWords ? [] : [{ name: 'reason', type: 'text' } as const]),
    { name: 'refunds', type: 'count' },
    { name: 'orders', type: 'count' },
    { name: 'amount', type: 'money' },
    { name: 'cases', type: 'count' },
  ],
  sql: (asked, bind) => {
    const keys = asked.withoutWords ? ['product'] : ['product', 'reason'];
    return `WITH told AS (${refundsSql(asked, bind)} UNION ALL ${casesSql(asked, bind)})
      SELECT ${keys.join(', ')}, sum(refunds), count(DISTINCT ref), sum(amount), sum(cases) FROM told
      GROUP BY ALL ORDER BY ${keys.map((key) => `${key} NULLS LAST`).join(', ')}`;
  },
};

function refundsSql(asked: Asked, bind: Bind): string {
  const paid = `o.paidAt <= ${bind(asked.asOf)} AND ${inPeriod('o.paidDay', asked, bind)}`;
  return `SELECT r.product, r.reason, 1 AS refunds, (r.shop, r.ref) AS ref, coalesce(r.amount, 0) AS amount, 0 AS cases
    FROM refunds r JOIN orders o ON o.shop = r.shop AND o.ref = r.ref
    WHERE r.status = 'success' AND ${paid} AND ${ordersAsked(asked, bind)}`;
}

function casesSql(asked: Asked, bind: Bind): string {
  const opened = `c.openedAt <= ${bind(asked.asOf)} AND ${inPeriod('c.day', asked, bind)}`;
  const those = [opened, ...ofShop('c.shop', asked, bind), ...isMember('c.id', asked, bind)].join(' AND ');
  return `SELECT c.product, c.reason, 0, NULL, 0, 1 FROM cases c LEFT JOIN orders o ON o.shop = c.shop AND o.ref = c.ref
    WHERE o.test IS NOT TRUE AND ${those}`;
}
