import type { ReportDefinition } from './definition.ts';
import { groupings } from './definition.ts';
import {
  groupColumn,
  groupColumns,
  groupJoin,
  inOrder,
  inPeriod,
  leading,
  monthOf,
  netAmount,
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
    'order), tests left out, by product and reason (by product alone for roles that see no personal data: buyers write ' +
    'reasons themselves): how often, of how many orders, and what went back, in the base currency. A refund of several ' +
    'products counts once for each.',
  by: [],
  kinds: ['orders', 'refunds'],
  columns: ({ withoutWords }) => [
    { name: 'product', type: 'text' },
    ...(withoutWords ? [] : [{ name: 'reason', type: 'text' } as const]),
    { name: 'refunds', type: 'count' },
    { name: 'orders', type: 'count' },
    { name: 'amount', type: 'money' },
  ],
  sql: (asked, bind) => {
    const paid = `o.paidAt <= ${bind(asked.asOf)} AND ${inPeriod('o.paidDay', asked, bind)}`;
    const keys = asked.withoutWords ? ['r.product'] : ['r.product', 'r.reason'];
    return `SELECT ${keys.join(', ')}, count(*), count(DISTINCT (r.shop, r.ref)), coalesce(sum(r.amount), 0)
      FROM refunds r JOIN orders o ON o.shop = r.shop AND o.ref = r.ref
      WHERE r.status = 'success' AND ${paid} AND ${ordersAsked(asked, bind)}
      GROUP BY ALL ORDER BY ${keys.map((key) => `${key} NULLS LAST`).join(', ')}`;
  },
};
