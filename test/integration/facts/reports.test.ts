import { rmSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { openFacts } from '../../../shared/adapters/facts/open-facts.ts';
import type {
  Grouping,
  ReportDefinition,
  ReportParameters,
} from '../../../shared/adapters/facts/reports/definition.ts';
import { reports } from '../../../shared/adapters/facts/reports/registry.ts';
import { type FactsScene, runReport } from '../../../shared/adapters/facts/reports/run-report.ts';
import { factReportNames } from '../../../shared/contracts/http/reports.ts';
import { parseDay } from '../../../shared/domain/calendar.ts';
import type { SegmentRule } from '../../../shared/domain/segments/rule.ts';
import { type NaiveAsk, naiveReports } from '../../support/naive-reports.ts';
import { dayAfter } from '../../support/naive-stages.ts';
import { dayText, factsOfOrders, type RawBase, randomBase } from '../../support/raw-orders.ts';
import { factsFolder, writeFacts } from '../../support/write-facts.ts';

const folder = factsFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function sceneOf({ asOf, zone }: RawBase): FactsScene {
  const limits = { l1: 90, l2: 180, l3: 360 };
  return { asOf, zone, baseCurrency: 'CNY', regionGroups: {}, limits };
}

const hunan: SegmentRule = { field: 'region.province', op: 'eq', value: 'Hunan' };

/** What is asked, in the words of the SQL and in those of the naive reports. */
interface Ask {
  readonly parameters: ReportParameters;
  readonly naive: NaiveAsk;
}

function askOf(ask: NaiveAsk, isSegment: boolean): Ask {
  const { from, to, ...same } = ask;
  const day = (text: string) => parseDay(text) ?? Number.NaN;
  return {
    parameters: {
      ...same,
      ...(from !== undefined && { from: day(from) }),
      ...(to !== undefined && { to: day(to) }),
      ...(isSegment && { segment: hunan }),
    },
    naive: { ...ask, ...(isSegment && { isMember: ({ province }) => province === 'Hunan' }) },
  };
}

function arbitraryAsk({ asOf, zone }: RawBase, by: readonly Grouping[]): fc.Arbitrary<Ask> {
  const today = dayText(asOf, zone);
  const daysAgo = fc.constantFrom(0, 1, 29, 30, 89, 90, 91, 180, 400).map((days) => dayAfter(today, -days));
  const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
  return fc
    .record({
      asOf: maybe(fc.constantFrom(0, 1, 40, 200).map((days) => asOf - days * 86_400_000)),
      days: fc.uniqueArray(daysAgo, { maxLength: 2 }),
      shop: maybe(fc.constantFrom('north', 'east', 'nowhere')),
      by: maybe(fc.constantFrom(...by, undefined)),
      ahead: maybe(fc.constantFrom(1, 30, 90)),
      isSegment: fc.boolean(),
      withoutWords: fc.boolean(),
    })
    .map(({ asOf: moment, days, shop, by: group, ahead, isSegment, withoutWords }) => {
      const [from, to] = [...days].sort();
      const ask = {
        withoutWords,
        ...(moment !== undefined && { asOf: moment }),
        ...(from !== undefined && { from }),
        ...(to !== undefined && { to }),
        ...(shop !== undefined && { shop }),
        ...(group !== undefined && { by: group }),
        ...(ahead !== undefined && { days: ahead }),
      };
      return askOf(ask, isSegment);
    });
}

describe('reports on the facts', () => {
  test('are those of the API, and there is a naive one for each', () => {
    expect([...reports.keys()].sort()).toEqual([...factReportNames].sort());
    expect([...reports.keys()].sort()).toEqual(Object.keys(naiveReports).sort());
  });

  test('say what going through the raw orders says', { timeout: 120_000 }, async () => {
    const seeds = fc.integer({ min: 1, max: 1_000_000 });
    await fc.assert(
      fc.asyncProperty(seeds, async (seed) => {
        const base = randomBase(seed, 200);
        const place = `${folder}/${seed}`;
        writeFacts(place, factsOfOrders(base));
        const facts = await openFacts({ folder: place, asOf: base.asOf, temporary: folder });
        try {
          for (const report of reports.values()) {
            const asks = [askOf({}, false), ...fc.sample(arbitraryAsk(base, report.by), { numRuns: 8, seed })];
            for (const ask of asks) await expectSame(report, ask, base, facts);
          }
        } finally {
          facts.close();
        }
      }),
      { numRuns: 6 },
    );
  });
});

async function expectSame(
  report: ReportDefinition,
  { parameters, naive }: Ask,
  base: RawBase,
  facts: Awaited<ReturnType<typeof openFacts>>,
): Promise<void> {
  const answer = await runReport(report, parameters, sceneOf(base), facts);
  const where = `${report.name} ${JSON.stringify(parameters)}`;
  expect({ where, rows: answer.rows }).toEqual({ where, rows: naiveReports[report.name]?.(base, naive) });
}
