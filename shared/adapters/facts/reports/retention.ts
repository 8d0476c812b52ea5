import type { Bind } from '../../../domain/segments/bound-values.ts';
import type { Asked, Column, ReportDefinition } from './definition.ts';
import { inPeriod, knownPurchases, monthOf } from './sources.ts';

const usualDays = 30;

export const retention: ReportDefinition = {
  name: 'retention',
  definition:
    'With from only: of customers active as of that day D (last purchase up to D at most l1 days before it), the share ' +
    'with a purchase in (D, D + days]. With from and to: of customers with a purchase in the period, the share with one ' +
    'in (to, to + days]. days is 30, and D lies so many days before the as-of day, where not asked; observedDays tells ' +
    'how many of them have passed by the as-of day. With by=month: customers by the month of their first purchase, and ' +
    'of each such cohort those with a purchase in the k-th month after it.',
  by: ['month'],
  kinds: ['purchases'],
  defaults: ({ from, to, days = usualDays, today, by }) =>
    by === 'month' ? {} : { days, from: from ?? (to === undefined ? today - days : to) },
  columns: ({ by }) => (by === 'month' ? cohortColumns : plainColumns),
  sql: (asked, bind) => (asked.by === 'month' ? cohortsSql(asked, bind) : plainSql(asked, bind)),
};

const plainColumns: readonly Column[] = [
  { name: 'day', type: 'day' },
  { name: 'days', type: 'count' },
  { name: 'observedDays', type: 'count' },
  { name: 'customers', type: 'count' },
  { name: 'retained', type: 'count' },
  { name: 'rate', type: 'rate', of: 'retained', by: 'customers' },
];

function plainSql(asked: Asked, bind: Bind): string {
  const { from = asked.today, to, days = usualDays, today, limits } = asked;
  const last = to ?? from;
  const day = bind(last);
  const until = bind(last + days);
  const base =
    to === undefined
      ? `SELECT id FROM known WHERE day <= ${day} GROUP BY id HAVING ${day} - max(day) <= ${bind(limits.l1)}`
      : `SELECT DISTINCT id FROM known WHERE ${inPeriod('day', { ...asked, from, to }, bind)}`;
  const observed = Math.max(0, Math.min(days, today - last));
  return `WITH ${knownPurchases(asked, bind)}, base AS (${base})
    SELECT ${day}, ${bind(days)}, ${bind(observed)}, count(*),
      count(*) FILTER (id IN (SELECT id FROM known WHERE day > ${day} AND day <= ${until})) FROM base`;
}

const cohortColumns: readonly Column[] = [
  { name: 'cohort', type: 'month' },
  { name: 'size', type: 'count' },
  { name: 'month', type: 'count' },
  { name: 'customers', type: 'count' },
  { name: 'rate', type: 'rate', of: 'customers', by: 'size' },
];

/** Every month from the cohort's up to the as-of day's has a row, also where nobody bought. */
function cohortsSql(asked: Asked, bind: Bind): string {
  const lastMonth = `greatest(${monthOf(`${bind(asked.today)}::INTEGER`)}, (SELECT max(month) FROM months))`;
  return `WITH ${knownPurchases(asked, bind)},
    firsts AS (SELECT id, ${monthOf('min(day)')} AS cohort FROM known GROUP BY id
      HAVING ${inPeriod('min(day)', asked, bind)}),
    months AS (SELECT DISTINCT k.id, f.cohort, ${monthOf('k.day')} AS month FROM known k JOIN firsts f ON f.id = k.id),
    sizes AS (SELECT cohort, count(*) AS size FROM firsts GROUP BY cohort),
    cells AS (SELECT cohort, month, count(*) AS customers FROM months GROUP BY cohort, month),
    grid AS (SELECT cohort, size, unnest(range(cohort, ${lastMonth} + 1)) AS month FROM sizes)
    SELECT g.cohort, g.size, g.month - g.cohort, coalesce(c.customers, 0) FROM grid g
      LEFT JOIN cells c ON c.cohort = g.cohort AND c.month = g.month ORDER BY g.cohort, g.month`;
}
