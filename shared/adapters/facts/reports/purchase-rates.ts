import { groupings, type ReportDefinition } from './definition.ts';
import { boughtInPeriod, buyersOfPeriod, firstDayOf, groupColumns, inOrder, leading } from './sources.ts';

const kinds = ['purchases'] as const;

export const repeatPurchaseRate: ReportDefinition = {
  name: 'repeat-purchase-rate',
  definition:
    'Of customers with a purchase in the period (or month), the share with two or more in it. A purchase is an order paid ' +
    'by the as-of moment and neither a test nor refunded in full; it lies on the day it was paid, on its shop’s calendar.',
  by: groupings,
  kinds,
  columns: (asked) => [
    ...groupColumns(asked),
    { name: 'buyers', type: 'count' },
    { name: 'repeatBuyers', type: 'count' },
    { name: 'rate', type: 'rate', of: 'repeatBuyers', by: 'buyers' },
  ],
  sql: (asked, bind) =>
    `WITH ${buyersOfPeriod(asked, bind)}
     SELECT ${leading(asked)} count(*), count(*) FILTER (orders >= 2) FROM buyers ${inOrder(asked)}`,
};

export const activeArpu: ReportDefinition = {
  name: 'active-arpu',
  definition:
    'Amount of the purchases of the period (or month), less refunds known today, divided by the customers who made them. ' +
    'In the base currency; the quotient is rounded half to even.',
  by: groupings,
  kinds,
  columns: (asked) => [
    ...groupColumns(asked),
    { name: 'amount', type: 'money' },
    { name: 'buyers', type: 'count' },
    { name: 'arpu', type: 'average', of: 'amount', by: 'buyers' },
  ],
  sql: (asked, bind) =>
    `WITH ${buyersOfPeriod(asked, bind)}
     SELECT ${leading(asked)} coalesce(sum(amount), 0), count(*) FROM buyers ${inOrder(asked)}`,
};

export const averageOrder: ReportDefinition = {
  name: 'average-order',
  definition:
    'Amount of the purchases of the period (or month), less refunds known today, divided by the customers who made them ' +
    '(perBuyer) and by their number (perOrder). In the base currency; quotients are rounded half to even.',
  by: groupings,
  kinds,
  columns: (asked) => [
    ...groupColumns(asked),
    { name: 'amount', type: 'money' },
    { name: 'buyers', type: 'count' },
    { name: 'orders', type: 'count' },
    { name: 'perBuyer', type: 'average', of: 'amount', by: 'buyers' },
    { name: 'perOrder', type: 'average', of: 'amount', by: 'orders' },
  ],
  sql: (asked, bind) =>
    `WITH ${buyersOfPeriod(asked, bind)}
     SELECT ${leading(asked)} coalesce(sum(amount), 0), count(*), coalesce(sum(orders), 0)
     FROM buyers ${inOrder(asked)}`,
};

export const returningBuyers: ReportDefinition = {
  name: 'returning-buyers',
  definition:
    'Of customers with a purchase in the period (or month), the share with another one before the period’s (the month’s) ' +
    'first day. Without from the period is the 30 days that end on its last day, or all months.',
  by: groupings,
  kinds,
  defaults: ({ from, to, today, by }) => (from !== undefined || by === 'month' ? {} : { from: (to ?? today) - 29 }),
  columns: (asked) => [
    ...groupColumns(asked),
    { name: 'buyers', type: 'count' },
    { name: 'returningBuyers', type: 'count' },
    { name: 'rate', type: 'rate', of: 'returningBuyers', by: 'buyers' },
  ],
  sql: (asked, bind) => {
    const before = asked.by === 'month' ? firstDayOf('b.grp') : bind(asked.from ?? asked.today);
    return `WITH ${boughtInPeriod(asked, bind)}, earliest AS (SELECT id, min(day) AS first FROM known GROUP BY id),
      buyers AS (SELECT DISTINCT b.id${asked.by ? ', b.grp' : ''}, e.first < ${before} AS isBack
        FROM bought b JOIN earliest e ON e.id = b.id)
      SELECT ${leading(asked)} count(*), count(*) FILTER (isBack) FROM buyers ${inOrder(asked)}`;
  },
};
