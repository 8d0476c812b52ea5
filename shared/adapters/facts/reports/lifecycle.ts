import { stages } from '../../../domain/life-cycle/stage.ts';
import type { ReportDefinition } from './definition.ts';
import { knownCustomers, knownPurchases, stageOrder } from './sources.ts';

export const lifecycle: ReportDefinition = {
  name: 'lifecycle-of-facts',
  definition:
    'Customers known at the as-of moment, by their stage then; purchases after it do not count. With a shop: those who ' +
    'ordered there, by their purchases there. Tiers are those of the facts.',
  by: ['tier'],
  kinds: ['purchases', 'customers', 'orders'],
  columns: ({ by }) => [
    ...(by ? [{ name: by, type: 'text' } as const] : []),
    { name: 'stage', type: 'text' },
    { name: 'customers', type: 'count' },
  ],
  sql: (asked, bind) => {
    const { l1, l2, l3 } = asked.limits;
    const today = bind(asked.today);
    const [tier, tierListed] = asked.by ? ['tier, ', 'p.tier, '] : ['', ''];
    const every = `(VALUES ${stages.map((stage) => `('${stage}')`).join(', ')}) s(stage)`;
    return `WITH ${knownCustomers(asked, bind)}, ${knownPurchases(asked, bind)},
      days AS (SELECT id, min(day) AS first, max(day) AS last, count(*) FILTER (${today} - day <= ${bind(l1)}) AS within
        FROM known GROUP BY id),
      staged AS (SELECT ${tierListed}CASE
          WHEN d.id IS NULL THEN 'prospect'
          WHEN ${today} - d.last > ${bind(l3)} THEN 'lost'
          WHEN ${today} - d.last > ${bind(l2)} THEN 'sleeping'
          WHEN ${today} - d.last > ${bind(l1)} THEN 'silent'
          WHEN ${today} - d.first <= ${bind(l1)} THEN CASE WHEN d.within >= 2 THEN 'new_repeat' ELSE 'new_once' END
          WHEN d.within >= 2 THEN 'returning_repeat' ELSE 'returning_once' END AS stage
        FROM people p LEFT JOIN days d ON d.id = p.id),
      counted AS (SELECT ${tier}stage, count(*) AS customers FROM staged GROUP BY ALL)
      ${
        asked.by
          ? `SELECT tier, stage, customers FROM counted ORDER BY tier NULLS LAST, ${stageOrder('stage')}`
          : `SELECT s.stage, coalesce(c.customers, 0) FROM ${every} LEFT JOIN counted c ON c.stage = s.stage
             ORDER BY ${stageOrder('s.stage')}`
      }`;
  },
};
