import { decimalsOf } from '../../../domain/money.ts';
import type { Bind } from '../../../domain/segments/bound-values.ts';
import type { Column, ReportDefinition } from './definition.ts';
import { buyersOfPeriod, knownCustomers, knownPurchases } from './sources.ts';

const share: Column = { name: 'share', type: 'rate', of: 'customers', by: 'of' };
const kinds = ['purchases'] as const;

/** Lower bounds of the bands; the last one is open. */
export const amountBands = [0, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000];
export const orderBands = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 21, 51];
export const dayBands = [0, 31, 61, 91, 181, 361, 721];

/** Counts `customers` of `measured` (id, value, amount) by bands of `value`, each from its bound up to before the next. */
function bandsSql(bounds: readonly (number | bigint)[], bind: Bind): string {
  const rows = bounds.map((from, index) => {
    const to = bounds[index + 1];
    return `(${bind(from)}::BIGINT, ${to === undefined ? 'NULL' : bind(to)}::BIGINT)`;
  });
  return `bands AS (SELECT * FROM (VALUES ${rows.join(', ')}) b(least, below)),
    counted AS (SELECT (SELECT max(least) FROM bands WHERE least <= value) AS least, count(*) AS customers,
      sum(amount) AS amount FROM measured GROUP BY ALL)
    SELECT b.least, b.below, coalesce(c.customers, 0), (SELECT count(*) FROM measured), coalesce(c.amount, 0)
    FROM bands b LEFT JOIN counted c ON c.least = b.least ORDER BY b.least`;
}

function bandColumns(type: 'count' | 'money'): readonly Column[] {
  return [
    { name: 'from', type },
    { name: 'below', type },
    { name: 'customers', type: 'count' },
    { name: 'of', type: 'count' },
    { name: 'amount', type: 'money' },
    share,
  ];
}

export const membersByAmount: ReportDefinition = {
  name: 'members-by-amount',
  definition:
    'Customers with a purchase in the period by the amount of their purchases in it, less refunds known today, in the base ' +
    'currency: from each bound up to before the next. Share is of all these customers.',
  by: [],
  kinds,
  columns: () => bandColumns('money'),
  sql: (asked, bind) => {
    const bounds = amountBands.map((bound) => BigInt(bound) * 10n ** BigInt(decimalsOf(asked.rules.baseCurrency)));
    return `WITH ${buyersOfPeriod(asked, bind)}, measured AS (SELECT id, amount AS value, amount FROM buyers),
      ${bandsSql(bounds, bind)}`;
  },
};

export const membersByOrders: ReportDefinition = {
  name: 'members-by-orders',
  definition:
    'Customers with a purchase in the period by the number of their purchases in it: from each bound up to before the ' +
    'next. Share is of all these customers.',
  by: [],
  kinds,
  columns: () => bandColumns('count'),
  sql: (asked, bind) =>
    `WITH ${buyersOfPeriod(asked, bind)}, measured AS (SELECT id, orders AS value, amount FROM buyers),
     ${bandsSql(orderBands, bind)}`,
};

export const membersByTime: ReportDefinition = {
  name: 'members-by-time',
  definition:
    'Customers with a purchase by the as-of moment by the days from their last one to the as-of day (0 is that day): from ' +
    'each bound up to before the next. Share is of all these customers; the amount is that of all their purchases.',
  by: [],
  kinds,
  columns: () => bandColumns('count'),
  sql: (asked, bind) => {
    const since = `greatest(${bind(asked.today)} - max(day), 0)`;
    return `WITH ${knownPurchases(asked, bind)},
      measured AS (SELECT id, ${since} AS value, sum(amount) AS amount FROM known GROUP BY id), ${bandsSql(dayBands, bind)}`;
  },
};

export const membersByTier: ReportDefinition = {
  name: 'members-by-tier',
  definition:
    'Customers known at the as-of moment by their tier as of the facts (none: no purchase yet), with the amount of their ' +
    'purchases in the period. With a shop: those who ordered there, and their purchases there.',
  by: [],
  kinds: ['purchases', 'customers', 'orders'],
  columns: () => [
    { name: 'tier', type: 'text' },
    { name: 'customers', type: 'count' },
    { name: 'of', type: 'count' },
    { name: 'buyers', type: 'count' },
    { name: 'amount', type: 'money' },
    share,
  ],
  sql: (asked, bind) =>
    `WITH ${knownCustomers(asked, bind)}, ${buyersOfPeriod(asked, bind)}
     SELECT p.tier, count(*), (SELECT count(*) FROM people), count(b.id), coalesce(sum(b.amount), 0)
     FROM people p LEFT JOIN buyers b ON b.id = p.id GROUP BY ALL ORDER BY p.tier NULLS LAST`,
};

/** Per cent of the buyers. */
export const paretoSteps = [1, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100];

export const pareto: ReportDefinition = {
  name: 'pareto',
  definition:
    'Customers with a purchase in the period, the greatest amount first: the first x % of them (rounded up to whole ' +
    'customers), the amount of their purchases in the period, less refunds known today, and its share of the amount of ' +
    'all. In the base currency.',
  by: [],
  kinds,
  columns: () => [
    { name: 'topPercent', type: 'count' },
    { name: 'customers', type: 'count' },
    { name: 'amount', type: 'money' },
    { name: 'totalAmount', type: 'money' },
    { name: 'share', type: 'rate', of: 'amount', by: 'totalAmount' },
  ],
  sql: (asked, bind) => {
    const steps = paretoSteps.map((step) => `(${bind(step)}::BIGINT)`).join(', ');
    return `WITH ${buyersOfPeriod(asked, bind)},
      ranked AS (SELECT row_number() OVER (ORDER BY amount DESC) AS place,
        sum(amount) OVER (ORDER BY amount DESC ROWS UNBOUNDED PRECEDING) AS running FROM buyers),
      whole AS (SELECT count(*) AS customers, coalesce(sum(amount), 0) AS amount FROM buyers),
      steps AS (SELECT s.step, (s.step * w.customers + 99) // 100 AS customers, w.amount AS total
        FROM (VALUES ${steps}) s(step), whole w)
      SELECT s.step, s.customers, coalesce(r.running, 0), s.total FROM steps s LEFT JOIN ranked r ON r.place = s.customers
      ORDER BY s.step`;
  },
};
