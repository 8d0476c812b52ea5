import { parseArgs } from 'node:util';
import { openFacts } from '../../shared/adapters/facts/open-facts.ts';
import { previewSegment } from '../../shared/adapters/facts/preview-segment.ts';
import { reports } from '../../shared/adapters/facts/reports/registry.ts';
import { runReport } from '../../shared/adapters/facts/reports/run-report.ts';
import { segmentRuleSchema } from '../../shared/domain/segments/rule-schema.ts';
import { generatedAsOf } from './generate-facts.ts';

/** A process of its own for what is asked of facts, so that its memory is the engine's: prints times as JSON. */

const { values } = parseArgs({ options: { folder: { type: 'string' }, ask: { type: 'string' } } });
const folder = values.folder ?? '';
const limits = { l1: 90, l2: 180, l3: 360 };
const scene = { asOf: generatedAsOf, zone: 'UTC', baseCurrency: 'CNY', regionGroups: { South: ['Guangdong'] }, limits };

/** Ten conditions over customers, purchases in windows, and what was bought. */
const rule = segmentRuleSchema.parse({
  all: [
    { field: 'gender', op: 'eq', value: 'female' },
    { field: 'orders.count', op: 'gte', value: 2 },
    { field: 'orders.average', op: 'gt', value: '100' },
    { field: 'orders.count', op: 'gte', value: 1, within: { days: 60 } },
    { field: 'orders.total', op: 'gte', value: '50.00', within: { days: 365 } },
    {
      any: [
        { field: 'region.province', op: 'eq', value: 'Shanghai' },
        { field: 'region.group', op: 'eq', value: 'South' },
      ],
    },
    { field: 'bought.product', op: 'any', value: ['product-1', 'product-2', 'product-3'] },
    { field: 'tags', op: 'contains', value: 'tea' },
    { field: 'attr.size', op: 'ne', value: 'S' },
  ],
});

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

const facts = await openFacts({ folder, asOf: generatedAsOf, temporary: folder });
const times: Record<string, number> = {};
if (values.ask === 'reports') {
  for (const report of reports.values()) times[report.name] = await timed(() => runReport(report, {}, scene, facts));
} else {
  for (let round = 0; round < 8; round++)
    times[round === 0 ? 'cold' : `warm ${round}`] = await timed(() => previewSegment(rule, scene, facts));
}
facts.close();
process.stdout.write(JSON.stringify({ times, peakMegabytes: process.resourceUsage().maxRSS / 1024 }));
